//! Text in, sentences and spoken words out. Depends on no voice, no audio and no network, and never loses a word.
//!
//! | step | module |
//! | --- | --- |
//! | strip everything that can't be spoken: tags, markdown, emoji, control characters | [`clean`] |
//! | or, where the text is SSML, resolve its markup | [`ssml`] |
//! | split into sentences, also while the text is still arriving | [`SentenceSplitter`] |
//! | make the first part short, no part ultra-short or over-long | [`shape()`], [`GrowingText`] while the text is still arriving |
//! | words that an operator wants said in another way | [`lexicon`] |
//! | numbers, money, dates, units, addresses into words, by language | [`normalise`] |

mod clean;
mod cut;
mod draft;
mod ends;
mod growing;
pub mod lexicon;
mod normalise;
mod pause;
mod pronunciations;
mod sentence;
mod shape;
mod splitter;
pub mod ssml;

pub use clean::{clean, has_speech};
pub use cut::cut;
pub use growing::GrowingText;
pub use lexicon::{Lexicon, LexiconError, LexiconFile, LexiconFolder};
pub use normalise::{DateOrder, SayAs, normalise, say_as};
pub use pause::pause_behind;
pub use sentence::{Sentence, Span};
pub use shape::{FirstPart, estimated_seconds, shape};
pub use splitter::SentenceSplitter;
pub use ssml::{SsmlCause, SsmlError};

/// Speeds at which a voice can speak; 1.0 is its own pace.
pub const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// The content of a UTF-8 file without the byte order mark with which some editors begin it.
///
/// ```
/// assert_eq!(text::without_byte_order_mark("\u{feff}{}".as_bytes()), b"{}");
/// ```
pub fn without_byte_order_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content)
}

/// The sentences of a complete text, in the order and the units in which they become clips, for a quick voice.
///
/// # Errors
/// As for [`sentences_for`].
///
/// ```
/// let parts = text::sentences("en-US", "Dr. Lee is in today. How can I help you?")?;
/// assert_eq!(parts[1].text(), "How can I help you?");
/// let error = text::sentences("en-US", "<speak>Hello</s>").expect_err("the tag is not closed");
/// assert_eq!((error.line, error.column), (1, 13));
/// # Ok::<_, text::SsmlError>(())
/// ```
pub fn sentences(language: &str, text: &str) -> Result<Vec<Sentence>, SsmlError> {
    sentences_for(language, text, FirstPart::default())
}

/// The same as [`sentences`], for a voice with the given kind of first part.
///
/// `language` is a BCP 47 tag such as `en-US`. A text that begins with `<speak` is read as [`ssml`].
///
/// # Errors
/// [`SsmlError`] with line and column where SSML is malformed. Plain text never fails.
pub fn sentences_for(language: &str, text: &str, first: FirstPart) -> Result<Vec<Sentence>, SsmlError> {
    if ssml::is_ssml(text) {
        return Ok(shape(language, ssml::sentences(language, text)?, first));
    }
    let mut splitter = SentenceSplitter::new(language);
    let mut sentences = splitter.push(text);
    sentences.extend(splitter.finish());
    Ok(shape(language, sentences.into_iter().map(Sentence::plain).collect(), first))
}

/// The same as [`sentences_for`], for a text in which `[word](/ipa/)` gives the pronunciation of a word. Elsewhere this is
/// a link of markdown to a page of the same site.
///
/// # Errors
/// As for [`sentences_for`].
///
/// ```
/// let parts = text::pronounced_sentences("en-US", "Hello [Nguyen](/wɪn/).", text::FirstPart::Usual)?;
/// assert_eq!(parts[0].spans[1].ipa.as_deref(), Some("wɪn"));
/// # Ok::<_, text::SsmlError>(())
/// ```
pub fn pronounced_sentences(
    language: &str,
    text: &str,
    first: FirstPart,
) -> Result<Vec<Sentence>, SsmlError> {
    let pronounced = if ssml::is_ssml(text) { None } else { pronunciations::sentences(language, text) };
    pronounced.map_or_else(
        || sentences_for(language, text, first),
        |sentences| Ok(shape(language, sentences, first)),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "plain text never fails")]

    use super::*;

    fn plain(language: &str, text: &str) -> Vec<String> {
        sentences(language, text).expect("plain text").iter().map(Sentence::text).collect()
    }

    #[test]
    fn a_text_becomes_one_clip_per_sentence_less_the_joined_ultra_short_ones() {
        let text = "Thank you for calling.\nYes. Dr. Smith is in at 3.5 p.m. today! How can I help?";
        assert_eq!(
            plain("en-US", text),
            ["Thank you for calling.", "Yes. Dr. Smith is in at 3.5 p.m. today!", "How can I help?"]
        );
    }

    #[test]
    fn the_items_of_a_list_are_sentences_of_their_own() {
        let text = "Here is what to do:\n1. Open the door slowly.\n2. Look inside\n- the first shelf\n\u{2022} the second\nshelf";
        assert_eq!(
            plain("en-US", text),
            [
                "Here is what to do:",
                "1. Open the door slowly.",
                "2. Look inside",
                "the first shelf. the second shelf"
            ]
        );
    }

    #[test]
    fn a_text_without_words_has_no_sentences() {
        for text in ["", " \n ", "🎉🎉", "...", "<break/>", "\u{1}\u{2}"] {
            assert_eq!(plain("en-US", text), Vec::<String>::new(), "{text:?}");
        }
    }
}
