//! The two JSON objects that frame a stream's parts.

use serde::{Deserialize, Serialize};
use text::Sentence;

use crate::{
    ContactId, HostId, Life, StreamId, TenantId,
    document::{self, DocumentError},
};

pub use crate::sentinel::{Outcome, Sentinel};

/// `manifest.json`: the text of a stream and how it is spoken. Everything that another host needs to go on, except the
/// changing part, which is [`Life`]. Written once and never replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this document: [`Manifest::VERSION`].
    pub version: u32,
    /// Also part of its key.
    pub stream_id: StreamId,
    /// The contact that hears it; absent for a text without a contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// `voice` or `voice/speaker`.
    pub voice: String,
    /// Whose lexicon is used besides the voice's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// 1.0 is the pace of the voice; within [`text::SPEEDS`].
    pub speed: f32,
    /// Sentences known so far; part N speaks sentence N unless an earlier one failed.
    pub sentences: Vec<Sentence>,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// The host that began it.
    pub host: HostId,
}

impl Manifest {
    /// The version that is written. A reader takes this one and earlier ones; fields that it does not know are ignored.
    pub const VERSION: u32 = 1;

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`DocumentError`] for one that is damaged or of a version that is not read here.
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        let manifest: Self = document::parse(body, 1..=Self::VERSION)?;
        if !text::SPEEDS.contains(&manifest.speed) || manifest.sentences.is_empty() {
            return Err(DocumentError::Damaged("no stream has such a speed, or no sentence".into()));
        }
        Ok(manifest)
    }

    /// The life of this stream while nothing about it has changed, and `life.json` need not be there.
    pub fn first_life(&self) -> Life {
        Life::begun_by(self.host.clone())
    }
}
