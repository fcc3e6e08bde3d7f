//! Gets an answer written: asks the model, within the limits; asks once more, or the fall-back model, as long as no
//! word has come; passes on only text that can be spoken.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    error::ModelError,
    limits::Limits,
    model::{Answer, Model},
    prompt::Prompt,
    reasoning::Reasoning,
};

/// A step of an answer. The last one is [`Event::Ended`] or [`Event::Failed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request begins; there is one for each try. The first one is the moment `llm_start`.
    Asked {
        /// Name of the model.
        model: String,
    },
    /// The next piece of the answer, as the model cut it. The first one is the moment `llm_first_token`, and begins
    /// with a word.
    Text(String),
    /// The answer is complete.
    Ended {
        /// Whether the answer was longer than [`Limits::characters`], and ends there.
        cut: bool,
    },
    /// No more text comes. The pieces until now count.
    Failed(ModelError),
}

/// The events of one answer. Dropping it closes the connection to the model.
pub type Writing = BoxStream<'static, Event>;

/// A model with its limits, and perhaps another one for its failures. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    models: Arc<[Arc<dyn Model>]>,
    limits: Limits,
}

impl Writer {
    /// A writer with a model, which is asked twice at most, and a fall-back model, which is asked once.
    pub fn new(model: Arc<dyn Model>, fall_back: Option<Arc<dyn Model>>, limits: Limits) -> Self {
        Self { models: std::iter::once(model).chain(fall_back).collect(), limits }
    }

    /// Opens connections to the models for the next question.
    pub async fn warm_up(&self) {
        futures::future::join_all(self.models.iter().map(|model| model.warm_up())).await;
    }

    /// Writes an answer as fast as it is read. Nothing is asked before the first read.
    pub fn write(&self, prompt: Prompt) -> Writing {
        let task = Task::new(self, prompt);
        stream::unfold(task, |mut task| async move { task.next().await.map(|event| (event, task)) }).boxed()
    }
}

/// The writing of one answer.
struct Task {
    prompt: Prompt,
    limits: Limits,
    /// The model that is asked now, and the one after it.
    models: VecDeque<Arc<dyn Model>>,
    may_retry: bool,
    stage: Stage,
    /// Time spent on waiting, over all models.
    waited: Duration,
    /// Time spent on waiting for the model that is asked now, its retry included.
    waited_for_model: Duration,
    text: Text,
}

enum Stage {
    Pausing(Duration),
    Asking,
    Reading(Answer),
    Ending(Event),
    Over,
}

