//! Target for texts to be spoken.

use std::ops::RangeInclusive;

use text::{Sentence, Span};
use text::{SsmlError, has_speech, normalise, ssml};

use crate::{Verdict, assert_line, breaks_a_line};

const ENGLISH: &str = "en-US";

/// Both languages have their own rules for numbers.
const LANGUAGES: [&str; 2] = [ENGLISH, "ko-KR"];

/// The limits that `text` documents for SSML.
const LONGEST_PAUSE_MS: u32 = 10_000;
const RATES: RangeInclusive<f32> = 0.5..=2.0;

/// Largest growth: bytes of output per byte of input, since a digit or a sign becomes one or more words.
const GROWTH: usize = 64;

pub(crate) fn check(text: &str) -> Verdict {
    let verdicts = LANGUAGES.map(|language| match ssml::is_ssml(text) {
        true => check_ssml(language, text),
        false => check_plain(language, text),
    });
    assert_eq!(verdicts[0], verdicts[1], "one language refuses what the other takes");
    verdicts[0]
}

fn check_ssml(language: &str, text: &str) -> Verdict {
    let parts = text::sentences(language, text);
    let sentences = match ssml::sentences(language, text) {
        Ok(sentences) => sentences,
        Err(error) => {
            assert_place(text, &error);
            assert_line(&error.to_string());
            assert_eq!(parts, Err(error));
            return Verdict::Refused;
        }
    };
    let parts = parts.unwrap_or_else(|error| panic!("only one door refuses it: {error}"));
    assert_sayable(language, text, &sentences);
    assert_sayable(language, text, &parts);
    // Shaping may only move the ends of sentences.
    assert_eq!(words(&parts), words(&sentences));
    assert_eq!(pauses(&parts), pauses(&sentences));
    assert_eq!(pronunciations(&parts), pronunciations(&sentences));
    Verdict::Accepted
}

fn check_plain(language: &str, text: &str) -> Verdict {
    let parts = text::sentences(language, text).unwrap_or_else(|error| panic!("plain text fails: {error}"));
    assert_sayable(language, text, &parts);
    assert_eq!(words(&parts), letters(&text::clean(text)));
    assert!(parts.iter().flat_map(|part| &part.spans).all(|span| *span == Span::plain(span.text.as_str())));
    Verdict::Accepted
}

/// Checks that the error's line and column exist in the text.
fn assert_place(text: &str, error: &SsmlError) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = text.split('\n').nth(error.line - 1);
    let columns = line.map(|line| line.chars().count() + 1);
    assert!(columns.is_some_and(|columns| (1..=columns).contains(&error.column)), "{error}");
}

fn assert_sayable(language: &str, text: &str, sentences: &[Sentence]) {
    let mut length = 0;
    for sentence in sentences {
        // A sentence may consist of only a pause, since shaping separates long pauses.
        let is_heard = |span: &Span| span.ipa.is_some() || has_speech(&span.text) || span.pause_ms > 0;
        assert!(sentence.spans.iter().any(is_heard), "nothing is heard: {sentence:?}");
        for span in &sentence.spans {
            length += span.text.len() + span.ipa.as_ref().map_or(0, String::len);
            assert_span(language, span);
        }
        let json = serde_json::to_string(sentence).unwrap_or_else(|error| panic!("no JSON: {error}"));
        assert_eq!(serde_json::from_str::<Sentence>(&json).ok().as_ref(), Some(sentence), "{json}");
    }
    assert!(length <= GROWTH * text.len(), "{length} bytes of {}", text.len());
}

fn assert_span(language: &str, span: &Span) {
    assert!(span.pause_ms <= LONGEST_PAUSE_MS, "{span:?}");
    assert!(RATES.contains(&span.rate), "{span:?}");
    assert!(!span.text.contains(breaks_a_line), "{span:?}");
    assert!(!span.ipa.as_ref().is_some_and(|ipa| ipa.contains(breaks_a_line)), "{span:?}");
    if span.ipa.is_none() {
        let spoken = normalise(language, &span.text);
        assert!(!spoken.contains(|character: char| character.is_ascii_digit()), "{span:?}: {spoken:?}");
        assert!(spoken.len() <= GROWTH * (span.text.len() + 1), "{span:?}: {} bytes", spoken.len());
        // Normalising twice changes nothing. In Korean that holds only for prose: after "example.co9" a second pass
        // finds an address.
        if language == ENGLISH {
            assert_eq!(normalise(language, &spoken), spoken, "{span:?}");
        }
    }
}

/// All spoken text without spaces and punctuation, which change when sentences are joined or split.
fn words(sentences: &[Sentence]) -> String {
    sentences.iter().flat_map(|sentence| &sentence.spans).map(|span| letters(&span.text)).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

fn pauses(sentences: &[Sentence]) -> u32 {
    sentences.iter().flat_map(|sentence| &sentence.spans).map(|span| span.pause_ms).sum()
}

fn pronunciations(sentences: &[Sentence]) -> Vec<&str> {
    sentences.iter().flat_map(|sentence| &sentence.spans).filter_map(|span| span.ipa.as_deref()).collect()
}
