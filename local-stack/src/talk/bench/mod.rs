//! `cargo xtask bench live`: live calls, timed from their two-channel recordings and taken apart by the service's log.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Corpus`] | the callers' turns, interruptions and noises |
//! | `measure` | calls, and the figures of their turns |
//! | `crowd` | the number of calls that a host keeps in time |
//! | `words` | word error rate |
//! | `report` | tables, and the aims |
//! | `baseline` | the committed ratios to the serial way |

mod baseline;
mod corpus;
mod crowd;
mod measure;
mod report;
mod words;

pub use self::{
    baseline::Baseline,
    corpus::Corpus,
    crowd::{Crowd, crowd},
    measure::{Measured, Noises, Stopped, interruptions, noises, turns},
    report::{IN_TIME_MS, Report},
};

/// Prints the machine.
pub fn begin() {
    println!("{}", crate::machine::describe());
}
