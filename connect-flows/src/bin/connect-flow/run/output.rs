//! The files of a call.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use connect_flows::{model::Flow, report::Report, runner::Call};

/// Writes `call.wav`, `timeline.json`, `flow-log.jsonl` and `call.html`. Of the log, those lines that Connect would write.
pub(super) fn write(call: &Call, flow: &Flow, name: &str, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("no folder {}", out.display()))?;
    let [recording, timeline, log, page] =
        ["call.wav", "timeline.json", "flow-log.jsonl", "call.html"].map(|name| out.join(name));
    call.recording
        .save_wav(&recording)
        .with_context(|| format!("{} can't be written", recording.display()))?;
    let events = serde_json::to_string_pretty(&call.timeline.to_json())? + "\n";
    let logged = call.flow_log.iter().filter(|line| line.logged);
    let lines: String = logged.map(|line| line.to_json() + "\n").collect();
    let report = Report::with_picture(call, flow, name);
    for (path, content) in [(timeline, events), (log, lines), (page, report.to_html())] {
        fs::write(&path, content).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}
