//! The input of espeak-ng: only characters that it can read, and never more at once than it can hold.
//!
//! Version 1.52 overflows its buffers, which ends the process, on three kinds of input, each in some of its languages:
//! the symbols that are left out here, a hyphen between another mark and a letter, and a clause of some 730 bytes
//! without an end. This was found by trying every character in every language, and random text.

use std::ffi::CString;

use text::cut;

/// Longest piece of text, in bytes.
const MAX_BYTES: usize = 600;

/// Ends of clauses, at which a text that is too long is best cut.
const CLAUSE_ENDS: [&str; 7] = [". ", "! ", "? ", "; ", ": ", ", ", " – "];

/// The text in pieces that are safe to read.
pub(super) fn pieces(text: &str) -> Vec<CString> {
    let readable = readable(text);
    let widest = readable.chars().map(char::len_utf8).max().unwrap_or(1);
    cut(&readable, MAX_BYTES / widest, &CLAUSE_ENDS)
        .into_iter()
        // espeak-ng looks at one character beyond a clause; without the spaces, the last character would be lost.
        .filter_map(|piece| CString::new(format!("{piece}  ")).ok())
        .collect()
}

/// The text with a space in place of each character that is not readable.
fn readable(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|character| {
            let is_glued = is_hyphen(character) && !before.is_alphanumeric() && !before.is_whitespace();
            before = if is_readable(character) && !is_glued { character } else { ' ' };
            before
        })
        .collect()
}

fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}')
}

/// Whether espeak-ng may read the character: letters, digits, accents and the punctuation of all scripts, but no
/// pictures, shapes and control characters.
fn is_readable(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '`'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{2bff}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{1f000}'..='\u{1fbff}'
            | '\u{e0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_short_and_hold_every_word() {
        for text in ["a few words, ".repeat(500), "م".repeat(3000), "漢字。".repeat(700), String::new()] {
            let pieces: Vec<_> =
                pieces(&text).iter().map(|piece| piece.to_string_lossy().into_owned()).collect();
            assert!(pieces.iter().all(|piece| piece.len() <= MAX_BYTES + 2));
            assert_eq!(pieces.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn what_has_no_reading_leaves_a_space() {
        let pieces = pieces("a\0b 🎉`ⓜ⠿ naïve, -5 €… (-a) x-ray");
        assert_eq!(
            pieces.iter().map(|piece| piece.to_string_lossy()).collect::<Vec<_>>(),
            ["a b      naïve, -5 €… ( a) x-ray  "]
        );
    }
}
