//! Methods for the documents of streams and hosts.

use std::time::Duration;

use bytes::Bytes;
use contract::{
    HostId, Life, StreamId,
    document::{DocumentError, parse_unversioned},
    keys,
    prompts::PromptManifest,
    stream::{Manifest, ScriptPage, Sentinel},
    timeline::Timeline,
};

use crate::{Content, Expected, Head, ObjectStore, StoreError, Version};

impl ObjectStore {
    /// A stream's manifest and its age; `None` when there is no such stream.
    ///
    /// # Errors
    /// [`StoreError`], also for a manifest that is damaged or of another version.
    pub async fn manifest(&self, stream: &StreamId) -> Result<Option<(Manifest, Head)>, StoreError> {
        self.document(keys::manifest(stream), |body| match Manifest::parse(body)? {
            manifest if manifest.stream_id == *stream => Ok(manifest),
            _ => Err(DocumentError::Damaged("it is that of another stream".into())),
        })
        .await
    }

    /// A stream's life with its age and version; `None` while nothing about it has changed since
    /// [`Manifest::first_life`].
    ///
    /// # Errors
    /// [`StoreError`], also for a document that is damaged.
    pub async fn life(&self, stream: &StreamId) -> Result<Option<(Life, Head)>, StoreError> {
        self.document(keys::life(stream), parse_unversioned).await
    }

    /// The pages of a stream's text that are in the bucket, in order; none for a text that was whole from the start.
    ///
    /// # Errors
    /// [`StoreError`], also for a page that is damaged or of another version.
    pub async fn pages(&self, manifest: &Manifest) -> Result<Vec<ScriptPage>, StoreError> {
        let mut pages = Vec::new();
        if !manifest.growing {
            return Ok(pages);
        }
        let key = |page| keys::script_page(&manifest.stream_id, page);
        while let Some((page, _)) = self.document(key(pages.len()), ScriptPage::parse).await? {
            pages.push(page);
        }
        Ok(pages)
    }

    /// A stream's sentinel; `None` while it has none.
    ///
    /// # Errors
    /// [`StoreError`], also for a document that is damaged.
    pub async fn sentinel(&self, stream: &StreamId) -> Result<Option<Sentinel>, StoreError> {
        Ok(self.document(keys::sentinel(stream), parse_unversioned).await?.map(|(sentinel, _)| sentinel))
    }

    /// A stream's timeline; `None` while it has none.
    ///
    /// # Errors
    /// [`StoreError`], also for a document that is damaged or of another version.
    pub async fn timeline(&self, stream: &StreamId) -> Result<Option<Timeline>, StoreError> {
        Ok(self.document(keys::timeline(stream), Timeline::parse).await?.map(|(timeline, _)| timeline))
    }

    /// The manifest of the prompts, with its age and version; `None` while there is none.
    ///
    /// # Errors
    /// [`StoreError`], also for a document that is damaged or of another version.
    pub async fn prompts(&self) -> Result<Option<(PromptManifest, Head)>, StoreError> {
        self.document(keys::prompt_manifest(), PromptManifest::parse).await
    }

    /// Time since a host's last beat, by the bucket's clock; `None` when it has none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn beat_age(&self, host: &HostId) -> Result<Option<Duration>, StoreError> {
        Ok(self.head(&keys::beat(host)).await?.map(|head| head.age))
    }

    /// Checks that streams and contacts can be read and written. Leaves no object.
    ///
    /// # Errors
    /// [`StoreError`] naming the operation that the bucket refuses.
    pub async fn check_permissions(&self) -> Result<(), StoreError> {
        for key in keys::probes() {
            self.head(&key).await?;
            let never = Version::impossible();
            self.write(&key, Content::text(Bytes::new()), Expected::This(&never)).await?;
        }
        Ok(())
    }

    /// Writes a JSON document if its state in the bucket is the expected one. Returns `None` if it is not.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub async fn write_document(
        &self,
        key: &str,
        document: &impl serde::Serialize,
        expected: Expected<'_>,
    ) -> Result<Option<Version>, StoreError> {
        let body = serde_json::to_vec(document).map_err(StoreError::not_serialisable)?;
        self.write(key, Content::json(body.into()), expected).await
    }

    async fn document<T>(
        &self,
        key: String,
        parse: impl Fn(&[u8]) -> Result<T, DocumentError>,
    ) -> Result<Option<(T, Head)>, StoreError> {
        let Some(stored) = self.read(&key).await? else { return Ok(None) };
        match parse(&stored.body) {
            Ok(document) => Ok(Some((document, stored.head))),
            Err(error) => Err(StoreError::document(key, error)),
        }
    }
}
