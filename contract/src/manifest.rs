//! The text of a stream: its manifest, and the pages of a text that grows.

use serde::{Deserialize, Serialize};
use text::Sentence;

use crate::{
    ContactId, HostId, Life, StreamId, TenantId,
    document::{self, DocumentError},
};

/// `manifest.json`: the text of a stream, its voice and pace. Together with [`Life`], the part that changes, it is all
/// that another host needs to resume the stream. Written once and never replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this document: [`Manifest::VERSION`].
    pub version: u32,
    /// Id of the stream, which is also part of the key.
    pub stream_id: StreamId,
    /// The contact that hears the stream; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// The voice: `voice` or `voice/speaker`.
    pub voice: String,
    /// The tenant whose lexicon is used in addition to the voice's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Pace of the speech, within [`text::SPEEDS`]; 1.0 is the voice's own pace.
    pub speed: f32,
    /// The sentences of the text that were certain at the start. Part N speaks sentence N unless an earlier one failed.
    pub sentences: Vec<Sentence>,
    /// Whether the text was still being written at the start: the sentences that became certain later are in the
    /// [`ScriptPage`]s.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub growing: bool,
    /// Numbers of the sentences that the service says of its own accord: acknowledgements and apologies. They are no part
    /// of a model's answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asides: Vec<usize>,
    /// Time of the stream's creation, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// The host that started the stream.
    pub host: HostId,
}

impl Manifest {
    /// The newest version. Readers accept this version and earlier ones, and ignore unknown fields.
    pub const VERSION: u32 = 2;

    /// The version that is written for a text that is growing, or whole. A reader of version 1 can make every stream
    /// but a growing one.
    pub fn version_for(growing: bool) -> u32 {
        if growing { 2 } else { 1 }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`DocumentError`] for a manifest that is damaged or of an unsupported version.
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        let manifest: Self = document::parse(body, 1..=Self::VERSION)?;
        let has_text = manifest.growing || !manifest.sentences.is_empty();
        if !text::SPEEDS.contains(&manifest.speed) || !has_text {
            return Err(DocumentError::Damaged("no stream has such a speed, or no sentence".into()));
        }
        Ok(manifest)
    }

    /// The life of this stream before its first change, while `life.json` need not exist.
    pub fn first_life(&self) -> Life {
        Life::begun_by(self.host.clone())
    }
}

/// `script/{page}.json`: sentences that became certain after the manifest was written. Written once, before the parts
/// that speak them, and never replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptPage {
    /// Version of this document: [`ScriptPage::VERSION`].
    pub version: u32,
    /// The sentences, which follow those of the manifest and of the pages before.
    pub sentences: Vec<Sentence>,
    /// As [`Manifest::asides`], for these sentences. The numbers count from the beginning of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asides: Vec<usize>,
    /// How the text ends behind these sentences; absent if its writer had not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// How a growing text ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The writer has finished.
    Finished,
    /// The writer failed, and the text is incomplete; the reason in one line.
    CutShort(String),
}

impl ScriptPage {
    /// The version that is written.
    pub const VERSION: u32 = 1;

    /// Reads a page.
    ///
    /// # Errors
    /// [`DocumentError`] for a page that is damaged or of an unsupported version.
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        document::parse(body, 1..=Self::VERSION)
    }
}
