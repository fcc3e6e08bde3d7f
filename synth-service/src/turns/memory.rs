//! The memory of talks, in the bucket: `contacts/{contact}/talk.json`.
//!
//! It is written when a turn begins, with the answer before as far as it was heard by then, and when the caller
//! interrupts an answer. Each write is conditional: of two turns at once the later one wins.

use std::time::Duration;

use chat::{Spoken, Talk, TalkLimits, Turn, heard};
use contract::{
    ContactId, StreamId, keys,
    stream::{Outcome, Sentinel},
};
use futures::future::try_join_all;
use stream_store::{Content, Expected, Head, ObjectStore, StoreError, Version};

use crate::{
    clock,
    script::Script,
    streams::{StreamError, part},
};

/// A write that lost this many races is given up: other turns of the contact are newer.
const MOST_RACES: usize = 4;

/// Time between the end of a part's making and its first sound at the caller.
const WAY_TO_THE_CALLER: Duration = Duration::from_millis(150);

/// The talks of all contacts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Memory {
    store: ObjectStore,
    limits: TalkLimits,
}

/// A talk as it was read, and changed since.
pub(super) struct Remembered {
    contact: ContactId,
    talk: Talk,
    /// `None` while the document does not exist.
    version: Option<Version>,
    limits: TalkLimits,
    /// The turn that has begun.
    begun: Option<Begun>,
}

/// A turn that has begun.
struct Begun {
    stream: StreamId,
    /// The caller's words.
    text: String,
    /// In milliseconds since the Unix epoch.
    at_ms: u64,
    /// The turns before it that are known, by their streams.
    before: Vec<String>,
}

impl Remembered {
    /// Begins a turn. Returns the turns before it.
    pub(super) fn begin(&mut self, stream: &StreamId, text: &str) -> Vec<Turn> {
        let turns = self.talk.begin(stream.as_str(), text, &self.limits);
        let before = turns.iter().map(|turn| turn.id.clone()).collect();
        self.begun =
            Some(Begun { stream: stream.clone(), text: text.to_owned(), at_ms: clock::now_ms(), before });
        turns
    }
}

impl Memory {
    pub(crate) fn new(store: ObjectStore, limits: TalkLimits) -> Self {
        Self { store, limits }
    }

    /// The talk of a contact. If the latest answer is not remembered yet, it is as far as it was heard: until now, and
    /// no further than the parts that the flow says it has played of this stream.
    ///
    /// # Errors
    /// [`StreamError::Store`] when the bucket fails. A document that can't be used is an empty talk.
    pub(super) async fn read(
        &self,
        contact: &ContactId,
        played: Option<(StreamId, usize)>,
    ) -> Result<Remembered, StreamError> {
        let mut remembered = self.stored(contact).await?;
        let latest = remembered.talk.latest().filter(|turn| turn.answer.is_empty());
        let Some(stream) = latest.and_then(|turn| turn.id.parse::<StreamId>().ok()) else {
            return Ok(remembered);
        };
        let parts = played.filter(|(of, _)| *of == stream).map(|(_, parts)| parts);
        let answer = self.heard(&stream, parts).await?;
        remembered.talk.remember(stream.as_str(), &answer, &self.limits);
        Ok(remembered)
    }

