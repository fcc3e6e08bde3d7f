//! From values to a text.

use std::fmt::{self, Write};

use serde_json::Value;

use super::{Data, Node};

/// Spaces per level.
const INDENT: usize = 2;

impl Node {
    /// The value as JSON on lines of its own, with two spaces for each level, and a line break at the end.
    pub fn to_pretty(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = pretty(&mut text, self, 0);
        text.push('\n');
        text
    }
}

/// The value as JSON on one line, without spaces.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            Data::List(items) => {
                f.write_char('[')?;
                for (number, item) in items.iter().enumerate() {
                    f.write_str(if number == 0 { "" } else { "," })?;
                    item.fmt(f)?;
                }
                f.write_char(']')
            }
            Data::Object(members) => {
                f.write_char('{')?;
                for (number, member) in members.iter().enumerate() {
                    f.write_str(if number == 0 { "" } else { "," })?;
                    write!(f, "{}:{}", quoted(&member.key), member.value)?;
                }
                f.write_char('}')
            }
            data => f.write_str(&scalar(data)),
        }
    }
}

fn pretty(text: &mut String, node: &Node, level: usize) -> fmt::Result {
    let (inner, outer) = (" ".repeat(INDENT * (level + 1)), " ".repeat(INDENT * level));
    match &node.data {
        Data::List(items) if !items.is_empty() => {
            text.push('[');
            for (number, item) in items.iter().enumerate() {
                write!(text, "{}\n{inner}", if number == 0 { "" } else { "," })?;
                pretty(text, item, level + 1)?;
            }
            write!(text, "\n{outer}]")
        }
        Data::Object(members) if !members.is_empty() => {
            text.push('{');
            for (number, member) in members.iter().enumerate() {
                let comma = if number == 0 { "" } else { "," };
                write!(text, "{comma}\n{inner}{}: ", quoted(&member.key))?;
                pretty(text, &member.value, level + 1)?;
            }
            write!(text, "\n{outer}}}")
        }
        _ => write!(text, "{node}"),
    }
}

/// The JSON of anything but a filled list or object.
fn scalar(data: &Data) -> String {
    match data {
        Data::Null => "null".to_owned(),
        Data::Bool(flag) => flag.to_string(),
        Data::Number(digits) => digits.clone(),
        Data::Text(text) => quoted(text),
        Data::List(_) => "[]".to_owned(),
        Data::Object(_) => "{}".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn reading_and_writing_keeps_order_numbers_and_what_is_empty() {
        let compact = r#"{"z":[],"a":{},"n":[1.0,-2e5,12345678901234567890123,0.10],"t":"\"\\\n\u0001é","a":[true,null]}"#;
        let node = read(compact).unwrap();
        assert_eq!(node.to_string(), compact);
        assert_eq!(read(&node.to_pretty()).unwrap().to_string(), compact);
    }

    #[test]
    fn the_pretty_form_has_a_line_for_each_value() {
        let pretty = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}\n";
        assert_eq!(read(pretty).unwrap().to_pretty(), pretty);
    }
}
