//! Splits a text that may still be arriving into sentences.
//!
//! A sentence is handed out as soon as it is certain, never held back until the next one begins.

use super::{ends, has_speech};

/// Stands for the next word when the question is whether the pending text ends here. A name, since a
/// name may also go on after an abbreviation ("Dr. "), which a word that only begins sentences can't.
const PROBE: &str = "Lee";

/// Collects text and gives out finished sentences.
///
/// Concatenated, the sentences hold every word that was pushed, in order.
pub struct SentenceSplitter {
    language: String,
    pending: String,
}

impl SentenceSplitter {
    /// `language` is a BCP 47 tag; its first part selects the rules (abbreviations, marks).
    pub fn new(language: &str) -> Self {
        let language = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self { language, pending: String::new() }
    }

    /// Adds text and returns the sentences that it finishes.
    ///
    /// A sentence is certain when more text follows its end, or when it ends in a full stop, question
    /// or exclamation mark and white space, and what stands before is no abbreviation ("Dr. ", "p.m. ").
    pub fn push(&mut self, text: &str) -> Vec<String> {
        self.pending.push_str(text);
        let settled = self.pending.len();
        let may_end_here = self.pending.ends_with(char::is_whitespace) && !ends::may_go_on(&self.pending);
        if may_end_here {
            self.pending.push_str(PROBE);
        }
        let (certain, sentences) = self.split(settled, may_end_here);
        self.pending.truncate(settled);
        self.pending.drain(..certain);
        sentences
    }

    /// The rest, when no more text comes.
    pub fn finish(self) -> Vec<String> {
        self.split(self.pending.len(), true).1
    }

    /// Sentences that end at or before `settled`, and the byte at which the last of them ends.
    fn split(&self, settled: usize, is_complete: bool) -> (usize, Vec<String>) {
        let mut certain = 0;
        let mut sentences = Vec::new();
        for end in ends::sentence_ends(&self.language, &self.pending) {
            if end > settled || (end == settled && !is_complete) {
                break;
            }
            let sentence = &self.pending[certain..end];
            if has_speech(sentence) {
                sentences.push(sentence.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            certain = end;
        }
        (certain, sentences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the text in one piece and character by character; both must agree.
    fn split(text: &str) -> Vec<String> {
        let mut whole = SentenceSplitter::new("en-US");
        let mut at_once = whole.push(text);
        at_once.extend(whole.finish());

        let mut arriving = SentenceSplitter::new("en-US");
        let mut one_by_one: Vec<String> =
            text.chars().flat_map(|character| arriving.push(&character.to_string())).collect();
        one_by_one.extend(arriving.finish());
        assert_eq!(one_by_one, at_once, "{text:?}");
        at_once
    }

    #[test]
    fn sentences_are_split_at_their_ends_only() {
        for (text, expected) in [
            ("One. Two! Three?", vec!["One.", "Two!", "Three?"]),
            ("It costs $3.50 today. Thanks.", vec!["It costs $3.50 today.", "Thanks."]),
            ("Dr. Smith called. He will wait.", vec!["Dr. Smith called.", "He will wait."]),
            ("See www.example.com for more. Bye.", vec!["See www.example.com for more.", "Bye."]),
            ("no end at all", vec!["no end at all"]),
            ("A heading\n\nA paragraph.", vec!["A heading", "A paragraph."]),
            ("(This is in brackets.) And this is not.", vec!["(This is in brackets.)", "And this is not."]),
            ("He paid (approx.) Five dollars.", vec!["He paid (approx.) Five dollars."]),
            ("It is near the end. (See above.) Next.", vec!["It is near the end.", "(See above.)", "Next."]),
            ("This has Vitamin C. It is good.", vec!["This has Vitamin C.", "It is good."]),
            ("That is plan B. Is it A?", vec!["That is plan B.", "Is it A?"]),
            ("Ask for Mr. J. A. Smith today. Or not.", vec!["Ask for Mr. J. A. Smith today.", "Or not."]),
            ("Open Mon.\n\nAnd Tue.\n\nOr Wed.", vec!["Open Mon.", "And Tue.", "Or Wed."]),
            ("It is at 5 p.m. today. Bye now.", vec!["It is at 5 p.m. today.", "Bye now."]),
            ("J. R. Miller called. He waits.", vec!["J. R. Miller called.", "He waits."]),
            ("She has a Ph.D. She teaches.", vec!["She has a Ph.D.", "She teaches."]),
            (
                "Open Mon. at noon and Tues. at nine. Bye.",
                vec!["Open Mon. at noon and Tues. at nine.", "Bye."],
            ),
            ("hello there. how are you", vec!["hello there.", "how are you"]),
            ("He said \"Go now.\" Then he left.", vec!["He said \"Go now.\"", "Then he left."]),
        ] {
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_finished_sentence_is_not_held_until_the_next_one_begins() {
        let mut splitter = SentenceSplitter::new("en-US");
        assert_eq!(splitter.push("Your order has ship"), Vec::<String>::new());
        assert_eq!(splitter.push("ped. "), ["Your order has shipped."]);
        assert_eq!(splitter.push("Ask for Dr. "), Vec::<String>::new());
        assert_eq!(splitter.push("Lee."), Vec::<String>::new());
        assert_eq!(splitter.finish(), ["Ask for Dr. Lee."]);
    }
}
