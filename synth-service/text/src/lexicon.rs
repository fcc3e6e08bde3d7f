//! How words are read that a person has written down.

use contract::Sentence;

/// Rules for words.
#[derive(Clone, Debug, Default)]
pub struct Lexicon;

impl Lexicon {
    /// The sentence with its rules applied.
    pub fn apply(&self, sentence: &Sentence) -> Sentence {
        sentence.clone()
    }
}
