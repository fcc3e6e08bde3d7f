//! The shared parts of the tests: the running stack, a flow's requests to it, and waiting.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`mod@bench`] | a running stack for one test, and the requests that tests send to it |
//! | [`browser`] | a real browser, and the faults that its console and its requests show |
//! | [`places`] | the paths of the built programs, the voices and the logs |
//! | [`functions`] | the Invoke API, and the events that Connect sends |
//! | [`recogniser`] | a recogniser's server that has a fault |
//! | [`reply`] | a function's reply, checked against the contract |
//! | [`bucket`] | the objects of the streams, as another client sees them |
//! | [`patience`] | waiting for a condition, never for a fixed time |
//! | [`dashboards`] | the dashboards and the alert rules of `infra` |
//! | [`promql`] | an expression of PromQL |
//! | [`emf`] | the format of the functions' metrics |
//! | [`prometheus`] | a real Prometheus that scrapes the service |
//! | [`texts`] | texts to be spoken |
//! | [`runtime_api`] | one function's process, with invocations that the Invoke API would not let through |
//! | [`fake_host`] | a fake host of the service, with given answers |
//! | [`server`] | the HTTP server of these two |

#![allow(missing_docs, reason = "these are helpers of tests")]

pub mod bench;
pub mod browser;
pub mod bucket;
pub mod dashboards;
pub mod emf;
pub mod fake_host;
pub mod functions;
pub mod patience;
pub mod places;
pub mod prometheus;
pub mod promql;
pub mod recogniser;
pub mod reply;
pub mod runtime_api;
pub mod server;
pub mod texts;

/// Imports for nearly every test.
pub mod prelude {
    pub use anyhow::{Context as _, Result, bail, ensure};
    pub use serde_json::{Value, json};

    pub use crate::{
        bench::Bench,
        functions::{GET_NEXT_BATCH, START_STREAM, SYNTHESIZE_STREAM_CANCEL, event},
        patience::until,
        reply::Reply,
        texts::sentences,
    };
}
