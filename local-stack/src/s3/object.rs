//! One object in the store.

use std::time::SystemTime;

use bytes::Bytes;
use s3s::dto::{Checksum, ETag, ETagCondition};

/// One object, never changed after it was written, only replaced.
pub(super) struct Object {
    pub(super) body: Bytes,
    pub(super) etag: ETag,
    pub(super) modified: SystemTime,
    pub(super) checksum: Checksum,
    pub(super) headers: ObjectHeaders,
}

/// Headers that the writer of an object sets, and that reads return.
#[derive(Default)]
pub(super) struct ObjectHeaders {
    pub(super) content_type: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) cache_control: Option<String>,
    /// Values of `x-amz-meta-*`, by the name without that prefix.
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
