//! A model without a model: a script answers, at a set pace. It needs neither a key nor a network, and the same talk
//! always gets the same answers.

mod script;

use std::{sync::OnceLock, time::Duration};

use futures::{StreamExt, stream};
use tokio::time::{Instant, sleep_until};

pub use self::script::DemoError;
use self::script::{Part, Script};
use crate::{
    model::{Answer, Model},
    prompt::Prompt,
};

/// The built-in script, in English and Korean.
const BUILT_IN: &str = include_str!("demo/script.toml");

/// Longest time between two tokens.
const SLOWEST: Duration = Duration::from_secs(10);

/// A scripted model.
#[derive(Debug)]
pub struct Demo {
    script: Script,
    first_token: Duration,
    between_tokens: Duration,
}

impl Demo {
    /// A model with a script; `demo/script.toml` is the example.
    ///
    /// # Errors
    /// [`DemoError`] when the script has a fault, or the pace is too slow.
    pub fn new(script: &str, first_token: Duration, tokens_per_second: f64) -> Result<Self, DemoError> {
        let between_tokens = Duration::try_from_secs_f64(tokens_per_second.recip());
        let between_tokens =
            between_tokens.ok().filter(|pause| *pause <= SLOWEST).ok_or(DemoError::NoPace)?;
        Ok(Self { script: Script::parse(script)?, first_token, between_tokens })
    }

    /// A model with the built-in script.
    ///
    /// # Errors
    /// [`DemoError`] when the pace is too slow.
    pub fn built_in(first_token: Duration, tokens_per_second: f64) -> Result<Self, DemoError> {
        Self::new(BUILT_IN, first_token, tokens_per_second)
    }

    /// The tokens of an answer, each with the time at which it is written.
    fn timeline(&self, parts: &[Part]) -> Vec<(Duration, String)> {
        let mut timeline = Vec::new();
        let mut next = self.first_token;
        for (number, part) in parts.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            let tokens = tokens(&format!("{space}{}", part.text));
            let (count, from) = (tokens.len() as f64, next);
            for (index, token) in tokens.into_iter().enumerate() {
                let due = match part.by {
                    Some(by) => from + by.saturating_sub(from).mul_f64((index as f64 + 1.0) / count),
                    None => next,
                };
                timeline.push((due, token));
                next = due + self.between_tokens;
            }
            next = part.by.unwrap_or(next);
        }
        timeline
    }
}

impl Model for Demo {
    fn name(&self) -> &str {
        "demo"
    }

    fn answer(&self, prompt: &Prompt) -> Answer {
        let timeline = self.timeline(&self.script.answer(prompt));
        let started = OnceLock::new();
        stream::iter(timeline)
            .then(move |(due, token)| {
                let due = *started.get_or_init(Instant::now) + due;
                async move {
                    sleep_until(due).await;
                    Ok(token)
                }
            })
            .boxed()
    }
}

/// Longest token, in characters: a Korean syllable says as much as three Latin letters.
fn longest(character: char) -> usize {
    if character.is_ascii() { 6 } else { 2 }
}

/// Cuts an answer as language models do: a space belongs to the word behind it, a long word has several tokens, and
/// punctuation has its own.
fn tokens(answer: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut length = 0;
    for character in answer.chars() {
        let begins = character.is_whitespace() || character.is_ascii_punctuation();
        match tokens.last_mut() {
            Some(token) if !begins && length < longest(character) => token.push(character),
            _ => {
                tokens.push(character.to_string());
                length = 0;
            }
        }
        length += usize::from(!character.is_whitespace());
    }
    tokens
}
