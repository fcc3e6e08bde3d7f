//! The protocol of streams under every interleaving: two hosts, one bucket, hosts that die, wake up too late, are
//! told to cancel, and take over from each other.
//!
//! What a host decides is [`Maker`]'s, the very code that the service runs, and [`Life`]'s. The model adds what lies
//! around it: a bucket whose conditional writes are atomic, and writes that are under way, land later than their host
//! expects, land after its death, or never.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a model that is wrong can only stop")]

use std::collections::{BTreeMap, BTreeSet};

use contract::{
    HostId, Life,
    stream::{Outcome, Sentinel},
};
use stateright::{Checker, Model, Property};
use synth_service::streams::maker::{Finish, Maker, Spoken, Standing, Step};

/// Number of a stream. All are of one contact.
type Stream = usize;

/// What is explored.
#[derive(Clone, Debug)]
struct World {
    /// Sentences of each stream; stream N begins on host N.
    sentences: &'static [usize],
    hosts: usize,
    /// Hosts that may die.
    deaths: usize,
    /// How often somebody asks any host to go on with a stream.
    resumes: usize,
    /// How often somebody asks any host to cancel a stream.
    cancels: usize,
    /// Sentences that may turn out to be unspeakable.
    faults: usize,
    /// Hosts that may be told to stop.
    stops: usize,
    /// Parts whose answer may be lost, so that their host gives up and ends the stream.
    lost: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    bucket: Bucket,
    /// What each host does; a host has at most one task for a stream at a time, and forgets those that are over.
    tasks: BTreeMap<(usize, Stream), Task>,
    dead: Vec<bool>,
    /// Writes that were sent and have not arrived.
    under_way: Vec<Write>,
    begun: Vec<bool>,
    /// Of each stream.
    sentences: &'static [usize],
    left: Left,
}

/// How often something may happen still.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Left {
    deaths: usize,
    resumes: usize,
    cancels: usize,
    faults: usize,
    stops: usize,
    lost: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Bucket {
    /// A manifest's life; the number of its writes is its version.
    lives: BTreeMap<Stream, (usize, Life)>,
    parts: BTreeMap<Stream, BTreeMap<usize, Part>>,
    sentinels: BTreeMap<Stream, Sentinel>,
    /// The stream that owns the contact, and the version.
    owner: Option<(usize, Stream)>,
    /// Those that have owned it before.
    older: BTreeSet<Stream>,
    /// Whether something was written behind a sentinel.
    late: bool,
    /// A sentinel other than the one that was decided on.
    undecided: bool,
    /// Parts that a stream had when it lost its contact.
    parts_at_loss: BTreeMap<Stream, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part {
    sentence: Option<usize>,
    fence: bool,
}

/// A host's work on a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Task {
    at: At,
    /// Version of the manifest that this host has seen last.
    version: usize,
    cancelled: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    /// Reads the manifest to take the stream over.
    TakeOver {
        cancelled: Option<&'static str>,
    },
    /// Has sent that it takes the stream over.
    Taking {
        life: Life,
    },
    /// Counts the parts.
    Count {
        life: Life,
    },
    /// Creates the manifest.
    Announce {
        maker: Maker,
    },
    /// Claims the contact: reads who owns it.
    ReadOwner {
        then: Then,
    },
    Claim {
        then: Then,
        older: Option<Stream>,
    },
    /// Does the maker's next step.
    Ready {
        maker: Maker,
    },
    /// A look has shown that all is well; the sentence is spoken next.
    Looked {
        maker: Maker,
    },
    /// Waits for a write.
    Waiting {
        maker: Maker,
    },
    /// Hands the stream over.
    Leaving {
        life: Life,
    },
}

/// Behind the claim of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Then {
    /// A new stream is open.
    Open { maker: Maker },
    /// The parts of one that was taken over are counted.
    Count { life: Life },
}

/// A write that was sent. The task that sent it learns what came of it, if it still waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Write {
    host: usize,
    stream: Stream,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum What {
    Manifest { expected: usize, life: LifeKey },
    Part { number: usize, sentence: Option<usize>, fence: bool },
    Owner { expected: Option<usize> },
    Sentinel { end: SentinelKey },
}

