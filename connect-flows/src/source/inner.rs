//! JSON in a string of JSON, with its places in the outer text.

use crate::json::{self, Data, Node, Span, SyntaxError};

/// Reads the JSON in a string that stands at `literal`, quotation marks included, in the outer text.
///
/// # Errors
/// [`SyntaxError`] with the place in the outer text.
pub(super) fn read(outer: &str, literal: &Span, decoded: &str) -> Result<Node, SyntaxError> {
    let places = Places::of(outer.get(literal.clone()).unwrap_or_default(), literal.start);
    match json::read(decoded) {
        Ok(mut node) => {
            places.translate(&mut node);
            Ok(node)
        }
        Err(error) => Err(SyntaxError { span: places.span(&error.span), ..error }),
    }
}

/// For each byte of a decoded string, and for its end, the byte of the outer text.
struct Places(Vec<usize>);

impl Places {
    fn of(literal: &str, start: usize) -> Self {
        let mut places = Vec::with_capacity(literal.len());
        let mut rest = literal.char_indices().skip(1).peekable();
        let mut high = None;
        while let Some((offset, letter)) = rest.next() {
            if letter == '"' {
                places.push(start + offset);
                break;
            }
            let decoded = if letter != '\\' {
                Some(letter)
            } else if let Some((_, 'u')) = rest.next() {
                let digits: String = rest.by_ref().take(4).map(|(_, digit)| digit).collect();
                unit(u32::from_str_radix(&digits, 16).unwrap_or_default(), &mut high)
            } else {
                // Each of the short escapes stands for one byte.
                Some(' ')
            };
            let from = if decoded.is_some_and(|letter| letter > '\u{ffff}') && letter == '\\' {
                offset.saturating_sub(6)
            } else {
                offset
            };
            places.extend(std::iter::repeat_n(start + from, decoded.map_or(0, char::len_utf8)));
        }
        Self(places)
    }

    fn place(&self, offset: usize) -> usize {
        self.0.get(offset).or(self.0.last()).copied().unwrap_or_default()
    }

    fn span(&self, span: &Span) -> Span {
        self.place(span.start)..self.place(span.end)
    }

    fn translate(&self, node: &mut Node) {
        node.span = self.span(&node.span);
        match &mut node.data {
            Data::List(items) => items.iter_mut().for_each(|item| self.translate(item)),
            Data::Object(members) => members.iter_mut().for_each(|member| {
                member.key_span = self.span(&member.key_span);
                self.translate(&mut member.value);
            }),
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {}
        }
    }
}

/// The character that ends with this unit of UTF-16; `None` for the first of two units.
fn unit(unit: u32, high: &mut Option<u32>) -> Option<char> {
    match (unit, high.take()) {
        (0xD800..=0xDBFF, _) => {
            *high = Some(unit);
            None
        }
        (0xDC00..=0xDFFF, Some(high)) => char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (unit - 0xDC00)),
        _ => char::from_u32(unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_string_are_those_of_the_outer_text() {
        let outer = r#"{"Content": "{\n \"a\": \"\u00e9é\ud83d\ude00\", \"b\": 12}"}"#;
        let root = json::read(outer).unwrap();
        let content = root.get("Content").unwrap();
        let node = read(outer, &content.span, content.text().unwrap()).unwrap();
        let slice = |node: &Node| &outer[node.span.clone()];
        assert_eq!(slice(node.get("b").unwrap()), "12");
        assert_eq!(slice(node.get("a").unwrap()), r#"\"\u00e9é\ud83d\ude00\""#);
        assert_eq!(&outer[node.members()[1].key_span.clone()], r#"\"b\""#);
    }

    #[test]
    fn an_error_in_the_string_has_the_place_in_the_outer_text() {
        let outer = r#"["{\"a\": nope}"]"#;
        let root = json::read(outer).unwrap();
        let inner = &root.items()[0];
        let error = read(outer, &inner.span, inner.text().unwrap()).unwrap_err();
        assert!(outer[error.span.start..].starts_with("nope"), "{error:?}");
    }
}
