//! The functions' view of live calls in the bucket: passes, and the record of a contact's latest call.

use contract::{
    ContactId, keys,
    live::{LiveCall, Pass, PassCode},
};
use futures::future::try_join;
use stream_store::{ObjectStore, StoreConfig, StoreError};

use crate::settings::Settings;

/// The bucket.
pub struct LiveRecords {
    store: ObjectStore,
}

impl LiveRecords {
    /// Builds the S3 client. Region, credentials and endpoint come from the environment.
    pub async fn connect(settings: &Settings) -> Self {
        let config = StoreConfig::of_function(&settings.bucket, settings.url_ttl);
        Self { store: ObjectStore::connect(&config).await }
    }

    /// Looks for documents that never were, which opens the connections and resolves the credentials.
    pub async fn warm_up(&self) {
        let Ok(nobody) = ContactId::try_from("warm-up".to_owned()) else { return };
        let code = PassCode::from_random_bits(0);
        if let Err(error) = try_join(self.pass(&code), self.call(&nobody)).await {
            tracing::warn!(%error, "no connection during init");
        }
    }

    /// The pass of a code; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or the document can't be read.
    pub async fn pass(&self, code: &PassCode) -> Result<Option<Pass>, StoreError> {
        let key = keys::live_pass(code);
        let Some(stored) = self.store.read(&key).await? else { return Ok(None) };
        Pass::parse(&stored.body).map(Some).map_err(|error| StoreError::document(key, error))
    }

    /// The latest live call of a contact; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or the document can't be read.
    pub async fn call(&self, contact: &ContactId) -> Result<Option<LiveCall>, StoreError> {
        let key = keys::live_call(contact);
        let Some(stored) = self.store.read(&key).await? else { return Ok(None) };
        LiveCall::parse(&stored.body).map(Some).map_err(|error| StoreError::document(key, error))
    }
}
