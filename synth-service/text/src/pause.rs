//! How long a speaker pauses behind a mark.

/// Silence behind words that end like this, in milliseconds, when the next clip follows.
pub fn pause_behind(text: &str) -> u32 {
    let _ = text;
    260
}
