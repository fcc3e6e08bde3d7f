//! A scenario played and judged.

use std::path::Path;

use super::{
    Expected, Library, Played, Scenario, StageError, Step, Verdict, play, read, steps,
    verdict::unknown_action, verdicts,
};
use crate::{
    coverage::Coverage,
    language,
    runner::{self, When},
    source::Source,
};

/// The outcome of a test.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The verdicts in the order of the expectations.
    pub verdicts: Vec<Verdict>,
    /// The steps of the call.
    pub steps: Vec<Step>,
    /// The actions and branches that the call covered.
    pub coverage: Coverage,
    /// Remarks, one line each.
    pub notes: Vec<String>,
    /// Duration of the call in its own time, in milliseconds.
    pub call_ms: f64,
}

impl Checked {
    /// Whether every expectation is met.
    pub fn has_passed(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_met)
    }

    /// The outcome of a call with these verdicts.
    pub fn of(played: &Played, verdicts: Vec<Verdict>) -> Self {
        Self {
            verdicts,
            steps: steps(&played.call),
            coverage: played.coverage(),
            notes: Vec::new(),
            call_ms: played.call.timeline.events().last().map_or(0.0, |event| event.t_ms),
        }
    }
}

/// Reads a scenario's file.
///
/// # Errors
/// All faults of the file, each with its place, one in a line.
pub fn open(path: &Path) -> Result<Scenario, StageError> {
    let source = Source::open(path).map_err(|error| StageError(error.to_string()))?;
    read(path, &source.text).map_err(|faults| {
        let line = |fault: &super::Fault| format!("{}: {}", source.place(&fault.span), fault.text);
        StageError(faults.iter().map(line).collect::<Vec<_>>().join("\n"))
    })
}

/// Misspelt actions of the caller's steps and of the branches: they would never have an effect.
fn unknown_actions(scenario: &Scenario, played: &Played) -> Vec<Verdict> {
    let step = |step: &runner::Step| match &step.when {
        When::Action { action, .. } => Some((action.clone(), format!("[[caller]] action = {action:?}"))),
        _ => None,
    };
    let steps = scenario.caller.steps.iter().filter_map(step);
    let branches = scenario.branches.keys().filter(|name| language::table().action(name).is_none());
    let branches = branches.map(|name| (name.clone(), format!("[branches] {name:?}")));
    let fault = |(action, expected): (String, String)| {
        Some(Verdict { came: Some(vec![unknown_action(played, &action)?]), expected })
    };
    steps.chain(branches).filter_map(fault).collect()
}

/// Plays a scenario and judges the call.
///
/// # Errors
/// [`StageError`] when a flow can't be read or run.
pub fn check(scenario: &Scenario, library: &Library) -> Result<Checked, StageError> {
    let played = play(scenario, library)?;
    let mut verdicts = verdicts(&played, &scenario.expectations);
    verdicts.extend(unknown_actions(scenario, &played));
    let says_end = scenario.expectations.iter().any(|one| matches!(one.expected, Expected::Ends { .. }));
    if !says_end && played.call.end.reason.is_failure() {
        let came = Some(vec![played.call.end.reason.to_string()]);
        verdicts.push(Verdict { expected: "the call comes to an end".into(), came });
    }
    Ok(Checked::of(&played, verdicts))
}
