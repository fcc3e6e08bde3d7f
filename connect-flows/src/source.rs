//! A file with flows: its text, the lines and columns in it, and the flows that it holds.

mod inner;
mod wrapped;

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

pub use wrapped::{Held, Unreadable};

use crate::json::Span;

/// Largest file that is read, in bytes. A flow has at most 256,000 characters; a template may hold several.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A text with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path, as it was given.
    pub name: String,
    /// The whole text, a byte order mark included.
    pub text: String,
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

/// The reason why a file has no text.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum SourceError {
    #[error("{name}: {error}")]
    Io { name: String, error: io::Error },
    #[error("{name} has more than {} MB: give one flow, which has at most 256,000 characters", MAX_BYTES / 1024 / 1024)]
    TooLarge { name: String },
    #[error("{name} is text in UTF-16: save it as UTF-8")]
    Utf16 { name: String },
    #[error("{name} is no text in UTF-8: byte {offset} is not valid; give a flow as JSON")]
    NoText { name: String, offset: usize },
}

impl Source {
    /// A text that is in no file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`SourceError`]: one line with the name of the file.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        let failed = |error| SourceError::Io { name: name.clone(), error };
        let mut bytes = Vec::new();
        fs::File::open(path).map_err(failed)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SourceError::TooLarge { name });
        }
        // JSON begins with a character of ASCII, which UTF-16 writes with a zero.
        if matches!(bytes[..], [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]) {
            return Err(SourceError::Utf16 { name });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(SourceError::NoText { name, offset: error.utf8_error().valid_up_to() }),
        }
    }

    /// The place of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let marks = usize::from(line_start == 0 && before.starts_with('\u{feff}'));
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1 - marks,
        }
    }

    /// The place of a part, as `FILE:LINE:COLUMN`.
    pub fn place(&self, span: &Span) -> String {
        let Position { line, column } = self.position(span.start);
        format!("{}:{line}:{column}", self.name)
    }

    /// The part of the text.
    pub fn slice(&self, span: &Span) -> &str {
        let (start, end) =
            (self.text.floor_char_boundary(span.start), self.text.floor_char_boundary(span.end));
        self.text.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a", "\u{feff}{\n é: 1\r\n}");
        let position = |part: &str| source.position(source.text.find(part).unwrap());
        assert_eq!(position("{"), Position { line: 1, column: 1 });
        assert_eq!(position(": 1"), Position { line: 2, column: 3 });
        assert_eq!(position("}"), Position { line: 3, column: 1 });
        assert_eq!(source.position(10_000), Position { line: 3, column: 2 });
    }

    #[test]
    fn files_that_are_no_text_are_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("flow.json");
        let error = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            Source::open(&path).unwrap_err().to_string()
        };
        assert!(error(b"\xFF\xFE{\0}\0").ends_with("save it as UTF-8"));
        assert!(error(b"{\0}\0").ends_with("save it as UTF-8"));
        assert!(error(b"{\"a\": \"\xE9\"}").contains("byte 7"));
        assert!(error(&vec![b' '; MAX_BYTES as usize + 1]).contains("more than 16 MB"));
        assert!(Source::open(folder.path()).is_err());
    }
}
