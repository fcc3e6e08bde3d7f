//! A stream's objects as one host sees and changes them: the protocol's writes, each one conditional.

use bytes::Bytes;
use contract::{
    ContactId, HostId, Life, StreamId, keys,
    stream::{Manifest, Sentinel},
};

use super::maker::Standing;
use crate::store::{Content, Expected, ObjectStore, StoreError, Stored, Version};

/// A conditional write that fails shows that another one came first. So many others in a row are a fault.
const MOST_OTHERS: usize = 16;

/// What a clip says about itself: the number of its sentence.
const SENTENCE: &str = "sentence";

/// What a contact's owner says about itself: the streams that owned the contact before, the latest first.
const OLDER: &str = "older";

/// So many of them. Nobody claims again who lost the contact that long ago.
const MOST_OLDER: usize = 16;

/// The manifest of one stream and the version that this host has seen last.
pub(super) struct Ledger {
    store: ObjectStore,
    host: HostId,
    pub(super) manifest: Manifest,
    /// `None` until it is known to be stored.
    version: Option<Version>,
}

impl Ledger {
    /// Of a stream that begins here.
    pub(super) fn new(store: ObjectStore, host: HostId, manifest: Manifest) -> Self {
        Self { store, host, manifest, version: None }
    }

    /// Takes a stream over, or only ends it where a reason is given. `None` when there is no such stream.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or other hosts are always faster.
    pub(super) async fn take_over(
        store: &ObjectStore,
        host: &HostId,
        stream: &StreamId,
        cancelled: Option<&str>,
    ) -> Result<Option<Self>, StoreError> {
        for _ in 0..MOST_OTHERS {
            let Some((manifest, version)) = read(store, stream).await? else { return Ok(None) };
            let mut ledger =
                Self { store: store.clone(), host: host.clone(), manifest, version: Some(version) };
            let Some(life) = ledger.manifest.life.taken_over_by(host.clone(), cancelled) else {
                return Ok(Some(ledger));
            };
            if ledger.replace(life).await? {
                return Ok(Some(ledger));
            }
        }
        Err(StoreError::contended("take over"))
    }

    /// Whether more of it is to be made.
    pub(super) fn is_wanted(&self) -> bool {
        let life = &self.manifest.life;
        life.end.is_none() && life.cancelled.is_none()
    }

    fn id(&self) -> &StreamId {
        &self.manifest.stream_id
    }

    /// Stores the manifest of a new stream.
    pub(super) async fn announce(&mut self) -> Result<(), StoreError> {
        let key = keys::manifest(self.id());
        self.version = self.store.write(&key, json(&self.manifest)?, Expected::Nothing).await?;
        if self.version.is_none() {
            // An earlier try of ours: nobody else knows the id.
            let stored = read(&self.store, self.id()).await?;
            self.version = stored.map(|(_, version)| version);
        }
        if self.version.is_some() { Ok(()) } else { Err(StoreError::contended("announce")) }
    }

    /// Whether the stream is still this host's, and the contact the stream's.
    pub(super) async fn look(&mut self) -> Result<Standing, StoreError> {
        let (manifest_key, contact) = (keys::manifest(self.id()), self.manifest.contact_id.clone());
        let owner = async {
            match &contact {
                Some(contact) => self.store.read(&keys::current_stream(contact)).await,
                None => Ok(None),
            }
        };
        let (version, owner) = tokio::try_join!(self.store.version(&manifest_key), owner)?;
        if version != self.version {
            let life = self.manifest.life.clone();
            let Some((manifest, version)) = read(&self.store, self.id()).await? else {
                return Ok(Standing::Lost);
            };
            if !manifest.life.is_held_by(&self.host, life.term) {
                self.manifest = manifest;
                return Ok(Standing::Lost);
            }
            self.version = Some(version);
        }
        match owner.as_ref().and_then(stream_in) {
            Some(owner) if owner != *self.id() => Ok(Standing::Preempted),
            _ => Ok(Standing::Held),
        }
    }

    /// Decides on the end, unless that has been done or the stream is another host's. The life that counts.
    pub(super) async fn decide(&mut self, end: &Sentinel) -> Result<Life, StoreError> {
        self.change(|life| life.ended(end.clone())).await
    }

    /// Leaves the stream to whichever host goes on with it.
    pub(super) async fn hand_over(&mut self) -> Result<Life, StoreError> {
        self.change(Life::handed_over).await
    }

    async fn change(&mut self, change: impl Fn(&Life) -> Life) -> Result<Life, StoreError> {
        let term = self.manifest.life.term;
        for _ in 0..MOST_OTHERS {
            if self.replace(change(&self.manifest.life)).await? {
                return Ok(self.manifest.life.clone());
            }
            match read(&self.store, self.id()).await? {
                // The first write of it never arrived: this one is the first.
                None => self.version = None,
                Some((manifest, version)) => {
                    self.version = Some(version);
                    self.manifest = manifest;
                    if !self.manifest.life.is_held_by(&self.host, term) {
                        return Ok(self.manifest.life.clone());
                    }
                }
            }
        }
        Err(StoreError::contended("change"))
    }

