//! A file with phrases: TOML with one table for each language.
//!
//! ```toml
//! [en]
//! acknowledgements = ["One moment, please.", "Let me check that."]   # in turn, while the model thinks
//! apology = "I'm sorry, I can't answer that right now."              # when the model fails
//! fixed = ["Welcome to Acme. How can I help you?"]                   # greetings and answers
//! ```
//!
//! A tenant's acknowledgements and apology replace those for everybody, which replace the built-in ones; an empty list
//! of acknowledgements leaves the caller without any. The fixed texts of both files count.

use std::{collections::BTreeMap, io};

use serde::Deserialize;

/// Largest file, in bytes.
pub(super) const LARGEST_FILE: u64 = 1_000_000;

/// Most phrases in a file.
const MOST_PHRASES: usize = 1_000;

/// Longest phrase, in characters.
const LONGEST_PHRASE: usize = 500;

/// Acknowledgements and apology of each language that has built-in ones.
const BUILT_IN: [(&str, [&str; 3], &str); 2] = [
    (
        "ko",
        ["잠시만 기다려 주세요.", "확인해 볼게요.", "잠시만요."],
        "죄송합니다. 지금은 답변을 드릴 수 없습니다.",
    ),
    (
        "en",
        ["One moment, please.", "Let me check that.", "Just a second."],
        "I'm sorry, I can't answer that right now.",
    ),
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
    #[serde(default)]
    pub(super) fixed: Vec<String>,
}

impl PhraseList {
    pub(super) fn built_in() -> Self {
        let listed = BUILT_IN.map(|(language, acknowledgements, apology)| {
            let acknowledgements = acknowledgements.map(str::to_owned).to_vec();
            let (acknowledgements, apology) = (Some(acknowledgements), Some(apology.to_owned()));
            (language.to_owned(), Listed { acknowledgements, apology, fixed: Vec::new() })
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
        self.acknowledgements.iter().flatten().chain(&self.apology).chain(&self.fixed)
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
