//! Contact flows of Amazon Connect: read them, check them, generate ours, and run one with sound.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`json`] | JSON with positions, as it stands in a file |
//! | [`source`] | files with flows, unwrapped from answers and templates; lines and columns |
//! | [`model`] | the flow language as types, above that JSON |
//! | [`language`] | the action types, references and limits of the flow language, as a table |
//! | [`graph`] | the ways through a flow: the actions that a call reaches, and cycles |
//! | [`lint`] | faults of a flow, found before it is imported, with codes, places and remedies |
//! | [`catalogue`] | the flows that are committed in `flows/`, by name |
//! | [`play_text`], [`play_text_module`], [`talk`] | the flow that speaks a text, the same as a module, and the one that holds a conversation |
//! | [`live`] | the flow whose caller talks live |
//! | [`disconnect`] | the flow after a hang-up |
//! | [`arns`] | the placeholders in our flows, and the ARNs of a stack that replace them |
//! | `aws` | functions in AWS, with the feature `command` |
//! | [`blocks`], [`urls`] | the blocks of our flows, and the URLs that they play |
//! | [`policy`] | the bucket policy that is committed as `policies/connect-reads-streams.json` |
//! | [`mod@reference`] | `$.External.X` and similar references, alone or inside a text |
//! | [`clip`] | the WAV files that Connect plays, and mu-law |
//! | [`recording`] | the sound that the caller heard, as samples on the call's time line |
//! | [`diff`] | the difference between two versions of a flow, in meaning |
//! | [`explore`] | all ways through a flow, and those that end badly |
//! | [`render`] | pictures of a flow: SVG, mermaid, dot |
//! | [`timeline`] | events with their times, and the figures that follow from them |
//! | [`runner`] | one call: the flow executed action by action, in real or virtual time |
//! | [`report`] | a call as one page with its sound |
//! | [`scenario`] | a caller and a world in TOML, and the expectations of the call |
//! | [`mod@test_case`] | the same in Amazon Connect's own testing language |
//! | [`coverage`] | the actions and branches that calls reached |
//! | [`http`] | Lambdas and clips over HTTP, for the runner |
//!
//! The runner executes a flow as Connect does according to its documentation and to real exports. A successful run does
//! not prove that an instance accepts the flow.

pub mod arns;
#[cfg(feature = "command")]
pub mod aws;
pub mod blocks;
pub mod catalogue;
pub mod clip;
mod comparison;
pub mod coverage;
pub mod diff;
pub mod disconnect;
pub mod explore;
pub mod graph;
pub mod http;
pub mod json;
pub mod language;
mod line;
pub mod lint;
pub mod live;
pub mod model;
pub mod play_text;
pub mod play_text_module;
pub mod policy;
pub mod recording;
mod redact;
pub mod reference;
pub mod render;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod source;
mod ssml;
pub mod talk;
pub mod test_case;
pub mod timeline;
pub mod urls;

pub use redact::without_queries;
