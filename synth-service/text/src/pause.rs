//! The pause of a speaker after a mark.

/// Silence after words that end like this, in milliseconds, when the next clip follows.
///
/// Closing quotes and brackets are ignored. Words without a mark are a heading or an item of a list and get the pause
/// of a sentence. (A sentence that was cut ends in a comma, or in a hyphen if the cut is inside a word.)
///
/// ```
/// assert!(text::pause_behind("One,") < text::pause_behind("One."));
/// ```
pub fn pause_behind(text: &str) -> u32 {
    let text =
        text.trim_end_matches(|last: char| last.is_whitespace() || "\"'”’»›)]}）］」』》〉】".contains(last));
    if text.ends_with("...") {
        return 400;
    }
    match text.chars().next_back() {
        Some('…') => 400,
        Some(',' | '，' | '、' | '､') => 120,
        Some(';' | ':' | '；' | '：' | '–' | '—') => 200,
        // A dash, rather than the hyphen of a divided word.
        Some('-') if text.ends_with(" -") || text.ends_with("--") => 200,
        Some('-') => 40,
        _ => 260,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_mark_decides() {
        for (text, pause) in [
            ("Hello.", 260),
            ("Hello", 260),
            ("Really?!", 260),
            ("\u{201c}Go!\u{201d}", 260),
            ("네。", 260),
            ("As a rule,", 120),
            ("First，", 120),
            ("Note:", 200),
            ("one; ", 200),
            ("so –", 200),
            ("so -", 200),
            ("Well...", 400),
            ("(Well…)", 400),
            ("", 260),
            ("unbeliev-", 40),
        ] {
            assert_eq!(pause_behind(text), pause, "{text:?}");
        }
    }
}
