//! The observations that a call meets, in its order.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Action, ActionKind, Event, Message, Observation, Sound, TestCase, is_alike};
use crate::{
    runner::{Call, find},
    scenario::{Heard, Played, Step, Verdict, heard, steps},
};

/// The course of a call, as a test case looks at it.
pub(super) struct Course<'c> {
    /// The actions of the test case that are due, each with its moment.
    pub happenings: Vec<Happening<'c>>,
    /// One verdict for each observation.
    pub verdicts: Vec<Verdict>,
    /// The moment at which the test case ended the test, in milliseconds.
    pub ended_at: Option<f64>,
}

/// An action that is due.
pub(super) struct Happening<'c> {
    /// Milliseconds from the start of the call.
    pub t_ms: f64,
    /// Identifier of the observation.
    pub observation: &'c str,
    /// The action.
    pub action: &'c Action,
}

impl Happening<'_> {
    /// Whether both belong to one observation of the same thing.
    pub(super) fn is_with(&self, other: &Self) -> bool {
        self.observation == other.observation && self.t_ms <= other.t_ms
    }
}

/// Something in a call that a test case can observe.
enum Fact {
    Heard(Heard),
    Step(Step),
}

/// Follows a call.
pub(super) fn observe<'c>(case: &'c TestCase, played: &Played) -> Course<'c> {
    let mut watch = Watch::start(case);
    watch.see(0.0, |event| *event == Event::Initiated);
    for (t_ms, fact) in facts(played) {
        if watch.ended_at.is_some() {
            break;
        }
        watch.see(t_ms, |event| fits(event, &fact, played));
    }
    let end = watch.ended_at.unwrap_or_else(|| end_of(&played.call));
    watch.see(end, |event| *event == Event::Completed);
    watch.finish(played)
}

fn end_of(call: &Call) -> f64 {
    call.timeline.events().last().map_or(0.0, |event| event.t_ms)
}

fn facts(played: &Played) -> Vec<(f64, Fact)> {
    let sounds = heard(played).into_iter().map(|sound| (sound.t_ms, Fact::Heard(sound)));
    let steps = steps(&played.call).into_iter().map(|step| (step.t_ms, Fact::Step(step)));
    // Of an action and its sound at the same time, the action is first: the sort is stable.
    let mut facts: Vec<_> = steps.chain(sounds).collect();
    facts.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    facts
}

struct Watch<'c> {
    case: &'c TestCase,
    active: BTreeSet<usize>,
    /// How often each observation was met.
    met: BTreeMap<usize, u32>,
    happenings: Vec<Happening<'c>>,
    ended_at: Option<f64>,
}

impl<'c> Watch<'c> {
    /// At the start, those observations are active to which no other leads.
    fn start(case: &'c TestCase) -> Self {
        let followed: BTreeSet<&str> =
            case.observations.iter().flat_map(|one| one.next.iter().map(String::as_str)).collect();
        let first = |(_, one): &(usize, &Observation)| !followed.contains(one.identifier.as_str());
        let active = case.observations.iter().enumerate().filter(first).map(|(index, _)| index).collect();
        Self { case, active, met: BTreeMap::new(), happenings: Vec::new(), ended_at: None }
    }

    /// Something happens. Observations that become active now see the next thing first.
    fn see(&mut self, t_ms: f64, fits: impl Fn(&Event) -> bool) {
        let case = self.case;
        let meeting: Vec<usize> =
            self.active.iter().copied().filter(|index| fits(&case.observations[*index].event)).collect();
        for index in meeting {
            self.meet(index, t_ms);
        }
    }

    fn meet(&mut self, index: usize, t_ms: f64) {
        let one = &self.case.observations[index];
        let count = self.met.entry(index).or_default();
        *count += 1;
        if one.times.is_some_and(|times| *count >= times) {
            self.active.remove(&index);
        }
        for action in &one.actions {
            self.happenings.push(Happening { t_ms, observation: &one.identifier, action });
            if action.kind == ActionKind::EndTest {
                self.ended_at.get_or_insert(t_ms);
            }
        }
        let position = |name: &String| self.case.observations.iter().position(|one| one.identifier == *name);
        self.active.extend(one.next.iter().filter_map(position));
    }

