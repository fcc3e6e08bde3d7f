//! Values of references at a moment of a call, and assertions about them.

use serde_json::json;

use super::Assertion;
use crate::{
    comparison,
    reference::{Context, text_of},
    scenario::{Played, Verdict},
};

/// The roots whose values a finished call still tells.
const KNOWN: &str = "$.Attributes, $.Queue, $.CustomerEndpoint, $.SystemEndpoint, $.Channel and $.ContactId";

/// The value of a reference at a time in milliseconds; `None` where it has none.
pub(super) fn at(played: &Played, reference: &str, t_ms: f64) -> Option<String> {
    let mut context = Context::new();
    context.set("Attributes", json!(played.attributes_at(t_ms)));
    if let Some(queue) = played.queue_at(t_ms) {
        let name = played.queue_name(&queue).unwrap_or_else(|| queue.clone());
        context.set("Queue", json!({ "Name": name, "ARN": queue, "Arn": queue }));
    }
    context.set("CustomerEndpoint", json!({ "Address": played.settings.caller, "Type": "TELEPHONE_NUMBER" }));
    context.set("SystemEndpoint", json!({ "Address": played.settings.called, "Type": "TELEPHONE_NUMBER" }));
    context.set("Channel", json!("VOICE"));
    context.set("ContactId", json!(played.settings.contact_id));
    context.value(reference).filter(|value| !value.is_null()).map(text_of)
}

/// The verdict on an assertion.
pub(super) fn judge(played: &Played, assertion: &Assertion, t_ms: f64) -> Verdict {
    let Assertion { namespace, operator, operand } = assertion;
    let found = at(played, namespace, t_ms);
    let is_met = found
        .as_ref()
        .is_some_and(|found| operator == "Exists" || comparison::holds(operator, found, operand));
    let expected = match operator.as_str() {
        "Exists" => format!("{namespace} exists"),
        _ => format!("{namespace} {operator} {operand:?}"),
    };
    let came = || match found {
        Some(found) => vec![format!("{namespace} is {found:?}")],
        None => vec![format!("{namespace} is not set; a finished call tells {KNOWN}")],
    };
    Verdict { expected, came: (!is_met).then(came) }
}
