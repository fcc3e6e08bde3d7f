//! `$.External.X`, `$.Attributes.['first name']`, `$.ContactId` and similar references, alone or inside a text.
//!
//! A missing value is an empty string, as in Connect: a flow can't tell it from an empty value. The roots with which a
//! reference can begin stand in the table of the language; after `$.`, any other word is plain text: "$.50" is a price.

pub(crate) mod path;

use serde_json::{Map, Value};

use self::path::Step;
use crate::{
    json::{Data, Node},
    language::{self, Shape},
};

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

    /// Removes all values below a root, and returns them.
    pub fn take(&mut self, root: &str) -> Value {
        self.roots.remove(root).unwrap_or_default()
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
        while let Some(start) = rest.find('$') {
            resolved.push_str(&rest[..start]);
            let path = &rest[start + 1..];
            if let Some((value, length)) = self.reference(path) {
                resolved.push_str(&text_of(value));
                rest = &path[length..];
            } else {
                resolved.push('$');
                rest = path;
            }
        }
        resolved.push_str(rest);
        resolved
    }

    /// The value of a text that is one reference and nothing else; `None` for any other text.
    pub fn value(&self, text: &str) -> Option<&Value> {
        let path = text.trim().strip_prefix('$')?;
        let (value, length) = self.reference(path)?;
        (length == path.len()).then_some(value)
    }

    /// Resolves the references in every string of a JSON value. Keys of objects stay as they are.
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

    /// Resolves the references in every string of a value of a flow's file.
    pub fn resolve_node(&self, node: &Node) -> Value {
        match &node.data {
            Data::Text(text) => Value::String(self.resolve(text)),
            Data::List(items) => items.iter().map(|item| self.resolve_node(item)).collect(),
            Data::Object(members) => {
                let mut map = Map::new();
                for member in members {
                    map.insert(member.key.clone(), self.resolve_node(&member.value));
                }
                Value::Object(map)
            }
            Data::Null | Data::Bool(_) | Data::Number(_) => node.to_value(),
        }
    }

    /// Value and length of the reference whose `$` stands before `path`; `None` when there is no reference.
    ///
    /// A reference ends at the first plain value, so the `.wav` after `$.External.Name` is text.
    fn reference(&self, path: &str) -> Option<(&Value, usize)> {
        let steps = path::steps(path);
        let first = steps.first()?;
        let shape = language::table().root(&first.name)?.shape;
        let root = self.get(&first.name);
        match shape {
            Shape::Text => Some((root, first.end)),
            Shape::Flat => Some(flat(root, &steps)),
            Shape::Nested => Some(nested(root, &steps)),
        }
    }
}

/// A named text below a root. Its name may contain full stops.
fn flat<'v>(root: &'v Value, steps: &[Step<'_>]) -> (&'v Value, usize) {
    let Some(name) = steps.get(1) else {
        return (root, steps[0].end);
    };
    let mut dotted = name.name.to_string();
    let mut found = (root.get(&dotted).unwrap_or(&Value::Null), name.end);
    for further in steps[2..].iter().take_while(|further| !further.bracketed) {
        dotted = format!("{dotted}.{}", further.name);
        if let Some(value) = root.get(&dotted) {
            found = (value, further.end);
        }
    }
    found
}

/// A value however deep below a root. All names below a missing value belong to the reference.
fn nested<'v>(root: &'v Value, steps: &[Step<'_>]) -> (&'v Value, usize) {
    let (mut value, mut end) = (root, steps[0].end);
    for step in &steps[1..] {
        value = match value {
            Value::Object(map) => map.get(&*step.name).unwrap_or(&Value::Null),
            Value::Array(items) => {
                let index = step.name.parse::<usize>().ok();
                index.and_then(|index| items.get(index)).unwrap_or(&Value::Null)
            }
            Value::Null => value,
            _ => break,
        };
        end = step.end;
    }
    (value, end)
}

/// A scalar as text. Lists and objects have none.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
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
        context.set_member("Attributes", "first name", "Eve");
        context.set_member("Attributes", "a.b", "dotted");
        context.set_member("External", "list", json!(["x", {"name": "y"}]));
        context.set("SegmentAttributes", json!({"connect:Subtype": "connect:Telephony"}));
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
    fn every_written_form_is_read() {
        let cases = [
            ("$.Attributes.['first name']!", "Eve!"),
            ("$.Attributes['first name'].", "Eve."),
            ("$['Attributes'][\"name\"]", "Ada"),
            ("$.Attributes.a.b", "dotted"),
            ("$.External.list[0]", "x"),
            ("$.External.list.1.name", "y"),
            ("$.External['list'][1]['name']", "y"),
            ("$.External.list[7]", ""),
            ("$.SegmentAttributes.['connect:Subtype']", "connect:Telephony"),
            ("$.Attributes.['it\\'s']<", "<"),
            ("$.Attributes.['open", ".['open"),
            ("$[0] and $ and $$.Channel", "$[0] and $ and $VOICE"),
            ("$.AwsRegion|$.Customer.Attributes.x|$.Views.ViewResultData.c.0|$.Case.status", "|||"),
            ("$.Metrics.Queue.Size|$.Modules.Input.x|$.Task.ContactId|$.Wisdom.SessionArn", "|||"),
            ("$.LATEST", "$.LATEST"),
        ];
        for (text, expected) in cases {
            assert_eq!(context().resolve(text), expected, "{text}");
        }
    }

    #[test]
    fn a_whole_value_keeps_its_kind() {
        assert_eq!(context().value("$.External.list"), Some(&json!(["x", {"name": "y"}])));
        assert_eq!(context().value("$.External.none"), Some(&Value::Null));
        assert_eq!(context().value("a $.External.list"), None);
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
