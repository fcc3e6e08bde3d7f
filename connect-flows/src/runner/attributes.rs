//! Actions that set values: attributes, data of the contact, voice and flow log.

use serde_json::{Value, json};

use super::{outcome::Outcome, session::Session};
use crate::{language::limits::ATTRIBUTES_BYTES, reference::text_of};

/// Data of the contact that references find under a root of the same name.
const DATA: [&str; 5] = ["CustomerId", "Description", "LanguageCode", "Name", "References"];

/// Executes an action that sets values; `None` for any other type.
pub(super) fn set(session: &mut Session<'_>, kind: &str, parameters: &Value) -> Option<Outcome> {
    Some(match kind {
        "UpdateContactAttributes" => of_contact(session, parameters),
        "UpdateContactCallbackNumber" => callback_number(session, parameters),
        "UpdateContactData" => data(session, parameters),
        "UpdateContactTextToSpeechVoice" => voice(session, parameters),
        "UpdateFlowAttributes" => of_flow(session, parameters),
        "UpdateFlowLoggingBehavior" => logging(session, parameters),
        _ => return None,
    })
}

fn of_contact(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let Some(new) = parameters["Attributes"].as_object() else {
        return Outcome::failed("Attributes is missing");
    };
    if text_of(&parameters["TargetContact"]).eq_ignore_ascii_case("related") {
        return Outcome::next("Success")
            .with_note("the related contact is not part of the run: nothing is set");
    }
    let mut attributes = session.context.get("Attributes").as_object().cloned().unwrap_or_default();
    attributes.extend(new.iter().map(|(name, value)| (name.clone(), text_of(value).into())));
    let attributes = Value::Object(attributes);
    let bytes = attributes.to_string().len();
    if bytes > ATTRIBUTES_BYTES {
        return Outcome::failed(format!(
            "the contact's attributes would have {bytes} bytes: {ATTRIBUTES_BYTES} are allowed"
        ));
    }
    session.context.set("Attributes", attributes);
    Outcome::next("Success")
}

/// In the JSON each attribute has the form `{"Value": "v"}`.
fn of_flow(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let Some(new) = parameters["FlowAttributes"].as_object() else {
        return Outcome::failed("FlowAttributes is missing");
    };
    for (name, attribute) in new {
        let value = text_of(attribute.get("Value").unwrap_or(attribute));
        session.context.set_member("FlowAttributes", name, value);
    }
    Outcome::next("Success")
}

fn data(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    for name in DATA {
        match &parameters[name] {
            Value::Null => {}
            value => session.context.set(name, value.clone()),
        }
    }
    for (name, value) in parameters["SegmentAttributes"].as_object().into_iter().flatten() {
        let value = value.get("ValueString").unwrap_or(value).clone();
        session.context.set_member("SegmentAttributes", name, value);
    }
    Outcome::next("Success")
}

fn callback_number(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let number = text_of(&parameters["CallbackNumber"]);
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Outcome::error(
            "InvalidCallbackNumber",
            format!("CallbackNumber is {number:?}: it must be a number"),
        );
    }
    session.context.set("CallbackNumber", number);
    Outcome::next("Success")
}

fn voice(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    session.context.set("TextToSpeechVoiceId", text_of(&parameters["TextToSpeechVoice"]));
    Outcome::next("Success")
}

fn logging(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let behavior = text_of(&parameters["FlowLoggingBehavior"]);
    session.logging = !behavior.eq_ignore_ascii_case("disabled");
    Outcome::next(json!("Success"))
}