/// Orderable copies, so that states that differ in nothing but the order of writes are one.
type SentinelKey = (usize, u8, String, usize);
type LifeKey = (Option<String>, u32, Option<String>, Option<SentinelKey>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Action {
    Begin(Stream),
    /// A task does the next thing that it can do by itself.
    Go(usize, Stream),
    /// Its sentence can't be spoken.
    Fail(usize, Stream),
    Arrive(usize),
    /// It never arrives: its host has died, or has given it up.
    Vanish(usize),
    /// Nothing was heard of its part; it ends the stream.
    GiveUp(usize, Stream),
    Die(usize),
    Resume(usize, Stream),
    Cancel(usize, Stream),
    Stop(usize, Stream),
}

fn host(number: usize) -> HostId {
    HostId::from_random_bits(number as u128)
}

fn outcome_key(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Complete => 0,
        Outcome::Cancelled => 1,
        Outcome::Failed => 2,
    }
}

fn sentinel_key(end: &Sentinel) -> SentinelKey {
    (end.parts, outcome_key(end.outcome), end.reason.clone(), end.skipped)
}

fn sentinel(key: &SentinelKey) -> Sentinel {
    let outcome = [Outcome::Complete, Outcome::Cancelled, Outcome::Failed][usize::from(key.1)];
    Sentinel { parts: key.0, outcome, reason: key.2.clone(), skipped: key.3, ended_at_ms: 0 }
}

fn life_key(life: &Life) -> LifeKey {
    let maker = life.maker.as_ref().map(ToString::to_string);
    (maker, life.term, life.cancelled.clone(), life.end.as_ref().map(sentinel_key))
}

fn life(key: &LifeKey) -> Life {
    Life {
        maker: key.0.as_ref().map(|host| host.parse().expect("an id")),
        term: key.1,
        cancelled: key.2.clone(),
        end: key.3.as_ref().map(sentinel),
    }
}

impl Bucket {
    /// Whether the write was made.
    fn write(&mut self, write: &Write) -> bool {
        let stream = write.stream;
        match &write.what {
            What::Manifest { expected, life: key } => {
                let version = self.lives.get(&stream).map_or(0, |(version, _)| *version);
                if version != *expected {
                    return false;
                }
                self.lives.insert(stream, (version + 1, life(key)));
            }
            What::Part { number, sentence, fence } => {
                let parts = self.parts.entry(stream).or_default();
                if parts.contains_key(number) {
                    return false;
                }
                parts.insert(*number, Part { sentence: *sentence, fence: *fence });
                self.late |= self.sentinels.contains_key(&stream);
            }
            What::Owner { expected } => {
                if self.owner.map(|(version, _)| version) != *expected {
                    return false;
                }
                if let Some((_, older)) = self.owner.filter(|(_, older)| *older != stream) {
                    let parts = self.part_count(older);
                    self.parts_at_loss.insert(older, parts);
                    self.older.insert(older);
                }
                self.owner = Some((expected.map_or(0, |version| version + 1), stream));
            }
            What::Sentinel { end } => {
                if self.sentinels.contains_key(&stream) {
                    return false;
                }
                let decided = self.lives.get(&stream).and_then(|(_, life)| life.end.as_ref());
                self.undecided |= decided.map(sentinel_key).as_ref() != Some(end);
                self.sentinels.insert(stream, sentinel(end));
            }
        }
        true
    }

    fn part_count(&self, stream: Stream) -> usize {
        self.parts.get(&stream).map_or(0, BTreeMap::len)
    }
}

impl State {
    fn task(&self, host: usize, stream: Stream) -> Task {
        self.tasks[&(host, stream)].clone()
    }

    fn set(&mut self, host: usize, stream: Stream, at: At, task: &Task) {
        let is_over = matches!(&at, At::Ready { maker } if maker.step(0) == Step::Over);
        match is_over {
            true => self.tasks.remove(&(host, stream)),
            false => self.tasks.insert((host, stream), Task { at, ..task.clone() }),
        };
    }

    fn send(&mut self, host: usize, stream: Stream, what: What) {
        self.under_way.push(Write { host, stream, what });
        self.under_way.sort();
    }

