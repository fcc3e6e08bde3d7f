//! The event with which a contact flow invokes a function.
//!
//! The event is read leniently: Connect adds keys over time and sends null where a contact has no value. A function
//! that needs a missing parameter reports it by name.

mod surrogates;
mod unset;

use std::str::FromStr;

use serde_json::{Map, Value};

use crate::{ContactId, InvalidId, StreamId};

/// The payload is not JSON, or not a flow's event: it is nested too deeply, or has a number out of range.
#[derive(Debug, thiserror::Error)]
#[error("the event can't be read ({0}): invoke the function from a contact flow")]
pub struct MalformedEvent(#[from] serde_json::Error);

/// A parameter that is missing or has the wrong form. The message names the parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum ParameterError {
    #[error("parameter {name} is missing: set it in the Invoke Lambda block")]
    Missing { name: &'static str },
    #[error("parameter {name} is not valid: {expected}")]
    Invalid { name: &'static str, expected: String },
    #[error(
        "parameter {name} is a reference that was not resolved: choose Set dynamically in the Invoke Lambda block, \
         with its namespace and key"
    )]
    Unresolved { name: &'static str },
    #[error("parameter {name} is the word {word}: give a value to the attribute that it refers to")]
    Nothing { name: &'static str, word: &'static str },
}

/// An event of the form `{"Name":"ContactFlowEvent","Details":{"ContactData":{…},"Parameters":{…}}}`.
#[derive(Clone, Debug)]
pub struct ContactFlowEvent {
    event: Value,
}

impl ContactFlowEvent {
    /// Wraps the event that the runtime passes. Parameters are checked when they are read.
    pub fn new(event: Value) -> Self {
        Self { event }
    }

    /// Reads an event. Surrogates without a partner in its texts become U+FFFD.
    ///
    /// # Errors
    /// [`MalformedEvent`] when the text is not JSON.
    pub fn parse(json: &str) -> Result<Self, MalformedEvent> {
        let event =
            serde_json::from_str(json).or_else(|_| serde_json::from_str(&surrogates::replaced(json)))?;
        Ok(Self { event })
    }

    /// The id of the contact, where the event has one.
    ///
    /// # Errors
    /// [`ParameterError::Invalid`] for an id with a form that is not allowed in a key.
    pub fn contact_id(&self) -> Result<Option<ContactId>, ParameterError> {
        match self.event.pointer("/Details/ContactData/ContactId") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(id)) => checked("ContactId", id).map(Some),
            Some(_) => {
                Err(ParameterError::Invalid { name: "ContactId", expected: "expected a string".into() })
            }
        }
    }

    /// The parameter `StreamId`, where the event has one.
    ///
    /// # Errors
    /// [`ParameterError::Invalid`] for an id with a form that is not allowed in a key.
    pub fn stream_id(&self) -> Result<Option<StreamId>, ParameterError> {
        let name = "StreamId";
        self.optional(name)?.map(|id| checked(name, id.trim())).transpose()
    }

    /// A parameter as text; `None` when it is absent, null or blank. An unresolved reference and a program's word for
    /// nothing ("null", "undefined") are errors: the flow's author meant another value.
    ///
    /// Case is ignored in names: otherwise an author who writes `text` for `Text` would notice only by failed calls.
    pub fn optional(&self, name: &'static str) -> Result<Option<&str>, ParameterError> {
        let parameters = self.event.pointer("/Details/Parameters").and_then(Value::as_object);
        match parameters.and_then(|parameters| find(parameters, name)) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) if unset::is_reference(text) => {
                Err(ParameterError::Unresolved { name })
            }
            Some(Value::String(text)) => match unset::word(text) {
                Some(word) => Err(ParameterError::Nothing { name, word }),
                None => Ok(Some(text)),
            },
            Some(_) => Err(ParameterError::Invalid { name, expected: "expected a string".into() }),
        }
    }

    /// A required parameter as text.
    pub fn required(&self, name: &'static str) -> Result<&str, ParameterError> {
        self.optional(name)?.ok_or(ParameterError::Missing { name })
    }

    /// An optional parameter, parsed from its text. `expected` describes a valid value, and ends the message "parameter
    /// X is not valid: ".
    pub fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        expected: &str,
    ) -> Result<Option<T>, ParameterError> {
        self.optional(name)?
            .map(|text| {
                text.trim()
                    .parse()
                    .map_err(|_| ParameterError::Invalid { name, expected: expected.to_owned() })
            })
            .transpose()
    }
}

