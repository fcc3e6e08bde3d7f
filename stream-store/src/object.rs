//! Objects to be written to the bucket, and objects that were read from it.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use bytes::Bytes;

/// A version of an object, identified by the bucket's ETag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Every S3 gives an ETag. Its quotes are removed: S3 accepts conditions without them, and Ceph's radosgw 16
    /// accepts no others.
    pub(crate) fn of(etag: Option<&str>) -> Self {
        Self(etag.unwrap_or_default().trim_matches('"').to_owned())
    }

    /// A version that no object has: a write that expects it always fails.
    pub(crate) fn impossible() -> Self {
        Self("none".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state that an object must have for a conditional write.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// Any state, or no object: an unconditional write.
    Anything,
    /// No object (`If-None-Match: *`).
    Nothing,
    /// The object as it was when it had this version (`If-Match`).
    This(&'a Version),
}

/// An object to be written.
#[derive(Clone, Debug)]
pub struct Content {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// The headers `x-amz-meta-NAME: VALUE`.
    pub(crate) metadata: Vec<(&'static str, String)>,
}

impl Content {
    /// An object with a WAV file.
    pub fn clip(body: Bytes) -> Self {
        Self { content_type: "audio/wav", body, metadata: Vec::new() }
    }

    /// An object with a JSON document.
    pub fn json(body: Bytes) -> Self {
        Self { content_type: "application/json", body, metadata: Vec::new() }
    }

    /// An object with plain text.
    pub fn text(body: Bytes) -> Self {
        Self { content_type: "text/plain", body, metadata: Vec::new() }
    }

    /// Adds one entry of metadata, in ASCII.
    pub fn saying(mut self, name: &'static str, value: String) -> Self {
        self.metadata.push((name, value));
        self
    }
}

/// An object that was read.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The content.
    pub body: Bytes,
    /// Metadata, version, length and times.
    pub head: Head,
}

/// An object without its content.
#[derive(Clone, Debug)]
pub struct Head {
    /// Values of `x-amz-meta-*`, by the name without that prefix.
    pub metadata: HashMap<String, String>,
    /// The object's version, for a later conditional write.
    pub version: Version,
    /// Length of the content in bytes.
    pub length: u64,
    /// Time of the last write by the bucket's clock, in whole seconds.
    pub written_at: SystemTime,
    /// Time since the last write by the bucket's clock. The error is less than one second in either direction.
    pub age: Duration,
}
