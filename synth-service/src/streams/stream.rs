//! One stream: generate, upload, generate, upload, sentinel.
//!
//! Part N is stored before part N+1 is finished, because the same task does one after the other. A cancel
//! is seen while a sentence is waited for and before each upload; an upload under way is always finished,
//! so that the sentinel's count is true.

use std::{panic::AssertUnwindSafe, time::Duration};

use bytes::Bytes;
use contract::{ContactId, Sentence, StreamId, http::PartTiming, keys, stream::Manifest};
use futures::FutureExt;
use speech::{Band, Clip, SpeechError};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{
    progress::{Ending, Progress},
    registry::Handle,
};
use crate::{
    clock,
    store::{ObjectStore, StoreError},
    voices::Voices,
};

/// Content type of clips.
pub(super) const CLIP_TYPE: &str = "audio/wav";

const JSON_TYPE: &str = "application/json";

/// How long the manifest is tried for. A start waits for that, and has a caller who waits for the start.
const MANIFEST_PATIENCE: Duration = Duration::from_secs(3);

/// How long a part is tried for when the bucket has trouble. Beyond it the caller has heard silence for so
/// long that the flow's way out is better.
const PART_PATIENCE: Duration = Duration::from_secs(8);

/// How long the sentinel is tried for. Beyond it nobody waits for this stream any more.
const SENTINEL_PATIENCE: Duration = Duration::from_secs(60);

/// First pause between two tries; doubled each time up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Stream {
    manifest: Manifest,
    handle: Handle,
    progress: watch::Sender<Progress>,
    /// The stream that owned the contact before and was told to end.
    older: Option<Handle>,
    started: Instant,
    /// Length of all parts so far: what the caller can listen to before running dry.
    audio: Duration,
    /// The next part, from the first try to store it until it is known to be stored.
    unsettled: Option<Clip>,
}

impl Stream {
    pub(super) fn new(
        manifest: Manifest,
        handle: Handle,
        progress: watch::Sender<Progress>,
        older: Option<Handle>,
    ) -> Self {
        let started = Instant::now();
        Self { manifest, handle, progress, older, started, audio: Duration::ZERO, unsettled: None }
    }

    pub(super) fn id(&self) -> &StreamId {
        &self.manifest.stream_id
    }

    pub(super) async fn run(mut self, store: &ObjectStore, voices: &Voices) {
        let claim = claim(self.manifest.contact_id.clone(), self.older.take(), self.handle.clone(), store);
        let life = async {
            let made = AssertUnwindSafe(self.make_parts(store, voices)).catch_unwind().await;
            let fault = || Err(Ending::Speech(SpeechError::Synthesis("a fault in the service".into())));
            let ending = made.unwrap_or_else(|_| fault()).err().unwrap_or(Ending::Complete);
            self.log(&ending);
            self.progress.send_modify(|progress| progress.ending = Some(ending.clone()));
            self.seal(store, &ending).await;
        };
        tokio::join!(life, claim);
    }

    /// Everything before the sentinel.
    async fn make_parts(&mut self, store: &ObjectStore, voices: &Voices) -> Result<(), Ending> {
        let sentences = self.manifest.sentences.clone();
        let mut last_error = SpeechError::Unpronounceable;
        // The manifest is stored while the first sentence is made, and before its part is.
        let mut announced = false;
        for sentence in sentences {
            let clip = if announced {
                self.speak(voices, sentence).await
            } else {
                let (announcing, clip) = tokio::join!(self.announce(store), self.speak(voices, sentence));
                announcing?;
                announced = true;
                clip
            };
            match clip? {
                Ok(clip) => self.store_part(store, clip).await?,
                Err(SpeechError::Stopped) => return Err(Ending::Cancelled("stopping")),
                // Not this sentence's fault: the next one would be lost as well.
                Err(SpeechError::Overloaded) => return Err(Ending::Speech(SpeechError::Overloaded)),
                Err(error) => {
                    tracing::warn!(stream = %self.id(), %error, "a sentence was skipped");
                    last_error = error;
                    self.progress.send_modify(|progress| progress.skipped += 1);
                }
            }
        }
        if self.progress.borrow().parts() == 0 { Err(Ending::Speech(last_error)) } else { Ok(()) }
    }

    /// Stores the manifest.
    async fn announce(&self, store: &ObjectStore) -> Result<(), Ending> {
        let body = json(&self.manifest).map_err(Ending::Store)?;
        let key = keys::manifest(self.id());
        let mut patience = Patience::of(MANIFEST_PATIENCE);
        while let Err(error) = store.put(&key, JSON_TYPE, body.clone()).await {
            patience.after(error, &self.handle).await?;
        }
        self.progress.send_modify(|progress| progress.announced = true);
        Ok(())
    }

