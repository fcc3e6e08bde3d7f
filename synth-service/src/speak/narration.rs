//! One text on its way to one listener: the sink is a channel with room for one clip.
//!
//! A separate task makes the clips, at most one ahead of the listener, so that a slow listener holds no more memory
//! than a fast one. It ends when the listener disconnects or stops reading, and when the host stops.

use std::time::Duration;

use contract::timeline::{Moment, Stage, Timeline};
use speech::{Clip, SpeechError, milliseconds};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};
use tracing::Instrument;

use super::error::SpeakError;
use crate::{
    moments::Moments,
    phrases::SpokenClip,
    pipeline::{LineUp, Sink, deliver},
    script::Script,
    telemetry::{AnswerKind, Meters},
};

/// Time that a listener may take for a clip, beyond the clip's length.
const PATIENCE: Duration = Duration::from_secs(30);

/// The clips of one text, in order.
pub struct Narration {
    /// Random id, for the log.
    pub id: String,
    /// Sentences of the text: the upper bound on its clips.
    pub sentences: usize,
    clips: mpsc::Receiver<Clip>,
    /// `None` once the outcome was returned.
    speaking: Option<JoinHandle<Result<(), SpeakError>>>,
    _underway: TaskTrackerToken,
}

impl Narration {
    /// `place` is released when the last clip has been made, `underway` when the listener has taken it.
    pub(super) fn start(
        mut line_up: LineUp,
        (voice, meters): (String, Meters),
        stop: CancellationToken,
        place: OwnedSemaphorePermit,
        underway: TaskTrackerToken,
    ) -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let script = line_up.script().clone();
        let sentences = script.len();
        let (sender, clips) = mpsc::channel(1);
        let mut listener = Listener::new(id.clone(), voice, script, sender, stop);
        let span = tracing::error_span!("narration", narration = id);
        let speaking = async move {
            let _place = place;
            let outcome = deliver(&mut line_up, &mut listener).await;
            let outcome = outcome.and_then(|()| listener.outcome());
            let timeline = listener.moments.timeline();
            meters.answered(&timeline, &listener.voice, AnswerKind::Speech, listener.skipped);
            listener.log(&timeline, &outcome);
            outcome
        };
        let speaking = tokio::spawn(speaking.instrument(span));
        Self { id, sentences, clips, speaking: Some(speaking), _underway: underway }
    }

    /// The next clip; `None` at the end of the text. A sentence that failed is left out.
    ///
    /// # Errors
    /// [`SpeakError`] when the narration ended early, or no sentence could be spoken.
    pub async fn next(&mut self) -> Result<Option<Clip>, SpeakError> {
        if let Some(clip) = self.clips.recv().await {
            return Ok(Some(clip));
        }
        let Some(speaking) = self.speaking.take() else { return Ok(None) };
        let fault = |_| Err(SpeechError::Synthesis("a fault in the service".into()).into());
        speaking.await.unwrap_or_else(fault).map(|()| None)
    }
}

/// The pipeline's sink for one listener.
struct Listener {
    id: String,
    /// The voice's name, with the speaker.
    voice: String,
    script: Script,
    next: usize,
    clips: mpsc::Sender<Clip>,
    /// Reserved for the next clip, which is made only once there is room for it.
    room: Option<mpsc::OwnedPermit<Clip>>,
    stop: CancellationToken,
    /// Time that the listener may take for the previous clip.
    patience: Duration,
    moments: Moments,
    made: usize,
    skipped: usize,
    last_error: SpeechError,
    /// Total length of the clips.
    audio: Duration,
}

impl Listener {
    fn new(
        id: String,
        voice: String,
        script: Script,
        clips: mpsc::Sender<Clip>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            id,
            voice,
            script,
            next: 0,
            clips,
            room: None,
            stop,
            patience: PATIENCE,
            moments: Moments::received(Instant::now()),
            made: 0,
            skipped: 0,
            last_error: SpeechError::Unpronounceable,
            audio: Duration::ZERO,
        }
    }

    /// The outcome of a text that was processed to its end.
    fn outcome(&self) -> Result<(), SpeakError> {
        if self.made == 0 { Err(self.last_error.clone().into()) } else { Ok(()) }
    }

    fn log(&self, timeline: &Timeline, outcome: &Result<(), SpeakError>) {
        tracing::info!(
            id = self.id,
            voice = self.voice,
            reason = outcome.as_ref().err().map(tracing::field::display),
            clips = self.made,
            skipped = self.skipped,
            queue_ms = timeline.stage_ms(Stage::Queue),
            speech_ms = timeline.stage_ms(Stage::Speech),
            first_clip_ms = timeline.at(Moment::FirstClipHandedOut),
            audio_ms = milliseconds(self.audio),
            "narration ended"
        );
    }
}

impl Sink for Listener {
    type Stop = SpeakError;

    async fn next(&mut self) -> Result<Option<usize>, SpeakError> {
        if self.next == self.script.len() {
            return Ok(None);
        }
        // After a skipped sentence the room is still reserved.
        if self.room.is_none() {
            let reserving = timeout(self.patience, self.clips.clone().reserve_owned());
            let room = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(SpeakError::Stopping),
                room = reserving => room.map_err(|_| SpeakError::TooSlow)?,
            };
            self.room = Some(room.map_err(|_| SpeakError::Gone)?);
        }
        self.moments.turn(self.next, self.script.certain_at(self.next));
        self.next += 1;
        Ok(Some(self.next - 1))
    }

    async fn confirm(&mut self) -> Result<(), SpeakError> {
        Ok(())
    }

    async fn take(&mut self, sentence: usize, spoken: SpokenClip) -> Result<(), SpeakError> {
        let clip = spoken.clip;
        self.moments.spoken(sentence, self.made, &clip);
        self.made += 1;
        self.audio += clip.duration;
        self.patience = PATIENCE + clip.duration;
        let room = self.room.take().ok_or(SpeakError::Gone)?;
        room.send(clip);
        self.moments.mark(Moment::FirstClipHandedOut);
        Ok(())
    }

    fn skip(&mut self, _: usize, error: SpeechError) {
        tracing::warn!(id = self.id, %error, "a sentence was skipped");
        self.skipped += 1;
        self.last_error = error;
    }

    fn stopped(&self) -> impl Future<Output = SpeakError> + Send + use<> {
        let (stop, clips) = (self.stop.clone(), self.clips.clone());
        async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => SpeakError::Stopping,
                () = clips.closed() => SpeakError::Gone,
            }
        }
    }
}
