//! The functions that contact flows invoke. Each is a separate binary; this crate has their code.
//!
//! | module | owns |
//! | --- | --- |
//! | [`start_stream`], [`get_next_batch`], [`chat_and_stream`], [`synthesize_stream_cancel`], [`live_call`] | one function each |
//! | [`poll`] | the decision between a batch and `wait`, and the time to look for one |
//! | [`clips`] | the bucket: clips, their URLs, the life of a stream |
//! | [`live_records`] | the bucket: passes to live calls, and their records |
//! | [`service`] | the HTTP client of `synth-service` |
//! | [`failure`] | errors as replies to the flow |
//! | [`settings`] | the environment variables |
//! | [`emf`] | the metrics of an invocation, as one line of the log |
//! | [`invocation`] | the deadline of one event, and its ids |
//! | [`runtime`] | init once, then one reply per event; a flow's mistake is a reply, never a failed invocation |
//! | `init_error` | the report of a failed init to Lambda |

pub mod chat_and_stream;
pub mod clips;
pub mod emf;
pub mod failure;
pub mod get_next_batch;
mod init_error;
pub mod invocation;
pub mod live_call;
pub mod live_records;
pub mod patience;
pub mod poll;
pub mod runtime;
pub mod service;
pub mod settings;
pub mod start_stream;
pub mod synthesize_stream_cancel;
