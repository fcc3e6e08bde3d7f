//! Strips what no voice can speak: markup, control characters, emoji.

/// Longest run between `<` and `>` that is taken for a tag; beyond it the `<` is just a character.
const LONGEST_TAG: usize = 256;

/// Marks and signs, besides letters and digits, that change how a sentence is read.
const SPOKEN_SIGNS: &str = "$€£¥₩₹%‰°§©®™–—…‘’‚“”„«»‹›¿¡·•′″、。「」『』（）！？，：；";

/// The text without tags, control characters and symbols that have no reading.
///
/// What is removed leaves a space, so that words never grow together; runs of white space become one,
/// but a blank line stays, since it ends a sentence.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut line_breaks = 0;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some(length) = tag_length(rest) {
            rest = &rest[length..];
            push_space(&mut cleaned);
            continue;
        }
        rest = &rest[next.len_utf8()..];
        if next == '\n' {
            line_breaks += 1;
        }
        if is_spoken(next) {
            if line_breaks > 1 && !cleaned.is_empty() {
                cleaned.truncate(cleaned.trim_end().len());
                cleaned.push_str("\n\n");
            }
            line_breaks = 0;
            cleaned.push(next);
        } else {
            push_space(&mut cleaned);
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// Whether there is anything to say: at least one letter or digit.
pub fn has_speech(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn push_space(cleaned: &mut String) {
    if !cleaned.is_empty() && !cleaned.ends_with(char::is_whitespace) {
        cleaned.push(' ');
    }
}

fn is_spoken(character: char) -> bool {
    character.is_alphanumeric()
        || character.is_ascii_punctuation()
        || SPOKEN_SIGNS.contains(character)
        || is_combining_mark(character)
}

/// Accents written as characters of their own, as decomposed text has them.
fn is_combining_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

/// The length in bytes of the tag at the start of `text`; `5 < 6` has none.
fn tag_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    if !inside.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?')) {
        return None;
    }
    let end =
        inside.char_indices().take(LONGEST_TAG).find(|(_, character)| matches!(character, '<' | '>'))?;
    (end.1 == '>').then_some(end.0 + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_control_characters_and_emoji_leave_a_space() {
        for (text, expected) in [
            ("<speak>Hello<break time=\"1s\"/>there</speak>", "Hello there"),
            ("Hi\u{0}\u{7}there\u{200d}👋🏽!", "Hi there !"),
            ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
            ("a <b c", "a <b c"),
            ("one\ntwo", "one two"),
            ("one \n \n\n two", "one\n\ntwo"),
            ("  café, cafe\u{301}  ", "café, cafe\u{301}"),
            ("It costs €5 – really…", "It costs €5 – really…"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn speech_needs_a_letter_or_a_digit() {
        assert!(has_speech("네"));
        assert!(has_speech("7"));
        assert!(!has_speech("… — ?!"));
    }
}