    fn finish(self, played: &Played) -> Course<'c> {
        let all = self.case.observations.iter().enumerate();
        // The sounds are listed once.
        let mut tells = true;
        let verdicts = all.map(|(index, one)| {
            let count = self.met.get(&index).copied().unwrap_or_default();
            let is_met = one.times.is_none_or(|times| count >= times);
            let reached = self.active.contains(&index) || count > 0;
            Verdict {
                expected: format!("{}: {}", one.identifier, described(&one.event)),
                came: (!is_met).then(|| missed(one, count, reached, played, &mut tells)),
            }
        });
        Course { verdicts: verdicts.collect(), happenings: self.happenings, ended_at: self.ended_at }
    }
}

fn missed(one: &Observation, count: u32, reached: bool, played: &Played, tells: &mut bool) -> Vec<String> {
    if !reached {
        return vec!["no observation before it was met".into()];
    }
    let mut lines = match count {
        0 => vec!["not observed".to_owned()],
        _ => vec![format!("observed {count} times, not {}", one.times.unwrap_or_default())],
    };
    if matches!(one.event, Event::Message(_)) && std::mem::take(tells) {
        lines.push("heard were:".into());
        lines.extend(heard(played).iter().take(12).map(ToString::to_string));
    }
    lines
}

/// An event in a few words.
fn described(event: &Event) -> String {
    match event {
        Event::Initiated => "the test begins".into(),
        Event::Completed => "the test has ended".into(),
        Event::ActionStarted { kind, .. } => format!("a {kind} begins"),
        Event::Message(Message { sound, .. }) => match sound {
            Sound::Text(text) | Sound::Ssml(text) => format!("the caller hears {text:?}"),
            Sound::Prompt(id) | Sound::Media(id) => format!("the caller hears {id}"),
        },
    }
}

fn fits(event: &Event, fact: &Fact, played: &Played) -> bool {
    match (event, fact) {
        (Event::Message(message), Fact::Heard(sound)) => is_message(message, sound),
        (Event::ActionStarted { kind, parameters }, Fact::Step(step)) => {
            is_kind(kind, &step.kind) && has_parameters(parameters, step, played)
        }
        _ => false,
    }
}

/// The testing language has a shorter name for one type.
pub(super) fn is_kind(kind: &str, action: &str) -> bool {
    kind == action || (kind == "DequeueAndTransferToQueue" && action == "DequeueContactAndTransferToQueue")
}

fn is_message(message: &Message, heard: &Heard) -> bool {
    let words = heard.words.as_deref();
    match &message.sound {
        Sound::Text(text) => words.is_some_and(|words| is_alike(text, words, message.likeness)),
        Sound::Ssml(ssml) => {
            words.is_some_and(|words| is_alike(&without_markup(ssml), words, message.likeness))
        }
        Sound::Prompt(id) | Sound::Media(id) => heard.url.iter().chain(&heard.words).any(|one| same(id, one)),
    }
}

fn without_markup(ssml: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in ssml.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

/// Whether two references name the same thing.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || find(&BTreeMap::from([(one.to_owned(), ())]), &[other]).is_some()
}

/// Whether the action of a step has these parameters. A reference in the flow fits anything.
fn has_parameters(expected: &Value, step: &Step, played: &Played) -> bool {
    let flow = played.flows.iter().find(|(_, flow)| flow.name == step.flow || flow.id == step.flow);
    let action = flow.and_then(|(_, flow)| flow.flow.action(&step.action));
    action.is_none_or(|action| includes(&action.parameters.to_value(), expected))
}

fn includes(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (_, Value::Null) => true,
        (Value::Object(found), Value::Object(expected)) => {
            // A parameter that the flow leaves out comes from elsewhere: the queue of a transfer is set before it.
            expected.iter().all(|(key, value)| found.get(key).is_none_or(|found| includes(found, value)))
        }
        (Value::String(found), Value::String(expected)) => found.starts_with("$.") || same(expected, found),
        (found, expected) => found == expected,
    }
}
