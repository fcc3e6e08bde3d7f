//! One line for each event of a call, at its moment.

use std::path::Path;

use connect_flows::{
    runner::Call,
    timeline::{Event, EventKind, Prompt},
};

use crate::out;

/// Silence that is shorter is not printed, in milliseconds.
const SHORTEST_SILENCE: f64 = 1000.0;

#[derive(Default)]
pub(super) struct Progress {
    /// The last action with its type.
    action: String,
}

impl Progress {
    pub(super) fn show(&mut self, event: &Event) {
        if let EventKind::ActionStart { action, name, kind, .. } = &event.kind {
            self.action = format!("{kind} {:?}", name.as_ref().unwrap_or(action));
            return;
        }
        if let Some(line) = self.line(&event.kind) {
            out::line(format_args!("{:>8.3} s  {line}", event.t_ms / 1000.0));
        }
    }

    fn line(&self, kind: &EventKind) -> Option<String> {
        Some(match kind {
            EventKind::FlowStart { flow, module: false } => format!("flow {flow}"),
            EventKind::FlowStart { flow, module: true } => format!("module {flow}"),
            EventKind::FlowEnd { flow, module: true, result } if result.is_empty() => {
                format!("module {flow} returns")
            }
            EventKind::FlowEnd { flow, module: true, result } => format!("module {flow} returns {result}"),
            EventKind::ActionEnd { branch, note, .. } => {
                let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
                format!("{} → {branch}{note}", self.action)
            }
            EventKind::LambdaEnd { function, status, ms, attempts } => {
                let tries = if *attempts > 1 { format!(", {attempts} attempts") } else { String::new() };
                format!("{function}: {status} after {ms:.0} ms{tries}")
            }
            EventKind::ClipStart { part, .. } => format!("plays part {part}"),
            EventKind::PromptStart { prompt: Prompt::Text(text) } => format!("says {text:?}"),
            EventKind::PromptStart { prompt: Prompt::Url(url) } => format!("plays {url}"),
            EventKind::PromptStart { prompt: Prompt::Id(name) } => format!("plays the prompt {name}"),
            EventKind::ListenStart { to } if to == "lex" => "Lex listens".into(),
            EventKind::ListenStart { .. } => "waits for keys".into(),
            EventKind::CallerStart { text } => format!("the caller says {text:?}"),
            EventKind::KeyPressed { key } => format!("the caller presses {key}"),
            EventKind::Interrupted { by } => format!("interrupted by {by}"),
            EventKind::SilenceEnd { ms } if *ms >= SHORTEST_SILENCE => {
                format!("{:.1} s of silence are over", ms / 1000.0)
            }
            EventKind::CallEnd { reason } => reason.clone(),
            _ => return None,
        })
    }
}

/// The end of the call in a few lines.
pub(super) fn summary(call: &Call, folder: &Path) {
    let summary = call.timeline.summary();
    out::line(format_args!(
        "\n{} invocations, {} parts, {:.1} s of silence up to the last one",
        summary.round_trips,
        summary.parts,
        summary.dead_air_ms / 1000.0
    ));
    if let Some(error) = &call.end.first_error {
        out::line(format_args!("first error: {error}"));
    }
    let folder = folder.display();
    out::line(format_args!(
        "wrote {folder}/call.html, {folder}/call.wav, {folder}/timeline.json and {folder}/flow-log.jsonl"
    ));
}
