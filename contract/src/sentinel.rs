//! How a stream ended.

use serde::{Deserialize, Serialize};

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was spoken, but for skipped sentences.
    Complete,
    /// Ended by request: a cancel, or a newer stream of the contact.
    Cancelled,
    /// It could not go on.
    Failed,
}

/// `final.json`: written exactly once, after the last part. Nothing is written after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sentinel {
    /// Number of parts; they are `part0.wav` to `part{parts - 1}.wav`.
    pub parts: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// One line; `none` when there is nothing to say.
    pub reason: String,
    /// Sentences that could not be synthesised and were skipped.
    #[serde(default)]
    pub skipped: usize,
    /// Milliseconds since the Unix epoch.
    pub ended_at_ms: u64,
}
