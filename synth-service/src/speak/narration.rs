//! One text on its way to one listener.
//!
//! A task of its own makes the clips: one while the listener takes the one before, and never more, so that a
//! slow listener holds no more memory than a fast one. It ends when the listener goes away or stops listening,
//! and when the host stops.

use std::{sync::Arc, time::Duration};

use contract::TenantId;
use speech::{Band, Clip, SpeechError};
use text::Sentence;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};

use super::{Order, SpeakError};
use crate::{admission::Seat, voices::Voices};

/// How much longer than it plays a listener may take for a clip.
const PATIENCE: Duration = Duration::from_secs(30);

/// The clips of one text, in order.
pub struct Narration {
    /// Random; stands in the log.
    pub id: String,
    /// Sentences of the text, and so the most clips that it can have.
    pub sentences: usize,
    clips: mpsc::Receiver<Clip>,
    /// `None` once its outcome has been told.
    maker: Option<JoinHandle<Result<(), SpeakError>>>,
    _underway: TaskTrackerToken,
}

impl Narration {
    /// `place` and `seat` are given back when the last clip has been made, `underway` when it has been taken.
    pub(super) fn start(
        order: Order<'_>,
        band: Band,
        voices: Arc<Voices>,
        stop: CancellationToken,
        (place, seat): (OwnedSemaphorePermit, Seat),
        underway: TaskTrackerToken,
    ) -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let sentences = order.sentences.len();
        let (sender, clips) = mpsc::channel(1);
        let maker = Maker {
            id: id.clone(),
            voice: order.voice.name(),
            tenant: order.tenant,
            speed: order.speed,
            band,
            voices,
            clips: sender,
            seat,
            started: Instant::now(),
            made: Made::default(),
        };
        let task = async move {
            let _place = place;
            maker.run(order.sentences, stop).await
        };
        Self { id, sentences, clips, maker: Some(tokio::spawn(task)), _underway: underway }
    }

    /// The next clip; `None` when the text has been spoken. A sentence that failed is left out.
    ///
    /// # Errors
    /// [`SpeakError`] when no more clips come although the text has not been spoken, or none of it could be.
    pub async fn next(&mut self) -> Result<Option<Clip>, SpeakError> {
        if let Some(clip) = self.clips.recv().await {
            return Ok(Some(clip));
        }
        let Some(maker) = self.maker.take() else { return Ok(None) };
        let fault = |_| Err(SpeechError::Synthesis("a fault in the service".into()).into());
        maker.await.unwrap_or_else(fault).map(|()| None)
    }
}

struct Maker {
    id: String,
    voices: Arc<Voices>,
    /// Its name, with the speaker.
    voice: String,
    tenant: Option<TenantId>,
    speed: f32,
    band: Band,
    clips: mpsc::Sender<Clip>,
    seat: Seat,
    started: Instant,
    made: Made,
}

/// What has been made so far.
#[derive(Default)]
struct Made {
    clips: usize,
    skipped: usize,
    /// Length of all clips: what the listener can hear before running dry.
    audio: Duration,
    first_after: Option<Duration>,
}

impl Maker {
    async fn run(mut self, sentences: Vec<Sentence>, stop: CancellationToken) -> Result<(), SpeakError> {
        let listener = self.clips.clone();
        // What is not awaited any more is withdrawn: a job is dropped with its receiver.
        let outcome = tokio::select! {
            biased;
            () = stop.cancelled() => Err(SpeakError::Stopping),
            () = listener.closed() => Err(SpeakError::Gone),
            made = self.make_clips(sentences) => made,
        };
        self.log(&outcome);
        outcome
    }

    async fn make_clips(&mut self, sentences: Vec<Sentence>) -> Result<(), SpeakError> {
        let mut last_error = SpeechError::Unpronounceable;
        let mut patience = PATIENCE;
        for sentence in sentences {
            // First the room, then the clip: what is made ahead is one clip.
            self.seat.pause();
            let room = timeout(patience, self.clips.reserve()).await.map_err(|_| SpeakError::TooSlow)?;
            let room = room.map_err(|_| SpeakError::Gone)?;
            self.seat.go_on();
            match self.speak(sentence).await {
                Ok(clip) => {
                    patience = PATIENCE + clip.duration;
                    let duration = clip.duration;
                    room.send(clip);
                    self.made.add(duration, self.started.elapsed());
                    self.seat.made(duration);
                }
                Err(error @ (SpeechError::Stopped | SpeechError::Overloaded)) => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(id = self.id, %error, "a sentence was skipped");
                    self.made.skipped += 1;
                    self.seat.skipped();
                    last_error = error;
                }
            }
        }
        if self.made.clips == 0 { Err(last_error.into()) } else { Ok(()) }
    }

    async fn speak(&self, sentence: Sentence) -> Result<Clip, SpeechError> {
        let chosen = self.voices.find(Some(&self.voice), self.tenant.as_ref());
        let chosen = chosen.map_err(|_| SpeechError::Stopped)?;
        let job = chosen.job(sentence, self.speed, self.band, self.started.into_std(), self.made.audio);
        chosen.voice.engine.submit(job)?.await.unwrap_or(Err(SpeechError::Stopped))
    }

    fn log(&self, outcome: &Result<(), SpeakError>) {
        tracing::info!(
            id = self.id,
            voice = self.voice,
            reason = outcome.as_ref().err().map(tracing::field::display),
            clips = self.made.clips,
            skipped = self.made.skipped,
            first_clip_ms = self.made.first_after.map(|after| after.as_secs_f64() * 1000.0),
            audio_ms = self.made.audio.as_secs_f64() * 1000.0,
            "narration ended"
        );
    }
}

impl Made {
    fn add(&mut self, duration: Duration, after: Duration) {
        self.clips += 1;
        self.audio += duration;
        self.first_after.get_or_insert(after);
    }
}
