//! Splits a text into sentences while it may still be arriving.
//!
//! A sentence is returned as soon as its end is certain, not only when the next one begins.

use super::{
    clean::{Cleaner, is_gap},
    ends::{Found, next_end},
    has_speech,
};

/// Collects text with its markup and returns finished sentences without markup.
///
/// The division of the text into pieces affects only when sentences are returned, not the sentences themselves.
/// Together they hold every word that was pushed, in order.
///
/// ```
/// let mut splitter = text::SentenceSplitter::new("en-US");
/// assert!(splitter.push("Dr. Lee is in. Sh").len() == 1);
/// assert_eq!(splitter.push("all I call back?"), [""; 0]);
/// assert_eq!(splitter.finish(), ["Shall I call back?"]);
/// ```
pub struct SentenceSplitter {
    language: String,
    cleaner: Cleaner,
    /// Cleaned text, from the beginning of the unfinished sentence on.
    pending: String,
    /// Number of its bytes in which the sentence's end is already ruled out.
    searched: usize,
}

impl SentenceSplitter {
    /// `language` is a BCP 47 tag; its first part selects the rules (abbreviations, marks).
    pub fn new(language: &str) -> Self {
        Self {
            language: language.to_owned(),
            cleaner: Cleaner::default(),
            pending: String::new(),
            searched: 0,
        }
    }

    /// Adds text and returns the sentences that it finishes.
    ///
    /// The end of a sentence is certain when a mark and white space follow the text, unless the text ends in an
    /// abbreviation ("Dr. ", "p.m. ") or a quote ("'Go!' "); in those cases the next word decides. A blank line, a
    /// heading and an item of a list end a sentence too.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        let cleaned = self.cleaner.push(text);
        self.pending.push_str(&cleaned);
        self.split(false)
    }

    /// The whole words that the unfinished sentence certainly begins with.
    pub(crate) fn certain(&self) -> &str {
        let certain = &self.pending[..self.searched];
        &certain[..certain.rfind(is_gap).unwrap_or_default()]
    }

    /// Whether the unfinished sentence ends in a mark, so that only the next character is missing for its end to be
    /// certain.
    pub fn ends_like_a_sentence(&self) -> bool {
        let text = self.pending.trim_end();
        let before = text.trim_end_matches(['.', '!', '?', '…', '。', '！', '？']);
        // "3." may be the beginning of "3.5".
        before.len() < text.len() && !before.ends_with(|last: char| last.is_ascii_digit())
    }

    /// Returns the sentences that end where the text stands still, as if white space had followed: its writer is
    /// quiet, and a listener should not wait for the next character.
    pub fn quiet(&mut self) -> Vec<String> {
        if !self.ends_like_a_sentence() {
            return Vec::new();
        }
        let length = self.pending.len();
        self.pending.push(' ');
        let sentences = self.split(false);
        if sentences.is_empty() {
            self.pending.truncate(length);
            self.searched = self.searched.min(length);
        }
        sentences
    }

    /// Returns the rest, when no more text comes.
    pub fn finish(mut self) -> Vec<String> {
        let cleaned = self.cleaner.finish();
        self.pending.push_str(&cleaned);
        let mut sentences = self.split(true);
        sentences.extend(sentence(&self.pending));
        sentences
    }

    fn split(&mut self, is_complete: bool) -> Vec<String> {
        let mut sentences = Vec::new();
        let mut begin = 0;
        loop {
            match next_end(&self.language, &self.pending[begin..], self.searched, is_complete) {
                Found::End(end) => {
                    sentences.extend(sentence(&self.pending[begin..begin + end]));
                    begin += end;
                    self.searched = 0;
                }
                Found::None(searched) => {
                    self.searched = searched;
                    self.pending.drain(..begin);
                    return sentences;
                }
            }
        }
    }
}

/// The words of a sentence with one space between them; `None` if there is nothing to say.
fn sentence(text: &str) -> Option<String> {
    let words = text.split(is_gap).filter(|word| !word.is_empty());
    has_speech(text).then(|| words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_sentence_is_not_held_until_the_next_one_begins() {
        let mut splitter = SentenceSplitter::new("en-US");
        assert_eq!(splitter.push("Your order has ship"), Vec::<String>::new());
        assert_eq!(splitter.push("ped. "), ["Your order has shipped."]);
        assert_eq!(splitter.push("Is that right?\n"), ["Is that right?"]);
        assert_eq!(splitter.push("Ask for Dr. "), Vec::<String>::new());
        assert_eq!(splitter.push("Lee."), Vec::<String>::new());
        assert_eq!(splitter.finish(), ["Ask for Dr. Lee."]);
    }

    #[test]
    fn markup_that_is_cut_in_two_is_still_stripped() {
        let mut splitter = SentenceSplitter::new("en-US");
        let mut sentences = Vec::new();
        for piece in [
            "Go to [our",
            " shop](https://exam",
            "ple.com/a), it is *",
            "*open*",
            "*. <b",
            ">A &am",
            "p; B</b>!",
        ] {
            sentences.extend(splitter.push(piece));
        }
        sentences.extend(splitter.finish());
        assert_eq!(sentences, ["Go to our shop, it is open.", "A & B!"]);
    }

    #[test]
    fn a_text_without_an_end_is_handed_out_in_pieces() {
        let mut splitter = SentenceSplitter::new("ko-KR");
        let pieces: Vec<String> = (0..5000).flat_map(|_| splitter.push("가나 ")).collect();
        assert!(pieces.len() >= 8, "{}", pieces.len());
        let words = pieces.iter().map(|piece| piece.split(' ').count()).sum::<usize>();
        let rest: usize = splitter.finish().iter().map(|piece| piece.split(' ').count()).sum();
        assert_eq!(words + rest, 5000);
    }
}
