//! Scenarios: a caller, the world around the call, and the expectations of its outcome, in one TOML file.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `fields`, `duration` | tables of TOML, read key by key, and times |
//! | `read` | a file: its keys, and all faults of it at once |
//! | `caller`, `world`, `functions` | the parts of a scenario, out of their tables |
//! | `expectation`, `limit` | an expectation, out of its table |
//! | `library` | the flows of files and folders, each read once |
//! | `stage` | a scenario on the stage: the flow, the ports and the settings of a call |
//! | `sounds`, `observed` | the ports: clips, and functions with a record |
//! | `steps`, `heard` | the steps of a finished call, and the sounds that the caller heard |
//! | `verdict`, `check` | whether a call met an expectation; a scenario played and judged |
//! | `write` | a scenario as a file |
//! | `random` | random callers for our flows, with a seed |
//!
//! `docs/flow-tests.md` describes the format. A call runs in virtual time unless the scenario wants the real clock.

mod caller;
mod check;
mod duration;
mod expectation;
mod fields;
mod functions;
mod heard;
mod library;
mod limit;
mod observed;
#[cfg(feature = "command")]
pub mod random;
mod read;
mod settings;
mod sounds;
mod stage;
mod steps;
mod verdict;
mod world;
mod write;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

pub use check::{Checked, check, open};
pub use duration::read as duration;
pub use expectation::{Ending, Expectation, Expected, Words};
pub use fields::Fault;
pub use functions::{CannedFunction, Source as FunctionSource};
pub use heard::{Heard, heard};
pub use library::{Library, Reached};
pub use limit::{Comparison, Figure, Limit};
pub use observed::Invocation;
pub use read::read;
pub use sounds::{ClipSound, SceneClips};
pub use stage::{Played, StageError, play, play_with};
pub use steps::{Step, steps, ways};
pub use verdict::{Verdict, verdicts};
pub use write::write;

use crate::runner::{Branch, Caller, Hours, PromptSound, Queue, Rule};

/// One call of a caller, with its expectations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenario {
    /// The name; the file's name where it gives none.
    pub name: String,
    /// The file with the flow in which the call begins.
    pub flow: PathBuf,
    /// Files and folders with the flows and modules that it reaches.
    pub flows: Vec<PathBuf>,
    /// The folder from which relative paths start.
    pub folder: PathBuf,
    /// Contact attributes at the start of the call.
    pub attributes: BTreeMap<String, String>,
    /// The caller's number.
    pub caller_number: Option<String>,
    /// The called number.
    pub called_number: Option<String>,
    /// The contact's language.
    pub language: Option<String>,
    /// The clock of the call.
    pub clock: Clock,
    /// Seed of everything that is left to chance.
    pub seed: u64,
    /// Longest duration of the call.
    pub limit: Option<Duration>,
    /// The caller.
    pub caller: Caller,
    /// Rules of the bots, by the alias of the bot.
    pub lex: BTreeMap<String, Vec<Rule>>,
    /// The functions.
    pub functions: Vec<CannedFunction>,
    /// Hours of operation.
    pub hours: BTreeMap<String, Hours>,
    /// Values of metrics.
    pub metrics: BTreeMap<String, String>,
    /// The queues.
    pub queues: BTreeMap<String, Queue>,
    /// The sound of prompts.
    pub prompts: BTreeMap<String, PromptSound>,
    /// The sound of clips, by URL or file name.
    pub clips: BTreeMap<String, ClipSound>,
    /// Branches that are taken instead of performing an action.
    pub branches: BTreeMap<String, Branch>,
    /// Values of references by their root.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The flow that runs when the contact ends.
    pub disconnect_flow: Option<String>,
    /// The expectations.
    pub expectations: Vec<Expectation>,
}

/// The clock of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Time jumps from event to event.
    #[default]
    Virtual,
    /// Time passes.
    Real,
}
