//! Rules of lint, each shown by a fault in a flow that is otherwise healthy, and by the place at which it is found.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

mod command;
mod external;
mod meaning;
mod mutants;
mod rules;

use connect_flows::{
    lint::{self, Finding},
    source::{Position, Source},
};

/// A flow without faults.
const HEALTHY: &str = include_str!("healthy.json");

/// The healthy flow with one part in place of another. The part must occur once.
fn with(part: &str, new: &str) -> String {
    assert_eq!(HEALTHY.matches(part).count(), 1, "{part}");
    HEALTHY.replace(part, new)
}

fn findings(text: &str) -> (Source, Vec<Finding>) {
    let source = Source::new("flow.json", text);
    let findings = lint::file(&source).findings;
    (source, findings)
}

/// Codes and places of the findings, and the actions.
fn told(text: &str) -> Vec<(String, Position)> {
    let (source, findings) = findings(text);
    findings.iter().map(|finding| (finding.rule.to_string(), source.position(finding.span.start))).collect()
}

/// The place of a part of the text.
fn place(text: &str, part: &str) -> Position {
    let start = text.find(part).unwrap_or_else(|| panic!("{part} is not there"));
    Source::new("", text).position(start)
}
