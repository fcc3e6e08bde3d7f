//! The bucket of the streams: one client for the service and for the functions. Only this crate uses the AWS SDK for
//! S3, apart from the local stack and tests.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`ObjectStore`] | the client: reads, conditional writes, listings, presigned URLs; each call bounded in time |
//! | [`Content`], [`Expected`], [`Stored`], [`Head`], [`Version`] | objects to be written, and objects that were read |
//! | [`StoreError`] | the reason of a failed call, in one line that names the remedy |
//! | `clock` | the age of an object by the bucket's own clock |
//! | [`streams`] | the documents of streams and hosts: manifest, life, sentinel, beat |
//!
//! This crate makes no decisions about streams, and never repeats a write: only the caller knows whether a write may be
//! repeated.

mod clock;
mod error;
mod object;
mod store;
pub mod streams;

pub use error::{StoreError, StoreFault};
pub use object::{Content, Expected, Head, Stored, Version};
pub use store::{ObjectStore, StoreConfig};
