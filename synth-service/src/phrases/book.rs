//! The phrases of one tenant: its own, those for everybody, and the built-in ones.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use text::{FirstPart, Sentence, SentenceSplitter, Span, sentences_for};

use super::list::PhraseList;

/// The phrases of one tenant.
#[derive(Debug, Default)]
pub struct Book {
    /// By the primary subtag of the language.
    languages: BTreeMap<String, Language>,
    /// All sentences of the phrases, as they are written.
    texts: HashSet<String>,
}

#[derive(Debug, Default)]
struct Language {
    acknowledgements: Vec<String>,
    apology: Option<String>,
    sentences: Vec<Sentence>,
}

impl Book {
    /// The phrases of several files, those that take precedence first.
    pub(super) fn of(lists: &[&PhraseList]) -> Self {
        let tags: BTreeSet<&String> = lists.iter().flat_map(|list| list.languages.keys()).collect();
        let languages: BTreeMap<_, _> =
            tags.into_iter().map(|tag| (tag.clone(), Language::of(tag, lists))).collect();
        let sentences = languages.values().flat_map(|language| &language.sentences);
        let texts = sentences.map(Sentence::text).collect();
        Self { languages, texts }
    }

    /// The acknowledgement number `turn`; they take turns. `None` in a language without any.
    pub fn acknowledgement(&self, language: &str, turn: usize) -> Option<&str> {
        let phrases = &self.language(language)?.acknowledgements;
        phrases.get(turn.checked_rem(phrases.len())?).map(String::as_str)
    }

    /// The apology for a model's failure; `None` in a language without one.
    pub fn apology(&self, language: &str) -> Option<&str> {
        self.language(language)?.apology.as_deref()
    }

    /// Whether the service says this text of its own accord: it is no part of a model's answer.
    pub fn is_said_for_model(&self, text: &str) -> bool {
        self.languages.values().any(|language| {
            let mut said = language.acknowledgements.iter().chain(&language.apology);
            said.any(|phrase| phrase == text)
        })
    }

    /// Whether a sentence is one of a phrase, without any markup.
    pub fn holds(&self, sentence: &Sentence) -> bool {
        let is_plain = sentence.spans.iter().all(|span| *span == Span::plain(span.text.as_str()));
        is_plain && self.texts.contains(&sentence.text())
    }

    /// All sentences of the phrases of a language.
    pub(super) fn sentences(&self, language: &str) -> &[Sentence] {
        self.language(language).map_or(&[], |language| &language.sentences)
    }

    fn language(&self, language: &str) -> Option<&Language> {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        self.languages.get(&primary.to_ascii_lowercase())
    }
}

impl Language {
    fn of(tag: &str, lists: &[&PhraseList]) -> Self {
        let listed = || lists.iter().filter_map(|list| list.languages.get(tag));
        let acknowledgements =
            listed().find_map(|listed| listed.acknowledgements.clone()).unwrap_or_default();
        let apology = listed().find_map(|listed| listed.apology.clone());
        let mut sentences: Vec<_> = acknowledgements.iter().chain(&apology).map(Sentence::plain).collect();
        for fixed in listed().flat_map(|listed| &listed.fixed) {
            for sentence in sentences_of(tag, fixed) {
                if !sentences.contains(&sentence) {
                    sentences.push(sentence);
                }
            }
        }
        Self { acknowledgements, apology, sentences }
    }
}

/// The sentences of a fixed text, as any voice speaks them: at the beginning of an answer, whose first part may be
/// shorter, and further behind.
fn sentences_of(language: &str, fixed: &str) -> Vec<Sentence> {
    let mut splitter = SentenceSplitter::new(language);
    let mut sentences: Vec<_> = splitter.push(fixed).into_iter().map(Sentence::plain).collect();
    sentences.extend(splitter.finish().into_iter().map(Sentence::plain));
    for first in [FirstPart::Usual, FirstPart::Short] {
        // Only SSML can be malformed, and no phrase is SSML.
        sentences.extend(sentences_for(language, fixed, first).unwrap_or_default());
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> PhraseList {
        PhraseList::parse("test", text).expect("a list")
    }

    #[test]
    fn a_tenants_phrases_replace_those_for_everybody_and_fixed_ones_add_up() {
        let everybody = list("[en]\napology = \"Sorry.\"\nfixed = [\"Welcome to all of you.\"]");
        let tenant =
            list("[en]\nacknowledgements = []\nfixed = [\"Welcome to Acme. We are glad to hear you.\"]");
        let book = Book::of(&[&tenant, &everybody, &PhraseList::built_in()]);
        assert_eq!((book.acknowledgement("en-US", 1), book.apology("en-GB")), (None, Some("Sorry.")));
        assert_eq!(book.acknowledgement("ko-KR", 4), Some("확인해 볼게요."));
        assert_eq!((book.acknowledgement("fr", 0), book.apology("fr")), (None, None));
        for (text, expected) in [
            ("Welcome to all of you.", true),
            ("Welcome to Acme.", true),
            ("We are glad to hear you.", true),
            ("Sorry.", true),
            ("Welcome.", false),
            // Replaced by the operator's.
            ("One moment, please.", false),
        ] {
            assert_eq!(book.holds(&Sentence::plain(text)), expected, "{text}");
        }
        let mut slow = Sentence::plain("Sorry.");
        slow.spans[0].rate = 0.5;
        assert!(!book.holds(&slow));
    }
}
