//! Pronunciations inside a plain text: `[Nguyen](/wɪn/)`, as users of other speech servers write them.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    Sentence,
    clean::clean,
    draft::{Block, Draft},
};

/// Words in brackets, and their pronunciation in the International Phonetic Alphabet between slashes.
static PRONUNCIATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\[([^\[\]\n]{1,100})\]\(/([^/()\n]{1,200})/\)").ok());

/// Stands for the words while the text is cleaned. A letter that no living language writes.
const STAND_IN: &str = "ꙮ";

/// The sentences of a text with pronunciations, not yet shaped; `None` for a text without any.
pub(crate) fn sentences(language: &str, text: &str) -> Option<Vec<Sentence>> {
    let pronunciation = PRONUNCIATION.as_ref()?;
    if !pronunciation.is_match(text) || text.contains(STAND_IN) {
        return None;
    }
    let cleaned = clean(&pronunciation.replace_all(text, STAND_IN));
    // One may stand inside code or a tag, which is not read.
    if cleaned.matches(STAND_IN).count() != pronunciation.find_iter(text).count() {
        return None;
    }
    let mut draft = Draft::new(language);
    let mut pronounced = pronunciation.captures_iter(text).map(|found| found.extract().1);
    for (index, prose) in cleaned.split(STAND_IN).enumerate() {
        if index > 0 {
            let [words, ipa] = pronounced.next()?;
            draft.phonemes(words, ipa.to_owned(), 1.0);
        }
        for (index, paragraph) in prose.split("\n\n").enumerate() {
            if index > 0 {
                draft.end_block(Block::Sentence);
            }
            draft.words(paragraph, 1.0);
        }
    }
    Some(draft.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each sentence, its pronounced words in braces with their pronunciation.
    fn read(text: &str) -> Option<Vec<String>> {
        let written = |sentence: Sentence| {
            let spans = sentence.spans.into_iter().map(|span| match span.ipa {
                Some(ipa) => format!("{{{}={ipa}}}", span.text),
                None => span.text,
            });
            spans.collect::<Vec<_>>().join(" ")
        };
        Some(sentences("en-US", text)?.into_iter().map(written).collect())
    }

    #[test]
    fn a_pronunciation_stays_with_its_words() {
        for (text, expected) in [
            ("Hello [Nguyen](/wɪn/), how are you?", &["Hello {Nguyen=wɪn} , how are you?"][..]),
            ("[Kokoro](/kˈOkəɹO/) is here. **Good.**", &["{Kokoro=kˈOkəɹO} is here.", "Good."]),
            (
                "Dr. [Lee](/li/) is in.\n\nCall [Ann Lee](/æn li/)",
                &["Dr. {Lee=li} is in.", "Call {Ann Lee=æn li}"],
            ),
            ("- [a](/eɪ/)\n- [b](/biː/)", &["{a=eɪ}", "{b=biː}"]),
        ] {
            let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn links_and_empty_pronunciations_are_left_to_the_plain_reader() {
        for text in [
            "See [help](/help/me) or [us](https://a.example/).",
            "[x](//)",
            "[](/x/)",
            "Hello",
            "ꙮ [x](/y/)",
            "[x](/y/) <a title=\"[x](/y/)\">",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
