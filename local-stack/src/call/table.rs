//! The table at the end of a call.

use std::{collections::BTreeMap, fmt::Write};

use comfy_table::{CellAlignment, Table, presets};
use connect_flows::{runner::Call, timeline::EventKind};
use contract::{
    StreamId,
    http::{PartTiming, StreamStatus},
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
    if let (Some(stream), Some(invoked_at_ms)) = (stream, invoked_at_ms) {
        // Time from the invocation, by the simulator's clock, to the stream's creation, by the service's clock.
        let created_after_ms = stream.created_at_ms as f64 - started_at_ms - invoked_at_ms;
        let _ = writeln!(text, "{}\n", first_audio(call, stream, created_after_ms.max(0.0)));
        let _ = writeln!(text, "{}\n", parts(call, stream, invoked_at_ms + created_after_ms));
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

/// The stream of the first part that was played.
pub(super) fn first_stream(call: &Call) -> Option<StreamId> {
    call.timeline.events().iter().find_map(|event| match &event.kind {
        EventKind::ClipStart { url, .. } => url.rsplit('/').nth(1)?.parse().ok(),
        _ => None,
    })
}

fn first(call: &Call, matches: impl Fn(&EventKind) -> bool) -> Option<f64> {
    call.timeline.events().iter().find(|event| matches(&event.kind)).map(|event| event.t_ms)
}

/// The stages of the time to first audio.
fn first_audio(call: &Call, stream: &StreamStatus, created_after_ms: f64) -> Table {
    let timing = stream.timings.first().copied().unwrap_or_default();
    let PartTiming { queue_ms, phonemes_ms, model_ms, vocoder_ms, telephone_ms, upload_ms, .. } = timing;
    let known = queue_ms + phonemes_ms + model_ms + vocoder_ms + telephone_ms + upload_ms;
    let stored = created_after_ms + timing.stored_after_ms;
    let heard = call.timeline.summary().ttfa_ms.unwrap_or_default();
    let mut table = table(["first audio", "ms"]);
    for (step, ms) in [
        ("start_stream invoked, request at the service", created_after_ms),
        ("waiting for a worker", queue_ms),
        ("text to phonemes", phonemes_ms),
        ("neural network", model_ms),
        ("vocoder", vocoder_ms),
        ("trim, 8 kHz, mu-law, WAV", telephone_ms),
        ("storing part 0", upload_ms),
        ("the rest: tasks, manifest", (timing.stored_after_ms - known).max(0.0)),
        ("= start_stream invoked to part 0 stored", stored),
        ("reply, fetching the clip, its first sound", (heard - stored).max(0.0)),
        ("= time to first audio", heard),
    ] {
        table.add_row([step.to_owned(), format!("{ms:.1}")]);
    }
    table
}

/// The times at which each part was stored and heard, counted from the start of the call.
fn parts(call: &Call, stream: &StreamStatus, created_at_ms: f64) -> Table {
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
    for (number, timing) in stream.timings.iter().enumerate() {
        let (heard_at, gap) = heard.get(&number).copied().unzip();
        table.add_row([
            number.to_string(),
            format!("{:.0}", created_at_ms + timing.stored_after_ms),
            heard_at.map_or("never".into(), |ms| format!("{ms:.0}")),
            gap.flatten().map_or("-".into(), |ms| format!("{ms:.0}")),
            format!("{:.0}", timing.audio_ms),
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
fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
