//! Spans: their rows in a lane, and steps without a length joined to one.

use super::{Kind, Span};

/// Steps that are shorter than this, in milliseconds, are joined with their neighbours.
const INSTANT_MS: f64 = 5.0;

/// A mark has room for its text, in milliseconds.
const MARK_MS: f64 = 300.0;

/// Gives every span the first row in which it overlaps no earlier one. The spans are in the order of their starts.
pub(super) fn into_rows(spans: &mut [Span]) {
    let mut ends: Vec<f64> = Vec::new();
    for span in spans {
        let free = ends.iter().position(|end| *end <= span.start_ms);
        span.row = free.unwrap_or(ends.len());
        let is_mark = matches!(span.kind, Kind::Key | Kind::Interruption);
        let end_ms = if is_mark { span.start_ms + MARK_MS } else { span.end_ms };
        if free.is_none() {
            ends.push(end_ms);
        }
        ends[span.row] = end_ms;
    }
}

/// Joins neighbouring steps that take no time, since they would lie on one another. A step that failed stays alone.
pub(super) fn join_instants(steps: Vec<Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    let mut count = 0;
    for step in steps {
        match joined.last_mut() {
            Some(last) if count > 0 && joins(last, &step) => {
                if count == 1 {
                    last.facts = vec![short(last)];
                }
                count += 1;
                last.facts.push(short(&step));
                last.label = format!("{count} steps");
                last.end_ms = step.end_ms;
            }
            _ => {
                count = usize::from(is_instant(&step));
                joined.push(step);
            }
        }
    }
    joined
}

fn is_instant(step: &Span) -> bool {
    step.kind == Kind::Action && !step.failed && step.end_ms - step.start_ms < INSTANT_MS
}

fn joins(last: &Span, step: &Span) -> bool {
    is_instant(step) && step.end_ms - last.start_ms < INSTANT_MS
}

/// A step as one fact of the span into which it is joined: its type, and the branch that it took.
fn short(step: &Span) -> (String, String) {
    let fact = |name: &str| step.facts.iter().find(|fact| fact.0 == name).map_or("", |fact| &fact.1);
    let words = match fact("Branch") {
        "next" | "" => fact("Type").to_owned(),
        branch => format!("{} → {branch}", fact("Type")),
    };
    (step.label.clone(), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lane;

    fn span(start_ms: f64, end_ms: f64, label: &str) -> Span {
        Span { start_ms, end_ms, label: label.into(), ..Span::default() }
    }

    #[test]
    fn spans_that_overlap_stand_in_different_rows() {
        let spans =
            [span(30.0, 40.0, "d"), span(0.0, 20.0, "a"), span(10.0, 40.0, "b"), span(20.0, 30.0, "c")];
        let lane = Lane::new("functions", spans.to_vec());
        let rows: Vec<_> = lane.spans.iter().map(|span| (span.label.as_str(), span.row)).collect();
        assert_eq!(rows, [("a", 0), ("b", 1), ("c", 0), ("d", 0)]);
    }

    #[test]
    fn steps_without_a_length_are_one_span_that_lists_them() {
        let mut compare = span(0.0, 1.0, "b");
        compare.facts = [("Type", "Compare"), ("Branch", "true")]
            .map(|(name, value)| (name.into(), value.into()))
            .to_vec();
        let mut failed = span(1.0, 1.0, "failed");
        failed.failed = true;
        let steps =
            vec![span(0.0, 0.0, "a"), compare, failed, span(1.0, 900.0, "c"), span(900.0, 900.0, "d")];
        let joined = join_instants(steps);
        let labels: Vec<_> = joined.iter().map(|span| span.label.as_str()).collect();
        assert_eq!(labels, ["2 steps", "failed", "c", "d"]);
        assert_eq!(
            joined[0].facts,
            [("a".to_owned(), String::new()), ("b".to_owned(), "Compare → true".to_owned())]
        );
        assert_eq!(joined[0].end_ms, 1.0);
    }
}
