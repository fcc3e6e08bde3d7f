//! Objects on their way into the bucket and out of it.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use bytes::Bytes;

/// One state of an object, as the bucket tells states apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Every S3 gives an ETag. The quotes are dropped: S3 doesn't need them in a condition, and Ceph's radosgw 16 takes
    /// none.
    pub(crate) fn of(etag: Option<&str>) -> Self {
        Self(etag.unwrap_or_default().trim_matches('"').to_owned())
    }

    /// The version of no object: a write that expects it never happens.
    pub(crate) fn impossible() -> Self {
        Self("none".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state in which an object must be for a conditional write to happen.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// Any state, or no object: an unconditional write.
    Anything,
    /// No object (`If-None-Match: *`).
    Nothing,
    /// The object as it was when it had this version (`If-Match`).
    This(&'a Version),
}

/// An object that is to be written.
#[derive(Clone, Debug)]
pub struct Content {
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// `x-amz-meta-NAME: VALUE`.
    pub(crate) metadata: Option<(&'static str, String)>,
}

impl Content {
    /// A WAV file.
    pub fn clip(body: Bytes) -> Self {
        Self { content_type: "audio/wav", body, metadata: None }
    }

    /// A JSON document.
    pub fn json(body: Bytes) -> Self {
        Self { content_type: "application/json", body, metadata: None }
    }

    /// Plain text.
    pub fn text(body: Bytes) -> Self {
        Self { content_type: "text/plain", body, metadata: None }
    }

    /// With one piece of metadata, in ASCII.
    pub fn saying(self, name: &'static str, value: String) -> Self {
        Self { metadata: Some((name, value)), ..self }
    }
}

/// An object as it was read.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The content.
    pub body: Bytes,
    /// All else.
    pub head: Head,
}

/// An object without its content.
#[derive(Clone, Debug)]
pub struct Head {
    /// `x-amz-meta-*`, names without that prefix.
    pub metadata: HashMap<String, String>,
    /// Its state, for a later conditional write.
    pub version: Version,
    /// Bytes of the content.
    pub length: u64,
    /// When it was written, by the bucket's clock, in whole seconds.
    pub written_at: SystemTime,
    /// How long ago that was, by the bucket's clock: exact to a second on either side.
    pub age: Duration,
}