fn checked<T: FromStr<Err = InvalidId>>(name: &'static str, id: &str) -> Result<T, ParameterError> {
    id.parse().map_err(|error: InvalidId| ParameterError::Invalid { name, expected: error.to_string() })
}

fn find<'a>(parameters: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    parameters
        .get(name)
        .or_else(|| parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(parameters: Value) -> ContactFlowEvent {
        ContactFlowEvent::new(
            json!({"Details": {"ContactData": {"ContactId": null}, "Parameters": parameters}}),
        )
    }

    #[test]
    fn blank_null_and_absent_parameters_are_missing() {
        for parameters in [json!({"Text": " "}), json!({"Text": null}), json!({}), json!(null)] {
            let error = event(parameters).required("Text").err();
            assert_eq!(error, Some(ParameterError::Missing { name: "Text" }));
        }
    }

    #[test]
    fn names_are_found_whatever_their_case_and_the_exact_one_wins() {
        let event = event(json!({"text": "wrong", "Text": "right", "nextindex": "3"}));
        assert_eq!(event.required("Text"), Ok("right"));
        assert_eq!(event.parsed::<usize>("NextIndex", "a number"), Ok(Some(3)));
    }

    #[test]
    fn a_parameter_of_the_wrong_form_is_named() {
        let error =
            event(json!({"NextIndex": "-1"})).parsed::<usize>("NextIndex", "expected a whole number").err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("parameter NextIndex is not valid: expected a whole number")
        );
    }

    #[test]
    fn a_reference_and_the_word_null_are_refused_by_the_parameters_name() {
        for (text, complaint) in [
            ("$.External.reply", "parameter Text is a reference that was not resolved: "),
            ("$['Attributes']['x']", "parameter Text is a reference that was not resolved: "),
            ("null", "parameter Text is the word null: "),
        ] {
            let error = event(json!({ "Text": text })).required("Text").expect_err("is refused").to_string();
            assert!(error.starts_with(complaint), "{text}: {error}");
        }
        for text in ["$5 off", "$.50", "Null"] {
            assert_eq!(event(json!({ "Text": text })).required("Text"), Ok(text));
        }
    }

    #[test]
    fn half_a_character_does_not_spoil_an_event() -> Result<(), MalformedEvent> {
        let event = ContactFlowEvent::parse(r#"{"Details":{"Parameters":{"Text":"Hi \ud83d there."}}}"#)?;
        assert_eq!(event.required("Text"), Ok("Hi \u{fffd} there."));
        Ok(())
    }

    #[test]
    fn an_event_that_is_no_json_is_told_in_one_line() {
        for json in ["", "{", "{} {}", r#"{"a":1e999}"#, &"[".repeat(100_000)] {
            let error = ContactFlowEvent::parse(json).expect_err("is refused").to_string();
            assert!(error.starts_with("the event can't be read (") && error.lines().count() == 1, "{error}");
        }
    }

    #[test]
    fn anything_that_is_no_contact_flow_event_has_no_parameters_and_no_contact() {
        for value in [json!(null), json!([]), json!("x"), json!({"Details": 1})] {
            let event = ContactFlowEvent::new(value);
            assert_eq!(event.contact_id(), Ok(None));
            assert_eq!(event.optional("Text"), Ok(None));
        }
    }

    #[test]
    fn a_contact_id_that_could_leave_its_folder_is_refused() {
        let event = ContactFlowEvent::new(json!({"Details": {"ContactData": {"ContactId": "../x"}}}));
        assert!(event.contact_id().is_err());
    }
}
