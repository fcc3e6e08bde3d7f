//! The possible actions, and the properties that hold under all of them.

use std::collections::BTreeMap;

use contract::stream::{Outcome, Sentinel};
use stateright::{Model, Property};
use synth_service::streams::{
    end::EndCause,
    protocol::{Protocol, Spoken, Step},
};

use super::{
    bucket::{Bucket, Close, Stream, changed, host},
    state::{Left, State, Text, unended},
    task::{At, Task},
};

/// The bounds of an exploration.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// Sentences of each stream; stream N begins on host N.
    pub(crate) sentences: &'static [usize],
    /// Whether the texts are written while they are spoken.
    pub(crate) growing: bool,
    pub(crate) hosts: usize,
    /// The number of disturbances of each kind.
    pub(crate) disturbances: Left,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    Begin(Stream),
    /// The next sentence of a growing text becomes certain.
    Write(Stream),
    /// The writer of a growing text has finished, or fails.
    Close(Stream, Close),
    /// A task makes its next step.
    Go(usize, Stream),
    /// The task's sentence can't be spoken.
    Fail(usize, Stream),
    Arrive(usize),
    /// The write never arrives: its host has died, or has given the write up.
    Vanish(usize),
    /// The answer to the task's part was lost; it ends the stream.
    GiveUp(usize, Stream),
    Die(usize),
    /// The host's last beat has become too old.
    MissBeats(usize),
    /// A live host beats again.
    Beat(usize),
    Resume(usize, Stream),
    Cancel(usize, Stream),
    Stop(usize, Stream),
}

impl World {
    pub(crate) fn possible(&self, state: &State, actions: &mut Vec<Action>) {
        let alive = |host: &usize| !state.dead[*host];
        for (stream, begun) in state.begun.iter().enumerate() {
            if !begun && alive(&stream) {
                actions.push(Action::Begin(stream));
            }
        }
        for (&(host, stream), task) in &state.tasks {
            let waits_for_a_write = matches!(
                task.at,
                At::Taking { .. }
                    | At::Claim { .. }
                    | At::Recording { .. }
                    | At::Waiting { .. }
                    | At::Leaving { .. }
            );
            if !waits_for_a_write && state.is_woken(host, stream, task) {
                actions.push(Action::Go(host, stream));
            }
            if state.left.faults > 0 && matches!(task.at, At::Looked { .. }) {
                actions.push(Action::Fail(host, stream));
            }
            let can_stop = matches!(&task.at, At::Looked { .. })
                || matches!(&task.at, At::Ready { protocol } if matches!(protocol.step(0), Step::Store { .. }));
            let stores = matches!(&task.at, At::Recording { .. })
                || matches!(&task.at, At::Waiting { protocol } if matches!(protocol.step(0), Step::Store { .. }));
            if state.left.lost > 0 && stores {
                actions.push(Action::GiveUp(host, stream));
            }
            if state.left.stops > 0 && can_stop {
                actions.push(Action::Stop(host, stream));
            }
        }
        for (stream, text) in state.texts.iter().enumerate() {
            let first_host = state.tasks.get(&(stream, stream));
            // The writer lives as long as the task that began the stream.
            if text.ending.is_some() || first_host.is_none_or(|task| !task.is_first()) {
                continue;
            }
            if text.certain < self.sentences[stream] {
                actions.push(Action::Write(stream));
            } else {
                actions.push(Action::Close(stream, Close::Finished));
            }
            if state.left.writers > 0 {
                actions.push(Action::Close(stream, Close::WriterFailed));
            }
        }
        for (index, write) in state.under_way.iter().enumerate() {
            actions.push(Action::Arrive(index));
            if state.dead[write.host] || state.is_given_up(write) {
                actions.push(Action::Vanish(index));
            }
        }
        let hosts = 0..self.hosts;
        // One host must remain to answer.
        if state.left.deaths > 0 && hosts.clone().filter(alive).count() > 1 {
            actions.extend(hosts.clone().filter(alive).map(Action::Die));
        }
        for host in hosts.clone() {
            match (state.dead[host], state.gone[host]) {
                (true, false) => actions.push(Action::MissBeats(host)),
                (false, false) if state.left.stalls > 0 => actions.push(Action::MissBeats(host)),
                (false, true) => actions.push(Action::Beat(host)),
                _ => {}
            }
        }
        for host in hosts.filter(alive) {
            for stream in unended(state) {
                let is_here = state.tasks.contains_key(&(host, stream));
                if state.left.resumes > 0 && !is_here {
                    actions.push(Action::Resume(host, stream));
                }
                if state.left.cancels > 0 {
                    actions.push(Action::Cancel(host, stream));
                }
            }
        }
    }
}

