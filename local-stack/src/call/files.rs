//! The files of a call.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use connect_flows::{report::Report, runner::Call};

const NAMES: [&str; 4] = ["call.html", "call.wav", "timeline.json", "flow-log.jsonl"];

pub(super) fn write(call: &Call, report: &Report, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("no folder {}", out.display()))?;
    let [page, recording, timeline, log] = NAMES.map(|name| out.join(name));
    call.recording
        .save_wav(&recording)
        .with_context(|| format!("{} can't be written", recording.display()))?;
    let events = serde_json::to_string_pretty(&call.timeline.to_json())? + "\n";
    let lines: String = call.flow_log.iter().map(|line| line.to_json() + "\n").collect();
    for (path, content) in [(timeline, events), (log, lines), (page, report.to_html())] {
        fs::write(&path, content).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

/// Removes the files of an earlier call, so that they aren't taken for the new call's files.
pub fn remove_old_results(out: &Path) {
    for name in NAMES {
        let _ = fs::remove_file(out.join(name));
    }
}
