//! The two JSON objects that frame a stream's parts.

use serde::{Deserialize, Serialize};
use text::Sentence;

use crate::{ContactId, Life, StreamId, TenantId};

pub use crate::sentinel::{Outcome, Sentinel};

/// `manifest.json`: what the stream is to say. Everything that another host would need to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Also part of its key.
    pub stream_id: StreamId,
    /// The contact that hears it; absent for a text of nobody.
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
    /// Who makes it and how it ends. All else stays as it was written first.
    pub life: Life,
}
