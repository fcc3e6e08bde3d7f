//! The life of streams: start, parts, cancel, sentinel. Knows neither HTTP nor AWS.
//!
//! | module | what it owns |
//! | --- | --- |
//! | `service` | [`Streams`]: starts and finds streams, stops them when the host stops |
//! | `takeover` | streams that change hands: cancelled, preempted, resumed |
//! | `running`, `registry` | the streams that this host makes |
//! | `stream` | one of them: does what its protocol says, as the sink of its clips |
//! | [`protocol`] | the next step of a stream, without I/O |
//! | `progress` | the view that others have of it |
//! | `records`, `ledger`, `contact`, `part` | its objects in the bucket, each written conditionally |
//! | `retry` | bounded tries |
//! | [`end`] | how a stream ends |
//! | `host` | the ground that all of them stand on |
//!
//! Each module knows only modules below it in this table.

mod contact;
pub mod end;
mod error;
mod host;
mod ledger;
mod part;
mod progress;
pub mod protocol;
mod records;
mod registry;
mod retry;
mod running;
mod service;
mod stream;
mod takeover;

pub use self::{
    error::StreamError,
    host::{PART_PATIENCE, StreamLimits},
    service::Streams,
};