    /// The next thing that a task does by itself.
    fn go(&mut self, number: usize, stream: Stream) {
        let mut task = self.task(number, stream);
        let known = self.bucket.lives.get(&stream).cloned();
        match task.at.clone() {
            At::TakeOver { cancelled } => {
                let Some((version, life)) = known else {
                    self.tasks.remove(&(number, stream));
                    return;
                };
                task.version = version;
                match life.taken_over_by(host(number), cancelled) {
                    Some(taken) => {
                        self.send(number, stream, manifest(version, &taken));
                        self.set(number, stream, At::Taking { life: taken }, &task);
                    }
                    None => self.set(number, stream, At::Count { life }, &task),
                }
            }
            At::Count { life } => {
                let count = self.bucket.part_count(stream);
                let last = count.checked_sub(1).and_then(|last| self.bucket.parts[&stream][&last].sentence);
                let maker = Maker::resume(host(number), life, self.sentences[stream], count, last);
                self.set(number, stream, At::Ready { maker }, &task);
            }
            At::Announce { maker } => {
                self.send(number, stream, manifest(0, maker.life()));
                self.set(number, stream, At::Waiting { maker }, &task);
            }
            At::ReadOwner { then } => {
                let version = self.bucket.owner.map(|(version, _)| version);
                let older = self.bucket.owner.map(|(_, stream)| stream);
                let at = if older == Some(stream) {
                    then.won()
                } else if self.bucket.older.contains(&stream) {
                    then.lost()
                } else {
                    self.send(number, stream, What::Owner { expected: version });
                    At::Claim { then, older }
                };
                self.set(number, stream, at, &task);
            }
            At::Ready { maker } => self.step(number, stream, maker, task),
            At::Looked { mut maker } => {
                match task.cancelled {
                    Some(reason) => maker.finish(Finish::cancelled(reason)),
                    None => maker.spoken(Spoken::Clip),
                }
                self.set(number, stream, At::Ready { maker }, &task);
            }
            At::Taking { .. } | At::Claim { .. } | At::Waiting { .. } | At::Leaving { .. } => {}
        }
    }

    fn step(&mut self, number: usize, stream: Stream, mut maker: Maker, mut task: Task) {
        let speaks = matches!(maker.step(0), Step::Speak { .. } | Step::Store { .. });
        if let Some(reason) = task.cancelled.filter(|_| speaks) {
            maker.finish(Finish::cancelled(reason));
        }
        match maker.step(0) {
            Step::Open { .. } => self.set(number, stream, At::Announce { maker }, &task),
            Step::Speak { .. } => {
                let (version, life) = self.bucket.lives[&stream].clone();
                let standing = if !life.is_held_by(&host(number), maker.life().term) {
                    Standing::Lost
                } else if self.bucket.owner.is_some_and(|(_, owner)| owner != stream) {
                    Standing::Preempted
                } else {
                    Standing::Held
                };
                task.version = version;
                maker.checked(standing);
                let at = match standing {
                    Standing::Held => At::Looked { maker },
                    _ => At::Ready { maker },
                };
                self.set(number, stream, at, &task);
            }
            Step::Store { part, sentence } => {
                self.send(
                    number,
                    stream,
                    What::Part { number: part, sentence: Some(sentence), fence: false },
                );
                self.set(number, stream, At::Waiting { maker }, &task);
            }
            Step::Look => {
                let (version, life) = self.bucket.lives[&stream].clone();
                task.version = version;
                let is_held = life.is_held_by(&host(number), maker.life().term);
                maker.checked(if is_held { Standing::Held } else { Standing::Lost });
                self.set(number, stream, At::Ready { maker }, &task);
            }
            Step::Fence { part, sentence } => {
                self.send(number, stream, What::Part { number: part, sentence, fence: true });
                self.set(number, stream, At::Waiting { maker }, &task);
            }
            Step::Decide { end } => {
                self.send(number, stream, manifest(task.version, &maker.life().ended(end)));
                self.set(number, stream, At::Waiting { maker }, &task);
            }
            Step::Seal { end } => {
                self.send(number, stream, What::Sentinel { end: sentinel_key(&end) });
                self.set(number, stream, At::Waiting { maker }, &task);
            }
            Step::Over => {}
        }
    }

