//! Runs a test case in virtual time.
//!
//! A reaction of the caller depends on the course of the call up to it, and a call in virtual time has the same course
//! every time. So the call is played again and again from its start, each time with one reaction more: the one that
//! comes next in the run before, until no new one comes.

use std::time::Duration;

use super::{
    ActionKind, TIME_LIMIT, TestCase,
    observe::{Course, Happening, observe},
    replies::Overridden,
    stand_in,
};
use crate::{
    runner::{Act, Caller, Step, Then, When},
    scenario::{Checked, Clock, Library, Played, Scenario, StageError, Verdict, play, steps},
    timeline::EventKind,
};

/// Most runs of one test case, each with one more reaction than the run before.
const MOST_RUNS: usize = 500;

/// The caller's time of reaction.
const REACTION: Duration = Duration::from_millis(500);

/// Plays a test case. `base` has the flow, and the world as far as the test case leaves it alone.
///
/// # Errors
/// [`StageError`] when a flow can't be read or run.
pub fn run(case: &TestCase, base: &Scenario, library: &Library) -> Result<Checked, StageError> {
    let mut scenario = base.clone();
    scenario.clock = Clock::Virtual;
    scenario.limit = Some(TIME_LIMIT);
    scenario.attributes.extend(case.attributes.iter().cloned());
    scenario.caller_number = case.entry.caller.clone().or(scenario.caller_number);
    scenario.called_number = case.entry.called.clone().or(scenario.called_number);
    scenario.caller = Caller { steps: Vec::new(), then: Then::StaySilent };
    let mut known = 0;
    for _ in 0..MOST_RUNS {
        let played = play(&scenario, library)?;
        let course = observe(case, &played);
        let (_, due) = course.happenings.split_at(known.min(course.happenings.len()));
        // The course up to the next reaction hangs on those before it, so that its moment is certain now.
        let Some(next) = due.first() else {
            let notes = react(&mut base_of(&scenario, base), &course.happenings, &played);
            return Ok(judged(&played, course, notes));
        };
        known += due.iter().take_while(|one| one.is_with(next)).count();
        scenario = base_of(&scenario, base);
        react(&mut scenario, &course.happenings[..known], &played);
    }
    Err(StageError(format!("the test case has more than {MOST_RUNS} reactions: split it")))
}

/// The scenario without the reactions so far.
fn base_of(scenario: &Scenario, base: &Scenario) -> Scenario {
    Scenario {
        caller: Caller { steps: Vec::new(), then: Then::StaySilent },
        functions: base.functions.clone(),
        hours: base.hours.clone(),
        lex: base.lex.clone(),
        queues: base.queues.clone(),
        branches: base.branches.clone(),
        ..scenario.clone()
    }
}

/// Puts the reactions to a course into the scenario. Returns remarks on those that can't be performed.
fn react(scenario: &mut Scenario, happenings: &[Happening<'_>], played: &Played) -> Vec<String> {
    let mut notes = Vec::new();
    let mut functions = Overridden::default();
    for happening in happenings {
        match &happening.action.kind {
            ActionKind::Press(keys) => scenario.caller.steps.push(press(keys, happening, played)),
            ActionKind::Say(words) => match listens_after(played, happening.t_ms) {
                Some(at) => scenario.caller.steps.push(at_time(at, Act::Say(words.clone()))),
                None => notes.push(format!(
                    "nobody listens after {:?}: the words are not said",
                    happening.observation
                )),
            },
            ActionKind::HangUp => {
                scenario.caller.steps.push(at_time(happening.t_ms, Act::HangUp));
            }
            ActionKind::Override(one) if one.kind == "InvokeLambdaFunction" => {
                functions.add(happening.t_ms, one)
            }
            ActionKind::Override(one) => notes.extend(stand_in::set(scenario, one, played)),
            ActionKind::Log(pairs) => notes.extend(logged(pairs, happening, played)),
            ActionKind::Assert(_) | ActionKind::EndTest => {}
        }
    }
    functions.set(scenario, played);
    notes
}

/// Keys are pressed when the flow waits for input, or within a message that a key ends.
fn press(keys: &str, happening: &Happening<'_>, played: &Played) -> Step {
    let listens = listens_after(played, happening.t_ms).filter(|_| !ends_by_key(played, happening.t_ms));
    at_time(listens.unwrap_or(happening.t_ms), Act::Press(keys.to_owned()))
}

/// Whether the message that is played at this time ends when a key is pressed.
fn ends_by_key(played: &Played, t_ms: f64) -> bool {
    let steps = steps(&played.call);
    let Some(step) = steps.iter().rev().find(|step| step.t_ms <= t_ms) else { return false };
    let flow = played.flows.iter().find(|(_, flow)| flow.name == step.flow || flow.id == step.flow);
    let action = flow.and_then(|(_, flow)| flow.flow.action(&step.action));
    let skips = action.and_then(|action| action.text("SkipWhenDTMFBufferEnabled"));
    skips.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// A step a moment after a time in milliseconds.
fn at_time(t_ms: f64, act: Act) -> Step {
    let at = Duration::try_from_secs_f64(t_ms / 1000.0).unwrap_or_default();
    Step { when: When::At(at + REACTION), act }
}

/// The first moment from this time on at which the flow waits for input.
fn listens_after(played: &Played, t_ms: f64) -> Option<f64> {
    let events = played.call.timeline.events().iter();
    let mut listens = events.filter(|event| matches!(event.kind, EventKind::ListenStart { .. }));
    listens.find(|event| event.t_ms >= t_ms).map(|event| event.t_ms)
}

fn logged(pairs: &[(String, String)], happening: &Happening<'_>, played: &Played) -> Vec<String> {
    let value = |reference: &str| {
        let value = super::value::at(played, reference, happening.t_ms);
        value.unwrap_or_else(|| "(not set)".into())
    };
    pairs.iter().map(|(label, reference)| format!("{label}: {}", value(reference))).collect()
}

/// The outcome: each observation and each assertion is an expectation.
fn judged(played: &Played, course: Course<'_>, notes: Vec<String>) -> Checked {
    let mut verdicts: Vec<Verdict> = course.verdicts;
    for happening in &course.happenings {
        if let ActionKind::Assert(assertion) = &happening.action.kind {
            verdicts.push(super::value::judge(played, assertion, happening.t_ms));
        }
    }
    let mut checked = Checked::of(played, verdicts);
    if let Some(end) = course.ended_at {
        checked.steps.retain(|step| step.t_ms <= end);
        checked.call_ms = checked.call_ms.min(end);
    }
    checked.notes = notes;
    checked
}
