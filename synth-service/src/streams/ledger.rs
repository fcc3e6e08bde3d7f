//! One host's view of a stream's documents, and the protocol's writes to them, each one conditional.

use contract::{
    ContactId, HostId, Life, StreamId, keys,
    stream::{Manifest, Sentinel},
};
use stream_store::{Expected, ObjectStore, StoreError, Version};

use super::{contact, protocol::Standing, retry::MOST_RACES};

/// The life of one stream, and the last version of it that this host has seen.
pub(super) struct Ledger {
    store: ObjectStore,
    host: HostId,
    stream: StreamId,
    contact: Option<ContactId>,
    life: Life,
    /// `None` while the document does not exist.
    version: Option<Version>,
}

impl Ledger {
    /// The ledger of a stream that starts on this host.
    pub(super) fn new(store: ObjectStore, host: HostId, manifest: &Manifest) -> Self {
        let (stream, contact) = (manifest.stream_id.clone(), manifest.contact_id.clone());
        Self { store, host, stream, contact, life: manifest.first_life(), version: None }
    }

    /// The ledger of a stream in the bucket.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(super) async fn read(
        store: &ObjectStore,
        host: &HostId,
        manifest: &Manifest,
    ) -> Result<Self, StoreError> {
        let mut ledger = Self::new(store.clone(), host.clone(), manifest);
        ledger.refresh(manifest.first_life()).await?;
        Ok(ledger)
    }

    /// The last life that this host has seen.
    pub(super) fn life(&self) -> &Life {
        &self.life
    }

    /// Whether the stream may get more parts.
    pub(super) fn is_wanted(&self) -> bool {
        self.life.end.is_none() && self.life.cancelled.is_none()
    }

    /// Takes the stream over if its life is unchanged since it was read; with a `cancelled` word, only to end it.
    /// Returns whether this host owns the stream now, or its end was decided before.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(super) async fn take_over(&mut self, cancelled: Option<&str>) -> Result<bool, StoreError> {
        let Some(life) = self.life.taken_over_by(self.host.clone(), cancelled) else { return Ok(true) };
        let written = self.replace(life.clone()).await;
        if matches!(written, Ok(true)) {
            return Ok(true);
        }
        self.refresh(self.life.clone()).await?;
        // The write may have been made although its answer was lost: no other write names this host in this term.
        if self.life.is_held_by(&self.host, life.term) {
            return Ok(true);
        }
        written
    }

    /// Stores the manifest of a new stream.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(super) async fn announce(&self, manifest: &Manifest) -> Result<(), StoreError> {
        // An existing one is from this host's earlier attempt: no other host knows the id.
        self.store.write_document(&keys::manifest(&self.stream), manifest, Expected::Nothing).await?;
        Ok(())
    }

    /// Checks that this host still owns the stream, and that the stream still owns the contact.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(super) async fn look(&mut self) -> Result<Standing, StoreError> {
        let (key, contact) = (keys::life(&self.stream), self.contact.clone());
        let owner = async {
            match &contact {
                Some(contact) => contact::owner(&self.store, contact).await,
                None => Ok(None),
            }
        };
        let (head, owner) = tokio::try_join!(self.store.head(&key), owner)?;
        if head.map(|head| head.version) != self.version {
            let known = self.life.clone();
            self.refresh(known.clone()).await?;
            if !self.life.is_held_by(&self.host, known.term) {
                return Ok(Standing::Lost(self.life.clone()));
            }
        }
        Ok(match owner {
            Some(owner) if owner != self.stream => Standing::Preempted,
            _ => Standing::Held,
        })
    }

    /// Decides on the end, unless that is decided or another host owns the stream. Returns the life that is in force.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or every attempt loses a race.
    pub(super) async fn decide(&mut self, end: &Sentinel) -> Result<Life, StoreError> {
        self.change(|life| life.ended(end.clone())).await
    }

    /// Releases the stream to any host that resumes it.
    ///
    /// # Errors
    /// As for [`Self::decide`].
    pub(super) async fn hand_over(&mut self) -> Result<Life, StoreError> {
        self.change(Life::handed_over).await
    }

    /// Creates the sentinel. An existing one has the same content.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub(super) async fn seal(&self, end: &Sentinel) -> Result<(), StoreError> {
        self.store.write_document(&keys::sentinel(&self.stream), end, Expected::Nothing).await?;
        Ok(())
    }

    async fn change(&mut self, change: impl Fn(&Life) -> Life) -> Result<Life, StoreError> {
        let known = self.life.clone();
        for _ in 0..MOST_RACES {
            if self.replace(change(&self.life)).await? {
                return Ok(self.life.clone());
            }
            // The first write may never have arrived: then the life is still the one that this host knows.
            self.refresh(known.clone()).await?;
            if !self.life.is_held_by(&self.host, known.term) {
                return Ok(self.life.clone());
            }
        }
        Err(StoreError::contended("change"))
    }

    /// Replaces the life. Returns whether the stream now has it.
    async fn replace(&mut self, life: Life) -> Result<bool, StoreError> {
        let expected = self.version.as_ref().map_or(Expected::Nothing, Expected::This);
        let written = self.store.write_document(&keys::life(&self.stream), &life, expected).await?;
        let Some(version) = written else { return Ok(false) };
        (self.life, self.version) = (life, Some(version));
        Ok(true)
    }

    /// Rereads the life; without a document, the life is `first`.
    async fn refresh(&mut self, first: Life) -> Result<(), StoreError> {
        match self.store.life(&self.stream).await? {
            Some((life, head)) => (self.life, self.version) = (life, Some(head.version)),
            None => (self.life, self.version) = (first, None),
        }
        Ok(())
    }
}
