//! The life of streams: start, parts, cancel, sentinel. Knows neither HTTP nor AWS.
//!
//! | module | owns |
//! | --- | --- |
//! | `overview`, `detail` | the streams for people who watch the host |
//! | `service` | [`Streams`]: starts and finds streams, shuts them down with the host |
//! | `takeover` | streams that change hosts: cancelled, preempted, resumed |
//! | `running`, `registry` | the streams that this host makes |
//! | `stream` | one of them: carries out its protocol's steps, as the sink of its clips |
//! | `stored` | the state of a stream that another host makes |
//! | `survey` | the state of a stream in the bucket, for a takeover |
//! | [`protocol`], `step` | the next step of a stream, without I/O |
//! | `progress` | its state, for clients that wait |
//! | `records`, `ledger`, `contact`, `part` | its objects in the bucket, each written conditionally |
//! | `retry` | bounded retries |
//! | [`end`] | causes and outcomes |
//! | `host` | the parts of the host that all streams use |
//!
//! Each module knows only modules below it in this table.

mod contact;
mod detail;
pub mod end;
mod error;
mod host;
mod ledger;
mod overview;
pub(crate) mod part;
mod progress;
pub mod protocol;
mod records;
mod registry;
mod retry;
mod running;
mod service;
mod step;
mod stored;
mod stream;
mod survey;
mod takeover;

pub use self::{
    detail::{Detail, Shapes},
    error::StreamError,
    host::{PART_PATIENCE, StreamLimits},
    overview::{Overview, StreamView},
    service::{Start, Streams},
};
