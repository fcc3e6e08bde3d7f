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
//! | `folder` | the files, which may change while the service runs |
//! | `clips` | the clips in memory |
//! | `keep` | the clips in the bucket |
//! | `warm` | clips made before a caller needs them |

mod book;
mod clips;
mod folder;
mod keep;
mod list;
mod warm;

use std::{
    fmt::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use contract::{TenantId, keys};
use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use speech::{Band, Clip, Job, SpeechError, reading};
use stream_store::ObjectStore;

pub use self::{book::Book, list::PhraseError};
use self::{clips::Clips, folder::PhraseFolder, keep::Keep};
use crate::voices::{Chosen, LoadedVoice};

/// The form of a kept clip. A release whose clips sound different changes it.
const FORMAT: &str = "1 mu-law 8000";

/// The phrases of one host. Cheap to clone.
#[derive(Clone)]
pub struct Phrases {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PhraseFolder,
    clips: Clips,
    keep: Keep,
    counts: Counts,
}

/// Sentences that were phrases, by the origin of their clip.
#[derive(Default)]
struct Counts {
    memory: AtomicU64,
    bucket: AtomicU64,
    synthesis: AtomicU64,
}

impl Phrases {
    /// The phrases in a folder: `phrases.toml` for everybody and `TENANT.phrases.toml`. Their clips are kept in `store`.
    ///
    /// # Errors
    /// [`PhraseError`] where `phrases.toml` exists and can't be used.
    pub fn open(folder: &Path, store: ObjectStore) -> Result<Self, PhraseError> {
        let folder = PhraseFolder::open(folder)?;
        let (clips, keep, counts) = (Clips::default(), Keep::new(store), Counts::default());
        Ok(Self { shared: Arc::new(Shared { folder, clips, keep, counts }) })
    }

    /// Checks the phrases for everybody.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn check(folder: &Path) -> Result<(), PhraseError> {
        PhraseFolder::open(folder).map(drop)
    }

    /// The phrases of a tenant, or of requests without one.
    pub fn of(&self, tenant: Option<&TenantId>) -> Arc<Book> {
        self.shared.folder.book(tenant)
    }

    /// The clip of a job: a kept one, or else a new one, which is kept. `None` for a sentence that is no phrase. Nothing
    /// is done before the future is polled; dropping it withdraws the job.
    pub fn clip(&self, voice: &Chosen, job: &Job) -> Option<BoxFuture<'static, Result<Clip, SpeechError>>> {
        let is_phrase = job.delivery.band == Band::Telephone && self.of(voice.tenant()).holds(&job.sentence);
        let (this, voice, job) = (self.clone(), voice.clone(), job.clone());
        is_phrase.then(|| Box::pin(async move { this.found_or_made(&voice, job).await }) as _)
    }

    async fn found_or_made(&self, voice: &Chosen, job: Job) -> Result<Clip, SpeechError> {
        let Shared { clips, keep, counts, .. } = &*self.shared;
        let key = key(voice, &job);
        if let Some(clip) = clips.get(&key) {
            counts.memory.fetch_add(1, Ordering::Relaxed);
            return Ok(clip);
        }
        if let Some(clip) = keep.find(&key).await {
            counts.bucket.fetch_add(1, Ordering::Relaxed);
            clips.insert(key, &clip);
            return Ok(clip);
        }
        counts.synthesis.fetch_add(1, Ordering::Relaxed);
        let clip = made(voice, job).await?;
        clips.insert(key.clone(), &clip);
        // The caller does not wait for the write.
        let (keep, kept) = (keep.clone(), clip.clone());
        tokio::spawn(async move { keep.store(&key, &kept).await });
        Ok(clip)
    }

    /// The counts in Prometheus' text format.
    pub fn metrics(&self) -> String {
        let Counts { memory, bucket, synthesis } = &self.shared.counts;
        let mut text = String::from(
            "# HELP firstword_phrases_total Sentences that were phrases, by the origin of their clip.\n\
             # TYPE firstword_phrases_total counter\n",
        );
        for (origin, count) in [("memory", memory), ("bucket", bucket), ("synthesis", synthesis)] {
            let count = count.load(Ordering::Relaxed);
            // Writing to a string can't fail.
            let _ = writeln!(text, "firstword_phrases_total{{origin=\"{origin}\"}} {count}");
        }
        let failures = self.shared.keep.failures();
        let _ = write!(
            text,
            "# HELP firstword_phrase_failures_total Kept clips that could not be read or written.\n\
             # TYPE firstword_phrase_failures_total counter\n\
             firstword_phrase_failures_total {failures}\n"
        );
        text
    }
}

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
