//! The phrases of one tenant: its own, those for everybody, and the built-in ones.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, LazyLock},
};

use text::{FirstPart, GrowingText, Sentence, SentenceSplitter, Span, sentences_for};

use super::list::{Listed, PhraseList};

static BUILT_IN: LazyLock<Arc<Layer>> = LazyLock::new(|| Arc::new(Layer::of(PhraseList::built_in())));

/// The phrases of one tenant. Cheap to clone: the books of all tenants share the layers that they have in common.
#[derive(Clone, Debug)]
pub struct Book {
    /// Those that take precedence come first.
    layers: Vec<Arc<Layer>>,
}

/// The phrases of one file, with the sentences of its fixed texts.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// By the primary subtag of the language.
    languages: BTreeMap<String, Language>,
    /// The sentences of all fixed texts, as they are written.
    texts: HashSet<String>,
}

#[derive(Debug)]
struct Language {
    acknowledgements: Option<Vec<String>>,
    apology: Option<String>,
    /// The phrases of a live call, by [`Phrase`], each with its sentences.
    live: [Option<Spoken>; 4],
    fixed: Vec<Sentence>,
}

#[derive(Debug)]
struct Spoken {
    text: String,
    sentences: Vec<Sentence>,
}

/// A phrase of a live call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// Its first words.
    Greeting,
    /// The caller was not understood.
    SayAgain,
    /// The caller says nothing.
    StillThere,
    /// The service ends the call.
    Goodbye,
}

impl Book {
    /// The phrases of several files, those that take precedence first, and the built-in ones.
    pub(super) fn of(layers: impl IntoIterator<Item = Arc<Layer>>) -> Self {
        Self { layers: layers.into_iter().chain([BUILT_IN.clone()]).collect() }
    }

    /// The acknowledgement number `turn`; they take turns. `None` in a language without any.
    pub fn acknowledgement(&self, language: &str, turn: usize) -> Option<&str> {
        let phrases = self.acknowledgements(&primary(language));
        phrases.get(turn.checked_rem(phrases.len())?).map(String::as_str)
    }

    /// The apology for a model's failure; `None` in a language without one.
    pub fn apology(&self, language: &str) -> Option<&str> {
        self.listed(&primary(language)).find_map(|listed| listed.apology.as_deref())
    }

    /// A phrase of a live call; `None` in a language without it.
    pub fn live(&self, language: &str, phrase: Phrase) -> Option<&str> {
        self.spoken(&primary(language), phrase).map(|spoken| spoken.text.as_str())
    }

    fn spoken(&self, tag: &str, phrase: Phrase) -> Option<&Spoken> {
        self.listed(tag).find_map(|listed| listed.live[phrase as usize].as_ref())
    }

    /// The sentences of a language's phrases of live calls.
    fn live_sentences(&self, tag: &str) -> impl Iterator<Item = &Sentence> {
        let phrases = [Phrase::Greeting, Phrase::SayAgain, Phrase::StillThere, Phrase::Goodbye];
        phrases.into_iter().filter_map(|phrase| self.spoken(tag, phrase)).flat_map(|spoken| &spoken.sentences)
    }

    /// Whether a text is an acknowledgement, an apology or a sentence of a live call's phrase.
    fn is_said_by_service(&self, text: &str) -> bool {
        self.layers.iter().flat_map(|layer| layer.languages.keys()).any(|language| {
            let acknowledgements = self.acknowledgements(language).iter().map(String::as_str);
            acknowledgements.chain(self.apology(language)).any(|phrase| phrase == text)
                || self.live_sentences(language).any(|sentence| sentence.text() == text)
        })
    }

    /// Whether a sentence is one of a phrase, without any markup.
    pub fn holds(&self, sentence: &Sentence) -> bool {
        let is_plain = sentence.spans.iter().all(|span| *span == Span::plain(span.text.as_str()));
        let text = sentence.text();
        let is_fixed = || self.layers.iter().any(|layer| layer.texts.contains(&text));
        is_plain && (is_fixed() || self.is_said_by_service(&text))
    }

    /// All sentences of the phrases of a language, each once.
    pub(super) fn sentences(&self, language: &str) -> Vec<Sentence> {
        let tag = primary(language);
        let acknowledgements = self.acknowledgements(&tag).iter().map(String::as_str);
        let said = acknowledgements.chain(self.apology(&tag)).map(Sentence::plain);
        let said = said.chain(self.live_sentences(&tag).cloned());
        let fixed = self.listed(&tag).flat_map(|listed| listed.fixed.iter().cloned());
        distinct(said.chain(fixed))
    }

