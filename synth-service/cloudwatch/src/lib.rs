//! The service's metrics in CloudWatch: an [`Aggregate`] adds them up, and a [`Sender`] calls `PutMetricData` once a
//! minute in the background. Only this crate knows the AWS SDK for CloudWatch.
//!
//! | module | owns |
//! | --- | --- |
//! | `aggregate` | the values of the running interval, as [`metrics`] records them |
//! | `rounded` | a distribution with a bounded number of distinct values |
//! | `call` | the values of an interval as the calls that send them |
//! | `client` | one call, bounded in time, and the reason when it fails |
//! | `sender` | the task: intervals, the bounded queue of calls, the last flush |
//!
//! CloudWatch gets each metric once, without dimensions: the sum over all its labels. Alarms and the scaling of hosts
//! read the values of all hosts together, and a dimension more would be a metric more on the bill.
//!
//! Recording never waits for the network, and memory is bounded whatever the rate: metrics that are not in
//! [`contract::metrics::SERVICE`] are ignored, values are rounded, calls wait in a bounded queue.

mod aggregate;
mod call;
mod client;
mod rounded;
mod sender;

pub use aggregate::Aggregate;
pub use client::{CloudWatch, PutError};
pub use sender::Sender;
