//! Target for events with which a contact flow invokes a function.

use std::fmt::Display;

use contract::{
    TenantId,
    event::{ContactFlowEvent, ParameterError},
    keys,
};
use serde_json::{Value, json};

use crate::{Verdict, assert_line};

/// The parameters that functions read as text.
const TEXTS: [&str; 3] = ["Text", "Voice", "Speed"];

/// Refuses a text that is not an event, or in which a parameter of the functions is not valid.
pub(crate) fn check(text: &str) -> Verdict {
    let event = match ContactFlowEvent::parse(text) {
        Ok(event) => event,
        Err(error) => {
            assert_line(&error.to_string());
            return Verdict::Refused;
        }
    };
    // `parse` repairs unpaired surrogates, which serde refuses. An event without them must be read unchanged.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Verdict::Accepted };
    assert_eq!(said(&ContactFlowEvent::new(value.clone())), said(&event));
    let answers = [
        answer("ContactId", event.contact_id(), |id| {
            assert_id(id.as_str());
            assert_eq!(keys::current_stream(id).matches('/').count(), 2);
            assert_eq!(value.pointer("/Details/ContactData/ContactId"), Some(&json!(id)));
        }),
        answer("StreamId", event.stream_id(), |id| {
            assert_id(id.as_str());
            let key = keys::part(id, 7);
            assert_eq!((key.matches('/').count(), keys::part_number(&key)), (2, Some(7)));
            assert!(key.starts_with(&keys::parts_prefix(id)));
        }),
        answer("Tenant", event.parsed::<TenantId>("Tenant", "a tenant"), |id| assert_id(id.as_str())),
        answer("NextIndex", event.parsed::<u32>("NextIndex", "a whole number"), |_| {}),
        TEXTS.iter().all(|name| check_text(&event, name)),
    ];
    assert_eq!(said(&with_novelties(value)), said(&event), "a key of tomorrow changes an answer");
    if answers.contains(&false) { Verdict::Refused } else { Verdict::Accepted }
}

/// Checks the value, if there is one. Returns whether the result is no error.
fn answer<T>(name: &str, found: Result<Option<T>, ParameterError>, check: impl FnOnce(&T)) -> bool {
    if let Ok(Some(found)) = &found {
        check(found);
    }
    found.map_err(|error| assert_names(name, &error)).is_ok()
}

fn check_text(event: &ContactFlowEvent, name: &'static str) -> bool {
    let (optional, required) = (event.optional(name), event.required(name));
    if let Ok(Some(text)) = optional {
        assert!(!text.trim().is_empty());
    }
    match (&optional, &required) {
        (Ok(None), Err(error @ ParameterError::Missing { .. })) => assert_names(name, error),
        (Ok(Some(optional)), Ok(required)) => assert_eq!(optional, required),
        (Err(one), Err(other)) => assert_eq!(one, other),
        _ => panic!("{optional:?}, but {required:?}"),
    }
    answer(name, optional, |_| {})
}

fn assert_names(name: &str, error: &impl Display) {
    let message = error.to_string();
    assert_line(&message);
    assert!(message.contains(name), "{message}");
}

/// Checks the pattern `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`.
fn assert_id(id: &str) {
    let is_plain = |character: char| character.is_ascii_alphanumeric();
    assert!((1..=64).contains(&id.len()), "{id:?}");
    assert!(id.starts_with(is_plain), "{id:?}");
    assert!(id.chars().all(|character| is_plain(character) || "_-".contains(character)), "{id:?}");
}

/// The event with additional keys, as a later version of Connect may send it.
fn with_novelties(mut value: Value) -> ContactFlowEvent {
    for path in ["", "/Details", "/Details/ContactData", "/Details/Parameters"] {
        if let Some(Value::Object(map)) = value.pointer_mut(path) {
            map.insert("Novelty".into(), json!({"Text": 1, "StreamId": ["../x"]}));
        }
    }
    ContactFlowEvent::new(value)
}

/// All answers as text, for comparison.
fn said(event: &ContactFlowEvent) -> String {
    let texts = TEXTS.map(|name| event.optional(name));
    let index = event.parsed::<u32>("NextIndex", "a whole number");
    format!("{:?} {:?} {texts:?} {index:?}", event.contact_id(), event.stream_id())
}
