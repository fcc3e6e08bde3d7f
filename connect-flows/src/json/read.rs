//! From a text to values with positions. The grammar is that of RFC 8259, without any leniency but for a byte order mark.

use jsonc_parser::{
    CollectOptions, ParseOptions, ast,
    common::Ranged,
    errors::{ParseError, ParseErrorKind},
    parse_to_ast,
};

use super::{Data, Member, Node, Span};

/// Strict JSON.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The place at which a text can't be read as JSON, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SyntaxError {
    /// The reason, in one line.
    pub reason: String,
    /// The bytes of the place.
    pub span: Span,
}

impl SyntaxError {
    fn not_json(reason: &str, span: Span) -> Self {
        Self { reason: format!("not JSON: {reason}"), span }
    }

    /// The error of the parser, whose places start after a mark of this length.
    fn of(error: &ParseError, mark: usize) -> Self {
        let range = error.range();
        let span = range.start + mark..range.end.max(range.start) + mark;
        if matches!(error.kind(), ParseErrorKind::NestingDepthExceeded) {
            let reason = "nested more than 512 deep, which no flow is: give the flow itself";
            return Self { reason: reason.to_owned(), span };
        }
        let reason = error.kind().to_string();
        let mut letters = reason.chars();
        let first = letters.next().map(|first| first.to_ascii_lowercase());
        Self::not_json(&first.into_iter().chain(letters).collect::<String>(), span)
    }
}

/// Reads a JSON text. A byte order mark before it is skipped; positions count it.
///
/// # Errors
/// [`SyntaxError`] for a text that is no JSON, or is nested more than 512 deep.
pub fn read(text: &str) -> Result<Node, SyntaxError> {
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let parsed = parse_to_ast(&text[mark..], &CollectOptions::default(), &STRICT)
        .map_err(|error| SyntaxError::of(&error, mark))?;
    let value = parsed.value.ok_or_else(|| SyntaxError::not_json("the text is empty", 0..0))?;
    strict(text, mark)?;
    Ok(node(value, mark))
}

/// Refuses characters that the parser lets pass: a control character in a string, and white space that JSON lacks.
fn strict(text: &str, mark: usize) -> Result<(), SyntaxError> {
    let (mut in_string, mut is_escaped) = (false, false);
    for (offset, letter) in text[mark..].char_indices() {
        let reason = match letter {
            letter if in_string && letter < ' ' => {
                format!("a string has the control character {}, unescaped", letter.escape_default())
            }
            letter
                if !in_string
                    && (!letter.is_ascii() || letter < ' ' && !matches!(letter, '\t' | '\n' | '\r')) =>
            {
                format!("the character {} is no white space of JSON", letter.escape_unicode())
            }
            _ => {
                in_string ^= letter == '"' && !is_escaped;
                is_escaped = in_string && letter == '\\' && !is_escaped;
                continue;
            }
        };
        let start = mark + offset;
        return Err(SyntaxError::not_json(&reason, start..start + letter.len_utf8()));
    }
    Ok(())
}

fn node(value: ast::Value<'_>, mark: usize) -> Node {
    let span = value.start() + mark..value.end() + mark;
    let data = match value {
        ast::Value::NullKeyword(_) => Data::Null,
        ast::Value::BooleanLit(flag) => Data::Bool(flag.value),
        ast::Value::NumberLit(number) => Data::Number(number.value.to_owned()),
        ast::Value::StringLit(text) => Data::Text(text.value.into_owned()),
        ast::Value::Array(array) => {
            Data::List(array.elements.into_iter().map(|item| node(item, mark)).collect())
        }
        ast::Value::Object(object) => {
            Data::Object(object.properties.into_iter().map(|property| member(property, mark)).collect())
        }
    };
    Node { data, span }
}

fn member(property: ast::ObjectProp<'_>, mark: usize) -> Member {
    let key_span = property.name.start() + mark..property.name.end() + mark;
    Member { key: property.name.into_string(), key_span, value: node(property.value, mark) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = "\u{feff}{\"a\": [1.50, \"é\"], \"a\": null}";
        let root = read(text).unwrap();
        let slices: Vec<&str> = root.members().iter().map(|member| &text[member.key_span.clone()]).collect();
        assert_eq!(slices, ["\"a\"", "\"a\""]);
        let items = root.members()[0].value.items();
        assert_eq!(&text[items[0].span.clone()], "1.50");
        assert_eq!(&text[items[1].span.clone()], "\"é\"");
        assert_eq!(root.get("a"), None, "the last member counts, and it is null");
    }

    #[test]
    fn anything_but_json_is_refused_at_its_place() {
        for (text, place) in [
            ("", 0),
            ("{", 0),
            ("{\"a\": 1,}", 7),
            ("{'a': 1}", 1),
            ("{\"a\": 0x1}", 6),
            ("{\"a\": 1} x", 9),
            ("{\"a\" 1}", 5),
            ("// c\n{}", 0),
            ("[1 2]", 2),
            ("[\"a\nb\"]", 3),
            ("[\"\\\\\t\"]", 4),
            ("[\u{a0}1]", 1),
            ("[\x0b1]", 1),
            ("[01]", 2),
            ("[1.]", 1),
            ("[\"\\q\"]", 2),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.span.start, place, "{text}: {error}");
        }
        for text in ["[".repeat(10_000), format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))] {
            let told = read(&text).unwrap_err().to_string();
            assert!(told.starts_with("nested more than 512 deep, which no flow is: "), "{told}");
        }
    }
}
