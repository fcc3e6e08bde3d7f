//! Which characters are read, seen or neither.

use std::sync::LazyLock;

use regex::Regex;

/// The reading of a character.
pub(super) enum Reading {
    /// It is a part of a word or changes how words are read.
    Spoken,
    /// It is inside a word and not seen.
    Unseen,
    Space,
    Line,
    Emoji,
}

/// Letters, digits, marks of every script, and the signs that have a name.
static SPOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"[\p{M}\p{P}\p{Sc}",
        "°©®™×÷±≈∼≠≤≥√∛⁄∕∞∑∫∆−⁻⁺¬′″ªº",
        // Letterlike signs, Roman and squared units, full-width forms.
        r"\x{2100}-\x{214f}\x{3200}-\x{33ff}\x{ff01}-\x{ffe6}]",
    ))
    .ok()
});

/// Marks that only decorate.
const DECORATION: &str = "•‣⁃※†‡❛❜❝❞";

pub(super) fn reading(character: char) -> Reading {
    match character {
        // NUL, soft hyphen, joiners, directions, Hangul fillers, byte order mark, selectors of a form, keycaps, tags.
        '\0'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{20e3}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}' => Reading::Unseen,
        '\u{85}' | '\u{2028}' => Reading::Line,
        // Numbers in circles.
        '\u{2776}'..='\u{2793}' => Reading::Spoken,
        // Telephones, arrows and triangles that stand for more and less, keys, accidentals.
        '\u{260e}' | '\u{260f}' | '↑' | '↓' | '→' | '⇒' | '▲' | '△' | '▼' | '▽' => {
            Reading::Spoken
        }
        '⌘' | '⌥' | '⌃' | '⇧' | '♭' | '♯' => Reading::Spoken,
        // Before letters, since some of these are enclosed ones.
        '\u{1f000}'..='\u{1faff}'
        | '\u{2139}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' => Reading::Emoji,
        _ if character.is_alphanumeric() || character.is_ascii_punctuation() => Reading::Spoken,
        _ if character.is_ascii() || character.is_whitespace() || DECORATION.contains(character) => {
            Reading::Space
        }
        _ if is_sign(character) => Reading::Spoken,
        _ => Reading::Space,
    }
}

fn is_sign(character: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    SPOKEN.as_ref().is_some_and(|spoken| spoken.is_match(text))
}
