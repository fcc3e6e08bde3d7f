//! Errors in an SSML text, with their place. Each message is one line that names the remedy.

use thiserror::Error;

/// Most characters of a name or value that a message quotes.
const REPEATED: usize = 40;

/// The first place at which a text stops being SSML.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("SSML line {line}, column {column}: {cause}")]
pub struct SsmlError {
    /// Number of the line, from 1.
    pub line: usize,
    /// Number of the character in its line, from 1.
    pub column: usize,
    /// The fault; its message names the remedy.
    pub cause: SsmlCause,
}

/// The reason why a text is not SSML.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each message says it")]
pub enum SsmlCause {
    #[error("the tag that begins here has no end: close it with >")]
    UnclosedTag,
    #[error("a value in this tag has no closing quote: add it")]
    UnclosedQuote,
    #[error("this {what} has no end: close it with {end}")]
    Unclosed { what: &'static str, end: &'static str },
    #[error("this < begins no tag: write it as &lt;")]
    NoTag,
    #[error("another < stands inside the tag <{}>: close the tag and its quotes, or write &lt;", short(.0))]
    TagInTag(String),
    #[error("<{}> is closed by </{}>: close it with </{}>", short(.open), short(.closed_by), short(.open))]
    Mismatch { open: String, closed_by: String },
    #[error("</{}> closes nothing: remove it", short(.0))]
    NotOpen(String),
    #[error("<{}> is never closed: close it with </{}>", short(.0), short(.0))]
    NeverClosed(String),
    #[error("elements are nested more than {0} deep: nest them less")]
    TooDeep(usize),
    #[error("<{}> has {problem}: write attributes like time=\"500ms\", once each", short(.element))]
    Attribute { element: String, problem: &'static str },
    #[error("this & begins no reference: write it as &amp;")]
    LoneAmpersand,
    #[error("{} is not known: use &amp; &lt; &gt; &quot; &apos; or a number such as &#233;", short(.0))]
    UnknownReference(String),
    #[error("a DOCTYPE is not accepted: remove it")]
    Doctype,
    #[error("there is content after </speak>: move it before </speak> or remove it")]
    Trailing,
    #[error("<{}> has no {attribute}: add {attribute}=\"…\"", short(.element))]
    Missing { element: String, attribute: &'static str },
    #[error("{attribute}=\"{}\" is not understood: write {wanted}", short(.value))]
    Value { attribute: &'static str, value: String, wanted: &'static str },
}

/// A cause and the byte at which it was found.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) cause: SsmlCause,
}

impl SsmlError {
    pub(super) fn new(text: &str, fault: Fault) -> Self {
        let before = &text[..text.floor_char_boundary(fault.at)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            cause: fault.cause,
        }
    }
}

/// A quote from the text, shortened to fit into a message of one line.
fn short(words: &str) -> String {
    let mut short: String = words
        .chars()
        .take(REPEATED)
        .map(|character| if breaks_a_line(character) { ' ' } else { character })
        .collect();
    if words.chars().nth(REPEATED).is_some() {
        short.push('…');
    }
    short
}

fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
