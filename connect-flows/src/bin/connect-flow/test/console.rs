//! The report for people: a line for each test, and the failures in full at the end.

use connect_flows::scenario::{Checked, Step};

use super::job::Outcome;
use crate::out;

/// Colours of a terminal.
const GREEN: u8 = 32;
const RED: u8 = 31;

/// Number of steps that a failure shows.
const STEPS: usize = 10;

/// A test in one line.
pub(super) fn line(outcome: &Outcome) {
    let name = &outcome.name;
    let ms = outcome.took.as_millis();
    match &outcome.result {
        Ok(checked) if checked.has_passed() => {
            let seconds = checked.call_ms / 1000.0;
            let rest = format_args!("      {name}  ({ms} ms for a call of {seconds:.1} s)");
            out::marked("ok", GREEN, rest);
        }
        _ => out::marked("FAILED", RED, format_args!("  {name}  ({ms} ms)")),
    }
}

/// The failures in full, and the remarks of the others.
pub(super) fn failures(outcomes: &[Outcome]) {
    for outcome in outcomes {
        match &outcome.result {
            Err(error) => failed(outcome, &indented(error, "  ")),
            Ok(checked) if !checked.has_passed() => failed(outcome, &in_full(checked)),
            Ok(checked) if !checked.notes.is_empty() => {
                out::line(format_args!("\n{}\n{}", outcome.name, indented(&checked.notes.join("\n"), "  ")));
            }
            Ok(_) => {}
        }
    }
}

fn failed(outcome: &Outcome, text: &str) {
    out::line("");
    out::marked("FAILED", RED, format_args!("  {}\n{text}", outcome.name));
}

/// Each expectation that was not met, with the course of the call, and the last steps.
pub(super) fn in_full(checked: &Checked) -> String {
    let mut lines = Vec::new();
    for verdict in &checked.verdicts {
        if let Some(came) = &verdict.came {
            lines.push(format!("  expected  {}", verdict.expected));
            let came = came.iter().enumerate();
            lines.extend(came.map(|(index, line)| {
                format!("  {}  {line}", if index == 0 { "came    " } else { "        " })
            }));
        }
    }
    lines.extend(checked.notes.iter().map(|note| format!("  note      {note}")));
    let first = checked.steps.len().saturating_sub(STEPS);
    let steps: Vec<String> = checked.steps[first..].iter().map(Step::to_string).collect();
    if !steps.is_empty() {
        lines.push(format!("  the last {} of {} steps", steps.len(), checked.steps.len()));
        lines.extend(steps.iter().map(|step| format!("    {step}")));
    }
    lines.join("\n")
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}")).collect::<Vec<_>>().join("\n")
}
