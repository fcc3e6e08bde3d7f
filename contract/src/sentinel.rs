//! The end of a stream: its sentinel.

use serde::{Deserialize, Serialize};

/// The ways in which a stream can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All sentences were spoken, except skipped ones.
    Complete,
    /// The stream was cancelled, or replaced by a newer stream of its contact.
    Cancelled,
    /// The stream could not continue.
    Failed,
}

/// `final.json`: written exactly once, after the last part. Nothing is written after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sentinel {
    /// Number of parts; they are `part0.wav` to `part{parts - 1}.wav`.
    pub parts: usize,
    /// How the stream ended.
    pub outcome: Outcome,
    /// The reason in one line; `none` when there is no reason.
    pub reason: String,
    /// Number of sentences that could not be synthesised and were skipped.
    #[serde(default)]
    pub skipped: usize,
    /// Time of the end, in milliseconds since the Unix epoch.
    pub ended_at_ms: u64,
}
