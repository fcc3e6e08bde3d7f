//! A text that is still being written, as the parts that are certain so far.

use crate::{FirstPart, Sentence, SentenceSplitter, shape::Shaper};

/// Turns a text that arrives in pieces into parts, which become one clip each.
///
/// The first part is the first clause of the first sentence where it has one, so that nobody waits for the end of a
/// long sentence. How the text is cut into pieces makes no difference to the parts.
///
/// ```
/// use text::{FirstPart, GrowingText};
///
/// let mut text = GrowingText::new("en-US", FirstPart::Usual);
/// assert!(text.push("Thanks for calling about your order, I can see").is_empty());
/// let parts = text.push(" that it left ");
/// assert_eq!(parts[0].text(), "Thanks for calling about your order,");
/// assert_eq!(text.push("today. ")[0].text(), "I can see that it left today.");
/// ```
pub struct GrowingText {
    splitter: SentenceSplitter,
    shaper: Shaper,
}

impl GrowingText {
    /// `language` is a BCP 47 tag.
    pub fn new(language: &str, first: FirstPart) -> Self {
        Self { splitter: SentenceSplitter::new(language), shaper: Shaper::new(language, first) }
    }

    /// The same for a line on which the parts follow each other without a gap, so that a first clause may be a short one:
    /// it is certain as soon as the next two words say that a clause ends there.
    ///
    /// ```
    /// use text::{FirstPart, GrowingText};
    ///
    /// let mut text = GrowingText::without_gaps("en-US", FirstPart::Usual);
    /// let parts = text.push("We are open Monday to Friday, from nine in");
    /// assert_eq!(parts[0].text(), "We are open Monday to Friday,");
    /// ```
    pub fn without_gaps(language: &str, first: FirstPart) -> Self {
        Self { splitter: SentenceSplitter::new(language), shaper: Shaper::without_gaps(language, first) }
    }

    /// Adds text and returns the parts that are certain by it.
    pub fn push(&mut self, text: &str) -> Vec<Sentence> {
        let mut parts = shaped(&mut self.shaper, &self.splitter.push(text));
        parts.extend(self.shaper.begin(self.splitter.certain()));
        parts
    }

    /// Whether the text ends like a sentence, so that [`Self::quiet`] has something to return.
    pub fn ends_like_a_sentence(&self) -> bool {
        self.splitter.ends_like_a_sentence()
    }

    /// Returns the parts of the sentence that ends where the text stands still: its writer is quiet.
    pub fn quiet(&mut self) -> Vec<Sentence> {
        shaped(&mut self.shaper, &self.splitter.quiet())
    }

    /// Returns the rest, when the text is complete.
    pub fn finish(self) -> Vec<Sentence> {
        let Self { splitter, mut shaper } = self;
        let mut parts = shaped(&mut shaper, &splitter.finish());
        parts.extend(shaper.finish());
        parts
    }

    /// Returns the rest without the sentence that its writer broke off.
    pub fn broken_off(self) -> Vec<Sentence> {
        self.shaper.finish()
    }
}

fn shaped(shaper: &mut Shaper, sentences: &[String]) -> Vec<Sentence> {
    sentences.iter().flat_map(|sentence| shaper.push(sentence)).collect()
}
