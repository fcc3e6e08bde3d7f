//! The functions that contact flows invoke. Each is a binary of its own; what they share is here.
//!
//! | module | what it owns |
//! | --- | --- |
//! | [`start_stream`], [`get_next_batch`], [`synthesize_stream_cancel`] | one function each |
//! | [`poll`] | when a batch is worth returning, and how long to look for it |
//! | [`clips`] | the bucket: which clips are there, and their URLs |
//! | [`service`] | the HTTP client of `synth-service` |
//! | [`failure`] | errors as replies to the flow |
//! | [`settings`] | the environment variables |
//! | [`invocation`] | how long one event may take, and its ids |
//! | [`runtime`] | init once, then one reply per event, and never an error for what a flow got wrong |
//! | `init_error` | tells Lambda why an init failed |

#![allow(missing_docs, reason = "some are still to be written")]

pub mod clips;
pub mod failure;
pub mod get_next_batch;
mod init_error;
pub mod invocation;
pub mod poll;
pub mod runtime;
pub mod service;
pub mod settings;
pub mod start_stream;
pub mod synthesize_stream_cancel;
