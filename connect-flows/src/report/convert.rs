//! A finished call as a report.

use serde_json::Value;

use super::{Answer, Figures, Kind, Lane, LogLine, Report, Span, events, silence, spans};
use crate::{
    redact::without_queries,
    runner::{Call, FlowLogLine},
    timeline::EventKind,
};

impl Report {
    /// The report of a call. `title` is the name of its flow or scenario.
    pub fn of(call: &Call, title: &str) -> Self {
        let timeline = call.timeline.events();
        let duration_ms = timeline.last().map_or(0.0, |event| event.t_ms);
        let log = log(call);
        let spans = events::spans(timeline, duration_ms, &log);
        let dead = silence::dead_air(&silences(&spans), &waits(&spans));
        let [invocations, actions] = [Kind::Invocation, Kind::Action].map(|kind| of(&spans, &[kind]));
        Self {
            title: title.to_owned(),
            end: call.end.reason.to_string(),
            failure: call.end.error(),
            duration_ms,
            figures: figures(call, &spans, &dead),
            gaps: silence::gaps(&dead, &[&invocations, &actions]),
            lanes: lanes(&spans, &dead),
            log,
            heard: call.recording.samples().to_vec(),
            said: call.recording.said().to_vec(),
            picture: None,
        }
    }
}

fn lanes(spans: &[Span], dead: &[(f64, f64)]) -> Vec<Lane> {
    let mut lanes = vec![
        Lane::new("Dead air", dead.iter().map(dead_span).collect()),
        Lane::new("Sounds", of(spans, &[Kind::Part, Kind::Prompt])),
        Lane::new("Caller", of(spans, &[Kind::Listening, Kind::Speech])),
        Lane::new("Keys, barge-in", of(spans, &[Kind::Key, Kind::Interruption])),
        Lane::new("Functions", of(spans, &[Kind::Invocation])),
        Lane::new("Actions", spans::join_instants(of(spans, &[Kind::Action]))),
        Lane::new("Flows", of(spans, &[Kind::Flow])),
    ];
    lanes.retain(|lane| !lane.spans.is_empty());
    lanes
}

fn of(spans: &[Span], kinds: &[Kind]) -> Vec<Span> {
    spans.iter().filter(|span| kinds.contains(&span.kind)).cloned().collect()
}

fn silences(spans: &[Span]) -> Vec<(f64, f64)> {
    of(spans, &[Kind::Silence]).iter().map(|span| (span.start_ms, span.end_ms)).collect()
}

/// The times in which the flow waits for the caller: from the start of listening to the caller's first word, where words are
/// listened to, else to the last key. Silence after that is the caller's wait for an answer.
fn waits(spans: &[Span]) -> Vec<(f64, f64)> {
    let starts = |kind| -> Vec<f64> { of(spans, &[kind]).iter().map(|span| span.start_ms).collect() };
    let [speech, keys] = [Kind::Speech, Kind::Key].map(starts);
    let wait = |listening: &Span| {
        let during = |at: &&f64| (listening.start_ms..listening.end_ms).contains(*at);
        let to_keys = listening.facts.iter().any(|fact| fact.0 == "To" && fact.1 == "keys");
        let word = speech.iter().find(during).filter(|_| !to_keys);
        let end = word.or_else(|| keys.iter().rfind(during)).copied();
        (listening.start_ms, end.unwrap_or(listening.end_ms))
    };
    of(spans, &[Kind::Listening]).iter().map(wait).collect()
}

fn dead_span(&(start_ms, end_ms): &(f64, f64)) -> Span {
    Span { start_ms, end_ms, kind: Kind::Silence, label: "dead air".into(), ..Span::default() }
}

fn figures(call: &Call, spans: &[Span], dead: &[(f64, f64)]) -> Figures {
    let summary = call.timeline.summary();
    let sounds = of(spans, &[Kind::Part, Kind::Prompt]);
    Figures {
        first_audio_ms: summary.ttfa_ms,
        first_sound_ms: sounds.first().map(|sound| sound.start_ms),
        dead_air_ms: dead.iter().map(|(start, end)| end - start).sum(),
        answers: answers(&of(spans, &[Kind::Speech]), &sounds, &summary.answered_after_ms),
        invocations: summary.round_trips,
    }
}

