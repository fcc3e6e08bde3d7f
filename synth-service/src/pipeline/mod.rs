//! The way of a text to those who hear it: sentences, spoken in strict order, into a sink.
//!
//! [`LineUp`] has the sentences spoken, [`Sink`] is where the clips go: parts in S3 (`streams`), a listener over HTTP
//! (`speak`). [`deliver`] is the one loop between them. It knows neither S3 nor HTTP.

mod line_up;

use std::{pin::pin, task::Poll};

use futures::poll;
use speech::{Clip, SpeechError};

pub use self::line_up::{LineUp, Turn};

/// Where the clips of one text go.
pub trait Sink {
    /// Why the sink takes nothing more.
    type Stop: Send;

    /// Returns the number of the sentence that is to be spoken next, once there is room for its clip; `None` when there
    /// is no further one.
    fn next(&mut self) -> impl Future<Output = Result<Option<usize>, Self::Stop>> + Send;

    /// Finds out, while the sentence is being spoken, whether it is still wanted.
    fn confirm(&mut self) -> impl Future<Output = Result<(), Self::Stop>> + Send;

    /// Takes a clip. It is finished once begun, whatever stops meanwhile.
    fn take(&mut self, sentence: usize, clip: Clip) -> impl Future<Output = Result<(), Self::Stop>> + Send;

    /// Learns that a sentence can't be spoken. The text goes on without it, unless the sink says otherwise.
    fn skip(&mut self, sentence: usize, error: SpeechError) -> Result<(), Self::Stop>;

    /// Completes when nothing more is to be spoken. Not asked while a clip is taken.
    fn stopped(&self) -> impl Future<Output = Self::Stop> + Send + use<Self>;
}

/// Speaks sentence after sentence into a sink.
///
/// # Errors
/// The sink's reason to take nothing more.
pub async fn deliver<S: Sink>(line_up: &mut LineUp, sink: &mut S) -> Result<(), S::Stop> {
    while let Some(sentence) = next(line_up, sink).await? {
        match spoken(line_up, sink, sentence).await? {
            Ok(clip) => sink.take(sentence, clip).await?,
            Err(error) => sink.skip(sentence, error)?,
        }
    }
    Ok(())
}

/// The next sentence. While the sink has no room nothing is due.
async fn next<S: Sink>(line_up: &LineUp, sink: &mut S) -> Result<Option<usize>, S::Stop> {
    let mut next = pin!(sink.next());
    if let Poll::Ready(next) = poll!(next.as_mut()) {
        return next;
    }
    line_up.pause();
    let next = next.await;
    line_up.go_on();
    next
}

/// A sentence's clip, confirmed. A sentence that turns out to be unwanted is not waited for, and one that is stopped
/// waits for no confirmation: its job is withdrawn.
async fn spoken<S: Sink>(
    line_up: &mut LineUp,
    sink: &mut S,
    sentence: usize,
) -> Result<Result<Clip, SpeechError>, S::Stop> {
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
