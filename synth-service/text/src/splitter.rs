//! Splits a text that may still be arriving into sentences.
//!
//! A sentence is handed out as soon as it is certain, never held back until the next one begins.

use super::{
    clean::{Cleaner, is_gap},
    ends::{Found, next_end},
    has_speech,
};

/// Collects text with its markup and gives out finished sentences without it.
///
/// How the text is cut into pieces makes no difference to the sentences, only to when they come. Together they
/// hold every word that was pushed, in order.
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
    /// Cleaned text, from the beginning of the sentence that has not ended.
    pending: String,
    /// How much of it can't hold the end.
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
    /// A sentence is certain when a mark and white space follow and what stands before is no abbreviation
    /// ("Dr. ", "p.m. ") and no quote ("'Go!' "); else when the next word tells. A blank line, a heading and an
    /// item of a list end it too.
    pub fn push(&mut self, text: &str) -> Vec<String> {
        let cleaned = self.cleaner.push(text);
        self.pending.push_str(&cleaned);
        self.split(false)
    }

    /// The rest, when no more text comes.
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

/// The words of a sentence with one space between them, if there is anything to say.
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
