//! `$.External.X`, `$.Attributes.X`, `$.ContactId` and similar references, alone or inside a text.
//!
//! A missing value is an empty string, as in Connect: a flow can't tell it from an empty value.

use serde_json::{Map, Value};

/// Roots that a reference can start with. After `$.`, any other word is plain text: "$.50" is a price.
const ROOTS: [&str; 20] = [
    "Agent",
    "Attributes",
    "Channel",
    "ContactId",
    "CustomerEndpoint",
    "CustomerId",
    "External",
    "FlowAttributes",
    "InitialContactId",
    "InitiationMethod",
    "InstanceARN",
    "LambdaInvocation",
    "LanguageCode",
    "Lex",
    "Loop",
    "Media",
    "PreviousContactId",
    "Queue",
    "StoredCustomerInput",
    "SystemEndpoint",
];

/// Roots whose members are plain strings, so that a reference to them has exactly two names.
const FLAT_ROOTS: [&str; 3] = ["Attributes", "CustomerEndpoint", "SystemEndpoint"];

/// All values that a flow can refer to during a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    roots: Map<String, Value>,
}

impl Context {
    /// A contact without any known values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces all values below a root such as `External`.
    pub fn set(&mut self, root: &str, value: impl Into<Value>) {
        self.roots.insert(root.to_owned(), value.into());
    }

    /// All values below a root; null when there are none.
    pub fn get(&self, root: &str) -> &Value {
        self.roots.get(root).unwrap_or(&Value::Null)
    }

    /// Sets one member of a root and keeps the other members.
    pub fn set_member(&mut self, root: &str, name: &str, value: impl Into<Value>) {
        let members = self.roots.entry(root).or_insert_with(|| Value::Object(Map::new()));
        if !members.is_object() {
            *members = Value::Object(Map::new());
        }
        members[name] = value.into();
    }

    /// The text with every reference in it replaced by its value.
    pub fn resolve(&self, text: &str) -> String {
        let mut resolved = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("$.") {
            resolved.push_str(&rest[..start]);
            let path = &rest[start + "$.".len()..];
            if let Some((value, length)) = self.reference(path) {
                resolved.push_str(&value);
                rest = &path[length..];
            } else {
                resolved.push_str("$.");
                rest = path;
            }
        }
        resolved.push_str(rest);
        resolved
    }

    /// Resolves the references in every string of a JSON value.
    pub fn resolve_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.resolve(text)),
            Value::Array(items) => items.iter().map(|item| self.resolve_all(item)).collect(),
            Value::Object(map) => {
                map.iter().map(|(key, value)| (key.clone(), self.resolve_all(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// Value and length of the reference at the start of `path`; `None` when there is no reference.
    ///
    /// A reference ends at the first plain value, so the `.wav` after `$.External.Name` is text.
    fn reference(&self, path: &str) -> Option<(String, usize)> {
        let names = names(path);
        let &(root, root_end) = names.first()?;
        if !ROOTS.contains(&root) {
            return None;
        }
        let mut value = self.get(root);
        let mut end = root_end;
        for &(name, name_end) in &names[1..] {
            match value {
                Value::Object(map) => value = map.get(name).unwrap_or(&Value::Null),
                Value::Null if !(FLAT_ROOTS.contains(&root) && end > root_end) => {}
                _ => break,
            }
            end = name_end;
        }
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        };
        Some((text, end))
    }
}

/// The names at the start of `path`, which full stops separate, each with its end position. A full stop without a name
/// after it ends the sentence, not the reference.
fn names(path: &str) -> Vec<(&str, usize)> {
    let mut names = Vec::new();
    let mut start = 0;
    loop {
        let length = path[start..]
            .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-')))
            .unwrap_or(path.len() - start);
        if length == 0 {
            return names;
        }
        let end = start + length;
        names.push((&path[start..end], end));
        if !path[end..].starts_with('.') {
            return names;
        }
        start = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn context() -> Context {
        let mut context = Context::new();
        context.set("Attributes", json!({"name": "Ada", "folder": "en-US"}));
        context.set("External", json!({"Url0": "https://b/0", "deep": {"n": 3}}));
        context.set("ContactId", "c-1");
        context.set("Channel", "VOICE");
        context.set("CustomerEndpoint", json!({"Address": "+15550100", "Type": "TELEPHONE_NUMBER"}));
        context.set("Queue", Value::Null);
        context
    }

    #[test]
    fn references_alone_and_inside_a_text() {
        let cases = [
            ("$.External.Url0", "https://b/0"),
            ("$.External.deep.n", "3"),
            ("$.External.deep", ""),
            ("$.ContactId", "c-1"),
            ("$.Channel", "VOICE"),
            ("$.CustomerEndpoint.Address", "+15550100"),
            ("Hello $.Attributes.name.", "Hello Ada."),
            ("$.Attributes.name, from $.CustomerEndpoint.Address!", "Ada, from +15550100!"),
            ("https://b/$.Attributes.folder/hi.wav", "https://b/en-US/hi.wav"),
            ("https://b/$.Attributes.name.wav", "https://b/Ada.wav"),
            ("$.Attributes.name$.ContactId", "Adac-1"),
            ("no reference: $5, $.50, $.", "no reference: $5, $.50, $."),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(context().resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn a_missing_value_is_empty() {
        let cases = [
            ("$.External.Nothing", ""),
            ("$.Attributes.nobody", ""),
            ("Hi $.Attributes.nobody.Bye", "Hi .Bye"),
            ("$.Queue.Name", ""),
            ("$.SystemEndpoint.Address", ""),
            ("$.Lex.Slots.city", ""),
            ("<$.StoredCustomerInput>", "<>"),
        ];
        for (text, expected) in cases {
            assert_eq!(context().resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn a_whole_value_is_resolved_and_other_scalars_stay() {
        let value = json!({"a": ["$.ContactId", 1], "b": {"c": "$.Channel"}});
        assert_eq!(context().resolve_all(&value), json!({"a": ["c-1", 1], "b": {"c": "VOICE"}}));
    }

    #[test]
    fn a_value_that_looks_like_a_reference_is_not_resolved_again() {
        let mut context = context();
        context.set_member("Attributes", "name", "$.ContactId");
        assert_eq!(context.resolve("$.Attributes.name"), "$.ContactId");
    }
}
