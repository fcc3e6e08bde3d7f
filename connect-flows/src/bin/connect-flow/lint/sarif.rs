//! Findings in SARIF 2.1.0, the Static Analysis Results Interchange Format of OASIS.

use connect_flows::{
    lint::{Finding, Rule},
    source::Source,
};
use serde_json::{Value, json};

use super::report::{Report, line, place};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report) -> String {
    let rules = report.rules();
    let results: Vec<Value> =
        report.findings().map(|(source, finding)| result(&rules, source, finding)).collect();
    let notifications: Vec<Value> =
        report.unread.iter().map(|text| json!({"level": "error", "message": {"text": text}})).collect();
    let all = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "connect-flow",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().copied().map(descriptor).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": report.unread.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{all:#}\n")
}

fn descriptor(rule: Rule) -> Value {
    let about = rule.about();
    let help = format!("{}\n\n{}\n\nSource: {}", about.why, about.mend, about.source);
    let example =
        if about.example.is_empty() { String::new() } else { format!("\n\n```\n{}\n```", about.example) };
    let markdown = format!("{}{example}\n\n{}\n\nSource: {}", about.why, about.mend, about.source);
    json!({
        "id": rule.to_string(),
        "name": format!("{rule:?}"),
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": format!("{} {}", about.title, about.why)},
        "help": {"text": help, "markdown": markdown},
        "defaultConfiguration": {"level": about.severity},
    })
}

fn result(rules: &[Rule], source: &Source, finding: &Finding) -> Value {
    let place = place(source, finding);
    let logical: Vec<Value> = finding
        .action
        .iter()
        .map(|action| json!({"name": finding.name.as_ref().unwrap_or(action), "fullyQualifiedName": action, "kind": "object"}))
        .collect();
    json!({
        "ruleId": finding.rule.to_string(),
        "ruleIndex": rules.iter().position(|rule| *rule == finding.rule),
        "level": finding.rule.severity(),
        "message": {"text": line(finding)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(&source.name)},
                "region": {
                    "startLine": place.start.line,
                    "startColumn": place.start.column,
                    "endLine": place.end.line,
                    "endColumn": place.end.column,
                },
            },
            "logicalLocations": logical,
        }],
    })
}

/// The path as a reference of RFC 3986: relative paths stay relative, to the folder of the call.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' | b'@' => {
                uri.push(char::from(byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
