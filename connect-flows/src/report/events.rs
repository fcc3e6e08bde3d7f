//! The events of a call as spans.

use super::{Kind, LogLine, Span};
use crate::{
    model::is_made_up,
    redact::without_queries,
    timeline::{Event, EventKind, Prompt},
};

/// The meaning of an event.
enum Edge {
    Starts(Span),
    /// Ends the first open span of this kind and label, and adds the facts.
    Ends(Span),
    Marks(Span),
    Nothing,
}

/// All spans of a call in the order of their starts. A span without an end ends with the call. The flow log has a line
/// for each action that ended.
pub(super) fn spans(events: &[Event], duration_ms: f64, log: &[LogLine]) -> Vec<Span> {
    let mut open: Vec<Span> = Vec::new();
    let mut spans = Vec::new();
    let mut log = log.iter();
    for event in events {
        let (start_ms, end_ms) = (event.t_ms, event.t_ms);
        match edge(&event.kind) {
            Edge::Starts(span) => open.push(Span { start_ms, ..span }),
            Edge::Marks(span) => spans.push(Span { start_ms, end_ms, ..span }),
            Edge::Ends(end) if end.kind == Kind::Action => {
                let result = log.next().map_or("", |line| &line.result);
                spans.extend(ended(&mut open, end.with("Results", result), end_ms));
                // An action that something else interrupts hears nothing more.
                spans.extend(ended(&mut open, span(Kind::Listening, ""), end_ms));
            }
            Edge::Ends(end) => spans.extend(ended(&mut open, end, end_ms)),
            Edge::Nothing => {}
        }
    }
    spans.extend(open.into_iter().map(|span| Span { end_ms: duration_ms, ..span }));
    spans.sort_by(|one, other| one.start_ms.total_cmp(&other.start_ms));
    spans
}

fn ended(open: &mut Vec<Span>, end: Span, end_ms: f64) -> Option<Span> {
    let same = |span: &Span| {
        span.kind == end.kind
            && span.action == end.action
            && (end.label.is_empty() || span.label == end.label)
    };
    // Modules and their actions end from the inside out, and functions of one name as they began.
    let index = match end.kind {
        Kind::Action | Kind::Flow => open.iter().rposition(same),
        _ => open.iter().position(same),
    };
    let mut span = open.remove(index?);
    span.end_ms = end_ms;
    span.failed |= end.failed;
    span.facts.extend(end.facts);
    Some(span)
}

fn edge(kind: &EventKind) -> Edge {
    match kind {
        EventKind::LambdaStart { .. }
        | EventKind::ClipStart { .. }
        | EventKind::PromptStart { .. }
        | EventKind::CallerStart { .. }
        | EventKind::ListenStart { .. }
        | EventKind::FlowStart { .. }
        | EventKind::ActionStart { .. }
        | EventKind::SilenceStart { .. } => Edge::Starts(started(kind)),
        EventKind::KeyPressed { key } => {
            let key = key.to_string();
            Edge::Marks(span(Kind::Key, &key).with("Key", &key))
        }
        EventKind::Interrupted { by } => Edge::Marks(span(Kind::Interruption, "✕").with("By", by)),
        EventKind::CallEnd { .. } => Edge::Nothing,
        _ => Edge::Ends(end(kind)),
    }
}

fn started(kind: &EventKind) -> Span {
    match kind {
        EventKind::LambdaStart { function, .. } => span(Kind::Invocation, function),
        EventKind::ClipStart { url, part } => part_span(*part).with("URL", url),
        EventKind::PromptStart { prompt } => prompt_span(prompt),
        EventKind::CallerStart { text } => span(Kind::Speech, text),
        EventKind::ListenStart { to } => span(Kind::Listening, "listens").with("To", to),
        EventKind::FlowStart { flow, module } => {
            span(Kind::Flow, flow).with("Kind", if *module { "module" } else { "flow" })
        }
        EventKind::ActionStart { flow, action, name, kind } => {
            action_span(flow, action, name.as_deref(), kind)
        }
        _ => span(Kind::Silence, ""),
    }
}

fn end(kind: &EventKind) -> Span {
    match kind {
        EventKind::LambdaEnd { function, status, attempts, .. } => {
            let failed = matches!(status.as_str(), "error" | "timeout");
            let ended = Span { failed, ..span(Kind::Invocation, function) }.with("Status", status);
            if *attempts > 1 { ended.with("Attempts", &attempts.to_string()) } else { ended }
        }
        EventKind::ClipEnd { part, .. } => part_span(*part),
        EventKind::PromptEnd { prompt } => Span { facts: Vec::new(), ..prompt_span(prompt) },
        EventKind::CallerEnd { text } => span(Kind::Speech, text),
        EventKind::ListenEnd { input } => span(Kind::Listening, "").with("Input", input),
        EventKind::FlowEnd { flow, result, .. } if result.is_empty() => span(Kind::Flow, flow),
        EventKind::FlowEnd { flow, result, .. } => span(Kind::Flow, flow).with("Returned", result),
        EventKind::ActionEnd { action, branch, to, note, .. } => {
            let failed = branch.ends_with("Error") || branch.ends_with("Failed");
            let ended = Span { action: Some(action.clone()), failed, ..span(Kind::Action, "") };
            let mut ended = ended.with("Branch", branch);
            if let Some(to) = to {
                ended = ended.with("Next", to);
            }
            match note {
                Some(note) => ended.with("Note", note),
                None => ended,
            }
        }
        _ => span(Kind::Silence, ""),
    }
}

impl Span {
    fn with(mut self, name: &str, value: &str) -> Self {
        self.facts.push((name.to_owned(), without_queries(value)));
        self
    }
}

fn span(kind: Kind, label: &str) -> Span {
    Span { kind, label: without_queries(label), ..Span::default() }
}

fn part_span(part: usize) -> Span {
    span(Kind::Part, &format!("part {part}"))
}

fn prompt_span(prompt: &Prompt) -> Span {
    match prompt {
        Prompt::Url(url) => span(Kind::Prompt, url.rsplit('/').next().unwrap_or(url)).with("URL", url),
        Prompt::Text(text) => span(Kind::Prompt, text),
        Prompt::Id(id) => span(Kind::Prompt, id.rsplit('/').next().unwrap_or(id)).with("Prompt", id),
    }
}

/// An identifier that the designer made says nothing to people; the type does.
fn action_span(flow: &str, action: &str, name: Option<&str>, kind: &str) -> Span {
    let label = name.unwrap_or(if is_made_up(action) { kind } else { action });
    let named = Span { action: Some(action.to_owned()), ..span(Kind::Action, label) };
    let named = named.with("Type", kind).with("Flow", flow);
    if label == action { named } else { named.with("Identifier", action) }
}
