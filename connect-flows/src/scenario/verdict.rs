//! Whether a call met an expectation.

use std::collections::BTreeMap;

use super::{
    Expectation, Expected, Played, Step,
    expectation::{Ending, Words},
    heard::{Heard, heard},
    steps,
};
use crate::language::nearest;
use crate::runner::{Call, EndReason, find, function_name};

/// The verdict on an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The expectation, in one line.
    pub expected: String,
    /// The course of the call, where it did not meet the expectation: one line each.
    pub came: Option<Vec<String>>,
}

impl Verdict {
    /// Whether the expectation is met.
    pub fn is_met(&self) -> bool {
        self.came.is_none()
    }
}

/// Most lines that tell what came.
const MOST_LINES: usize = 12;

/// The verdicts on the expectations of a scenario.
pub fn verdicts(played: &Played, expectations: &[Expectation]) -> Vec<Verdict> {
    let facts = Facts::of(played);
    // The moment of the last expectation that was met, for those that stand in order.
    let mut since = f64::MIN;
    let mut verdict = |expectation: &Expectation| {
        let from = if expectation.in_order { since } else { f64::MIN };
        let found = facts.meets(&expectation.expected, from);
        if let Ok(Some(moment)) = found {
            since = moment;
        }
        Verdict { expected: expectation.expected.to_string(), came: found.err() }
    };
    expectations.iter().map(&mut verdict).collect()
}

/// The course of a call, as expectations look at it.
struct Facts<'p> {
    played: &'p Played,
    heard: Vec<Heard>,
    steps: Vec<Step>,
}

/// The moment at which an expectation was met, if it has one; or the course that the call took instead.
type Found = Result<Option<f64>, Vec<String>>;

impl<'p> Facts<'p> {
    fn of(played: &'p Played) -> Self {
        Self { played, heard: heard(played), steps: steps(&played.call) }
    }

    fn meets(&self, expected: &Expected, from: f64) -> Found {
        match expected {
            Expected::Heard(words) => self.hears(words, from),
            Expected::NotHeard(words) => self.hears_not(words, from),
            Expected::Attribute { name, value } => self.attribute(name, value),
            Expected::Invoked { function, with, times } => self.invokes(function, with, *times, from),
            Expected::NotInvoked(function) => self.invokes_not(function, from),
            Expected::Visits(actions) => self.visits(actions, from),
            Expected::NotVisits(action) => self.visits_not(action),
            Expected::Ends { ending, queue } => self.ends(*ending, queue.as_deref()),
            Expected::Figure(limit) => match limit.figure.of(&self.played.call) {
                Some(number) if limit.holds(number) => Ok(None),
                Some(number) => Err(vec![format!("{} is {number}", limit.figure)]),
                None => Err(vec![format!("the call has no {}", limit.figure)]),
            },
            Expected::NoError => match self.played.call.end.error() {
                Some(error) => Err(vec![error]),
                None => Ok(None),
            },
        }
    }

    fn hears(&self, words: &[Words], from: f64) -> Found {
        let mut sounds = self.heard.iter().filter(|sound| sound.t_ms > from);
        let mut moment = None;
        for words in words {
            match sounds.find(|sound| sound.has(words)) {
                Some(sound) => moment = Some(sound.t_ms),
                None => {
                    let all = self.heard.iter().filter(|sound| sound.t_ms > from).map(ToString::to_string);
                    return Err(listed(&format!("{words} was not heard; heard were"), all));
                }
            }
        }
        Ok(moment)
    }

    fn hears_not(&self, words: &Words, from: f64) -> Found {
        match self.heard.iter().find(|sound| sound.t_ms > from && sound.has(words)) {
            Some(sound) => Err(vec![format!("heard: {}", sound.to_string().trim())]),
            None => Ok(None),
        }
    }

    fn attribute(&self, name: &str, value: &Words) -> Found {
        let attributes = self.played.attributes_at(f64::MAX);
        match attributes.get(name) {
            Some(found) if value.are(found) => Ok(None),
            Some(found) => Err(vec![format!("{name} = {found:?}")]),
            None => Err(listed(&format!("{name} is not set; set are"), attributes.into_keys())),
        }
    }