    fn acknowledgements(&self, tag: &str) -> &[String] {
        self.listed(tag).find_map(|listed| listed.acknowledgements.as_deref()).unwrap_or_default()
    }

    fn listed(&self, tag: &str) -> impl Iterator<Item = &Language> {
        self.layers.iter().filter_map(move |layer| layer.languages.get(tag))
    }
}

/// The primary subtag of a language.
fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

impl Layer {
    /// Divides the fixed texts of a list into sentences, which takes a while for a long one.
    pub(super) fn of(list: PhraseList) -> Self {
        let languages: BTreeMap<_, _> = list
            .languages
            .into_iter()
            .map(|(tag, listed)| {
                let language = Language::of(&tag, listed);
                (tag, language)
            })
            .collect();
        let fixed = languages.values().flat_map(|language| &language.fixed);
        let texts = fixed.map(Sentence::text).collect();
        Self { languages, texts }
    }
}

impl Language {
    fn of(tag: &str, listed: Listed) -> Self {
        let Listed { acknowledgements, apology, greeting, say_again, still_there, goodbye, fixed } = listed;
        let fixed = distinct(fixed.iter().flat_map(|text| sentences_of(tag, text)));
        let spoken =
            |text: String| Spoken { sentences: distinct(sentences_of(tag, &text).into_iter()), text };
        let live = [greeting, say_again, still_there, goodbye].map(|phrase| phrase.map(spoken));
        Self { acknowledgements, apology, live, fixed }
    }
}

/// The sentences without repetitions, in the order of their first occurrence. None has markup.
fn distinct(sentences: impl Iterator<Item = Sentence>) -> Vec<Sentence> {
    let mut known = HashSet::new();
    let words = |sentence: &Sentence| -> Vec<String> {
        sentence.spans.iter().map(|span| span.text.clone()).collect()
    };
    sentences.filter(|sentence| known.insert(words(sentence))).collect()
}

/// The sentences of a fixed text, as any voice speaks them: at the beginning of an answer, whose first part may be
/// shorter, as an answer that a model writes word by word, and further behind.
fn sentences_of(language: &str, fixed: &str) -> Vec<Sentence> {
    let mut splitter = SentenceSplitter::new(language);
    let mut sentences: Vec<_> = splitter.push(fixed).into_iter().map(Sentence::plain).collect();
    sentences.extend(splitter.finish().into_iter().map(Sentence::plain));
    for first in [FirstPart::Usual, FirstPart::Short] {
        let mut growing = GrowingText::new(language, first);
        sentences.extend(growing.push(fixed));
        sentences.extend(growing.finish());
        // Only SSML can be malformed, and no phrase is SSML.
        sentences.extend(sentences_for(language, fixed, first).unwrap_or_default());
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Arc<Layer> {
        Arc::new(Layer::of(PhraseList::parse("test", text).expect("a list")))
    }

    #[test]
    fn a_tenants_phrases_replace_those_for_everybody_and_fixed_ones_add_up() {
        let everybody = layer(
            "[en]\napology = \"Sorry.\"\nfixed = [\"Welcome to all of you.\"]\n[de]\ngoodbye = \"Servus.\"",
        );
        let tenant =
            layer("[en]\nacknowledgements = []\nfixed = [\"Welcome to Acme. We are glad to hear you.\"]");
        let book = Book::of([tenant, everybody]);
        assert_eq!((book.acknowledgement("en-US", 1), book.apology("en-GB")), (None, Some("Sorry.")));
        assert_eq!(book.acknowledgement("ko-KR", 4), Some("확인해 볼게요."));
        assert_eq!((book.acknowledgement("fr", 0), book.apology("fr")), (None, None));
        assert_eq!(book.live("en-US", Phrase::StillThere), Some("Are you still there?"));
        assert_eq!(
            (book.live("de", Phrase::Goodbye), book.live("fr", Phrase::Goodbye)),
            (Some("Servus."), None)
        );
        for (text, expected) in [
            ("Welcome to all of you.", true),
            ("Welcome to Acme.", true),
            ("We are glad to hear you.", true),
            ("Sorry.", true),
            ("Are you still there?", true),
            ("Goodbye.", true),
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

    #[test]
    fn a_sentence_of_several_phrases_is_listed_once() {
        let everybody = layer("[de]\napology = \"Sorry.\"\nfixed = [\"Welcome to Acme.\", \"Sorry.\"]");
        let tenant = layer("[de]\nacknowledgements = []\nfixed = [\"Welcome to Acme.\"]");
        let listed = Book::of([tenant, everybody]).sentences("de-AT");
        assert_eq!(listed.iter().map(Sentence::text).collect::<Vec<_>>(), ["Sorry.", "Welcome to Acme."]);
    }
}
