//! A file with phrases: TOML with one table for each language.
//!
//! ```toml
//! [en]
//! acknowledgements = ["One moment, please.", "Let me check that."]   # in turn, while the model thinks
//! apology = "I'm sorry, I can't answer that right now."              # when the model fails
//! greeting = "Hello, this is Acme. How can I help you?"              # the first words of a live call
//! say_again = "I'm sorry, could you say that again?"                 # a caller on the line was not understood
//! still_there = "Are you still there?"                               # a caller on the line says nothing
//! goodbye = "Thank you for your call. Goodbye."                      # the service ends a live call
//! fixed = ["Welcome to Acme. How can I help you?"]                   # greetings and answers
//! ```
//!
//! A tenant's phrases replace those for everybody, which replace the built-in ones, each by itself; an empty list of
//! acknowledgements leaves the caller without any. The fixed texts of both files count.

use std::{collections::BTreeMap, io};

use serde::Deserialize;

/// Largest file, in bytes.
pub(super) const LARGEST_FILE: u64 = 1_000_000;

/// Most phrases in a file.
const MOST_PHRASES: usize = 1_000;

/// Longest phrase, in characters.
const LONGEST_PHRASE: usize = 500;

/// The phrases of a language that has built-in ones.
struct BuiltIn {
    language: &'static str,
    acknowledgements: [&'static str; 3],
    apology: &'static str,
    greeting: &'static str,
    say_again: &'static str,
    still_there: &'static str,
    goodbye: &'static str,
}

const BUILT_IN: [BuiltIn; 2] = [
    BuiltIn {
        language: "ko",
        acknowledgements: ["잠시만 기다려 주세요.", "확인해 볼게요.", "잠시만요."],
        apology: "죄송합니다. 지금은 답변을 드릴 수 없습니다.",
        greeting: "안녕하세요. 무엇을 도와드릴까요?",
        say_again: "죄송합니다. 다시 한번 말씀해 주시겠어요?",
        still_there: "여보세요, 듣고 계신가요?",
        goodbye: "전화해 주셔서 감사합니다. 안녕히 계세요.",
    },
    BuiltIn {
        language: "en",
        acknowledgements: ["One moment, please.", "Let me check that.", "Just a second."],
        apology: "I'm sorry, I can't answer that right now.",
        greeting: "Hello, how can I help you?",
        say_again: "I'm sorry, could you say that again?",
        still_there: "Are you still there?",
        goodbye: "Thank you for your call. Goodbye.",
    },
];

/// The reason why a file with phrases can't be used. Each message is one line that names the remedy.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum PhraseError {
    #[error("phrases {name}, line {line}: {cause}")]
    Line { name: String, line: usize, cause: String },
    #[error("phrases {name}: {cause}")]
    File { name: String, cause: String },
    #[error("phrases {name} can't be read ({source}): make it a file that this program may read")]
    Unreadable { name: String, source: io::Error },
}

/// The phrases of one file, by the primary subtag of their language.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct PhraseList {
    pub(super) languages: BTreeMap<String, Listed>,
}

/// The phrases of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    pub(super) acknowledgements: Option<Vec<String>>,
    pub(super) apology: Option<String>,
    pub(super) greeting: Option<String>,
    pub(super) say_again: Option<String>,
    pub(super) still_there: Option<String>,
    pub(super) goodbye: Option<String>,
    #[serde(default)]
    pub(super) fixed: Vec<String>,
}

impl PhraseList {
    pub(super) fn built_in() -> Self {
        let listed = BUILT_IN.map(|phrases| {
            let owned = |phrase: &str| Some(phrase.to_owned());
            let listed = Listed {
                acknowledgements: Some(phrases.acknowledgements.map(str::to_owned).to_vec()),
                apology: owned(phrases.apology),
                greeting: owned(phrases.greeting),
                say_again: owned(phrases.say_again),
                still_there: owned(phrases.still_there),
                goodbye: owned(phrases.goodbye),
                fixed: Vec::new(),
            };
            (phrases.language.to_owned(), listed)
        });
        Self { languages: listed.into() }
    }

    /// Reads the content of a file. `name` is the file's name in errors.
    ///
    /// # Errors
    /// [`PhraseError::Line`] for TOML of another form, [`PhraseError::File`] for a phrase that can't be one.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, PhraseError> {
        let list: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            let cause = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
            PhraseError::Line { name: name.to_owned(), line, cause }
        })?;
        list.check().map_err(|cause| PhraseError::File { name: name.to_owned(), cause })?;
        Ok(list)
    }

    fn check(&self) -> Result<(), String> {
        for language in self.languages.keys() {
            if !(2..=3).contains(&language.len()) || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
                return Err(format!("[{language}] is no language: write [en], [ko] or the like"));
            }
        }
        let phrases = || self.languages.values().flat_map(Listed::phrases);
        if phrases().count() > MOST_PHRASES {
            return Err(format!("there are more than {MOST_PHRASES} phrases: remove some"));
        }
        for phrase in phrases() {
            let shown: String = phrase.chars().take(40).collect();
            if !text::has_speech(phrase) {
                return Err(format!("{shown:?} has no word: write one, or remove the phrase"));
            }
            if text::ssml::is_ssml(phrase) {
                return Err(format!("{shown:?} is SSML: write plain text"));
            }
            if phrase.chars().count() > LONGEST_PHRASE {
                return Err(format!("{shown:?}… is longer than {LONGEST_PHRASE} characters: shorten it"));
            }
        }
        Ok(())
    }
}

impl Listed {
    fn phrases(&self) -> impl Iterator<Item = &String> {
        let single = [&self.apology, &self.greeting, &self.say_again, &self.still_there, &self.goodbye];
        self.acknowledgements.iter().flatten().chain(single.into_iter().flatten()).chain(&self.fixed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_that_names_the_place() {
        for (text, expected) in [
            ("[en]\nfixd = []", "phrases f, line 2: unknown field `fixd`"),
            ("[en]\n\napology = [", "phrases f, line 3: "),
            ("[en]\napology = 1", "phrases f, line 2: invalid type: integer"),
            ("[english]\n", "phrases f: [english] is no language"),
            ("[en]\nfixed = [\" … \"]", "phrases f: \" … \" has no word"),
            ("[en]\nfixed = [\"<speak>Hi</speak>\"]", "phrases f: \"<speak>Hi</speak>\" is SSML"),
            (&format!("[en]\napology = \"{}\"", "a ".repeat(300)), "is longer than 500 characters"),
        ] {
            let error = PhraseList::parse("f", text).expect_err(text).to_string();
            assert!(error.contains(expected) && !error.contains('\n'), "{error}");
        }
    }
}
