//! Phrases: sentences that an operator lists, or that the service itself says, each spoken once for all hosts.
//!
//! A clip of a phrase is kept in the bucket under a key that changes with its words, voice, speed, lexicon and format,
//! and in this host's memory. Other sentences are neither looked up nor kept, so that nothing that a model wrote or a
//! caller said gets there.
//!
//! | module | owns |
//! | --- | --- |
//! | `list` | the form of a file with phrases, and the built-in ones |
//! | `book` | the phrases of one tenant |
//! | `folder` | the files of all tenants, in step with the folder |
//! | `watched` | one file, which may change while the service runs |
//! | `clips` | the clips in memory |
//! | `keep` | the clips in the bucket |
//! | `fetch` | a clip from the bucket or the engine, for all who want it at the same time |
//! | `warm` | clips made before a caller needs them |

mod book;
mod clips;
mod fetch;
mod folder;
mod keep;
mod list;
mod warm;
mod watched;

use std::{path::Path, sync::Arc};

use connect_prompts::Prompts;
use contract::{TenantId, keys, metrics::PHRASES};
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use speech::{Band, Clip, Job, SpeechError, reading};
use stream_store::ObjectStore;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

pub use self::{
    book::{Book, Phrase},
    list::PhraseError,
};
use self::{
    clips::Clips,
    fetch::{Fetched, Fetches, Origin, sooner},
    folder::PhraseFolder,
    keep::Keep,
};
use crate::{
    telemetry::Meters,
    voices::{Chosen, LoadedVoice},
};

/// The form of a kept clip. A release whose clips sound different changes it.
const FORMAT: &str = "1 mu-law 8000";

/// A clip of a sentence.
#[derive(Clone, Debug)]
pub struct SpokenClip {
    /// The clip.
    pub clip: Clip,
    /// ARN of the prompt that Amazon Connect has of the same clip; only a phrase has one.
    pub prompt: Option<Arc<str>>,
}

impl From<Clip> for SpokenClip {
    fn from(clip: Clip) -> Self {
        Self { clip, prompt: None }
    }
}

/// The phrases of all tenants, without clips. Cheap to clone.
#[derive(Clone)]
pub struct Books(Arc<PhraseFolder>);

impl Books {
    /// The phrases in a folder: `phrases.toml` for everybody and `TENANT.phrases.toml`. Watches the files, for which it
    /// needs a tokio runtime.
    ///
    /// # Errors
    /// [`PhraseError`] where `phrases.toml` exists and can't be used.
    pub fn open(folder: &Path) -> Result<Self, PhraseError> {
        let folder = Arc::new(PhraseFolder::open(folder)?);
        tokio::spawn(folder::watch(Arc::downgrade(&folder)));
        Ok(Self(folder))
    }

    /// The phrases of a tenant, or of requests without one. Waits for the file of a tenant that is not known yet.
    pub async fn of(&self, tenant: Option<&TenantId>) -> Book {
        self.0.book(tenant).await
    }
}

/// The phrases of one host. Cheap to clone.
#[derive(Clone)]
pub struct Phrases {
    shared: Arc<Shared>,
}

struct Shared {
    books: Books,
    clips: Clips,
    keep: Keep,
    fetches: Fetches,
    prompts: Prompts,
    meters: Meters,
}

impl Phrases {
    /// The phrases of a folder, as [`Books::open`] reads them. Their clips are kept in `store`, and get prompts from
    /// `prompts`.
    ///
    /// # Errors
    /// As for [`Books::open`].
    pub fn open(
        folder: &Path,
        store: ObjectStore,
        prompts: Prompts,
        meters: Meters,
    ) -> Result<Self, PhraseError> {
        let books = Books::open(folder)?;
        for origin in [Origin::Memory, Origin::Bucket, Origin::Synthesis] {
            meters.count(&PHRASES, &[origin.name()], 0);
        }
        let (clips, keep) = (Clips::default(), Keep::new(store, meters.clone()));
        let shared = Shared { books, clips, keep, fetches: Fetches::default(), prompts, meters };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// ARN of the prompt that Amazon Connect has of the silence between two polls, if it is known.
    pub fn pause_prompt(&self) -> Option<Arc<str>> {
        self.shared.prompts.of(&keys::silence())
    }

    /// Checks the phrases for everybody.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn check(folder: &Path) -> Result<(), PhraseError> {
        PhraseFolder::open(folder).map(drop)
    }

