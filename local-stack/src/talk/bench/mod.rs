//! `cargo xtask bench live`: live calls, timed from their two-channel recordings and taken apart by the service's log.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Corpus`], `noises` | the callers' turns, interruptions and noises |
//! | `script` | the demo model's answers |
//! | `measure` | calls, and the figures of their turns |
//! | `over`, `plain` | sounds over answers, and plain voice detection beside ours |
//! | `crowd` | the number of calls that a host keeps in time |
//! | `load`, `memory` | calls for minutes |
//! | `words` | word error rate |
//! | `report`, `aims` | tables, and the aims |
//! | `baseline` | the committed ratios to the serial way |

mod aims;
mod baseline;
mod corpus;
mod crowd;
mod load;
mod measure;
mod memory;
mod noises;
mod over;
mod plain;
mod report;
mod script;
mod words;

pub use self::{
    aims::IN_TIME_MS,
    baseline::Baseline,
    corpus::{Corpus, Size},
    crowd::{Crowd, crowd},
    load::{Load, load},
    measure::{Measured, turns},
    over::{Noises, Stopped, interruptions, noises},
    report::{Report, report_load},
    script::write_script,
};

/// Prints the machine.
pub fn begin() {
    println!("{}", crate::machine::describe());
}
