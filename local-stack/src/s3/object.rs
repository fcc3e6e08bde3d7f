//! One object in the store.

use std::time::SystemTime;

use bytes::Bytes;
use s3s::dto::{Checksum, ETag, ETagCondition};

/// One object as it was written; never changed, only replaced.
pub(super) struct Object {
    pub(super) body: Bytes,
    pub(super) etag: ETag,
    pub(super) modified: SystemTime,
    pub(super) checksum: Checksum,
    pub(super) headers: ObjectHeaders,
}

/// The writer's metadata of the object, returned with it.
#[derive(Default)]
pub(super) struct ObjectHeaders {
    pub(super) content_type: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) cache_control: Option<String>,
    /// `x-amz-meta-*`, without that prefix.
    pub(super) metadata: Option<s3s::dto::Metadata>,
}

impl Object {
    pub(super) fn matches(&self, wanted: &ETagCondition) -> bool {
        match wanted {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => self.etag.strong_cmp(etag),
        }
    }
}