    /// The phrases of a tenant, or of requests without one. Waits for the file of a tenant that is not known yet.
    pub async fn of(&self, tenant: Option<&TenantId>) -> Book {
        self.shared.books.of(tenant).await
    }

    /// The phrases without their clips.
    pub fn books(&self) -> Books {
        self.shared.books.clone()
    }

    /// The clip of a job: a kept one, or else a new one, which is kept. `None` for a sentence that is no phrase. The
    /// work begins at once; dropping the future withdraws it.
    pub fn clip(
        &self,
        voice: &Chosen,
        job: &Job,
    ) -> Option<BoxFuture<'static, Result<SpokenClip, SpeechError>>> {
        let may_be_phrase = job.delivery.band == Band::Telephone
            && self.shared.books.0.known(voice.tenant()).is_none_or(|book| book.holds(&job.sentence));
        if !may_be_phrase {
            return None;
        }
        let (this, voice, job) = (self.clone(), voice.clone(), job.clone());
        let begun = self.clone().spoken(voice.clone(), job.clone()).in_current_span();
        let begun = AbortOnDropHandle::new(tokio::spawn(begun));
        Some(Box::pin(async move {
            let (clip, phrase) = match begun.await.unwrap_or(Err(SpeechError::Stopped)) {
                // The engine was full when the sentence was submitted ahead; now it is the sentence's turn.
                Err(SpeechError::Overloaded) => this.clone().spoken(voice, job).await?,
                spoken => spoken?,
            };
            let Some((key, origin)) = phrase else { return Ok(clip.into()) };
            this.shared.meters.count(&PHRASES, &[origin.name()], 1);
            Ok(SpokenClip { clip, prompt: this.shared.prompts.of(&key) })
        }))
    }

    /// The clip of a job; if the sentence is a phrase, with the key under which it is kept and its origin.
    async fn spoken(self, voice: Chosen, job: Job) -> Result<(Clip, Option<(String, Origin)>), SpeechError> {
        if !self.of(voice.tenant()).await.holds(&job.sentence) {
            return Ok((made(&voice, job).await?, None));
        }
        let key = key(&voice, &job);
        let begin = || Box::pin(self.clone().fetched(voice, key.clone(), job.clone())) as _;
        let (clip, origin) = self.shared.fetches.join(&key, &job, begin).await?;
        Ok((clip, Some((key, origin))))
    }

    async fn fetched(self, voice: Chosen, key: String, job: Job) -> Fetched {
        let Shared { clips, keep, .. } = &*self.shared;
        if let Some(clip) = clips.get(&key) {
            return Ok((clip, Origin::Memory));
        }
        let (clip, origin) = sooner(keep.find(&key), made(&voice, job)).await?;
        clips.insert(key.clone(), &clip);
        if origin == Origin::Synthesis {
            // The caller does not wait for the write.
            let (keep, kept) = (keep.clone(), clip.clone());
            tokio::spawn(async move { keep.store(&key, &kept).await }.in_current_span());
        }
        Ok((clip, origin))
    }
}

/// A new clip. The job is submitted when this is polled first.
async fn made(voice: &Chosen, job: Job) -> Result<Clip, SpeechError> {
    voice.voice.engine.submit(job)?.await.unwrap_or(Err(SpeechError::Stopped))
}

/// The key of a clip in the bucket, made of all that its sound depends on.
fn key(voice: &Chosen, job: &Job) -> String {
    let mut hasher = Sha256::new();
    let words = reading(job, &voice.voice.language);
    let LoadedVoice { name, version, language, sample_rate, .. } = &*voice.voice;
    for part in [FORMAT, name, version, language, &sample_rate.to_string(), &words] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    keys::phrase(&digest)
}
