//! The table at the end of a call.

use std::{collections::BTreeMap, fmt::Write};

use comfy_table::{CellAlignment, Table, presets};
use connect_flows::{runner::Call, timeline::EventKind};
use contract::{
    http::StreamStatus,
    timeline::{Moment, Segment, Stage, TimedPart, Timeline},
};

use crate::lambda_host::Report;

/// All figures of a call, in milliseconds. `started_at_ms` is the wall-clock time of the call's start.
pub(super) fn render(
    call: &Call,
    stream: Option<&StreamStatus>,
    started_at_ms: f64,
    reports: &[Report],
) -> String {
    let invoked_at_ms = first(call, |kind| matches!(kind, EventKind::LambdaStart { .. }));
    let mut text = String::new();
    let timeline = stream.and_then(|stream| stream.timeline.as_ref());
    if let (Some(timeline), Some(invoked_at_ms)) = (timeline, invoked_at_ms) {
        // Time from the invocation, by the simulator's clock, to the request, by the service's clock.
        let received_at_ms = timeline.began_at_ms - started_at_ms;
        let received_after_ms = (received_at_ms - invoked_at_ms).max(0.0);
        // A host that took the stream over knows nothing of the first clip.
        if timeline.at(Moment::RequestReceived).is_some() {
            let _ = writeln!(text, "{}\n", first_audio(call, timeline, received_after_ms));
        }
        let _ = writeln!(text, "{}\n", parts(call, timeline, received_at_ms));
    }
    let _ = writeln!(text, "{}\n", functions(reports));
    let summary = call.timeline.summary();
    let longest = summary.gaps_ms.iter().copied().fold(0.0, f64::max);
    let ttfa = summary.ttfa_ms.map_or("none".into(), |ms| format!("{ms:.0} ms"));
    let _ = write!(
        text,
        "time to first audio {ttfa}, parts {}, audio {:.1} s, longest gap {longest:.0} ms, dead air {:.0} ms, \
         round trips {}",
        summary.parts,
        summary.audio_ms / 1000.0,
        summary.dead_air_ms,
        summary.round_trips
    );
    if !summary.answered_after_ms.is_empty() {
        let answers: Vec<_> = summary.answered_after_ms.iter().map(|ms| format!("{ms:.0} ms")).collect();
        let _ = write!(text, "\nanswers heard {} after the caller's last word", answers.join(", "));
    }
    text
}

fn first(call: &Call, matches: impl Fn(&EventKind) -> bool) -> Option<f64> {
    call.timeline.events().iter().find(|event| matches(&event.kind)).map(|event| event.t_ms)
}

/// The stages of the time to first audio. `received_after_ms` is the time from the invocation until the service has the
/// request.
fn first_audio(call: &Call, timeline: &Timeline, received_after_ms: f64) -> Table {
    let heard = call.timeline.summary().ttfa_ms.unwrap_or_default();
    let mut table = table(["first audio", "ms", "total"]);
    let mut row = |name: &str, ms: f64, total: Option<f64>| {
        table.add_row([
            name.to_owned(),
            format!("{ms:.1}"),
            total.map_or(String::new(), |ms| format!("{ms:.1}")),
        ]);
    };
    row("function, until the service has the request", received_after_ms, Some(received_after_ms));
    let mut total = received_after_ms;
    for Segment { stage, ms, until_ms } in timeline.first_clip() {
        total = received_after_ms + until_ms;
        row(description(stage), ms, Some(total));
        if let (Stage::Speech, Some(part)) = (stage, timeline.parts.first()) {
            row("  text to phonemes", part.phonemes_ms, None);
            row("  neural network", part.model_ms, None);
            row("  vocoder", part.vocoder_ms, None);
            row("  trim, 8 kHz, mu-law", part.telephone_ms, None);
        }
    }
    row("function's reply, fetching the clip, its first sound", (heard - total).max(0.0), Some(heard));
    table
}

fn description(stage: Stage) -> &'static str {
    match stage {
        Stage::Request => "request: memory of the talk, admission",
        Stage::Model => "model, until its first token",
        Stage::Sentence => "first sentence, until it is certain",
        Stage::Queue => "queue, until a worker begins",
        Stage::Speech => "speech",
        Stage::Store => "store: part 0 is in the bucket",
        Stage::Reply => "reply: the clip is handed out",
    }
}

/// The times at which each part was stored and heard, counted from the start of the call, where the timeline begins at
/// `received_at_ms`.
fn parts(call: &Call, timeline: &Timeline, received_at_ms: f64) -> Table {
    let mut heard = BTreeMap::new();
    let gaps = call.timeline.summary().gaps_ms;
    let mut order = 0;
    for event in call.timeline.events() {
        if let EventKind::ClipStart { part, .. } = event.kind {
            let gap = usize::checked_sub(order, 1).and_then(|previous| gaps.get(previous).copied());
            heard.entry(part).or_insert((event.t_ms, gap));
            order += 1;
        }
    }
    let mut table = table(["part", "stored at", "heard at", "gap before", "length"]);
    for TimedPart { part, audio_ms, .. } in &timeline.parts {
        let (heard_at, gap) = heard.get(part).copied().unzip();
        let ms = |ms: Option<f64>, missing: &str| ms.map_or(missing.to_owned(), |ms| format!("{ms:.0}"));
        table.add_row([
            part.to_string(),
            ms(timeline.at_number(Moment::PartStored, *part).map(|at| received_at_ms + at), "never"),
            ms(heard_at, "never"),
            ms(gap.flatten(), "-"),
            format!("{audio_ms:.0}"),
        ]);
    }
    table
}

/// The durations of the functions, as Lambda bills them.
fn functions(reports: &[Report]) -> Table {
    let mut by_function: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for report in reports {
        by_function.entry(&report.function).or_default().push(report);
    }
    let mut table = table(["function", "calls", "cold", "median ms", "longest ms"]);
    for (function, reports) in by_function {
        let mut durations: Vec<f64> = reports.iter().map(|report| report.duration_ms).collect();
        durations.sort_by(f64::total_cmp);
        let cold = reports.iter().filter(|report| report.init_ms.is_some()).count();
        table.add_row([
            function.to_owned(),
            durations.len().to_string(),
            cold.to_string(),
            format!("{:.1}", durations[durations.len() / 2]),
            format!("{:.1}", durations.last().copied().unwrap_or_default()),
        ]);
    }
    table
}

/// A table whose columns after the first hold numbers.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
