//! The question to a model: instructions, the talk until now, and the caller's new words.

use std::fmt;

use crate::talk::Turn;

/// The question to a model. `Debug` shows no words of the talk.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The contact, for a chatbot that keeps its own state. Never sent to a language model.
    pub contact: String,
    /// The id of the turn, for such a chatbot; empty for none.
    pub turn: String,
    /// The trace that the model's server goes on with: the value of the header `traceparent`, if there is one.
    pub traceparent: Option<String>,
    /// The instructions; see [`system_prompt`].
    pub system: String,
    /// Earlier turns, oldest first, with each answer as far as it was heard.
    pub turns: Vec<Turn>,
    /// The caller's new words.
    pub text: String,
}

impl Prompt {
    /// The talk as messages that begin with the caller and alternate, as many models require. Words of the caller
    /// that got no answer stand in one message with the next ones.
    pub(crate) fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<Message> = Vec::with_capacity(self.turns.len() * 2 + 1);
        let turns = self.turns.iter().flat_map(|turn| {
            [(Speaker::Caller, turn.caller.as_str()), (Speaker::Model, turn.answer.as_str())]
        });
        for (speaker, text) in turns.chain([(Speaker::Caller, self.text.as_str())]) {
            match messages.last_mut() {
                _ if text.trim().is_empty() => {}
                None if speaker == Speaker::Model => {}
                Some(last) if last.speaker == speaker => {
                    last.text.push('\n');
                    last.text.push_str(text);
                }
                _ => messages.push(Message { speaker, text: text.to_owned() }),
            }
        }
        messages
    }
}

impl fmt::Debug for Prompt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Prompt({} turns, {} bytes)", self.turns.len(), self.text.len())
    }
}

/// One message of a talk.
pub(crate) struct Message {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    Caller,
    Model,
}

impl Speaker {
    /// The name of the role in most protocols.
    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::Caller => "user",
            Self::Model => "assistant",
        }
    }
}

/// The instructions when a flow gives none: answers that suit a telephone, in the caller's language. `language` is a
/// tag such as `ko` or `en-US`; without one the model follows the caller.
pub fn system_prompt(language: Option<&str>) -> String {
    let language = match language.map(str::trim).filter(|tag| !tag.is_empty()) {
        Some(tag) => format!("Answer in {}", language_name(tag)),
        None => "Answer in the language that the caller speaks".to_owned(),
    };
    format!(
        "You are talking with a caller on the telephone, and your answer is read aloud while you write it. \
         {language}. Use one to three short, complete sentences of plain spoken words, and begin with a short one. \
         Use no lists, headings, markup, links, code or emoji, even if the caller asks for them. Ask at most one \
         question at a time. The caller's words come from speech recognition and may be misheard: if they make no \
         sense, ask the caller to say it again. Your earlier answers end where the caller stopped listening. If you \
         do not know something, say so in one sentence."
    )
}

/// The English name of the language of a tag, or the tag itself: models know both.
fn language_name(tag: &str) -> &str {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    match primary.to_ascii_lowercase().as_str() {
        "de" => "German",
        "en" => "English",
        "es" => "Spanish",
        "fr" => "French",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "pt" => "Portuguese",
        "zh" => "Chinese",
        _ => tag,
    }
}
