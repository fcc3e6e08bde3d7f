//! What espeak-ng is given: nothing that it can't read, and never more at once than it can hold.
//!
//! Version 1.52 ends the process (its buffers overflow) when it is given the symbols that are left out here
//! in some of its languages, and when a clause of some 730 bytes has no end. Both were found by trying every
//! character in every language, and random text.

use std::ffi::CString;

use text::cut;

/// Longest piece of text.
const MAX_BYTES: usize = 600;

/// Where a text that is too long is best cut.
const CLAUSE_ENDS: [&str; 7] = [". ", "! ", "? ", "; ", ": ", ", ", " – "];

/// The text in pieces that are safe to read.
pub(super) fn pieces(text: &str) -> Vec<CString> {
    let readable: String =
        text.chars().map(|character| if is_readable(character) { character } else { ' ' }).collect();
    let widest = readable.chars().map(char::len_utf8).max().unwrap_or(1);
    cut(&readable, MAX_BYTES / widest, &CLAUSE_ENDS)
        .into_iter()
        // It looks at one character behind a clause, and what stands behind the last one would be lost.
        .filter_map(|piece| CString::new(format!("{piece}  ")).ok())
        .collect()
}

/// Letters, digits, accents and the punctuation of all scripts; no pictures, shapes and control characters.
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
        let pieces = pieces("a\0b 🎉`ⓜ⠿ naïve, 5 €…");
        assert_eq!(
            pieces.iter().map(|piece| piece.to_string_lossy()).collect::<Vec<_>>(),
            ["a b      naïve, 5 €…  "]
        );
    }
}
