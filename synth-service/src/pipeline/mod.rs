//! From a text to its audience: sentences, spoken in strict order, into a sink.
//!
//! [`LineUp`] submits the sentences to the engine; [`Sink`] is the destination of the clips: parts in S3 (`streams`) or
//! a listener over HTTP (`speak`). [`deliver`] is the one loop between them. It knows neither S3 nor HTTP: kept clips come
//! from [`crate::phrases`].

mod line_up;

use std::{pin::pin, task::Poll};

use futures::poll;
use speech::SpeechError;

pub use self::line_up::{LineUp, Turn};
use crate::phrases::SpokenClip;

/// The destination of one text's clips.
pub trait Sink {
    /// The reason why the sink accepts no more clips.
    type Stop: From<SpeechError> + Send;

    /// Returns the number of the next sentence to speak, once there is room for its clip; `None` after the last one.
    fn next(&mut self) -> impl Future<Output = Result<Option<usize>, Self::Stop>> + Send;

    /// Checks, while the sentence is being spoken, that the sentence is still wanted.
    fn confirm(&mut self) -> impl Future<Output = Result<(), Self::Stop>> + Send;

    /// Takes a clip. Once started it runs to completion, even if the sink is stopped meanwhile.
    fn take(
        &mut self,
        sentence: usize,
        spoken: SpokenClip,
    ) -> impl Future<Output = Result<(), Self::Stop>> + Send;

    /// Reports that a sentence can't be spoken. The text continues with the next one.
    fn skip(&mut self, sentence: usize, error: SpeechError);

    /// Completes when no more sentences are to be spoken. Not polled while a clip is taken.
    fn stopped(&self) -> impl Future<Output = Self::Stop> + Send + use<Self>;
}

/// Speaks sentence after sentence into a sink.
///
/// # Errors
/// The sink's reason for accepting no more clips.
pub async fn deliver<S: Sink>(line_up: &mut LineUp, sink: &mut S) -> Result<(), S::Stop> {
    while let Some(sentence) = next(line_up, sink).await? {
        match spoken(line_up, sink, sentence).await? {
            Ok(clip) => sink.take(sentence, clip).await?,
            // The whole text is affected: the next sentence would fail as well.
            Err(error @ (SpeechError::Overloaded | SpeechError::Stopped)) => return Err(error.into()),
            Err(error) => sink.skip(sentence, error),
        }
    }
    Ok(())
}

/// The next sentence. While the sink has no room, the text is paused.
async fn next<S: Sink>(line_up: &mut LineUp, sink: &mut S) -> Result<Option<usize>, S::Stop> {
    let mut next = pin!(sink.next());
    if let Poll::Ready(next) = poll!(next.as_mut()) {
        return next;
    }
    line_up.pause();
    let next = next.await;
    line_up.resume();
    next
}

/// Speaks and confirms a sentence at the same time. Its job is withdrawn at once when the confirmation fails or the
/// sink is stopped.
async fn spoken<S: Sink>(
    line_up: &mut LineUp,
    sink: &mut S,
    sentence: usize,
) -> Result<Result<SpokenClip, SpeechError>, S::Stop> {
    let stopped = sink.stopped();
    let mut confirm = pin!(sink.confirm());
    let mut speaking = pin!(line_up.speak(sentence));
    let both = async {
        tokio::select! {
            confirmed = &mut confirm => {
                confirmed?;
                Ok(speaking.await)
            }
            spoken = &mut speaking => {
                confirm.await?;
                Ok(spoken)
            }
        }
    };
    tokio::select! {
        biased;
        stop = stopped => Err(stop),
        spoken = both => spoken,
    }
}
