//! A model's answer on its way into a script: each sentence is added as soon as it is certain, and before them the first
//! clause of a long first sentence.

use std::time::Duration;

use chat::{Event, Writing};
use contract::stream::Ending;
use futures::StreamExt;
use text::{GrowingText, Sentence};
use tokio::time::sleep;

use crate::script::Writer;

/// After this much quiet of the model, a sentence with its mark is certain without the next character.
const QUIET: Duration = Duration::from_millis(150);

/// One answer, while it is being written. Dropping it closes the request to the model.
pub struct Dictation {
    writing: Writing,
    writer: Writer,
    sentences: GrowingText,
}

impl Dictation {
    /// The answer of a model for a script, cut into parts by `sentences`.
    pub fn new(writing: Writing, writer: Writer, sentences: GrowingText) -> Self {
        Self { writing, writer, sentences }
    }

    /// The next step of the model; `None` when nobody reads the script any more. Safe to cancel. A model that is far
    /// ahead of the reader waits: its limits on time hold while it is read only.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                biased;
                () = self.writer.unwanted() => return None,
                () = self.writer.room() => {}
            }
            tokio::select! {
                biased;
                () = self.writer.unwanted() => return None,
                // A model that is silent has ended.
                event = self.writing.next() => return Some(event.unwrap_or(Event::Ended { cut: false })),
                () = sleep(QUIET), if self.sentences.ends_like_a_sentence() => {
                    self.writer.extend(self.sentences.quiet());
                }
            }
        }
    }

    /// Adds a piece of the answer to the script.
    pub fn add(&mut self, text: &str) {
        self.writer.extend(self.sentences.push(text));
    }

    /// Whether no sentence is certain.
    pub fn is_empty(&self) -> bool {
        self.writer.is_empty()
    }

    /// Has the service itself say something.
    pub fn say_aside(&self, text: &str) {
        self.writer.push_aside(Sentence::plain(text));
    }

    /// Ends the script with the words that the model has written.
    pub fn finish(self) {
        self.writer.extend(self.sentences.finish());
        self.writer.finish(Ending::Finished);
    }

    /// Ends the script where the model failed. The sentence that it broke off is not spoken; the apology is.
    pub fn break_off(self, apology: Option<&str>, reason: String) {
        self.writer.extend(self.sentences.broken_off());
        if let Some(apology) = apology {
            self.writer.push_aside(Sentence::plain(apology));
        }
        self.writer.finish(Ending::CutShort(reason));
    }
}
