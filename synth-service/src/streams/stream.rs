//! One stream: generate, upload, generate, upload, sentinel.
//!
//! Part N is stored before part N+1 is finished, because the same task does one after the other. A cancel
//! is seen while a sentence is waited for and before each upload; an upload under way is always finished,
//! so that the sentinel's count is true.

use std::time::Duration;

use bytes::Bytes;
use contract::{StreamId, http::PartTiming, keys, stream::Manifest};
use speech::{Clip, Engine, Job, SpeechError};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
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

/// How long a stream waits for the end of the one that it took the contact from.
const OLDER_STREAM_WAIT: Duration = Duration::from_secs(2);

/// How long the sentinel is tried for. Beyond it nobody waits for this stream any more.
const SENTINEL_PATIENCE: Duration = Duration::from_secs(60);

/// First pause between two tries of the sentinel; doubled each time.
const SENTINEL_PAUSE: Duration = Duration::from_millis(250);

pub(super) struct Stream {
    manifest: Manifest,
    handle: Handle,
    progress: watch::Sender<Progress>,
    /// The stream that owned the contact before and was told to end.
    older: Option<Handle>,
    started: Instant,
    /// Length of all parts so far: what the caller can listen to before running dry.
    audio: Duration,
}

impl Stream {
    pub(super) fn new(
        manifest: Manifest,
        handle: Handle,
        progress: watch::Sender<Progress>,
        older: Option<Handle>,
    ) -> Self {
        Self { manifest, handle, progress, older, started: Instant::now(), audio: Duration::ZERO }
    }

    pub(super) fn id(&self) -> &StreamId {
        &self.manifest.stream_id
    }

    pub(super) async fn run(mut self, store: &ObjectStore, voices: &Voices) {
        let ending = match voices.get(Some(&self.manifest.voice)) {
            Some(voice) => match self.make_parts(store, &voice.engine).await {
                Ok(()) => Ending::Complete,
                Err(ending) => ending,
            },
            None => Ending::Speech(SpeechError::Stopped),
        };
        self.log(&ending);
        self.progress.send_modify(|progress| progress.ending = Some(ending.clone()));
        self.seal(store, &ending).await;
    }

    /// Everything before the sentinel.
    async fn make_parts(&mut self, store: &ObjectStore, engine: &Engine) -> Result<(), Ending> {
        let sentences = self.manifest.sentences.clone();
        let mut last_error = SpeechError::Unpronounceable;
        // The manifest is stored while the first sentence is made, and before its part is.
        let mut announced = false;
        for sentence in sentences {
            let clip = if announced {
                self.speak(engine, sentence).await
            } else {
                let (announcing, clip) = tokio::join!(self.announce(store), self.speak(engine, sentence));
                announcing.map_err(Ending::Store)?;
                announced = true;
                clip
            };
            match clip? {
                Ok(clip) => self.store_part(store, clip).await?,
                Err(SpeechError::Stopped) => return Err(Ending::Cancelled("stopping")),
                Err(error) => {
                    tracing::warn!(stream = %self.id(), %error, "a sentence was skipped");
                    last_error = error;
                    self.progress.send_modify(|progress| progress.skipped += 1);
                }
            }
        }
        if self.progress.borrow().parts() == 0 { Err(Ending::Speech(last_error)) } else { Ok(()) }
    }

    /// Says what the stream is and that it owns its contact, after the one that owned it before has
    /// written its last.
    async fn announce(&self, store: &ObjectStore) -> Result<(), StoreError> {
        let manifest = async {
            let body = json(&self.manifest)?;
            store.put(&keys::manifest(self.id()), JSON_TYPE, body).await
        };
        let ownership = async {
            let Some(contact_id) = &self.manifest.contact_id else {
                return Ok(());
            };
            if let Some(older) = &self.older {
                let mut progress = older.progress.clone();
                let _ = timeout(OLDER_STREAM_WAIT, progress.wait_for(Progress::is_sealed)).await;
            }
            if self.handle.cancel_reason().is_some() {
                return Ok(());
            }
            let body = Bytes::from(self.id().to_string());
            store.put(&keys::current_stream(contact_id), "text/plain", body).await
        };
        tokio::try_join!(manifest, ownership)?;
        Ok(())
    }

    /// The clip of one sentence. The outer error is a cancel, the inner one concerns this sentence alone.
    async fn speak(&self, engine: &Engine, sentence: String) -> Result<Result<Clip, SpeechError>, Ending> {
        if let Some(reason) = self.handle.cancel_reason() {
            return Err(Ending::Cancelled(reason));
        }
        let deadline = (self.started + self.audio).into_std();
        let answer = match engine.submit(Job { sentence, speed: self.manifest.speed, deadline }) {
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

    async fn store_part(&mut self, store: &ObjectStore, clip: Clip) -> Result<(), Ending> {
        if let Some(reason) = self.handle.cancel_reason() {
            return Err(Ending::Cancelled(reason));
        }
        let number = self.progress.borrow().parts();
        let started = Instant::now();
        // Nobody else writes this key: an object that exists comes from an earlier attempt of this call.
        store
            .create(&keys::part(self.id(), number), CLIP_TYPE, clip.wav.into())
            .await
            .map_err(Ending::Store)?;
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
        Ok(())
    }

    /// Writes the sentinel, with patience: a stream without one leaves its caller waiting.
    async fn seal(&self, store: &ObjectStore, ending: &Ending) {
        let ended_at_ms = clock::now_ms();
        let sentinel = self.progress.borrow().sentinel(ending, ended_at_ms);
        let write = async {
            let mut pause = SENTINEL_PAUSE;
            let body = json(&sentinel)?;
            loop {
                match store.create(&keys::sentinel(self.id()), JSON_TYPE, body.clone()).await {
                    Ok(_) => return Ok(()),
                    Err(error) => tracing::warn!(stream = %self.id(), %error, "the sentinel is tried again"),
                }
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        };
        let written: Result<Result<(), StoreError>, _> = timeout(SENTINEL_PATIENCE, write).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::error!(stream = %self.id(), "the sentinel could not be written");
        }
        self.progress.send_modify(|progress| progress.ended_at_ms = Some(ended_at_ms));
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

fn json(value: &impl serde::Serialize) -> Result<Bytes, StoreError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(StoreError::not_serialisable)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
