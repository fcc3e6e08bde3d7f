//! A scenario that goes a way: the replies, keys, words and attributes with which a call takes each of its branches.

mod origin;
mod script;
mod write;

use super::{Finding, Verdict};
use crate::model::Flow;

/// The scenario of a finding, as the text of a TOML file for `connect-flow test`. `path` is the flow's file, as seen
/// from the scenario's folder. The test fails as long as the flow has the fault.
pub fn scenario(flow: &Flow, path: &str, finding: &Finding) -> String {
    let slow = matches!(finding.verdict, Verdict::Silence { .. });
    let script = script::script(flow, &finding.way, slow);
    write::write(flow, path, finding, &script)
}
