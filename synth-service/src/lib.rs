//! The service on the GPU host: text in over HTTP, speech out, sentence by sentence: into S3, or to the listener.
//!
//! This crate is where ONNX Runtime, the AWS SDK and axum meet. The first is known to `speech` alone, the second to
//! `stream-store`, the third to the module [`http`].
//!
//! | module | owns | never does |
//! | --- | --- | --- |
//! | [`settings`] | every setting, its unit and its environment variable | reads no other variable (SDKs read their own) |
//! | [`http`] | connections, tokens, routes, errors as HTTP answers | makes no decision about a stream |
//! | [`streams`] | the life of a stream, from start to sentinel | no HTTP |
//! | [`turns`] | a caller's words, a model's answer, the memory of a talk | no HTTP |
//! | [`speak`] | a text as clips for one listener, live | no HTTP, no S3 |
//! | [`pipeline`] | a text's sentences, in strict order, into a sink | no S3, no HTTP |
//! | [`presence`] | the heartbeats of this host and the others | no streams |
//! | [`moments`] | the moments of an answer, from which every duration follows | computes no durations |
//! | [`telemetry`] | the metrics of this host, and the exports | decides nothing |
//! | [`script`] | a text's sentences, as they become certain | speaks nothing |
//! | [`phrases`] | the operator's phrases, and their clips in memory and bucket | keeps no other sentence |
//! | [`dictation`] | a model's answer on its way into a script | speaks nothing |
//! | [`live`] | a live call's answers, from models and voices; the calls of a host | no HTTP, no S3 |
//! | [`transfers`] | contacts that Amazon Connect transfers to a live call: passes, talks | no HTTP |
//! | [`order`] | a validated request to speak | speaks nothing |
//! | [`admission`] | the amount of work that a host accepts | no I/O |
//! | [`gpus`] | the proof that voices run on a GPU, and a watch on it | loads no model of a caller's |
//! | [`voices`] | one speech engine per voice folder | no S3, no HTTP |
//! | [`logging`] | the log's form and filter | |
//! | [`supervisor`] | reports to systemd: ready, alive, stopping | |
//! | [`health`] | the health check's client, for containers | |
//! | [`stop`] | the signals that tell the process to stop | does not stop it |

pub mod admission;
pub mod clock;
pub mod dictation;
pub mod gpus;
pub mod health;
pub mod http;
pub mod live;
pub mod logging;
pub mod moments;
pub mod order;
pub mod phrases;
pub mod pipeline;
pub mod presence;
pub mod script;
pub mod settings;
pub mod speak;
pub mod stop;
pub mod streams;
pub mod supervisor;
pub mod telemetry;
pub mod transfers;
pub mod turns;
pub mod voices;
