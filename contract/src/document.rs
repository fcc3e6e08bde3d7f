//! Reads a JSON object of the bucket. A damaged object, or one of another version, is a different error from a missing
//! one.

use std::ops::RangeInclusive;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::error::Category;

/// The reason why an existing object can't be used. The message is meant to follow the object's key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum DocumentError {
    /// The object is incomplete, is not JSON, or lacks a field.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// The object was written by a later version of the service.
    #[error("has version {version}, this program reads up to {newest}: update it, or ask another host")]
    Newer { version: u32, newest: u32 },
    /// The object was written by an earlier version of the service.
    #[error("has version {version}, this program reads from {oldest} on: ask the host that made it")]
    Older { version: u32, oldest: u32 },
}

/// The version of a document. A document without a version was written before versions were introduced.
#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    version: u32,
}

/// Reads a document whose version is in `versions`. Unknown fields are ignored.
///
/// # Errors
/// [`DocumentError`] when the document is damaged or of another version.
pub fn parse<T: DeserializeOwned>(body: &[u8], versions: RangeInclusive<u32>) -> Result<T, DocumentError> {
    if !body.trim_ascii_start().starts_with(b"{") {
        // serde would accept a list too, and read its elements as the fields.
        return Err(DocumentError::Damaged("expected a JSON object".into()));
    }
    let Versioned { version } = serde_json::from_slice(body).map_err(|error| damaged(&error))?;
    if version > *versions.end() {
        return Err(DocumentError::Newer { version, newest: *versions.end() });
    }
    if version < *versions.start() {
        return Err(DocumentError::Older { version, oldest: *versions.start() });
    }
    serde_json::from_slice(body).map_err(|error| damaged(&error))
}

/// The parser's own message is not passed on: it may quote the document, which contains callers' words.
fn damaged(error: &serde_json::Error) -> DocumentError {
    let fault = match error.classify() {
        Category::Eof | Category::Io => "it is cut off",
        Category::Syntax => "it is not JSON",
        Category::Data => "a field is missing or has the wrong type",
    };
    DocumentError::Damaged(format!("{fault}, line {} column {}", error.line(), error.column()))
}

/// Reads a document of a kind without versions.
///
/// # Errors
/// [`DocumentError::Damaged`].
pub fn parse_unversioned<T: DeserializeOwned>(body: &[u8]) -> Result<T, DocumentError> {
    serde_json::from_slice(body).map_err(|error| damaged(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: &Value) -> Result<Value, DocumentError> {
        parse(body.to_string().as_bytes(), 1..=2)
    }

    #[test]
    fn an_error_repeats_no_word_of_the_document() {
        for body in [
            r#"{"version":1,"parts":"My PIN is 1234"}"#,
            r#"{"version":1,"My PIN is 1234":"#,
            "My PIN is 1234",
        ] {
            let error = parse::<std::collections::BTreeMap<String, u32>>(body.as_bytes(), 1..=1);
            let message = error.expect_err("is damaged").to_string();
            assert!(!message.contains("PIN") && message.starts_with("is damaged: "), "{message}");
        }
    }

    #[test]
    fn versions_are_told_apart_from_damage() {
        let good = json!({"version": 2, "a_field_of_the_future": [1]});
        assert_eq!(read(&good), Ok(good));
        assert_eq!(read(&json!({"version": 99})), Err(DocumentError::Newer { version: 99, newest: 2 }));
        assert_eq!(read(&json!({"life": {}})), Err(DocumentError::Older { version: 0, oldest: 1 }));
        for damaged in ["", "{", "[]", "null", r#"{"version":"1"}"#, r#"{"version":1"#, "\u{0}"] {
            let error = parse::<Value>(damaged.as_bytes(), 1..=2);
            assert!(matches!(error, Err(DocumentError::Damaged(_))), "{damaged:?}: {error:?}");
        }
    }
}
