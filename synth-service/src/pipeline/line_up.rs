//! The sentences of one text, and their way through the engine.

use std::time::Duration;

use speech::{Band, Clip, SpeechError};
use tokio::time::Instant;

use crate::{
    admission::{Seat, Waiting},
    order::Order,
};

/// A text's admission by the host.
pub enum Turn {
    /// The host has admitted the text.
    Seated(Seat),
    /// The text queues until there is room.
    Waiting(Waiting),
}

/// Submits the sentences of one text to the engine, each with the deadline at which its listener would run dry.
/// Dropping it frees the text's seat.
pub struct LineUp {
    order: Order,
    band: Band,
    turn: Option<Turn>,
    started: Instant,
    /// Length of all clips so far: the listener runs dry when they have been played.
    audio: Duration,
}

impl LineUp {
    /// A text whose listener is waiting from now on.
    pub fn new(order: Order, band: Band, turn: Turn) -> Self {
        Self { order, band, turn: Some(turn), started: Instant::now(), audio: Duration::ZERO }
    }

    /// Speaks one sentence, once the host has admitted the text. Dropping the future withdraws it.
    ///
    /// # Errors
    /// [`SpeechError`]: [`SpeechError::Overloaded`] and [`SpeechError::Stopped`] concern the whole text, the others
    /// this sentence.
    pub async fn speak(&mut self, sentence: usize) -> Result<Clip, SpeechError> {
        self.wait_for_seat().await?;
        let spoken = self.spoken(sentence).await;
        match &spoken {
            Ok(clip) => {
                self.audio += clip.duration;
                self.seat().inspect(|seat| seat.made(clip.duration));
            }
            Err(_) => {
                self.seat().inspect(|seat| seat.skipped());
            }
        }
        spoken
    }

    /// Excludes the text from scheduling while its listener takes no clips.
    pub fn pause(&self) {
        self.seat().inspect(|seat| seat.pause());
    }

    /// Schedules the text again after [`Self::pause`].
    pub fn resume(&self) {
        self.seat().inspect(|seat| seat.resume());
    }

    /// Length of all clips that were spoken.
    pub fn audio(&self) -> Duration {
        self.audio
    }

    /// Sentences of the text.
    pub fn sentences(&self) -> usize {
        self.order.sentences.len()
    }

    async fn wait_for_seat(&mut self) -> Result<(), SpeechError> {
        // A wait that timed out leaves the text without a turn.
        self.turn = match self.turn.take().ok_or(SpeechError::Overloaded)? {
            Turn::Waiting(waiting) => {
                Some(Turn::Seated(waiting.seat().await.map_err(|_| SpeechError::Overloaded)?))
            }
            seated => Some(seated),
        };
        Ok(())
    }

    fn seat(&self) -> Option<&Seat> {
        match &self.turn {
            Some(Turn::Seated(seat)) => Some(seat),
            _ => None,
        }
    }

    async fn spoken(&self, sentence: usize) -> Result<Clip, SpeechError> {
        let Some(sentence) = self.order.sentences.get(sentence) else {
            return Err(SpeechError::Unpronounceable);
        };
        let voice = &self.order.voice;
        let job =
            voice.job(sentence.clone(), self.order.speed, self.band, self.started.into_std(), self.audio);
        voice.voice.engine.submit(job)?.await.unwrap_or(Err(SpeechError::Stopped))
    }
}
