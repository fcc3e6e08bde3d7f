//! The sentences of one text on their way through the engine.

use std::time::Duration;

use speech::{Band, Clip, SpeechError};
use tokio::time::Instant;

use crate::{
    admission::{Seat, Waiting},
    order::Order,
};

/// Whether the host has taken a text on.
pub enum Turn {
    /// It has.
    Seated(Seat),
    /// It will, when there is room.
    Waiting(Waiting),
}

/// Has the sentences of one text spoken, each with the deadline at which its listener would run dry. Dropping it gives
/// the text's seat to others.
pub struct LineUp {
    order: Order,
    band: Band,
    turn: Option<Turn>,
    started: Instant,
    /// Length of all clips so far: the listener has heard them before running dry.
    audio: Duration,
}

impl LineUp {
    /// A text whose listener waits from now on.
    pub fn new(order: Order, band: Band, turn: Turn) -> Self {
        Self { order, band, turn: Some(turn), started: Instant::now(), audio: Duration::ZERO }
    }

    /// Speaks one sentence, once the host has taken the text on. Dropping the future withdraws it.
    ///
    /// # Errors
    /// [`SpeechError`]: of this sentence, or [`SpeechError::Overloaded`] and [`SpeechError::Stopped`] of any.
    pub async fn speak(&mut self, sentence: usize) -> Result<Clip, SpeechError> {
        self.be_seated().await?;
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

    /// Its listener takes nothing for now.
    pub fn pause(&self) {
        self.seat().inspect(|seat| seat.pause());
    }

    /// Its listener takes clips again.
    pub fn go_on(&self) {
        self.seat().inspect(|seat| seat.go_on());
    }

    /// Length of all clips that were spoken.
    pub fn spoken(&self) -> Duration {
        self.audio
    }

    /// Sentences of the text.
    pub fn sentences(&self) -> usize {
        self.order.sentences.len()
    }

    async fn be_seated(&mut self) -> Result<(), SpeechError> {
        // A turn that came too late leaves the text without one.
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
