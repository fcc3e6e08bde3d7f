//! How much of an answer was heard: cut at a word boundary, so that no word is remembered which the caller did not hear
//! whole.

use std::{fmt, time::Duration};

/// A part of an answer as it was spoken. `Debug` does not show its words.
#[derive(Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its text, as the model wrote it.
    pub text: String,
    /// How long its clip plays.
    pub duration: Duration,
}

impl fmt::Debug for Spoken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Spoken({} bytes, {:?})", self.text.len(), self.duration)
    }
}

/// The text of an answer of which so much has played.
pub fn heard(answer: &[Spoken], played: Duration) -> String {
    let mut texts = Vec::new();
    let mut left = played;
    for part in answer {
        if left < part.duration {
            texts.push(beginning(&part.text, left.as_secs_f64() / part.duration.as_secs_f64()));
            break;
        }
        texts.push(part.text.trim());
        left -= part.duration;
    }
    texts.retain(|text| !text.is_empty());
    texts.join(" ")
}

/// The whole words in this share of a text.
fn beginning(text: &str, share: f64) -> &str {
    let text = text.trim();
    let characters = text.chars().count();
    let whole = (characters as f64 * share) as usize;
    let end = text.char_indices().nth(whole).map_or(text.len(), |(end, _)| end);
    let (before, after) = text.split_at(end);
    if after.starts_with(char::is_whitespace) || before.ends_with(is_word_by_itself) {
        return before.trim_end();
    }
    let end = before.rfind(char::is_whitespace).unwrap_or(0);
    before[..end].trim_end()
}

/// Chinese and Japanese put no spaces between words.
fn is_word_by_itself(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}
