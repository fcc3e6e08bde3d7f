//! The bucket of the streams: one client for the service and for the functions. The only crate that knows the AWS SDK
//! for S3, but for those of the local stack and of tests.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`ObjectStore`] | the client: reads, conditional writes, listings, presigned URLs; each call bounded in time |
//! | [`Content`], [`Expected`], [`Stored`], [`Head`], [`Version`] | objects on their way in and out |
//! | [`StoreError`] | why a call failed, in one line that says what to do |
//! | `clock` | how old an object is by the bucket's own clock |
//! | [`streams`] | the documents of streams and hosts: manifest, life, sentinel, beat |
//!
//! It makes no decision about a stream, and never repeats a write: only the caller knows whether it may be made
//! twice.

mod clock;
mod error;
mod object;
mod store;
pub mod streams;

pub use error::{StoreError, StoreFault};
pub use object::{Content, Expected, Head, Stored, Version};
pub use store::{ObjectStore, StoreConfig};
