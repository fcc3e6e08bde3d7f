//! The event with which Connect invokes a function, and the values that a flow can refer to at the start of a call.

use serde_json::{Value, json};

use crate::reference::Context;

use super::CallSettings;

/// ARN of the Connect instance that the runner simulates.
pub const INSTANCE_ARN: &str =
    "arn:aws:connect:us-east-1:000000000000:instance/00000000-0000-0000-0000-000000000000";

/// The values that a flow can refer to before its first action.
pub(super) fn context(settings: &CallSettings) -> Context {
    let endpoint = |address: &str| json!({"Address": address, "Type": "TELEPHONE_NUMBER"});
    let mut context = Context::new();
    context.set("Attributes", json!(settings.attributes));
    context.set("Channel", "VOICE");
    // For a contact without predecessors, all three ids are the contact's own.
    for root in ["ContactId", "InitialContactId", "PreviousContactId"] {
        context.set(root, settings.contact_id.as_str());
    }
    context.set("CustomerEndpoint", endpoint(&settings.caller));
    context.set("SystemEndpoint", endpoint(&settings.called));
    context.set("InitiationMethod", "INBOUND");
    context.set("InstanceARN", INSTANCE_ARN);
    context.set("LanguageCode", settings.language.as_str());
    context.set("AwsRegion", "us-east-1");
    context.set("SegmentAttributes", json!({"connect:Subtype": "connect:Telephony"}));
    for (root, value) in &settings.world.values {
        context.set(root, value.clone());
    }
    context
}

/// The event for one invocation. `parameters` must have their references resolved.
pub(super) fn event(context: &Context, parameters: &Value) -> Value {
    let mut contact = json!({
        "MediaStreams": {"Customer": {"Audio": null}},
        "References": {},
    });
    for root in [
        "Attributes",
        "Channel",
        "ContactId",
        "CustomerEndpoint",
        "CustomerId",
        "Description",
        "InitialContactId",
        "InitiationMethod",
        "InstanceARN",
        "LanguageCode",
        "Name",
        "PreviousContactId",
        "Queue",
        "SystemEndpoint",
    ] {
        contact[root] = context.get(root).clone();
    }
    if context.get("References").is_object() {
        contact["References"] = context.get("References").clone();
    }
    let parameters = if parameters.is_object() { parameters.clone() } else { json!({}) };
    json!({
        "Name": "ContactFlowEvent",
        "Details": {"ContactData": contact, "Parameters": parameters},
    })
}

#[cfg(test)]
mod tests {
    use contract::event::ContactFlowEvent;

    use super::*;

    #[test]
    fn the_event_has_the_wire_form_and_our_functions_read_it() {
        let mut settings = CallSettings::new("c-1");
        settings.attributes.insert("text".into(), "Hello.".into());
        let event = event(&context(&settings), &json!({"Text": "Hello.", "Voice": ""}));
        let expected = json!({
            "Name": "ContactFlowEvent",
            "Details": {
                "ContactData": {
                    "Attributes": {"text": "Hello."},
                    "Channel": "VOICE",
                    "ContactId": "c-1",
                    "CustomerEndpoint": {"Address": "+15550100", "Type": "TELEPHONE_NUMBER"},
                    "CustomerId": null,
                    "Description": null,
                    "InitialContactId": "c-1",
                    "InitiationMethod": "INBOUND",
                    "InstanceARN": INSTANCE_ARN,
                    "LanguageCode": "en-US",
                    "MediaStreams": {"Customer": {"Audio": null}},
                    "Name": null,
                    "PreviousContactId": "c-1",
                    "Queue": null,
                    "References": {},
                    "SystemEndpoint": {"Address": "+15550199", "Type": "TELEPHONE_NUMBER"},
                },
                "Parameters": {"Text": "Hello.", "Voice": ""},
            },
        });
        assert_eq!(event, expected);
        let read = ContactFlowEvent::new(event);
        assert_eq!(read.required("Text"), Ok("Hello."));
        assert_eq!(read.optional("Voice"), Ok(None));
    }

    #[test]
    fn an_action_without_attributes_sends_an_empty_map() {
        let event = event(&context(&CallSettings::new("c")), &Value::Null);
        assert_eq!(event["Details"]["Parameters"], json!({}));
    }
}
