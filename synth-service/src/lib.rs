//! The service on the GPU host: text in over HTTP, speech out, sentence by sentence: into S3, or to who asked.
//!
//! This crate is where ONNX Runtime, the AWS SDK and axum meet, and it keeps each in a place of its own:
//!
//! | module | what it owns | what it never does |
//! | --- | --- | --- |
//! | [`settings`] | every setting, its unit and its environment variable | reads no other variable |
//! | [`voices`] | one speech engine per voice folder | no S3, no HTTP |
//! | [`store`] | the S3 client | knows nothing of speech |
//! | [`speak`] | a text as clips for one listener, at once | no HTTP, no S3 |
//! | [`streams`] | the life of a stream, from start to sentinel | no HTTP, no AWS types |
//! | [`http`] | connections, tokens, routes, errors as HTTP answers | makes no decision about a stream |
//! | [`logging`] | what is logged, and how | |
//! | [`stop`] | what tells the process to stop | does not stop it |

#![allow(missing_docs, reason = "some are still to be written")]

pub mod admission;
pub mod clock;
pub mod http;
pub mod logging;
pub mod settings;
pub mod speak;
pub mod stop;
pub mod store;
pub mod streams;
pub mod voices;