impl World {
    fn text(&self, sentences: usize) -> Text {
        match self.growing {
            true => Text { certain: 0, ending: None, owed: None, is_growing: true },
            false => {
                Text { certain: sentences, ending: Some(Close::Finished), owed: None, is_growing: false }
            }
        }
    }

    /// Whether all streams end if no further disturbance happens and each waiting flow asks once for its stream.
    pub(crate) fn ends_when_asked_for(&self, state: &State) -> bool {
        let mut state = state.clone();
        // From here on nothing fails, and every dead host counts as gone in time.
        state.left = Left::default();
        state.gone.clone_from(&state.dead);
        let asked: Vec<_> = unended(&state).collect();
        for stream in asked {
            let alive: Vec<_> = (0..self.hosts).filter(|host| !state.dead[*host]).collect();
            for host in alive {
                if unended(&state).all(|unended| unended != stream) {
                    break;
                }
                state.take_over(host, stream, None);
                state = self.run_to_the_end(state);
            }
        }
        unended(&state).next().is_none()
    }
}

impl World {
    /// Takes possible actions until there are none.
    pub(crate) fn run_to_the_end(&self, mut state: State) -> State {
        let mut actions = Vec::new();
        for _ in 0..MOST_STEPS {
            self.possible(&state, &mut actions);
            let Some(action) = actions.pop() else { break };
            state = self.next_state(&state, action).expect("is possible");
            actions.clear();
        }
        state
    }
}

