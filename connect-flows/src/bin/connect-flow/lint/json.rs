//! Findings as one JSON object.

use connect_flows::{lint::Finding, source::Source};
use serde_json::{Value, json};

use super::report::{Report, place};

pub(super) fn write(report: &Report) -> String {
    let findings: Vec<Value> = report.findings().map(|(source, finding)| object(source, finding)).collect();
    let all = json!({
        "files": report.judged,
        "errors": report.errors(),
        "warnings": report.warnings(),
        "unread": report.unread,
        "findings": findings,
    });
    format!("{all:#}\n")
}

fn object(source: &Source, finding: &Finding) -> Value {
    let place = place(source, finding);
    json!({
        "code": finding.rule.to_string(),
        "rule": finding.rule.name(),
        "severity": finding.rule.severity(),
        "file": source.name,
        "line": place.start.line,
        "column": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
        "action": finding.action,
        "name": finding.name,
        "what": finding.what,
        "remedy": finding.remedy,
    })
}
