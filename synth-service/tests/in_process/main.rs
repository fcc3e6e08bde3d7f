//! The service in the test's process, over real sockets and a real S3 server. One program holds these tests: it is linked
//! once, and they wait for their timeouts at the same time.
//!
//! Tests that need the log of the whole process are programs of their own.

mod clients;
mod deadlines;
mod documents;
mod doors;
mod faults;
mod gpu_host;
mod hosts;
mod lexicons;
mod live_answers;
mod live_bounds;
mod live_browser;
mod live_passes;
mod live_talks;
mod live_twilio;
mod metrics;
mod page_data;
mod phrases;
mod prompts;
mod settings;
mod speak;
mod speech_api;
mod speech_client;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod tokens;
mod trouble;
mod turns;
mod upgrades;
