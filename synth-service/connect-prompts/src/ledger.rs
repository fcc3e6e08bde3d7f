//! The manifest of the prompts in the bucket, and the lease on making and deleting them: one program at a time works, so
//! that the pace of all of them together is that of one.
//!
//! The lease is `maker` in the manifest. It lasts as long as the manifest changes, by the bucket's clock, and is given back
//! when there is no more to do. After it has passed to another program, a late request makes at most a prompt that exists:
//! names are unique.

use std::time::Duration;

use contract::{
    HostId, keys,
    prompts::{PROMPT, Prompt, PromptManifest},
};
use stream_store::{Content, Expected, ObjectStore, StoreError, Version};

/// A lease is over when the manifest has not changed for this long. Work on one prompt takes less.
const LEASE: Duration = Duration::from_secs(120);

/// Most attempts at a write that other writers precede.
const MOST_RACES: usize = 8;

/// A manifest that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The bucket failed, or the manifest is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The prompts are those of another instance.
    #[error("the bucket has prompts of {0}: run `cargo xtask prompts clean`, or set that instance")]
    OtherInstance(String),
}

/// The manifest as one program knows it.
pub(crate) struct Ledger {
    store: ObjectStore,
    /// The instance that the prompts must have; `None`: any.
    instance: Option<String>,
    me: HostId,
    manifest: Option<PromptManifest>,
    /// The manifest's version in the bucket; `None` while there is no manifest.
    version: Option<Version>,
    age: Duration,
}

impl Ledger {
    pub(crate) fn new(store: ObjectStore, instance: Option<String>) -> Self {
        let me = HostId::from_random_bits(uuid::Uuid::new_v4().as_u128());
        Self { store, instance, me, manifest: None, version: None, age: Duration::ZERO }
    }

    /// Reads the manifest; `None` where there is none, and no instance is given for which it could be begun.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn read(&mut self) -> Result<Option<&PromptManifest>, LedgerError> {
        let stored = self.store.prompts().await?;
        let (manifest, version, age) = match stored {
            Some((manifest, head)) => (Some(manifest), Some(head.version), head.age),
            None => (None, None, Duration::ZERO),
        };
        let manifest = match (manifest, &self.instance) {
            (Some(manifest), Some(instance)) if manifest.instance != *instance => {
                if !manifest.prompts.is_empty() {
                    return Err(LedgerError::OtherInstance(manifest.instance));
                }
                Some(PromptManifest { maker: manifest.maker, ..PromptManifest::of(instance) })
            }
            (None, Some(instance)) => Some(PromptManifest::of(instance)),
            (manifest, _) => manifest,
        };
        (self.manifest, self.version, self.age) = (manifest, version, age);
        Ok(self.manifest.as_ref())
    }

    /// Takes the lease on the manifest that was read. Returns whether this program has it now.
    ///
    /// # Errors
    /// [`LedgerError::Store`].
    pub(crate) async fn claim(&mut self) -> Result<bool, LedgerError> {
        let Some(manifest) = &self.manifest else { return Ok(false) };
        let is_free = self.age >= LEASE || manifest.maker.as_ref().is_none_or(|maker| *maker == self.me);
        let claimed = PromptManifest { maker: Some(self.me.clone()), ..manifest.clone() };
        Ok(is_free && self.write(claimed).await?)
    }

    /// Adds a prompt to the manifest, also where the lease was lost meanwhile. Returns whether this program still has it.
    ///
    /// # Errors
    /// [`LedgerError`]; the prompt is then found by its name later.
    pub(crate) async fn record(&mut self, key: &str, prompt: &Prompt) -> Result<bool, LedgerError> {
        self.change(|manifest| {
            manifest.prompts.insert(key.to_owned(), prompt.clone());
        })
        .await
    }

    /// Removes a prompt from the manifest. Returns whether this program still has the lease.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub(crate) async fn forget(&mut self, key: &str) -> Result<bool, LedgerError> {
        self.change(|manifest| {
            manifest.prompts.remove(key);
        })
        .await
    }

    /// Gives the lease back. If that fails, it ends by itself.
    pub(crate) async fn release(&mut self) {
        let Some(manifest) = self.manifest.clone().filter(|manifest| self.is_mine(manifest)) else { return };
        if let Err(error) = self.write(PromptManifest { maker: None, ..manifest }).await {
            tracing::debug!(%error, "the lease on prompts was not given back");
        }
    }

    /// Has the silence say which prompt it has, for the functions; `None` for none.
    ///
    /// # Errors
    /// [`LedgerError::Store`].
    pub(crate) async fn label_silence(&self, arn: Option<&str>) -> Result<(), LedgerError> {
        let key = keys::silence();
        let Some(head) = self.store.head(&key).await? else { return Ok(()) };
        if head.metadata.get(PROMPT).map(String::as_str) == arn {
            return Ok(());
        }
        // Metadata is part of the write: the same clip is written once more.
        let Some(clip) = self.store.read(&key).await? else { return Ok(()) };
        let content = Content::clip(clip.body);
        let content = match arn {
            Some(arn) => content.saying(PROMPT, arn.to_owned()),
            None => content,
        };
        self.store.write(&key, content, Expected::This(&clip.head.version)).await?;
        Ok(())
    }

    /// Whether the bucket has a clip.
    ///
    /// # Errors
    /// [`LedgerError::Store`].
    pub(crate) async fn has_clip(&self, key: &str) -> Result<bool, LedgerError> {
        Ok(self.store.head(key).await?.is_some())
    }

    /// The bucket's name.
    pub(crate) fn bucket(&self) -> &str {
        self.store.bucket()
    }

    fn is_mine(&self, manifest: &PromptManifest) -> bool {
        manifest.maker.as_ref() == Some(&self.me)
    }

    async fn change(&mut self, change: impl Fn(&mut PromptManifest)) -> Result<bool, LedgerError> {
        for _ in 0..MOST_RACES {
            let Some(mut manifest) = self.manifest.clone() else { return Ok(false) };
            change(&mut manifest);
            let is_mine = self.is_mine(&manifest);
            if self.write(manifest).await? {
                return Ok(is_mine);
            }
            self.read().await?;
        }
        Err(StoreError::contended("record a prompt").into())
    }

    /// Writes the manifest, unless it has changed since it was read. Returns whether it was written.
    async fn write(&mut self, manifest: PromptManifest) -> Result<bool, LedgerError> {
        let expected = self.version.as_ref().map_or(Expected::Nothing, Expected::This);
        let key = keys::prompt_manifest();
        let Some(version) = self.store.write_document(&key, &manifest, expected).await? else {
            return Ok(false);
        };
        (self.manifest, self.version) = (Some(manifest), Some(version));
        Ok(true)
    }
}