    fn invokes(
        &self,
        function: &str,
        with: &BTreeMap<String, String>,
        times: Option<u64>,
        from: f64,
    ) -> Found {
        let all = self.played.invocations.iter().filter(|one| one.t_ms > from);
        let of_it: Vec<_> = all.filter(|one| one.function == function_name(function)).collect();
        let fits = |one: &&&super::Invocation| {
            with.iter().all(|(name, value)| one.parameters[name].as_str() == Some(value))
        };
        let fitting = of_it.iter().filter(fits);
        let moments: Vec<f64> = fitting.map(|one| one.t_ms).collect();
        let count = u64::try_from(moments.len()).unwrap_or(u64::MAX);
        if times.map_or(count > 0, |times| times == count) {
            return Ok(moments.first().copied());
        }
        let line =
            |one: &&super::Invocation| format!("{:>9.3} s  with {}", one.t_ms / 1000.0, one.parameters);
        if of_it.is_empty() {
            let names = self.played.invocations.iter().map(|one| one.function.clone());
            return Err(listed(&format!("{} was not invoked; invoked were", function_name(function)), names));
        }
        let fit =
            if with.is_empty() { String::new() } else { format!(", {count} of them with these parameters") };
        let head = format!("{} was invoked {} times{fit}", function_name(function), of_it.len());
        Err(listed(&head, of_it.iter().map(line)))
    }

    fn invokes_not(&self, function: &str, from: f64) -> Found {
        let found = self.invokes(function, &BTreeMap::new(), Some(0), from)?;
        let flows = self.played.flows.iter().flat_map(|(_, flow)| &flow.flow.actions);
        let known: Vec<&str> = flows.filter_map(|action| action.text("LambdaFunctionARN")).collect();
        let names = known.iter().map(|known| function_name(known));
        // A misspelt function is never invoked. An ARN in an attribute may be that of any function.
        if known.iter().any(|known| known.contains('$'))
            || names.clone().any(|one| one == function_name(function))
        {
            return Ok(found);
        }
        let advice = advice(function_name(function), names);
        Err(vec![format!("no flow of this call invokes a function {function:?}{advice}")])
    }

    fn visits(&self, actions: &[String], from: f64) -> Found {
        let mut steps = self.steps.iter().filter(|step| step.t_ms >= from);
        let mut moment = None;
        for action in actions {
            match steps.find(|step| step.is_of(action)) {
                Some(step) => moment = Some(step.t_ms),
                None if self.steps.iter().any(|step| step.is_of(action)) => {
                    return Err(vec![format!("{action} was visited, but not after the one before it")]);
                }
                None => {
                    self.exists(action)?;
                    return Err(vec![format!("{action} was not visited")]);
                }
            }
        }
        Ok(moment)
    }

    fn visits_not(&self, action: &str) -> Found {
        match self.steps.iter().find(|step| step.is_of(action)) {
            Some(step) => Err(vec![format!("visited: {}", step.to_string().trim())]),
            None => self.exists(action).map(|()| None),
        }
    }

    /// A misspelt action would never be visited.
    fn exists(&self, action: &str) -> Result<(), Vec<String>> {
        unknown_action(self.played, action).map_or(Ok(()), |fault| Err(vec![fault]))
    }

    fn ends(&self, ending: Ending, queue: Option<&str>) -> Found {
        let call = &self.played.call;
        let queue_fits = match (&call.end.reason, queue) {
            (EndReason::Transferred { queue: found }, Some(queue)) => {
                find(&BTreeMap::from([(queue.to_owned(), ())]), &[found]).is_some()
            }
            (_, queue) => queue.is_none(),
        };
        if ending_of(call) == ending && queue_fits {
            Ok(None)
        } else {
            Err(vec![call.end.reason.to_string()])
        }
    }
}

/// The reason why no action can be meant by this identifier or name, with the one that was meant.
pub(super) fn unknown_action(played: &Played, action: &str) -> Option<String> {
    let actions = played.flows.iter().flat_map(|(_, flow)| &flow.flow.actions);
    let names = actions.flat_map(|action| [Some(action.identifier.text.as_str()), action.name.as_deref()]);
    let names: Vec<&str> = names.flatten().collect();
    let advice = || advice(action, names.iter().copied());
    (!names.contains(&action)).then(|| format!("no flow of this call has an action {action:?}{}", advice()))
}

/// The name that was meant.
fn advice<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map_or(String::new(), |near| format!("; did you mean {near:?}?"))
}

/// The way in which a call ended.
fn ending_of(call: &Call) -> Ending {
    match call.end.reason {
        EndReason::Disconnected => Ending::Disconnected,
        EndReason::FlowEnded => Ending::FlowEnded,
        EndReason::Returned { .. } => Ending::Returned,
        EndReason::HungUp => Ending::HungUp,
        EndReason::Transferred { .. } => Ending::Transferred,
        EndReason::TimeLimit { .. } | EndReason::ActionLimit { .. } => Ending::Limit,
        _ => Ending::Nowhere,
    }
}

/// A line with a list below it, of which the last part is shown.
fn listed(head: &str, lines: impl Iterator<Item = String>) -> Vec<String> {
    let lines: Vec<String> = lines.collect();
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let mut all = vec![if lines.is_empty() { format!("{head} nothing") } else { format!("{head}:") }];
    if left_out > 0 {
        all.push(format!("({left_out} before)"));
    }
    all.extend(lines.into_iter().skip(left_out));
    all
}
