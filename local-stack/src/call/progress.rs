//! Prints one line per stage during a call.

use std::time::{SystemTime, UNIX_EPOCH};

use connect_flows::timeline::{Event, EventKind, Prompt};

#[derive(Default)]
pub(super) struct Progress {
    started_at_ms: Option<f64>,
}

impl Progress {
    /// Wall-clock start of the call, in milliseconds since the Unix epoch; `None` before its first event. The caller's words
    /// are made before it.
    pub(super) fn started_at_ms(&self) -> Option<f64> {
        self.started_at_ms
    }

    pub(super) fn show(&mut self, event: &Event) {
        self.started_at_ms.get_or_insert_with(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_secs_f64() * 1000.0 - event.t_ms
        });
        let what = match &event.kind {
            EventKind::LambdaEnd { function, status, ms, .. } => {
                format!("{function}: {status} after {ms:.0} ms")
            }
            EventKind::ClipStart { part, .. } => format!("plays part {part}"),
            EventKind::PromptStart { prompt: Prompt::Text(text) } => format!("says \"{text}\""),
            EventKind::PromptStart { prompt: Prompt::Url(url) } => format!("plays {url}"),
            EventKind::PromptStart { prompt: Prompt::Id(name) } => format!("plays the prompt {name}"),
            EventKind::CallerStart { text } => format!("the caller says \"{text}\""),
            EventKind::KeyPressed { key } => format!("the caller presses {key}"),
            EventKind::CallEnd { reason } => reason.clone(),
            _ => return,
        };
        println!("{:>8.3} s  {what}", event.t_ms / 1000.0);
    }
}
