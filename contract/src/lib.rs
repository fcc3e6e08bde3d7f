//! The contract of the Lambdas and the service: names of S3 objects, the manifest and the sentinel,
//! HTTP messages, Lambda replies. This crate does no I/O and reads no clock.
//!
//! | module | content |
//! | --- | --- |
//! | [`id`] | stream and contact ids, checked before they become part of a key |
//! | [`keys`] | the keys of all objects in the bucket |
//! | [`stream`] | manifest and sentinel of one stream |
//! | [`Life`] | the host that makes a stream, and the stream's end, decided by conditional writes |
//! | [`document`] | reading a JSON object of the bucket that may be damaged or of another version |
//! | [`http`] | requests and answers of `synth-service` |
//! | [`timeline`] | the moments of an answer, and the durations that follow from them |
//! | [`event`] | the event with which a contact flow invokes a function |
//! | [`reply`] | the flat map that a function gives back to the flow |
//! | [`Namespace`] | the metrics of one stack in CloudWatch |
//! | [`prompts`] | the prompts that Amazon Connect has of our clips |
//! | [`live`] | passes to live calls, and the record of a live call |
//! | [`person`] | how callers ask for a person |
//! | [`limits`] | how long a flow waits for each function |
//! | [`mod@env`] | environment variables that Lambdas and service share |

pub mod document;
pub mod env;
pub mod event;
pub mod http;
pub mod id;
pub mod keys;
mod life;
pub mod limits;
pub mod live;
#[cfg(feature = "texts")]
mod manifest;
pub mod metrics;
mod namespace;
pub mod person;
pub mod prompts;
pub mod reply;
mod sentinel;
pub mod stream;
pub mod timeline;

pub use id::{ContactId, HostId, InvalidId, StreamId, TenantId};
pub use life::Life;
pub use namespace::{InvalidNamespace, Namespace};

/// Clips that one Lambda reply carries at most, and so the number of play blocks in a flow's round.
///
/// The number is set only here: the Lambdas are compiled with it, and the committed flows are generated from it (`cargo
/// xtask flows`; a test fails when they are stale). A flow also passes its own number of play blocks as `Limit`, so a
/// flow that was exported earlier never receives more clips than it plays.
pub const STREAM_BATCH: usize = 2;

/// Time between two beats of a host, each of which replaces `hosts/{host}`.
pub const BEAT_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// A host whose beat is at least this old, by the bucket's clock, counts as gone: any other host may take over its
/// streams. Ages are whole seconds and may be one second too long, so a live host has at least three seconds, and two
/// beats may fail, until then. The limit is short enough that callers do not hang up.
pub const HOST_GONE_AFTER: std::time::Duration = std::time::Duration::from_secs(4);