    /// A write reaches the bucket, and its task, if that lives, goes on.
    fn arrive(&mut self, index: usize) {
        let write = self.under_way.remove(index);
        let written = self.bucket.write(&write);
        let (number, stream) = (write.host, write.stream);
        if self.dead[number] || !self.tasks.contains_key(&(number, stream)) {
            return;
        }
        let mut task = self.task(number, stream);
        let stored = self.bucket.lives.get(&stream).cloned();
        let at = match (task.at.clone(), &write.what) {
            (At::Taking { life }, What::Manifest { expected, .. }) => {
                task.version = expected + 1;
                let cancelled = task.cancelled;
                match (written, &life.cancelled) {
                    (true, None) => At::ReadOwner { then: Then::Count { life } },
                    (true, Some(_)) => At::Count { life },
                    (false, _) => At::TakeOver { cancelled },
                }
            }
            (At::Claim { then, .. }, What::Owner { .. }) if !written => At::ReadOwner { then },
            (At::Claim { then, older }, What::Owner { .. }) => {
                if let Some(older) = older {
                    self.preempt(number, older);
                }
                then.won()
            }
            (At::Leaving { life }, What::Manifest { .. }) => {
                let (version, now) = stored.expect("was written once");
                if written || !now.is_held_by(&host(number), life.term) {
                    self.tasks.remove(&(number, stream));
                    return;
                }
                self.send(number, stream, manifest(version, &now.handed_over()));
                At::Leaving { life }
            }
            // The part that its host has given up arrives after all.
            (At::Waiting { maker }, What::Part { number, fence, .. })
                if !match maker.step(0) {
                    Step::Store { part, .. } => part == *number && !fence,
                    Step::Fence { part, .. } => part == *number && *fence,
                    _ => false,
                } =>
            {
                At::Waiting { maker }
            }
            (At::Waiting { maker }, what) => self.answered(stream, maker, &mut task, what, written, stored),
            (at, _) => at,
        };
        self.set(number, stream, at, &task);
    }

    /// Whether the host that has sent it waits for it no more.
    fn is_given_up(&self, write: &Write) -> bool {
        let is_part = matches!(write.what, What::Part { fence: false, .. });
        let waits = self.tasks.get(&(write.host, write.stream)).is_some_and(
            |task| matches!(&task.at, At::Waiting { maker } if matches!(maker.step(0), Step::Store { .. })),
        );
        is_part && !waits
    }

    fn answered(
        &self,
        stream: Stream,
        mut maker: Maker,
        task: &mut Task,
        what: &What,
        written: bool,
        stored: Option<(usize, Life)>,
    ) -> At {
        match (maker.step(0), what) {
            (Step::Open { .. }, What::Manifest { .. }) => {
                task.version = 1;
                return At::ReadOwner { then: Then::Open { maker } };
            }
            (Step::Store { part, .. } | Step::Fence { part, .. }, What::Part { number, .. }) => {
                assert_eq!(part, *number, "a task has one write under way");
                // Ours, or that of a host which was faster.
                maker.stored(self.bucket.parts[&stream][number].sentence);
            }
            (Step::Decide { .. }, What::Manifest { expected, .. }) => {
                let (version, life) = stored.expect("was written once");
                task.version = if written { expected + 1 } else { version };
                maker.decided(life);
            }
            (Step::Seal { .. }, What::Sentinel { .. }) => maker.sealed(),
            (step, what) => panic!("{what:?} answers {step:?}"),
        }
        At::Ready { maker }
    }

    /// The host ends a stream that it has preempted: its own, or another host's by taking it over.
    fn preempt(&mut self, number: usize, older: Stream) {
        match self.tasks.get_mut(&(number, older)) {
            Some(task) => {
                task.cancelled.get_or_insert("preempted");
            }
            None => self.take_over(number, older, Some("preempted")),
        }
    }

    fn take_over(&mut self, number: usize, stream: Stream, cancelled: Option<&'static str>) {
        let task = Task { at: At::TakeOver { cancelled }, version: 0, cancelled };
        self.tasks.insert((number, stream), task);
    }
}

impl Then {
    fn won(self) -> At {
        match self {
            Self::Open { mut maker } => {
                maker.opened();
                At::Looked { maker }
            }
            Self::Count { life } => At::Count { life },
        }
    }

    fn lost(self) -> At {
        match self {
            Self::Open { mut maker } => {
                maker.opened();
                maker.finish(Finish::cancelled("preempted"));
                At::Ready { maker }
            }
            // It sees so before its next part.
            Self::Count { life } => At::Count { life },
        }
    }
}

fn manifest(expected: usize, life: &Life) -> What {
    What::Manifest { expected, life: life_key(life) }
}

