//! JSON as it stands in a file: with positions, the order of keys, and numbers as they were written.
//!
//! `serde_json`'s values have none of these. Reading a text and writing it again loses nothing but the white space.

mod read;
mod write;

use std::ops::Range;

use serde_json::Value;

pub use read::{SyntaxError, read};

/// Bytes of the source text, from the start to before the end. Empty at 0 for values that were made, not read.
pub type Span = Range<usize>;

/// A JSON value with its place in the source.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value itself.
    pub data: Data,
    /// The bytes of the value in the source.
    pub span: Span,
}

/// The kinds of JSON values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with the digits of the source.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object: its members in the order of the source. A key may occur twice.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: String,
    /// The bytes of the key in the source, quotation marks included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A value that was not read from a source.
    pub fn made(data: Data) -> Self {
        Self { data, span: 0..0 }
    }

    /// An empty object.
    pub fn object() -> Self {
        Self::made(Data::Object(Vec::new()))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a string, of a number as it was written, or of a boolean: Connect takes any scalar for its text.
    pub fn scalar(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Number(text) => Some(text),
            Data::Bool(true) => Some("true"),
            Data::Bool(false) => Some("false"),
            Data::Null | Data::List(_) | Data::Object(_) => None,
        }
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    /// The elements of an array; none for other values.
    pub fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none for other values.
    pub fn members(&self) -> &[Member] {
        match &self.data {
            Data::Object(members) => members,
            _ => &[],
        }
    }

    /// The last member with this key, as parsers of JSON choose it. A member that is `null` counts as absent.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value).filter(|value| !value.is_null())
    }

    /// The last member with this key, `null` included.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| member.key == key)
    }

    /// The member of a member, and so on.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The bytes of its first character, such as the opening brace; empty for a value that was not read.
    pub fn opening(&self) -> Span {
        self.span.start..self.span.end.min(self.span.start + 1)
    }

    /// Sets a member, at the place of the one with the same key or else at the end. Does nothing to other values.
    pub fn set(&mut self, key: &str, value: Self) {
        let Data::Object(members) = &mut self.data else { return };
        match members.iter_mut().rev().find(|member| member.key == key) {
            Some(member) => member.value = value,
            None => members.push(Member { key: key.to_owned(), key_span: 0..0, value }),
        }
    }

    /// Calls `visit` with each string in the value, this one included. Keys are not visited.
    pub fn each_text<'n>(&'n self, visit: &mut dyn FnMut(&'n str, &'n Self)) {
        match &self.data {
            Data::Text(text) => visit(text, self),
            Data::List(items) => items.iter().for_each(|item| item.each_text(visit)),
            Data::Object(members) => members.iter().for_each(|member| member.value.each_text(visit)),
            Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }

    /// Replaces each string in the value for which `new` has another one. Keys stay.
    pub fn replace_texts(&mut self, new: &dyn Fn(&str) -> Option<String>) {
        match &mut self.data {
            Data::Text(text) => {
                if let Some(new) = new(text) {
                    *text = new;
                }
            }
            Data::List(items) => items.iter_mut().for_each(|item| item.replace_texts(new)),
            Data::Object(members) => members.iter_mut().for_each(|member| member.value.replace_texts(new)),
            Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }

    /// The value for `serde_json`. Of two members with one key the last one counts; a number beyond its range becomes
    /// a string.
    pub fn to_value(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(flag) => Value::Bool(*flag),
            Data::Number(digits) => {
                serde_json::from_str(digits).unwrap_or_else(|_| Value::String(digits.clone()))
            }
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => items.iter().map(Self::to_value).collect(),
            Data::Object(members) => {
                members.iter().map(|member| (member.key.clone(), member.value.to_value())).collect()
            }
        }
    }
}

/// Positions don't count: two values are equal when they are written alike.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Eq for Node {}

/// The position of a key does not count.
impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Eq for Member {}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::made(match value {
            Value::Null => Data::Null,
            Value::Bool(flag) => Data::Bool(flag),
            Value::Number(number) => Data::Number(number.to_string()),
            Value::String(text) => Data::Text(text),
            Value::Array(items) => Data::List(items.into_iter().map(Self::from).collect()),
            Value::Object(map) => {
                let member = |(key, value)| Member { key, key_span: 0..0, value: Self::from(value) };
                Data::Object(map.into_iter().map(member).collect())
            }
        })
    }
}
