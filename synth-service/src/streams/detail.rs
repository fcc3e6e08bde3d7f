//! One stream for people who watch it: its state, its clips as shapes, and, where that is allowed, its words and sound.
//!
//! Words and sound of callers are for operators only where texts may be logged. A contact of the operators' own page is
//! no caller.

use bytes::Bytes;
use contract::{ContactId, StreamId, http::StreamStatus, keys, stream::Manifest};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;
use speech::telephone::{self, PEAK_EVERY};

use super::{error::StreamError, overview::kind, service::Streams};
use crate::script::Script;

/// Beginning of the contact ids that the operators' page makes. No contact centre has it by chance.
const OWN_CONTACT: &str = "firstword-page-";

/// Clips whose shapes one answer has.
const MOST_SHAPES: usize = 32;

/// Clips that are read from the bucket at the same time.
const READ_AT_ONCE: usize = 8;

/// One stream.
#[derive(Debug, Serialize)]
pub struct Detail {
    /// Its state.
    #[serde(flatten)]
    pub status: StreamStatus,
    /// `voice` or `voice/speaker`; absent until the bucket has the manifest, as is [`Self::kind`].
    pub voice: Option<String>,
    /// Whether a model writes the text.
    pub kind: Option<&'static str>,
    /// Its clips by the playback clock: number, start and end in milliseconds from the timeline's start.
    pub clips: Vec<(usize, f64, f64)>,
    /// Whether its words and its sound may be shown.
    pub is_open: bool,
    /// Its sentences; empty where they may not be shown.
    pub words: Vec<String>,
}

/// The shapes of clips.
#[derive(Debug, Serialize)]
pub struct Shapes {
    /// Milliseconds between two peaks.
    pub peak_every_ms: u64,
    /// The clips in order: for each its peaks, in percent of full scale.
    pub clips: Vec<Vec<u8>>,
}

impl Streams {
    /// One stream, on whichever host it is made.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn detail(&self, id: &StreamId) -> Result<Detail, StreamError> {
        let status = self.status(id).await?;
        let manifest = self.running.store.manifest(id).await?.map(|(manifest, _)| manifest);
        let is_open = self.is_open(status.contact_id.as_ref());
        let words = match &manifest {
            Some(manifest) if is_open => self.words(manifest).await?,
            _ => Vec::new(),
        };
        let played = status.timeline.iter().flat_map(|timeline| timeline.playback());
        Ok(Detail {
            clips: played.map(|clip| (clip.part, clip.begins_ms, clip.ends_ms)).collect(),
            status,
            kind: manifest.as_ref().map(|manifest| kind(manifest.growing)),
            voice: manifest.map(|manifest| manifest.voice),
            is_open,
            words,
        })
    }

    /// The shapes of a stream's clips from number `first` on, in a bounded number.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn shapes(&self, id: &StreamId, first: usize) -> Result<Shapes, StreamError> {
        let parts = self.status(id).await?.parts;
        let wanted = first..parts.min(first.saturating_add(MOST_SHAPES));
        let read = stream::iter(wanted).map(|part| self.read_clip(id, part)).buffered(READ_AT_ONCE);
        let files: Vec<Option<Bytes>> = read.try_collect().await?;
        let codes = files.iter().map_while(|file| file.as_deref()).map(telephone::payload);
        let clips = codes.map(telephone::peaks).collect();
        Ok(Shapes { peak_every_ms: PEAK_EVERY.as_millis() as u64, clips })
    }

    /// The sound of one clip as a WAV file; `None` where there is none yet.
    ///
    /// # Errors
    /// [`StreamError::Private`] where it may not be heard, [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn clip(&self, id: &StreamId, part: usize) -> Result<Option<Bytes>, StreamError> {
        self.open_contact(id).await?;
        self.read_clip(id, part).await
    }

    /// The contact of a stream whose words and sound may be shown.
    ///
    /// # Errors
    /// [`StreamError::Private`] where they may not, [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn open_contact(&self, id: &StreamId) -> Result<Option<ContactId>, StreamError> {
        let contact = match self.running.made_here(id) {
            Some(handle) => handle.status().contact_id,
            None => self.running.manifest(id).await?.contact_id,
        };
        if self.is_open(contact.as_ref()) { Ok(contact) } else { Err(StreamError::Private) }
    }

    fn is_open(&self, contact: Option<&ContactId>) -> bool {
        let is_own = contact.is_some_and(|contact| contact.as_str().starts_with(OWN_CONTACT));
        is_own || self.running.limits.log_text
    }

    async fn read_clip(&self, id: &StreamId, part: usize) -> Result<Option<Bytes>, StreamError> {
        let stored = self.running.store.read(&keys::part(id, part)).await?;
        Ok(stored.map(|stored| stored.body))
    }

    async fn words(&self, manifest: &Manifest) -> Result<Vec<String>, StreamError> {
        let pages = self.running.store.pages(manifest).await?;
        Ok(Script::stored(manifest, &pages).from(0).iter().map(text::Sentence::text).collect())
    }
}