impl Task {
    fn new(writer: &Writer, prompt: Prompt) -> Self {
        Self {
            prompt,
            limits: writer.limits,
            models: writer.models.iter().cloned().collect(),
            may_retry: true,
            stage: Stage::Asking,
            waited: Duration::ZERO,
            waited_for_model: Duration::ZERO,
            text: Text::new(writer.limits.characters),
        }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Over => return None,
                Stage::Ending(event) => return Some(event),
                Stage::Pausing(pause) => {
                    sleep(pause).await;
                    self.count(pause);
                    self.stage = Stage::Asking;
                }
                Stage::Asking => return self.ask(),
                Stage::Reading(answer) => {
                    let text = self.read(answer).await;
                    if !text.is_empty() {
                        return Some(Event::Text(text));
                    }
                }
            }
        }
    }

    fn ask(&mut self) -> Option<Event> {
        let model = self.models.front()?;
        self.text = Text::new(self.limits.characters);
        self.stage = Stage::Reading(model.answer(&self.prompt));
        Some(Event::Asked { model: model.name().to_owned() })
    }

    /// Takes a step in an answer, and returns the text that it brought. An answer that is over is dropped here, and
    /// its connection with it.
    async fn read(&mut self, mut answer: Answer) -> String {
        match self.wait(&mut answer).await {
            Ok(Some(piece)) => {
                let text = self.text.pass(&piece);
                self.stage = if self.text.is_full { self.end() } else { Stage::Reading(answer) };
                text
            }
            Ok(None) => {
                let text = self.text.finish();
                self.stage = self.end();
                text
            }
            Err(error) => {
                self.stage = self.recover(error);
                String::new()
            }
        }
    }

    /// The next piece within the limits.
    async fn wait(&mut self, answer: &mut Answer) -> Result<Option<String>, ModelError> {
        let now = Instant::now();
        let (step, late) = if self.text.has_begun {
            (self.limits.between_tokens, ModelError::Stalled(self.limits.between_tokens))
        } else {
            (self.first_token_left(), ModelError::NoFirstToken(self.limits.first_token))
        };
        let left = self.total_left();
        let late = if left < step { ModelError::TookTooLong(self.limits.total) } else { late };
        let piece = timeout(step.min(left), answer.next()).await;
        // A reader that paused in mid-wait comes back later than the limit would have ended it.
        self.count(now.elapsed().min(step));
        piece.map_err(|_| late)?.transpose()
    }

    fn count(&mut self, waited: Duration) {
        self.waited += waited;
        self.waited_for_model += waited;
    }

    fn first_token_left(&self) -> Duration {
        self.limits.first_token.saturating_sub(self.waited_for_model)
    }

    fn total_left(&self) -> Duration {
        self.limits.total.saturating_sub(self.waited)
    }

    fn end(&mut self) -> Stage {
        if self.text.is_spoken {
            Stage::Ending(Event::Ended { cut: self.text.is_full })
        } else {
            self.recover(ModelError::Empty)
        }
    }

    /// The stage after a failed try.
    fn recover(&mut self, error: ModelError) -> Stage {
        let model = self.models.front().map_or("", |model| model.name());
        if self.text.has_begun {
            tracing::warn!(model, %error, "a model failed in mid-answer");
            return Stage::Ending(Event::Failed(error));
        }
        tracing::warn!(model, %error, "a model gave no answer");
        if let Some(pause) = self.pause(&error) {
            self.may_retry = false;
            return Stage::Pausing(pause);
        }
        self.models.pop_front();
        if self.models.is_empty() {
            return Stage::Ending(Event::Failed(error));
        }
        self.may_retry = false;
        self.waited_for_model = Duration::ZERO;
        Stage::Asking
    }

    /// The pause before a retry, if one is allowed and fits into the time for the first word.
    fn pause(&self, error: &ModelError) -> Option<Duration> {
        let pause = error.retry_after();
        let left = self.first_token_left().min(self.total_left());
        (self.may_retry && error.is_transient() && pause < left).then_some(pause)
    }
}

/// The speakable text of an answer.
struct Text {
    reasoning: Reasoning,
    /// Characters that may still come.
    left: usize,
    has_begun: bool,
    /// Whether something in it can be spoken.
    is_spoken: bool,
    is_full: bool,
}

impl Text {
    fn new(characters: usize) -> Self {
        Self {
            reasoning: Reasoning::default(),
            left: characters,
            has_begun: false,
            is_spoken: false,
            is_full: false,
        }
    }

    /// The part of a piece that is passed on.
    fn pass(&mut self, piece: &str) -> String {
        let text = self.reasoning.pass(piece);
        self.take(text)
    }

    /// The part that was held back, at the end of the answer.
    fn finish(&mut self) -> String {
        let text = self.reasoning.finish();
        self.take(text)
    }

    fn take(&mut self, text: String) -> String {
        let text = if self.has_begun { text } else { text.trim_start().to_owned() };
        let text = self.cut(text);
        self.has_begun |= !text.is_empty();
        self.is_spoken |= text.contains(char::is_alphanumeric);
        text
    }

    /// Cuts the text behind the last word that fits; a piece without spaces fits as a whole or not at all, unless there
    /// is nothing before it.
    fn cut(&mut self, mut text: String) -> String {
        let Some((end, _)) = text.char_indices().nth(self.left) else {
            self.left -= text.chars().count();
            return text;
        };
        self.is_full = true;
        let all = if self.has_begun { 0 } else { end };
        let end = text[..end].rfind(char::is_whitespace).unwrap_or(all);
        text.truncate(end);
        text
    }
}
