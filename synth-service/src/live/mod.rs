//! Live calls on this host: answers made of models and voices, and a bound on the calls. No HTTP, no S3.
//!
//! | module | owns |
//! | --- | --- |
//! | `answerer` | an answer: model, script, voice, clips in the format of the caller's line |
//! | `clips` | the sink of an answer's clips |
//! | `host` | the calls of a host, made of its settings |
//! | `observer` | turns in the log and in the metrics |
//! | `wide` | clips at the sample rate of a wide line |
//! | `calls` | the places for calls, and their end at a stop |

mod answerer;
mod calls;
mod clips;
mod host;
mod observer;
mod wide;

pub use self::{
    answerer::{ServiceAnswerer, Speakers},
    calls::{Arrival, Calls, Holder, NoPlace, Place},
    host::{LiveError, LiveHost, check_ears, default_voice},
};