    /// The clip of one sentence. The outer error is a cancel, the inner one concerns this sentence alone.
    async fn speak(&self, voices: &Voices, sentence: Sentence) -> Result<Result<Clip, SpeechError>, Ending> {
        if let Some(reason) = self.handle.cancel_reason() {
            return Err(Ending::Cancelled(reason));
        }
        // Looked up anew, since a lexicon may have changed.
        let chosen = voices.find(Some(&self.manifest.voice), self.manifest.tenant.as_ref());
        let chosen = chosen.map_err(|_| Ending::Speech(SpeechError::Stopped))?;
        let (speed, started) = (self.manifest.speed, self.started.into_std());
        let job = chosen.job(sentence, speed, Band::Telephone, started, self.audio);
        let answer = match chosen.voice.engine.submit(job) {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        // On a cancel the receiver is dropped, and a job that still waits is dropped with it.
        tokio::select! {
            biased;
            reason = self.handle.cancelled() => Err(Ending::Cancelled(reason)),
            clip = answer => Ok(clip.unwrap_or(Err(SpeechError::Stopped))),
        }
    }

    /// Stores the next part, with patience: an outage of seconds must not end a call.
    async fn store_part(&mut self, store: &ObjectStore, clip: Clip) -> Result<(), Ending> {
        if let Some(reason) = self.handle.cancel_reason() {
            return Err(Ending::Cancelled(reason));
        }
        let started = Instant::now();
        self.unsettled = Some(clip);
        let mut patience = Patience::of(PART_PATIENCE);
        while let Err(error) = self.try_part(store, started).await {
            patience.after(error, &self.handle).await?;
        }
        Ok(())
    }

    /// Stores the part that is not settled, if there is one. Nobody else writes its key: an object that exists
    /// comes from an earlier try.
    async fn try_part(&mut self, store: &ObjectStore, started: Instant) -> Result<(), StoreError> {
        let Some(clip) = &self.unsettled else { return Ok(()) };
        let number = self.progress.borrow().parts();
        store.create(&keys::part(self.id(), number), CLIP_TYPE, clip.audio.clone()).await?;
        self.audio += clip.duration;
        let timing = PartTiming {
            queue_ms: clip.timing.queue_ms,
            phonemes_ms: clip.timing.phonemes_ms,
            model_ms: clip.timing.model_ms,
            vocoder_ms: clip.timing.vocoder_ms,
            telephone_ms: clip.timing.telephone_ms,
            upload_ms: milliseconds(started.elapsed()),
            audio_ms: milliseconds(clip.duration),
            stored_after_ms: milliseconds(self.started.elapsed()),
        };
        self.progress.send_modify(|progress| progress.timings.push(timing));
        self.unsettled = None;
        Ok(())
    }

    /// Writes the sentinel, with patience: a stream without one leaves its caller waiting.
    async fn seal(&mut self, store: &ObjectStore, ending: &Ending) {
        let ended_at_ms = clock::now_ms();
        let sealing = async {
            let mut pauses = Pauses::default();
            while let Err(error) = self.try_seal(store, ending, ended_at_ms).await {
                tracing::warn!(stream = %self.id(), %error, "the sentinel is tried again");
                sleep(pauses.next()).await;
            }
        };
        if timeout(SENTINEL_PATIENCE, sealing).await.is_err() {
            tracing::error!(stream = %self.id(), "the sentinel could not be written");
        }
        self.progress.send_modify(|progress| progress.ended_at_ms = Some(ended_at_ms));
    }

    async fn try_seal(
        &mut self,
        store: &ObjectStore,
        ending: &Ending,
        ended_at_ms: u64,
    ) -> Result<(), StoreError> {
        // An upload that began is finished first. Else it might arrive behind the sentinel, uncounted.
        self.try_part(store, Instant::now()).await?;
        let sentinel = self.progress.borrow().sentinel(ending, ended_at_ms);
        store.create(&keys::sentinel(self.id()), JSON_TYPE, json(&sentinel)?).await?;
        Ok(())
    }

    fn log(&self, ending: &Ending) {
        let progress = self.progress.borrow();
        tracing::info!(
            stream = %self.id(),
            contact = self.manifest.contact_id.as_ref().map(tracing::field::display),
            voice = self.manifest.voice,
            outcome = ?ending.outcome(),
            reason = %ending,
            parts = progress.parts(),
            skipped = progress.skipped,
            first_part_ms = progress.timings.first().map(|timing| timing.stored_after_ms),
            audio_ms = milliseconds(self.audio),
            "stream ended"
        );
    }
}

/// The pauses between tries, each twice as long as the one before, up to [`LONGEST_PAUSE`].
struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pauses {
    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }
}

/// How long something is tried again that failed.
struct Patience {
    give_up: Instant,
    pauses: Pauses,
}

impl Patience {
    fn of(duration: Duration) -> Self {
        Self { give_up: Instant::now() + duration, pauses: Pauses::default() }
    }

    /// Pauses before the next try; the error is the stream's ending when patience is over or it is cancelled.
    async fn after(&mut self, error: StoreError, handle: &Handle) -> Result<(), Ending> {
        let pause = self.pauses.next();
        if Instant::now() + pause > self.give_up {
            return Err(Ending::Store(error));
        }
        tracing::warn!(stream = %handle.stream_id, %error, "tried again");
        tokio::select! {
            reason = handle.cancelled() => Err(Ending::Cancelled(reason)),
            () = sleep(pause) => Ok(()),
        }
    }
}

/// Makes a stream the owner of its contact, after the task of the one that owned it before has ended. Beside
/// the stream's own life, since no caller should wait for an older stream's end.
async fn claim(contact_id: Option<ContactId>, older: Option<Handle>, handle: Handle, store: &ObjectStore) {
    let Some(contact_id) = contact_id else { return };
    if let Some(mut older) = older {
        // The channel closes with the task: its sentinel is written, and its own claim is over.
        while older.progress.changed().await.is_ok() {}
    }
    if handle.cancel_reason().is_some() {
        return;
    }
    let body = Bytes::from(handle.stream_id.to_string());
    if let Err(error) = store.put(&keys::current_stream(&contact_id), "text/plain", body).await {
        // This host knows the owner all the same; another one would not.
        tracing::warn!(stream = %handle.stream_id, %error, "the contact's current stream could not be noted");
    }
}

fn json(value: &impl serde::Serialize) -> Result<Bytes, StoreError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(StoreError::not_serialisable)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