impl World {
    fn possible(&self, state: &State, actions: &mut Vec<Action>) {
        let alive = |host: &usize| !state.dead[*host];
        for (stream, begun) in state.begun.iter().enumerate() {
            if !begun && alive(&stream) {
                actions.push(Action::Begin(stream));
            }
        }
        for (&(host, stream), task) in &state.tasks {
            if !matches!(
                task.at,
                At::Taking { .. } | At::Claim { .. } | At::Waiting { .. } | At::Leaving { .. }
            ) {
                actions.push(Action::Go(host, stream));
            }
            if state.left.faults > 0 && matches!(task.at, At::Looked { .. }) {
                actions.push(Action::Fail(host, stream));
            }
            let can_stop = matches!(&task.at, At::Looked { .. })
                || matches!(&task.at, At::Ready { maker } if matches!(maker.step(0), Step::Store { .. }));
            let stores =
                matches!(&task.at, At::Waiting { maker } if matches!(maker.step(0), Step::Store { .. }));
            if state.left.lost > 0 && stores {
                actions.push(Action::GiveUp(host, stream));
            }
            if state.left.stops > 0 && can_stop {
                actions.push(Action::Stop(host, stream));
            }
        }
        for (index, write) in state.under_way.iter().enumerate() {
            actions.push(Action::Arrive(index));
            if state.dead[write.host] || state.is_given_up(write) {
                actions.push(Action::Vanish(index));
            }
        }
        let hosts = 0..self.hosts;
        // Somebody has to be left to answer.
        if state.left.deaths > 0 && hosts.clone().filter(alive).count() > 1 {
            actions.extend(hosts.clone().filter(alive).map(Action::Die));
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
    /// Whether all streams end where nothing happens any more but that whoever waits for one asks for it, once.
    fn ends_when_asked_for(&self, state: &State) -> bool {
        let host = (0..self.hosts).find(|host| !state.dead[*host]).expect("one is left");
        let mut state = state.clone();
        for stream in unended(&state).collect::<Vec<_>>() {
            state.take_over(host, stream, None);
            let mut actions = Vec::new();
            for _ in 0..MOST_STEPS {
                self.possible(&state, &mut actions);
                let Some(action) = actions.pop() else { break };
                state = self.next_state(&state, action).expect("is possible");
                actions.clear();
            }
        }
        unended(&state).next().is_none()
    }
}

/// More than an undisturbed stream takes to its end.
const MOST_STEPS: usize = 200;

/// Streams that others know of and that have no sentinel.
fn unended(state: &State) -> impl Iterator<Item = Stream> {
    let streams = state.bucket.lives.keys().copied();
    streams.filter(|stream| !state.bucket.sentinels.contains_key(stream)).collect::<Vec<_>>().into_iter()
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            bucket: Bucket::default(),
            tasks: BTreeMap::new(),
            dead: vec![false; self.hosts],
            under_way: Vec::new(),
            begun: vec![false; self.sentences.len()],
            sentences: self.sentences,
            left: Left {
                deaths: self.deaths,
                resumes: self.resumes,
                cancels: self.cancels,
                faults: self.faults,
                stops: self.stops,
                lost: self.lost,
            },
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
                let maker = Maker::begin(host(stream), self.sentences[stream]);
                let task = Task { at: At::Ready { maker }, version: 0, cancelled: None };
                state.tasks.insert((stream, stream), task);
            }
            Action::Go(host, stream) => state.go(host, stream),
            Action::Fail(host, stream) => {
                state.left.faults -= 1;
                let task = state.task(host, stream);
                if let At::Looked { mut maker } = task.at.clone() {
                    maker.spoken(Spoken::Skipped { reason: "unspeakable".into() });
                    state.set(host, stream, At::Ready { maker }, &task);
                }
            }
            Action::Arrive(index) => state.arrive(index),
            Action::Vanish(index) => {
                state.under_way.remove(index);
            }
            Action::GiveUp(host, stream) => {
                state.left.lost -= 1;
                let task = state.task(host, stream);
                if let At::Waiting { mut maker } = task.at.clone() {
                    maker.unsettled();
                    maker.finish(Finish::failed("lost".into()));
                    state.set(host, stream, At::Ready { maker }, &task);
                }
            }
            Action::Die(host) => {
                state.left.deaths -= 1;
                state.dead[host] = true;
                state.tasks.retain(|(of, _), _| *of != host);
            }
            Action::Resume(host, stream) => {
                state.left.resumes = state.left.resumes.saturating_sub(1);
                state.take_over(host, stream, None);
            }
            Action::Cancel(host, stream) => {
                state.left.cancels -= 1;
                match state.tasks.get_mut(&(host, stream)) {
                    Some(task) => {
                        task.cancelled.get_or_insert("cancelled");
                    }
                    None => state.take_over(host, stream, Some("cancelled")),
                }
            }
            Action::Stop(number, stream) => {
                state.left.stops -= 1;
                let task = state.task(number, stream);
                if let At::Looked { maker } | At::Ready { maker } = task.at.clone() {
                    let life = maker.life().clone();
                    state.send(number, stream, manifest(task.version, &life.handed_over()));
                    state.set(number, stream, At::Leaving { life }, &task);
                }
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the sentinel is last", |_, state: &State| !state.bucket.late),
            Property::always("the sentinel says what was decided", |_, state: &State| {
                !state.bucket.undecided
            }),
            Property::always("the sentinel counts the parts", |_, state: &State| {
                let mut sentinels = state.bucket.sentinels.iter();
                sentinels.all(|(stream, sentinel)| state.bucket.part_count(*stream) == sentinel.parts)
            }),
            Property::always("parts have no hole", |_, state: &State| {
                state.bucket.parts.values().all(|parts| parts.keys().copied().eq(0..parts.len()))
            }),
            Property::always("nothing is spoken twice", |_, state: &State| {
                state.bucket.parts.values().all(|parts| {
                    let spoken = parts.values().filter(|part| !part.fence).map(|part| part.sentence);
                    spoken.is_sorted_by(|one, next| one < next)
                })
            }),
            Property::always("nothing is lost", |model: &World, state: &State| {
                state.bucket.sentinels.iter().all(|(stream, sentinel)| {
                    let parts = state.bucket.parts.get(stream);
                    let spoken = parts.map_or(0, |parts| parts.values().filter(|part| !part.fence).count());
                    sentinel.outcome != Outcome::Complete
                        || spoken + model.faults - state.left.faults >= model.sentences[*stream]
                })
            }),
            Property::always("who lost the contact stops", |_, state: &State| {
                let mut losses = state.bucket.parts_at_loss.iter();
                losses.all(|(stream, parts)| {
                    let now = state.bucket.parts.get(stream);
                    let behind = now.into_iter().flat_map(|now| now.range(parts..));
                    behind.filter(|(_, part)| !part.fence).count() <= 1
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
            // What the others would not find: that nothing ever happens.
            Property::sometimes("a stream is taken over and completed", |_, state: &State| {
                state.bucket.sentinels.iter().any(|(stream, sentinel)| {
                    sentinel.outcome == Outcome::Complete && state.bucket.lives[stream].1.term > 0
                })
            }),
            Property::sometimes("a fence is needed", |_, state: &State| {
                state.bucket.parts.values().any(|parts| parts.values().any(|part| part.fence))
            }),
        ]
    }
}

/// Explores all of it.
fn explore(world: World) {
    let checker = world.checker().threads(2).spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
}

/// One stream of two sentences on two hosts, and nothing that happens to it.
const QUIET: World =
    World { sentences: &[2], hosts: 2, deaths: 0, resumes: 0, cancels: 0, faults: 0, stops: 0, lost: 0 };

#[test]
fn a_stream_outlives_its_host_and_late_writes_do_no_harm() {
    explore(World { deaths: 1, resumes: 3, faults: 1, ..QUIET });
}

#[test]
fn a_part_that_was_given_up_may_come_late_or_never() {
    explore(World { lost: 1, resumes: 2, cancels: 1, ..QUIET });
}

#[test]
fn a_cancel_on_any_host_ends_a_stream_that_moves() {
    explore(World { deaths: 1, resumes: 2, cancels: 2, ..QUIET });
}

#[test]
fn a_host_that_stops_hands_its_stream_over() {
    explore(World { stops: 1, resumes: 2, cancels: 1, ..QUIET });
}

#[test]
fn of_two_starts_for_a_contact_one_lives() {
    explore(World { sentences: &[1, 2], deaths: 1, resumes: 1, ..QUIET });
}
