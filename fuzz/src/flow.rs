//! Target for contact flows.

use connect_flows::{lint, model::Flow, reference::Context, source::Source, without_queries};
use serde_json::json;

use crate::{Verdict, assert_line};

pub(crate) fn check(text: &str) -> Verdict {
    check_references(text);
    check_findings(text);
    let flow = match Flow::parse(text) {
        Ok(flow) => flow,
        Err(error) => {
            assert_line(&error.to_string());
            return Verdict::Refused;
        }
    };
    let json = flow.to_json();
    assert_eq!(Flow::parse(&json).as_ref(), Ok(&flow), "{json}");
    Verdict::Accepted
}

/// Any text has findings of one line each, the same ones every time.
fn check_findings(text: &str) {
    let source = Source::new("flow", text);
    let findings = lint::file(&source).findings;
    assert_eq!(lint::file(&source).findings, findings);
    for finding in &findings {
        assert_line(&finding.to_string());
        assert!(finding.span.start <= text.len(), "{finding:?}");
    }
    // The number of findings is bounded by the length of the text.
    assert!(findings.len() <= 8 + text.len(), "{} findings", findings.len());
}

/// Checks references in any text, since a flow's texts may contain any.
fn check_references(text: &str) {
    let mut context = Context::new();
    context.set("Attributes", json!({"name": "Ada"}));
    context.set("ContactId", "c-1");
    let resolved = context.resolve(text);
    // Each value here is no longer than the references to it.
    assert!(resolved.len() <= text.len(), "{resolved:?}");
    if !text.contains("$.") {
        assert_eq!(resolved, text);
    }
    let clean = without_queries(text);
    assert!(clean.len() <= text.len());
    assert_eq!(without_queries(&clean), clean);
}
