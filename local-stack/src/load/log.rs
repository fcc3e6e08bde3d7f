//! What the service's log says, where this program has started it.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

#[derive(Default)]
pub(super) struct Log {
    pub(super) panics: usize,
    pub(super) errors: usize,
    /// From each moment at which a stream was told to end to its last write, the sentinel.
    pub(super) cancels: Vec<Duration>,
}

impl Log {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
        let mut log = Self::default();
        for line in text.lines() {
            // What a library wrote that panicked before the service could say so is no JSON.
            let entry: Value = serde_json::from_str(line).unwrap_or_default();
            log.panics += usize::from(line.contains("panicked"));
            log.errors += usize::from(entry["level"] == "ERROR");
            log.cancels.extend(entry["cancel_ms"].as_f64().map(|ms| Duration::from_secs_f64(ms / 1e3)));
        }
        Ok(log)
    }
}
