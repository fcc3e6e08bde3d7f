//! The figures in the logs of the hosts that this program has started.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

use super::work::Made;

#[derive(Default)]
pub(super) struct Log {
    pub(super) panics: usize,
    pub(super) errors: usize,
    /// For each cancelled stream: the time from the request to stop until its last write, the sentinel.
    pub(super) cancels: Vec<Duration>,
    /// The speech of each stream that a host made, up to the stream's end or its loss to another host.
    pub(super) made: Vec<Made>,
    pub(super) taken_over: usize,
}

impl Log {
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self> {
        let mut log = Self::default();
        for path in paths {
            let text =
                fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
            text.lines().for_each(|line| log.add(line));
        }
        Ok(log)
    }

    fn add(&mut self, line: &str) {
        // A panic in a library before the service's log starts is plain text, not JSON.
        let entry: Value = serde_json::from_str(line).unwrap_or_default();
        self.panics += usize::from(line.contains("panicked"));
        self.errors += usize::from(entry["level"] == "ERROR");
        self.cancels.extend(milliseconds(&entry, "cancel_ms"));
        self.taken_over += usize::from(entry["message"] == "took over a stream");
        if entry["message"] == "stream ended" {
            self.made.extend(made(&entry));
        }
    }
}

fn milliseconds(entry: &Value, name: &str) -> Option<Duration> {
    entry[name].as_f64().map(|ms| Duration::from_secs_f64(ms / 1e3))
}

fn made(entry: &Value) -> Option<Made> {
    Some(Made {
        stream: entry["stream"].as_str()?.parse().ok()?,
        stored: milliseconds(entry, "audio_ms")?,
        spoken: milliseconds(entry, "spoken_ms"),
    })
}
