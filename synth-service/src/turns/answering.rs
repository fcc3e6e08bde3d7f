//! A model's answer as the sentences of a script: each is added as soon as it is certain, and before them the
//! first clause of a long first sentence.

use std::time::Duration;

use chat::{Event, Writing};
use contract::{
    StreamId,
    metrics::{MODEL_FAILURES, MODEL_TOKENS},
    stream::Ending,
    timeline::Moment,
};
use futures::StreamExt;
use otlp::spans;
use text::{FirstPart, GrowingText, Sentence};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::Span;

use crate::{moments::Moments, phrases::Book, script::Writer, telemetry::Meters};

/// After this much quiet of the model, a sentence with its mark is certain without the next character.
const QUIET: Duration = Duration::from_millis(150);

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
    pub(super) async fn run(self, mut writing: Writing, writer: Writer) {
        let mut sentences = GrowingText::new(&self.language, self.first_part);
        let acknowledge_at = Instant::now() + self.acknowledge_after;
        let mut is_unacknowledged = !self.acknowledge_after.is_zero();
        let mut answer = String::new();
        let ending = loop {
            // A model that is far ahead of the caller waits. Its limits on time hold while it is read only.
            tokio::select! {
                biased;
                () = writer.unwanted() => return,
                () = writer.room() => {}
            }
            let event = tokio::select! {
                biased;
                () = writer.unwanted() => return,
                event = writing.next() => event,
                () = sleep(QUIET), if sentences.ends_like_a_sentence() => {
                    writer.extend(sentences.quiet());
                    continue;
                }
                () = sleep_until(acknowledge_at), if is_unacknowledged && writer.is_empty() => {
                    is_unacknowledged = false;
                    let turn = usize::from(self.stream.as_str().bytes().next_back().unwrap_or_default());
                    if let Some(phrase) = self.phrases.acknowledgement(&self.language, turn) {
                        writer.push_aside(Sentence::plain(phrase));
                    }
                    continue;
                }
            };
            match event {
                Some(Event::Asked { model }) => {
                    self.moments.mark(Moment::LlmStart);
                    spans::moment(&Span::current(), "asked", Some(("model", model.clone())));
                    tracing::debug!(stream = %self.stream, model, "asked");
                }
                Some(Event::Text(text)) => {
                    if self.moments.mark(Moment::LlmFirstToken) {
                        spans::moment(&Span::current(), "first_token", None);
                    }
                    self.meters.count(&MODEL_TOKENS, &[], 1);
                    if self.log_text {
                        answer.push_str(&text);
                    }
                    writer.extend(sentences.push(&text));
                }
                Some(Event::Ended { .. }) | None => {
                    writer.extend(sentences.finish());
                    break Ending::Finished;
                }
                Some(Event::Failed(error)) => {
                    tracing::warn!(stream = %self.stream, %error, "the model failed");
                    self.meters.count(&MODEL_FAILURES, &[], 1);
                    // The sentence that the model broke off is not spoken.
                    writer.extend(sentences.broken_off());
                    if let Some(apology) = self.phrases.apology(&self.language) {
                        writer.push_aside(Sentence::plain(apology));
                    }
                    break Ending::CutShort(error.to_string());
                }
            }
        };
        if self.log_text {
            tracing::info!(stream = %self.stream, answer, "the model answered");
        }
        writer.finish(ending);
    }
}
