//! Dead air: silence in which the flow does not listen to the caller, and its cause.

use super::{Gap, Kind, Span};

/// The shortest dead air that is shown, in milliseconds. Below it nobody hears a pause.
const SHORTEST_MS: f64 = 20.0;
/// The shortest dead air in the table, in milliseconds, and the number of its rows.
const SHORTEST_GAP_MS: f64 = 200.0;
const GAPS: usize = 10;

/// The silence without the times in which the flow listens. Both lists are in the order of time.
pub(super) fn dead_air(silence: &[(f64, f64)], listening: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut dead = Vec::new();
    for &(start, end) in silence {
        let mut from = start;
        for &(listens, stops) in listening {
            if stops > from && listens < end {
                dead.push((from, listens));
                from = stops;
            }
        }
        dead.push((from, end));
    }
    dead.retain(|(start, end)| end - start >= SHORTEST_MS);
    dead
}

/// The longest dead air, longest first, with the span that took most of each.
pub(super) fn gaps(dead: &[(f64, f64)], causes: &[&[Span]]) -> Vec<Gap> {
    let long = dead.iter().filter(|(start, end)| end - start >= SHORTEST_GAP_MS);
    let mut gaps: Vec<_> = long
        .map(|&(start_ms, end_ms)| Gap {
            start_ms,
            ms: end_ms - start_ms,
            cause: cause(start_ms, end_ms, causes),
        })
        .collect();
    gaps.sort_by(|one, other| other.ms.total_cmp(&one.ms));
    gaps.truncate(GAPS);
    gaps
}

/// The span that covers most of a time, if it covers half: of the first list that has one.
fn cause(start: f64, end: f64, causes: &[&[Span]]) -> String {
    let covered = |span: &Span| span.end_ms.min(end) - span.start_ms.max(start);
    let of_list = |spans: &&[Span]| {
        let longest = spans.iter().max_by(|one, other| covered(one).total_cmp(&covered(other)))?;
        (covered(longest) * 2.0 >= end - start).then(|| described(longest))
    };
    let several = || {
        let spans = causes.first().map_or(&[][..], |spans| spans);
        let during: Vec<_> =
            spans.iter().filter(|span| covered(span) > 0.0).map(|span| span.label.as_str()).collect();
        during.join(", then ")
    };
    causes.iter().find_map(of_list).unwrap_or_else(several)
}

fn described(span: &Span) -> String {
    match span.kind {
        Kind::Invocation => format!("function {}", span.label),
        _ => format!("action {}", span.label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(kind: Kind, start_ms: f64, end_ms: f64, label: &str) -> Span {
        Span { start_ms, end_ms, kind, label: label.into(), ..Span::default() }
    }

    #[test]
    fn listening_is_not_dead_air() {
        let silence = [(0.0, 1000.0), (2000.0, 4000.0), (5000.0, 5010.0)];
        let listening = [(1500.0, 1800.0), (2500.0, 3000.0), (3500.0, 4500.0)];
        assert_eq!(dead_air(&silence, &listening), [(0.0, 1000.0), (2000.0, 2500.0), (3000.0, 3500.0)]);
    }

    #[test]
    fn a_gap_names_the_function_before_the_action_and_all_if_none_took_half() {
        let functions = [
            span(Kind::Invocation, 0.0, 700.0, "start"),
            span(Kind::Invocation, 2000.0, 2400.0, "f"),
            span(Kind::Invocation, 2400.0, 2700.0, "g"),
            span(Kind::Invocation, 2700.0, 3000.0, "h"),
        ];
        let actions = [span(Kind::Action, 0.0, 700.0, "invoke"), span(Kind::Action, 5000.0, 9000.0, "wait")];
        let dead = [(0.0, 1000.0), (2000.0, 3000.0), (5000.0, 8000.0), (9000.0, 9100.0)];
        let found = gaps(&dead, &[&functions, &actions]);
        let told: Vec<_> = found.iter().map(|gap| (gap.ms, gap.cause.as_str())).collect();
        let expected = [(3000.0, "action wait"), (1000.0, "function start"), (1000.0, "f, then g, then h")];
        assert_eq!(told, expected);
    }
}