/// The answers to the caller's words. `audible_ms` has the delay of each turn in which a part was heard, up to its first
/// audible sample; a prompt is counted from its start.
fn answers(turns: &[Span], sounds: &[Span], audible_ms: &[f64]) -> Vec<Answer> {
    let mut audible_ms = audible_ms.iter();
    let mut answers = Vec::new();
    for (index, turn) in turns.iter().enumerate() {
        let until = turns.get(index + 1).map_or(f64::INFINITY, |next| next.end_ms);
        let of_turn: Vec<_> =
            sounds.iter().filter(|sound| (turn.end_ms..until).contains(&sound.start_ms)).collect();
        let part = of_turn.iter().find(|sound| sound.kind == Kind::Part);
        let audible = part.and_then(|_| audible_ms.next());
        let Some(first) = of_turn.first() else { continue };
        let ms =
            audible.filter(|_| first.kind == Kind::Part).copied().unwrap_or(first.start_ms - turn.end_ms);
        answers.push(Answer { at_ms: turn.end_ms, ms, text: turn.label.clone() });
    }
    answers
}

/// The flow log, with the times at which the actions ended.
fn log(call: &Call) -> Vec<LogLine> {
    let ends =
        call.timeline.events().iter().filter(|event| matches!(event.kind, EventKind::ActionEnd { .. }));
    let ends: Vec<f64> = ends.map(|event| event.t_ms).collect();
    let known = ends.len() == call.flow_log.len();
    let line = |(index, line)| LogLine { at_ms: known.then(|| ends[index]), ..log_line(line) };
    call.flow_log.iter().enumerate().map(line).collect()
}

fn log_line(line: &FlowLogLine) -> LogLine {
    let result = match &line.results {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    LogLine {
        at_ms: None,
        flow: line.contact_flow_name.clone(),
        kind: line.contact_flow_module_type.clone(),
        result: without_queries(&result),
        json: line.to_json(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(kind: Kind, start_ms: f64, end_ms: f64, label: &str) -> Span {
        Span { start_ms, end_ms, kind, label: label.into(), ..Span::default() }
    }

    #[test]
    fn a_part_answers_with_its_first_audible_sample_and_a_prompt_with_its_start() {
        let turns = [
            span(Kind::Speech, 0.0, 1000.0, "first"),
            span(Kind::Speech, 5000.0, 6000.0, "second"),
            span(Kind::Speech, 9000.0, 9500.0, "not answered"),
            span(Kind::Speech, 9600.0, 10_000.0, "last"),
        ];
        let sounds = [
            span(Kind::Prompt, 1200.0, 2000.0, "one moment"),
            span(Kind::Part, 2500.0, 4000.0, "part 0"),
            span(Kind::Part, 7000.0, 8000.0, "part 0"),
            span(Kind::Prompt, 10_500.0, 11_000.0, "goodbye"),
        ];
        let found = answers(&turns, &sounds, &[1540.0, 1050.0]);
        let told: Vec<_> =
            found.iter().map(|answer| (answer.text.as_str(), answer.at_ms, answer.ms)).collect();
        assert_eq!(told, [("first", 1000.0, 200.0), ("second", 6000.0, 1050.0), ("last", 10_000.0, 500.0)]);
    }

    #[test]
    fn the_wait_for_the_caller_ends_with_the_first_word_or_the_last_key() {
        let mut to_keys = span(Kind::Listening, 5000.0, 9000.0, "listens");
        to_keys.facts = vec![("To".into(), "keys".into())];
        let spans = [
            span(Kind::Listening, 0.0, 3000.0, "listens"),
            span(Kind::Speech, 1000.0, 2000.0, "hello"),
            to_keys,
            span(Kind::Speech, 5500.0, 5800.0, "not listened to"),
            span(Kind::Key, 6000.0, 6000.0, "1"),
            span(Kind::Key, 7000.0, 7000.0, "2"),
            span(Kind::Listening, 10_000.0, 13_000.0, "listens"),
        ];
        assert_eq!(waits(&spans), [(0.0, 1000.0), (5000.0, 7000.0), (10_000.0, 13_000.0)]);
    }
}
