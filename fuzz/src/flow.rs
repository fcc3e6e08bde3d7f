//! Target for contact flows.

use connect_flows::{check, model::Flow, reference::Context, without_queries};
use serde_json::json;

use crate::{Verdict, assert_line};

pub(crate) fn check(text: &str) -> Verdict {
    check_references(text);
    let flow = match Flow::parse(text) {
        Ok(flow) => flow,
        Err(error) => {
            assert_line(&error.to_string());
            return Verdict::Refused;
        }
    };
    let json = flow.to_json();
    assert_eq!(Flow::parse(&json).as_ref(), Ok(&flow), "{json}");
    let problems = check::check(&flow);
    assert_eq!(check::check(&flow), problems);
    for problem in &problems {
        assert_line(&problem.to_string());
    }
    // The number of problems is bounded by the length of the text.
    assert!(problems.len() <= 4 + text.len() / 2, "{} problems", problems.len());
    Verdict::Accepted
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
