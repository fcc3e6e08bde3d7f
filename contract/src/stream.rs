//! The two JSON objects that frame a stream's parts.

use serde::{Deserialize, Serialize};
use text::Sentence;

use crate::{ContactId, Life, StreamId, TenantId};

/// `manifest.json`: what the stream is to say. Everything that another host would need to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub stream_id: StreamId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// `voice` or `voice/speaker`.
    pub voice: String,
    /// Whose lexicon is used besides the voice's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    pub speed: f32,
    /// Sentences known so far; part N speaks sentence N unless an earlier one failed.
    pub sentences: Vec<Sentence>,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// Who makes it and how it ends. All else stays as it was written first.
    pub life: Life,
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Complete,
    Cancelled,
    Failed,
}

/// `final.json`: written exactly once, after the last part. Nothing is written after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sentinel {
    /// Number of parts; they are `part0.wav` to `part{parts - 1}.wav`.
    pub parts: usize,
    pub outcome: Outcome,
    /// One line; `none` when there is nothing to say.
    pub reason: String,
    /// Sentences that could not be synthesised and were skipped.
    #[serde(default)]
    pub skipped: usize,
    /// Milliseconds since the Unix epoch.
    pub ended_at_ms: u64,
}
