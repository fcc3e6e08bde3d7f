//! The sink of an answer's clips: steps for a call, which takes them one by one.

use live::{Clip, Progress, Step};
use speech::SpeechError;
use tokio::{
    sync::mpsc::{OwnedPermit, Sender},
    time::Instant,
};

use super::wide::WideClips;
use crate::{phrases::SpokenClip, pipeline::Sink, script::Script};

/// The clips of one answer on their way to a call.
pub(super) struct Clips {
    script: Script,
    steps: Sender<Step>,
    /// Reserved for the next clip, which is made only once there is room for it.
    room: Option<OwnedPermit<Step>>,
    /// For clips of a wide line.
    wide: Option<WideClips>,
    next: usize,
    made: usize,
    last_error: Option<SpeechError>,
}

/// The reason to speak no more sentences.
pub(super) enum Stop {
    /// The call has dropped the answer.
    Unwanted,
    /// The voice can't go on.
    Speech(SpeechError),
}

impl From<SpeechError> for Stop {
    fn from(error: SpeechError) -> Self {
        Self::Speech(error)
    }
}

impl Clips {
    pub(super) fn new(script: Script, steps: Sender<Step>, wide: Option<WideClips>) -> Self {
        Self { script, steps, room: None, wide, next: 0, made: 0, last_error: None }
    }

    /// The reason why a text that was spoken to its end has no clip.
    pub(super) fn silent_because(self) -> Option<SpeechError> {
        self.last_error.filter(|_| self.made == 0)
    }
}

impl Sink for Clips {
    type Stop = Stop;

    async fn next(&mut self) -> Result<Option<usize>, Stop> {
        while self.next >= self.script.len() {
            if self.script.ending().is_some() && self.next >= self.script.len() {
                return Ok(None);
            }
            self.script.grown(self.next).await;
        }
        // After a skipped sentence the room is still reserved.
        if self.room.is_none() {
            let room = self.steps.clone().reserve_owned().await;
            self.room = Some(room.map_err(|_| Stop::Unwanted)?);
        }
        self.next += 1;
        Ok(Some(self.next - 1))
    }

    async fn confirm(&mut self) -> Result<(), Stop> {
        Ok(())
    }

    async fn take(&mut self, sentence: usize, spoken: SpokenClip) -> Result<(), Stop> {
        let clip = spoken.clip;
        let audio = match &self.wide {
            Some(wide) => wide.convert(&clip).await?,
            None => clip.audio,
        };
        let text = self.script.get(sentence).map(|sentence| sentence.text()).unwrap_or_default();
        let begun = clip.timing.work.map(|(begun, _)| Instant::from_std(begun));
        let room = self.room.take().ok_or(Stop::Unwanted)?;
        room.send(Step { at: Instant::now(), progress: Progress::Clip(Clip { text, audio, begun }) });
        self.made += 1;
        Ok(())
    }

    fn skip(&mut self, _: usize, error: SpeechError) {
        tracing::warn!(%error, "a sentence was skipped");
        self.last_error = Some(error);
    }

    fn stopped(&self) -> impl Future<Output = Stop> + Send + use<> {
        let steps = self.steps.clone();
        async move {
            steps.closed().await;
            Stop::Unwanted
        }
    }
}