/// More steps than an undisturbed stream needs.
pub(crate) const MOST_STEPS: usize = 200;

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            bucket: Bucket::default(),
            tasks: BTreeMap::new(),
            dead: vec![false; self.hosts],
            gone: vec![false; self.hosts],
            under_way: Vec::new(),
            begun: vec![false; self.sentences.len()],
            texts: self.sentences.iter().map(|sentences| self.text(*sentences)).collect(),
            left: self.disturbances.clone(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut state = state.clone();
        match action {
            Action::Begin(stream) => {
                state.begun[stream] = true;
                let text = &state.texts[stream];
                let ending = text.ending.map(Close::ending);
                let protocol = Protocol::begin(host(stream), text.certain, ending.as_ref());
                let task = Task { at: At::Ready { protocol }, version: 0, pages: 0, cancelled: None };
                state.tasks.insert((stream, stream), task);
            }
            Action::Write(stream) => state.texts[stream].certain += 1,
            Action::Close(stream, close) => {
                state.left.writers -= usize::from(close == Close::WriterFailed);
                state.texts[stream].ending = Some(close);
            }
            Action::Go(host, stream) => state.go(host, stream),
            Action::Fail(host, stream) => {
                state.left.faults -= 1;
                let task = state.task(host, stream);
                if let At::Looked { mut protocol } = task.at.clone() {
                    protocol.spoken(Spoken::Skipped(EndCause::Unpronounceable.into()));
                    state.set(host, stream, At::Ready { protocol }, &task);
                }
            }
            Action::Arrive(index) => state.arrive(index),
            Action::Vanish(index) => {
                state.under_way.remove(index);
            }
            Action::GiveUp(host, stream) => {
                state.left.lost -= 1;
                let task = state.task(host, stream);
                if let At::Recording { mut protocol, .. } | At::Waiting { mut protocol } = task.at.clone() {
                    protocol.unsettled();
                    protocol.finish(EndCause::Store.into());
                    state.set(host, stream, At::Ready { protocol }, &task);
                }
            }
            Action::Die(host) => {
                state.left.deaths -= 1;
                state.dead[host] = true;
                state.tasks.retain(|(of, _), _| *of != host);
            }
            Action::MissBeats(host) => {
                state.left.stalls -= usize::from(!state.dead[host]);
                state.gone[host] = true;
            }
            Action::Beat(host) => state.gone[host] = false,
            Action::Resume(host, stream) => {
                state.left.resumes = state.left.resumes.saturating_sub(1);
                state.take_over(host, stream, None);
            }
            Action::Cancel(host, stream) => {
                state.left.cancels -= 1;
                match state.tasks.get_mut(&(host, stream)) {
                    Some(task) => {
                        task.cancelled.get_or_insert(EndCause::Cancelled);
                    }
                    None => state.take_over(host, stream, Some(EndCause::Cancelled)),
                }
            }
            Action::Stop(number, stream) => {
                state.left.stops -= 1;
                let task = state.task(number, stream);
                if let At::Looked { protocol } | At::Ready { protocol } = task.at.clone() {
                    let life = protocol.life().clone();
                    state.send(number, stream, changed(task.version, &life.handed_over()));
                    state.set(number, stream, At::Leaving { life }, &task);
                }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no stream is taken from a host that beats", |model: &World, state: &State| {
                model.disturbances.stalls > 0 || !state.bucket.taken_from_live_host
            }),
            Property::always("the sentinel is last", |_, state: &State| !state.bucket.late),
            Property::always("the sentinel matches the decision", |_, state: &State| !state.bucket.undecided),
            Property::always("the sentinel counts the parts", |_, state: &State| {
                let mut sentinels = state.bucket.sentinels.iter();
                sentinels.all(|(stream, sentinel)| state.bucket.part_count(*stream) == sentinel.parts)
            }),
            Property::always("parts have no hole", |_, state: &State| {
                state.bucket.parts.values().all(|parts| parts.keys().copied().eq(0..parts.len()))
            }),
            Property::always("nothing is spoken twice", |_, state: &State| {
                state.bucket.parts.values().all(|parts| {
                    let spoken = parts.values().filter(|part| !part.tombstone).map(|part| part.sentence);
                    spoken.is_sorted_by(|one, next| one < next)
                })
            }),
            Property::always("nothing is lost", |model: &World, state: &State| {
                state.bucket.sentinels.iter().all(|(stream, sentinel)| {
                    let parts = state.bucket.parts.get(stream);
                    let spoken =
                        parts.map_or(0, |parts| parts.values().filter(|part| !part.tombstone).count());
                    let skipped = model.disturbances.faults - state.left.faults;
                    let is_whole = sentinel.reason == "none";
                    let text = &state.texts[*stream];
                    let owed =
                        if is_whole { model.sentences[*stream] } else { text.owed.unwrap_or(text.certain) };
                    sentinel.outcome != Outcome::Complete || spoken + skipped >= owed
                })
            }),
            Property::always("what is spoken is in the bucket before", |_, state: &State| {
                state.bucket.parts.iter().all(|(stream, parts)| {
                    let spoken =
                        parts.values().filter(|part| !part.tombstone).filter_map(|part| part.sentence);
                    spoken.max().is_none_or(|last| last < state.recorded(*stream).0)
                })
            }),
            Property::always("a stream that lost its contact stops", |_, state: &State| {
                let mut losses = state.bucket.parts_at_loss.iter();
                losses.all(|(stream, parts)| {
                    let now = state.bucket.parts.get(stream);
                    let behind = now.into_iter().flat_map(|now| now.range(parts..));
                    behind.filter(|(_, part)| !part.tombstone).count() <= 1
                })
            }),
            Property::always("the owner of the contact is not preempted", |_, state: &State| {
                let owner = state.bucket.owner.map(|(_, owner)| owner);
                let sentinel = owner.and_then(|owner| state.bucket.sentinels.get(&owner));
                sentinel.is_none_or(|sentinel| sentinel.reason != "preempted")
            }),
            Property::always("every start ends", |model: &World, state: &State| {
                let mut actions = Vec::new();
                model.possible(state, &mut actions);
                !actions.is_empty() || model.ends_when_asked_for(state)
            }),
            // Guards against a vacuous model: these states must be reachable.
            Property::sometimes("a stream is taken over and completed", |model: &World, state: &State| {
                model.disturbances.resumes == 0
                    || state.bucket.sentinels.iter().any(|(stream, sentinel)| {
                        sentinel.outcome == Outcome::Complete
                            && state.bucket.life(*stream).is_some_and(|(_, life)| life.term > 0)
                    })
            }),
            Property::sometimes(
                "a text is cut short because its writer was lost",
                |model: &World, state: &State| {
                    let is_cut_short = |(stream, sentinel): (&Stream, &Sentinel)| {
                        sentinel.reason == "lost" && state.bucket.part_count(*stream) > 0
                    };
                    !model.growing
                        || model.disturbances.resumes == 0
                        || state.bucket.sentinels.iter().any(is_cut_short)
                },
            ),
            Property::sometimes("a tombstone is needed", |_, state: &State| {
                state.bucket.parts.values().any(|parts| parts.values().any(|part| part.tombstone))
            }),
        ]
    }
}
