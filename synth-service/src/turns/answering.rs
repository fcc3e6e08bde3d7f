//! A model's answer into the script of a stream, with an acknowledgement before and an apology behind.

use std::time::Duration;

use chat::{Event, Writing};
use contract::{
    StreamId,
    metrics::{MODEL_FAILURES, MODEL_TOKENS},
    timeline::Moment,
};
use otlp::spans;
use text::{FirstPart, GrowingText};
use tokio::time::{Instant, sleep_until};
use tracing::Span;

use crate::{dictation::Dictation, moments::Moments, phrases::Book, script::Writer, telemetry::Meters};

/// One answer.
pub(super) struct Answering {
    pub(super) stream: StreamId,
    /// Acknowledgements and apologies.
    pub(super) phrases: Book,
    pub(super) moments: Moments,
    pub(super) meters: Meters,
    /// BCP 47 tag.
    pub(super) language: String,
    pub(super) first_part: FirstPart,
    /// Time without a certain sentence after which an acknowledgement is spoken; zero for none.
    pub(super) acknowledge_after: Duration,
    /// Whether texts may be logged.
    pub(super) log_text: bool,
}

impl Answering {
    /// Passes the model's sentences on until it has finished or failed, or nobody listens any more. The request to the
    /// model is closed then.
    pub(super) async fn run(self, writing: Writing, writer: Writer) {
        let mut dictation =
            Dictation::new(writing, writer, GrowingText::new(&self.language, self.first_part));
        let acknowledge_at = Instant::now() + self.acknowledge_after;
        let mut is_unacknowledged = !self.acknowledge_after.is_zero();
        let mut answer = String::new();
        loop {
            let event = tokio::select! {
                biased;
                event = dictation.next() => event,
                () = sleep_until(acknowledge_at), if is_unacknowledged => {
                    is_unacknowledged = false;
                    if dictation.is_empty() {
                        self.acknowledge(&dictation);
                    }
                    continue;
                }
            };
            match event {
                None => return,
                Some(Event::Asked { model }) => self.asked(model),
                Some(Event::Text(text)) => {
                    self.came();
                    if self.log_text {
                        answer.push_str(&text);
                    }
                    dictation.add(&text);
                }
                Some(Event::Ended { .. }) => {
                    dictation.finish();
                    break;
                }
                Some(Event::Failed(error)) => {
                    tracing::warn!(stream = %self.stream, %error, "the model failed");
                    self.meters.count(&MODEL_FAILURES, &[], 1);
                    dictation.break_off(self.phrases.apology(&self.language), error.to_string());
                    break;
                }
            }
        }
        if self.log_text {
            tracing::info!(stream = %self.stream, answer, "the model answered");
        }
    }

    fn acknowledge(&self, dictation: &Dictation) {
        let turn = usize::from(self.stream.as_str().bytes().next_back().unwrap_or_default());
        if let Some(phrase) = self.phrases.acknowledgement(&self.language, turn) {
            dictation.say_aside(phrase);
        }
    }

    fn asked(&self, model: String) {
        self.moments.mark(Moment::LlmStart);
        spans::moment(&Span::current(), "asked", Some(("model", model.clone())));
        tracing::debug!(stream = %self.stream, model, "asked");
    }

    /// A piece of the answer has come.
    fn came(&self) {
        if self.moments.mark(Moment::LlmFirstToken) {
            spans::moment(&Span::current(), "first_token", None);
        }
        self.meters.count(&MODEL_TOKENS, &[], 1);
    }
}
