//! What the Lambdas and the service agree on: names of S3 objects, the manifest and the sentinel,
//! HTTP messages, Lambda replies. This crate does no I/O and knows no clock.
//!
//! | module | what it fixes |
//! | --- | --- |
//! | [`id`] | stream and contact ids, checked before they become part of a key |
//! | [`keys`] | where everything lies in the bucket |
//! | [`stream`] | manifest and sentinel of one stream |
//! | [`Life`] | who makes a stream and how it ends, decided by conditional writes |
//! | [`http`] | requests and answers of `synth-service` |
//! | [`event`] | the event with which a contact flow invokes a function |
//! | [`reply`] | the flat map that a function gives back to the flow |
//! | [`mod@env`] | environment variables that Lambdas and service share |

pub mod env;
pub mod event;
pub mod http;
pub mod id;
pub mod keys;
mod life;
pub mod reply;
mod sentinel;
pub mod stream;

pub use id::{ContactId, HostId, InvalidId, StreamId, TenantId};
pub use life::Life;

/// Clips that one Lambda reply carries at most, and so the number of play blocks in a flow's round.
///
/// The only place where it is set: the Lambdas are compiled with it, and the committed flows are
/// generated from it (`cargo xtask flows`; a test fails when they are stale). A flow also passes its
/// own number of play blocks as `Limit`, so a flow that was exported earlier never receives more
/// clips than it plays.
pub const STREAM_BATCH: usize = 2;

/// A stream without a sentinel, of which nothing was written for this long, may have lost its host: whoever waits for
/// it asks any host to go on with it, and that one does. Long enough for a sentence under load, short enough for a
/// caller to stay.
pub const RESUME_AFTER: std::time::Duration = std::time::Duration::from_secs(3);