    /// Whether the manifest now has this life.
    async fn replace(&mut self, life: Life) -> Result<bool, StoreError> {
        let manifest = Manifest { life, ..self.manifest.clone() };
        let expected = self.version.as_ref().map_or(Expected::Nothing, Expected::This);
        let key = keys::manifest(self.id());
        let Some(version) = self.store.write(&key, json(&manifest)?, expected).await? else {
            return Ok(false);
        };
        self.version = Some(version);
        self.manifest = manifest;
        Ok(true)
    }

    /// Creates the sentinel. One that is there says the same.
    pub(super) async fn seal(&self, end: &Sentinel) -> Result<(), StoreError> {
        self.store.write(&keys::sentinel(self.id()), json(end)?, Expected::Nothing).await?;
        Ok(())
    }
}

/// What came of a claim.
pub(super) enum Claim {
    /// The stream owns the contact, which was that one's before.
    Won { older: Option<StreamId> },
    /// It has owned it before, and a newer stream does now.
    Lost,
}

/// Makes a stream the owner of its contact, once in its life. The order of these writes is the order of starts:
/// whoever comes last owns the contact. Who takes a stream over claims as well, since the host before may have died
/// first; each claim says which streams have owned the contact, so that only one of both counts.
pub(super) async fn claim(
    store: &ObjectStore,
    contact: &ContactId,
    stream: &StreamId,
) -> Result<Claim, StoreError> {
    let key = keys::current_stream(contact);
    let mut older = None;
    for _ in 0..MOST_OTHERS {
        let current = store.read(&key).await?;
        let owner = current.as_ref().and_then(stream_in);
        if owner.as_ref() == Some(stream) {
            // Our own write, whose answer was lost, or that of the host before.
            return Ok(Claim::Won { older });
        }
        let before = current.as_ref().and_then(|current| current.metadata.get(OLDER));
        let before = before.into_iter().flat_map(|older| older.split(' '));
        if before.clone().any(|older| older == stream.as_str()) {
            return Ok(Claim::Lost);
        }
        let owners: Vec<_> = owner.iter().map(StreamId::as_str).chain(before).take(MOST_OLDER).collect();
        let content = Content::text(Bytes::from(stream.to_string())).saying(OLDER, owners.join(" "));
        let expected = current.as_ref().map_or(Expected::Nothing, |current| Expected::This(&current.version));
        older = owner;
        if store.write(&key, content, expected).await?.is_some() {
            return Ok(Claim::Won { older });
        }
    }
    Err(StoreError::contended("claim"))
}

/// Creates a part, which holds that sentence or none. The sentence that it holds: another one where a host that made
/// this stream before was faster.
pub(super) async fn create_part(
    store: &ObjectStore,
    key: &str,
    audio: &Bytes,
    sentence: Option<usize>,
) -> Result<Option<usize>, StoreError> {
    let mut content = Content::clip(audio.clone());
    if let Some(sentence) = sentence {
        content = content.saying(SENTENCE, sentence.to_string());
    }
    if store.write(key, content, Expected::Nothing).await?.is_some() {
        return Ok(sentence);
    }
    sentence_of(store, key).await
}

/// The sentence that a part holds, which must be there; `None` where it holds none.
pub(super) async fn sentence_of(store: &ObjectStore, key: &str) -> Result<Option<usize>, StoreError> {
    let metadata = store.metadata(key).await?.ok_or_else(|| StoreError::elusive("read a part"))?;
    Ok(metadata.get(SENTENCE).and_then(|sentence| sentence.parse().ok()))
}

/// The stream that owns a contact.
pub(super) async fn owner(store: &ObjectStore, contact: &ContactId) -> Result<Option<StreamId>, StoreError> {
    Ok(store.read(&keys::current_stream(contact)).await?.as_ref().and_then(stream_in))
}

/// A stream's manifest; `None` when there is none that can be read.
pub(super) async fn read(
    store: &ObjectStore,
    stream: &StreamId,
) -> Result<Option<(Manifest, Version)>, StoreError> {
    let stored = store.read(&keys::manifest(stream)).await?;
    Ok(stored.and_then(|stored| Some((serde_json::from_slice(&stored.body).ok()?, stored.version))))
}

fn stream_in(stored: &Stored) -> Option<StreamId> {
    std::str::from_utf8(&stored.body).ok()?.trim().parse().ok()
}

fn json(value: &impl serde::Serialize) -> Result<Content, StoreError> {
    serde_json::to_vec(value).map(|body| Content::json(body.into())).map_err(StoreError::not_serialisable)
}
