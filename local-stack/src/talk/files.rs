//! The files of a talk.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};
use connect_flows::recording::Recording;
use serde_json::{Value, json};

use super::{
    held::{Happened, Held},
    turns::Turn,
};

const NAMES: [&str; 2] = ["talk.wav", "talk.json"];

/// Writes the recording, left the sound that the caller heard, right the caller's own, and the time line.
pub(super) fn write(held: &Held, turns: &[Turn], faults: &[String], out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("no folder {}", out.display()))?;
    let [recording, timeline] = NAMES.map(|name| out.join(name));
    let failed = |path: &Path| format!("{} can't be written", path.display());
    let mut sound = Recording::default();
    sound.place(Duration::ZERO, &held.heard);
    sound.place_said(Duration::ZERO, &held.said);
    sound.save_wav(&recording).with_context(|| failed(&recording))?;
    let content = serde_json::to_string_pretty(&document(held, turns, faults))? + "\n";
    fs::write(&timeline, content).with_context(|| failed(&timeline))
}

/// Removes the files of an earlier talk, so that they aren't taken for the new one's.
pub fn remove_old_results(out: &Path) {
    for name in NAMES {
        let _ = fs::remove_file(out.join(name));
    }
}

/// The time line: times are in milliseconds from the start of the call.
fn document(held: &Held, turns: &[Turn], faults: &[String]) -> Value {
    json!({
        "call": held.call,
        "began_at_ms": held.began_at_ms,
        "frames_late_ms": ms(held.late),
        "turns": turns,
        "faults": faults,
        "events": held.events.iter().map(event).collect::<Vec<_>>(),
    })
}

fn event(event: &Happened) -> Value {
    match event {
        Happened::Media { at, heard, until } => {
            json!({"event": "media", "t_ms": ms(*at), "heard_ms": ms(*heard), "until_ms": ms(*until)})
        }
        Happened::Mark(at) => json!({"event": "mark", "t_ms": ms(*at)}),
        Happened::Clear(at) => json!({"event": "clear", "t_ms": ms(*at)}),
        Happened::Wrong(at, reason) => json!({"event": "wrong", "t_ms": ms(*at), "reason": reason}),
    }
}

/// Milliseconds, to a tenth.
fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