    /// The talk of a contact with the latest answer as far as it was heard until now, and the version of its document.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub(crate) async fn talk(&self, contact: &ContactId) -> Result<(Talk, Option<Version>), StreamError> {
        let Remembered { talk, version, .. } = self.read(contact, None).await?;
        Ok((talk, version))
    }

    /// Writes a talk, unless its document is of another version. Returns its new version if it is written.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(crate) async fn replace(
        &self,
        contact: &ContactId,
        talk: &Talk,
        version: Option<&Version>,
    ) -> Result<Option<Version>, StoreError> {
        let expected = version.map_or(Expected::Nothing, Expected::This);
        self.store.write(&keys::talk(contact), Content::json(talk.to_json().into()), expected).await
    }

    /// The caller's words that a stream answers; `None` where they are not remembered.
    ///
    /// # Errors
    /// [`StreamError::Store`] when the bucket fails.
    pub(super) async fn said(
        &self,
        contact: &ContactId,
        stream: &StreamId,
    ) -> Result<Option<String>, StreamError> {
        let talk = self.stored(contact).await?.talk;
        let turn = talk.turns().find(|turn| turn.id == stream.as_str());
        Ok(turn.map(|turn| turn.caller.clone()))
    }

    /// Stores a talk whose turn has begun. A failure is logged: the call goes on without the turn in its memory.
    pub(super) async fn store(&self, mut remembered: Remembered) {
        for _ in 0..MOST_RACES {
            match self.write(&remembered).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => return warn(&remembered.contact, &error),
            }
            // Another turn of the contact, or the caller's interruption, was written since.
            let Some(begun) = remembered.begun.take() else { return };
            match self.stored(&remembered.contact).await {
                Ok(stored) => remembered = stored,
                Err(error) => return warn(&remembered.contact, &error),
            }
            match self.is_overtaken(&begun, &remembered.talk).await {
                Ok(false) => {}
                Ok(true) => return,
                Err(error) => return warn(&remembered.contact, &error),
            }
            remembered.talk.begin(begun.stream.as_str(), &begun.text, &self.limits);
            remembered.begun = Some(begun);
        }
    }

    /// Whether the latest turn of the talk is newer than this one, which is not remembered then. A turn that has just
    /// been written and has no manifest yet is.
    async fn is_overtaken(&self, begun: &Begun, talk: &Talk) -> Result<bool, StoreError> {
        let known = |id: &str| id == begun.stream.as_str() || begun.before.iter().any(|before| before == id);
        let latest = talk.latest().filter(|turn| !known(&turn.id));
        let Some(stream) = latest.and_then(|turn| turn.id.parse::<StreamId>().ok()) else { return Ok(false) };
        let manifest = self.store.manifest(&stream).await?;
        Ok(manifest.is_none_or(|(manifest, _)| manifest.created_at_ms >= begun.at_ms))
    }

    /// Remembers how much of an answer was heard until now, if it is the latest one of its contact.
    pub(super) async fn interrupted(&self, stream: &StreamId) {
        let contact = match self.store.manifest(stream).await {
            Ok(Some((manifest, _))) if manifest.growing => manifest.contact_id,
            _ => None,
        };
        let Some(contact) = contact else { return };
        if let Err(error) = self.remember_heard(&contact, stream).await {
            warn(&contact, &error);
        }
    }

    async fn remember_heard(&self, contact: &ContactId, stream: &StreamId) -> Result<(), StoreError> {
        let answer = self.heard(stream, None).await?;
        for _ in 0..MOST_RACES {
            let mut stored = self.stored(contact).await?;
            let is_latest = stored.talk.latest().is_some_and(|turn| turn.answer.is_empty());
            if !is_latest || !stored.talk.remember(stream.as_str(), &answer, &self.limits) {
                return Ok(());
            }
            if self.write(&stored).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn stored(&self, contact: &ContactId) -> Result<Remembered, StoreError> {
        let stored = self.store.read(&keys::talk(contact)).await?;
        let recent = stored.as_ref().filter(|stored| stored.head.age < self.limits.age);
        let talk = recent.map(|stored| Talk::from_json(&stored.body)).transpose();
        let talk = talk.unwrap_or_else(|error| {
            tracing::warn!(%contact, %error, "the memory of a talk can't be used");
            None
        });
        Ok(Remembered {
            contact: contact.clone(),
            talk: talk.unwrap_or_default(),
            version: stored.map(|stored| stored.head.version),
            limits: self.limits,
            begun: None,
        })
    }

    /// Writes a talk, unless its document has changed. Returns whether it is written.
    async fn write(&self, remembered: &Remembered) -> Result<bool, StoreError> {
        let Remembered { contact, talk, version, .. } = remembered;
        Ok(self.replace(contact, talk, version.as_ref()).await?.is_some())
    }

    /// The words of an answer that its caller has heard by now, of at most this many parts.
    async fn heard(&self, stream: &StreamId, parts: Option<usize>) -> Result<String, StoreError> {
        let store = &self.store;
        let Some((manifest, _)) = store.manifest(stream).await? else { return Ok(String::new()) };
        let prefix = keys::parts_prefix(stream);
        let (pages, count, sentinel) =
            tokio::try_join!(store.pages(&manifest), store.count(&prefix), store.sentinel(stream))?;
        let count = parts.map_or(count, |parts| parts.min(count));
        let names: Vec<String> = (0..count).map(|part| keys::part(stream, part)).collect();
        let heads = try_join_all(names.iter().map(|name| store.head(name))).await?;
        let script = Script::stored(&manifest, &pages);
        let clips = heads.iter().flatten().filter_map(Clip::of);
        let until = quiet_since(sentinel.as_ref()).unwrap_or_else(clock::now_ms);
        let since_start = Duration::from_millis(until.saturating_sub(manifest.created_at_ms));
        let clips: Vec<Clip> = clips.collect();
        let played = played(&clips, since_start);
        let spoken: Vec<Spoken> = clips
            .iter()
            .map(|clip| Spoken { text: written(&script, clip.sentence), duration: clip.duration })
            .collect();
        Ok(heard(&spoken, played))
    }
}

/// The words of a sentence, if the model has written it.
fn written(script: &Script, sentence: usize) -> String {
    let written = script.get(sentence).filter(|_| !script.is_aside(sentence));
    written.map(|sentence| sentence.text()).unwrap_or_default()
}

/// The moment from which on a cancelled stream is not heard, in milliseconds since the Unix epoch.
fn quiet_since(sentinel: Option<&Sentinel>) -> Option<u64> {
    sentinel.filter(|sentinel| sentinel.outcome == Outcome::Cancelled).map(|sentinel| sentinel.ended_at_ms)
}

/// A part of an answer.
struct Clip {
    sentence: usize,
    duration: Duration,
    /// Time from the stream's creation until the part was made.
    made_after: Duration,
}

impl Clip {
    /// `None` for a tombstone, whose sentence is the one before it.
    fn of(head: &Head) -> Option<Self> {
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        Some(Self {
            sentence: part::number(head, part::SENTENCE)?,
            duration: speech::telephone::duration_of_file(length),
            made_after: Duration::from_millis(part::number(head, part::MADE_AFTER)?),
        })
    }
}

/// How much of the clips has played after this time, when each plays as soon as it is made and the one before is over.
fn played(clips: &[Clip], since_start: Duration) -> Duration {
    let (mut free, mut played) = (Duration::ZERO, Duration::ZERO);
    for clip in clips {
        let begins = free.max(clip.made_after + WAY_TO_THE_CALLER);
        played += since_start.saturating_sub(begins).min(clip.duration);
        free = begins + clip.duration;
    }
    played
}

fn warn(contact: &ContactId, error: &StoreError) {
    tracing::warn!(%contact, %error, "the memory of a talk was not updated");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_that_came_late_was_heard_late() {
        let clip = |made_ms, ms| Clip {
            sentence: 0,
            duration: Duration::from_millis(ms),
            made_after: Duration::from_millis(made_ms),
        };
        let clips = [clip(850, 1000), clip(4850, 1000)];
        let after = |ms| played(&clips, Duration::from_millis(ms)).as_millis();
        assert_eq!(
            [after(500), after(1500), after(3000), after(5500), after(9000)],
            [0, 500, 1000, 1500, 2000]
        );
    }
}
