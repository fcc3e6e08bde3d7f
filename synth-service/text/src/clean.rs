//! Strips what no voice can speak: markup, control characters, emoji.

/// Longest run between `<` and `>` that is taken for a tag; beyond it the `<` is just a character.
const LONGEST_TAG: usize = 256;

/// Marks and signs, besides letters and digits, that change how a sentence is read.
const SPOKEN_SIGNS: &str = "$€£¥₩₹%‰°§©®™–—…‘’‚“”„«»‹›¿¡·•′″、。「」『』（）！？，：；";

/// Characters inside words that are not seen: soft hyphen, zero-width space, joiners, byte order mark.
const INVISIBLE: [char; 5] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}'];

/// The text without tags, control characters and symbols that have no reading.
///
/// What is removed leaves a space, so that words never grow together; runs of white space become one. A
/// blank line stays, since it ends a sentence, and the items of a list get one between them.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut line_breaks = 0;
    let mut rest = &text[list_marker(text).unwrap_or_default()..];
    while let Some(next) = rest.chars().next() {
        if let Some(length) = tag_length(rest) {
            rest = &rest[length..];
            push_space(&mut cleaned);
            continue;
        }
        rest = &rest[next.len_utf8()..];
        if next == '\n' {
            let marker = list_marker(rest);
            line_breaks += if marker.is_some() { 2 } else { 1 };
            rest = &rest[marker.unwrap_or_default()..];
        }
        if INVISIBLE.contains(&next) {
            continue;
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

/// Where the text begins with an item of a list, the length in bytes of what is not read of it: a bullet
/// is left out, a number is read.
fn list_marker(text: &str) -> Option<usize> {
    let item = text.trim_start_matches([' ', '\t']);
    let indent = text.len() - item.len();
    let bullet = item.strip_prefix(['-', '*', '•', '–']);
    let digits = item.len() - item.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let behind = match bullet {
        Some(behind) => behind,
        None if (1..=3).contains(&digits) => item[digits..].strip_prefix(['.', ')'])?,
        None => return None,
    };
    let unread = if bullet.is_some() { text.len() - behind.len() } else { indent };
    behind.starts_with(char::is_whitespace).then_some(unread)
}

/// The length in bytes of the tag at the start of `text`; `5 < 6` and `<jane@example.com>` are none.
fn tag_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    if !inside.starts_with(['!', '?']) {
        let name = inside.strip_prefix('/').unwrap_or(inside);
        let behind = name.trim_start_matches(|character: char| {
            character.is_ascii_alphanumeric() || ":-".contains(character)
        });
        let has_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
        if !has_name || !behind.starts_with(|next: char| next.is_whitespace() || next == '/' || next == '>') {
            return None;
        }
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
            ("- one\n- two", "one\n\ntwo"),
            ("co\u{ad}ope\u{200b}rate", "cooperate"),
            ("Write to <jane@example.com> or </p>us", "Write to <jane@example.com> or us"),
            ("Do:\n- one\n2. two\n-three", "Do:\n\none\n\n2. two -three"),
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
