//! The body of `CreateTestCase`, as it is sent to an instance and written to files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Entry;

/// The body of a `CreateTestCase`. `content` is JSON in the testing language.
pub fn request(name: &str, entry: &Entry, attributes: &[(String, String)], content: &str) -> Value {
    let mut point = json!({ "FlowId": entry.flow });
    // The service wants both numbers or none.
    if let (Some(caller), Some(called)) = (&entry.caller, &entry.called) {
        point["SourcePhoneNumber"] = json!(caller);
        point["DestinationPhoneNumber"] = json!(called);
    }
    let mut body = json!({
        "Name": name,
        "Content": content,
        "EntryPoint": { "Type": "VOICE_CALL", "VoiceCallEntryPointParameters": point },
        "Status": "PUBLISHED",
    });
    let attributes: BTreeMap<_, _> = attributes.iter().cloned().collect();
    if !attributes.is_empty() {
        body["InitializationData"] = json!(json!(attributes).to_string());
    }
    body
}
