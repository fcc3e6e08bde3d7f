//! The sentences of one text, and their way through the engine.

use std::{collections::VecDeque, time::Duration};

use futures::future::BoxFuture;
use speech::{Band, SpeechError};
use tokio::time::Instant;

use crate::{
    admission::{Seat, Waiting},
    order::Order,
    phrases::{Phrases, SpokenClip},
    script::Script,
};

/// A text's admission by the host.
pub enum Turn {
    /// The host has admitted the text.
    Seated(Seat),
    /// The text queues until there is room.
    Waiting(Waiting),
}

/// Submits the sentences of one text to the engine, each with the deadline at which its listener would run dry, and hands
/// their clips out in order. Dropping it withdraws the sentences and frees the text's seat.
///
/// Behind the first clip, several sentences are in the engine at the same time, so that two cores or one batch speak
/// them. The first sentence is alone: nothing else of its text may slow it down.
pub struct LineUp {
    order: Order,
    band: Band,
    turn: Option<Turn>,
    started: Instant,
    /// Length of all clips so far: the listener runs dry when they have been played.
    audio: Duration,
    /// The clips that are not made anew; `None` for a listener.
    phrases: Option<Phrases>,
    /// Sentences in the engine, in order.
    submitted: VecDeque<Submitted>,
    /// Sentences of the text that the seat knows of.
    seated: usize,
}

struct Submitted {
    sentence: usize,
    /// The clip to come. Dropping it withdraws the sentence.
    clip: BoxFuture<'static, Result<SpokenClip, SpeechError>>,
    /// Expected length of its clip.
    length: Duration,
}

impl LineUp {
    /// The line-up of a text whose listener waits from now on.
    pub fn new(order: Order, band: Band, turn: Turn) -> Self {
        let seated = order.script.len();
        let (started, audio, submitted) = (Instant::now(), Duration::ZERO, VecDeque::new());
        Self { order, band, turn: Some(turn), started, audio, phrases: None, submitted, seated }
    }

    /// Takes the clips of sentences that are phrases from there.
    pub fn with_phrases(self, phrases: Phrases) -> Self {
        Self { phrases: Some(phrases), ..self }
    }

    /// Speaks one sentence, once the host has admitted the text. Earlier sentences are withdrawn.
    ///
    /// # Errors
    /// [`SpeechError`]: [`SpeechError::Overloaded`] and [`SpeechError::Stopped`] concern the whole text, the others
    /// this sentence.
    pub async fn speak(&mut self, sentence: usize) -> Result<SpokenClip, SpeechError> {
        self.wait_for_seat().await?;
        self.order.script.take(sentence);
        let spoken = self.spoken(sentence).await;
        self.submitted.retain(|submitted| submitted.sentence > sentence);
        match &spoken {
            Ok(SpokenClip { clip, .. }) => {
                self.audio += clip.duration;
                self.seat().inspect(|seat| seat.made(clip.duration));
            }
            Err(_) => {
                self.seat().inspect(|seat| seat.skipped());
            }
        }
        spoken
    }

    /// Excludes the text from scheduling while its listener takes no clips, or its next sentence is not certain.
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

    /// The text's sentences.
    pub fn script(&self) -> &Script {
        &self.order.script
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

    /// Waits for the clip, and submits the following sentences as they become certain.
    async fn spoken(&mut self, sentence: usize) -> Result<SpokenClip, SpeechError> {
        self.submitted.retain(|submitted| submitted.sentence >= sentence);
        if self.submitted.front().is_none_or(|first| first.sentence != sentence) {
            self.submitted.clear();
            self.submit(sentence)?;
        }
        loop {
            self.submit_ahead();
            let known = self.order.script.len();
            let is_growing = self.order.script.ending().is_none();
            let Some(first) = self.submitted.front_mut() else { return Err(SpeechError::Stopped) };
            tokio::select! {
                biased;
                spoken = &mut first.clip => return spoken,
                () = self.order.script.grown(known), if is_growing => {}
            }
        }
    }

    /// Submits the next sentences. A queue that is full is no error yet: each sentence is tried again at its turn.
    fn submit_ahead(&mut self) {
        self.seat_growth();
        let is_opening = self.audio.is_zero();
        let most = if is_opening { 1 } else { self.order.voice.voice.sentences_at_once() };
        while let Some(last) = self.submitted.back().filter(|_| self.submitted.len() < most) {
            if self.submit(last.sentence + 1).is_err() {
                return;
            }
        }
    }

    /// Submits a sentence.
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] when it is not certain, and the errors of the engine's queue.
    fn submit(&mut self, sentence: usize) -> Result<(), SpeechError> {
        let Some(words) = self.order.script.get(sentence) else { return Err(SpeechError::Unpronounceable) };
        let length = self.order.length(&words);
        let ahead = self.audio + self.submitted.iter().map(|submitted| submitted.length).sum::<Duration>();
        let voice = &self.order.voice;
        let job = voice.job(words, self.order.speed, self.band, self.started.into_std(), ahead);
        let clip = match self.phrases.as_ref().and_then(|phrases| phrases.clip(voice, &job)) {
            Some(clip) => clip,
            None => {
                let ticket = voice.voice.engine.submit(job)?;
                Box::pin(
                    async move { ticket.await.unwrap_or(Err(SpeechError::Stopped)).map(SpokenClip::from) },
                )
            }
        };
        self.submitted.push_back(Submitted { sentence, clip, length });
        Ok(())
    }

    /// Tells the seat of the sentences that became certain.
    fn seat_growth(&mut self) {
        let known = self.order.script.len();
        if known > self.seated
            && let Some(first) = self.submitted.front()
        {
            self.seated = known;
            self.seat().inspect(|seat| seat.expect(self.order.seconds(first.sentence)));
        }
    }
}
