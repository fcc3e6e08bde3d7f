//! The script of the demo model: patterns and answers. Its state is the topic of the latest answer, which is found by
//! going through the talk again, so that any host can go on with it.

use std::{collections::BTreeSet, time::Duration};

use regex::{Captures, Regex, RegexBuilder};
use serde::Deserialize;
use thiserror::Error;

use crate::prompt::Prompt;

/// The fault of a script. Each message is one line that names the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum DemoError {
    #[error("the demo model's pace is not a usable one: set tokens per second, from 0.1 on")]
    NoPace,
    #[error("the demo script is not valid ({0}): compare it with the built-in one")]
    Invalid(String),
    #[error("the demo script has no language: add [[languages]]")]
    NoLanguage,
    #[error("the demo script's pattern {pattern:?} is no regular expression: correct it")]
    BadPattern { pattern: String },
    #[error(
        "the demo script's answer {answer:?} has {{{name}}}: take heard, or a named group of its pattern"
    )]
    UnknownName { answer: String, name: String },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    languages: Vec<LanguageDocument>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageDocument {
    letters: String,
    otherwise: Vec<String>,
    rules: Vec<RuleDocument>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDocument {
    pattern: String,
    after: Option<String>,
    topic: Option<String>,
    answer: AnswerDocument,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum AnswerDocument {
    Text(String),
    Parts(Vec<PartDocument>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartDocument {
    text: String,
    by_ms: u64,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    /// Time by which its last token is written, in place of the model's pace.
    pub(super) by: Option<Duration>,
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self { text, by: None }
    }
}

impl From<AnswerDocument> for Vec<Part> {
    fn from(document: AnswerDocument) -> Self {
        match document {
            AnswerDocument::Text(text) => vec![text.into()],
            AnswerDocument::Parts(parts) => {
                let part = |part: PartDocument| Part {
                    text: part.text,
                    by: Some(Duration::from_millis(part.by_ms)),
                };
                parts.into_iter().map(part).collect()
            }
        }
    }
}

/// A script that was checked.
#[derive(Debug)]
pub(super) struct Script {
    languages: Vec<Language>,
}

#[derive(Debug)]
struct Language {
    letters: Regex,
    otherwise: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Regex,
    /// The topic of the answer before, if the rule holds only behind that one.
    after: Option<String>,
    topic: Option<String>,
    answer: Vec<Part>,
}

impl Script {
    pub(super) fn parse(script: &str) -> Result<Self, DemoError> {
        let document: Document =
            toml::from_str(script).map_err(|error| DemoError::Invalid(error.message().to_owned()))?;
        if document.languages.is_empty() {
            return Err(DemoError::NoLanguage);
        }
        let languages = document.languages.into_iter().map(Language::check);
        Ok(Self { languages: languages.collect::<Result<_, _>>()? })
    }

    /// The answer to a caller.
    pub(super) fn answer(&self, prompt: &Prompt) -> Vec<Part> {
        let mut topic = None;
        let mut language = &self.languages[0];
        for turn in &prompt.turns {
            language = self.language(&turn.caller).unwrap_or(language);
            topic = language.find(&turn.caller, topic).and_then(|(rule, _)| rule.topic.as_deref());
        }
        language = self.language(&prompt.text).unwrap_or(language);
        match language.find(&prompt.text, topic) {
            Some((rule, found)) => rule.fill(&found, prompt),
            None => {
                let turn = prompt.turns.len() % language.otherwise.len().max(1);
                language.otherwise.get(turn).cloned().map(Part::from).into_iter().collect()
            }
        }
    }

    /// The language of a text with letters.
    fn language(&self, text: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.letters.is_match(text))
    }
}

impl Language {
    fn check(document: LanguageDocument) -> Result<Self, DemoError> {
        let rules = document.rules.into_iter().map(Rule::check).collect::<Result<_, _>>()?;
        Ok(Self { letters: pattern(&document.letters)?, otherwise: document.otherwise, rules })
    }

    fn find<'text>(&self, text: &'text str, topic: Option<&str>) -> Option<(&Rule, Captures<'text>)> {
        let valid = self.rules.iter().filter(|rule| rule.after.is_none() || rule.after.as_deref() == topic);
        valid.filter_map(|rule| Some((rule, rule.pattern.captures(text)?))).next()
    }
}

impl Rule {
    fn check(document: RuleDocument) -> Result<Self, DemoError> {
        let RuleDocument { pattern: text, after, topic, answer } = document;
        let (pattern, answer) = (pattern(&text)?, Vec::from(answer));
        let known: BTreeSet<_> = pattern.capture_names().flatten().chain(["heard"]).collect();
        for Part { text, .. } in &answer {
            if let Some(name) = names(text).find(|name| !known.contains(name)) {
                return Err(DemoError::UnknownName { name: name.to_owned(), answer: text.clone() });
            }
        }
        Ok(Self { pattern, after, topic, answer })
    }

    /// The answer with its names replaced.
    fn fill(&self, found: &Captures<'_>, prompt: &Prompt) -> Vec<Part> {
        let heard = prompt.turns.last().map_or("", |turn| turn.answer.as_str());
        let value = |name: &str| match name {
            "heard" => heard,
            name => found.name(name).map_or("", |group| group.as_str().trim()),
        };
        let fill = |text: &str| {
            names(text)
                .fold(text.to_owned(), |filled, name| filled.replace(&format!("{{{name}}}"), value(name)))
        };
        self.answer.iter().map(|part| Part { text: fill(&part.text), by: part.by }).collect()
    }
}

/// The names in braces.
fn names(answer: &str) -> impl Iterator<Item = &str> {
    answer.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

fn pattern(text: &str) -> Result<Regex, DemoError> {
    let pattern = RegexBuilder::new(text).case_insensitive(true).build();
    pattern.map_err(|_| DemoError::BadPattern { pattern: text.to_owned() })
}
