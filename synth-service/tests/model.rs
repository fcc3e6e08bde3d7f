//! The protocol of streams under every interleaving: two hosts, one bucket, hosts that die, wake up too late, are
//! told to cancel, and take over from each other.
//!
//! Decisions are those of [`Protocol`], the very code that the service runs, and of [`Life`]. The model adds what lies
//! around it: a bucket whose conditional writes are atomic, and writes that are under way, land later than their host
//! expects, land after its death, or never.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a model that is wrong can only stop")]

use std::collections::{BTreeMap, BTreeSet};

use contract::{
    HostId, Life,
    stream::{Outcome, Sentinel},
};
use stateright::{Checker, Model, Property};
use synth_service::streams::{
    end::EndCause,
    protocol::{Protocol, Spoken, Standing, Step},
};

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
    /// How often the beat of a host that lives may stop: it is paused, or the bucket does not take it.
    stalls: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    bucket: Bucket,
    /// What each host does; a host has at most one task for a stream at a time, and forgets those that are over.
    tasks: BTreeMap<(usize, Stream), Task>,
    dead: Vec<bool>,
    /// Hosts whose last beat is too old, by the bucket's clock.
    gone: Vec<bool>,
    /// Writes that were sent and have not arrived.
    under_way: Vec<Write>,
    begun: Vec<bool>,
    /// Of each stream.
    sentences: &'static [usize],
    left: Left,
}

/// How often something may happen still.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Left {
    deaths: usize,
    resumes: usize,
    cancels: usize,
    faults: usize,
    stops: usize,
    lost: usize,
    stalls: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Bucket {
    /// Streams that other hosts can find, with the host that began each.
    manifests: BTreeMap<Stream, usize>,
    /// A stream's life from its first change on; the number of its writes is its version.
    lives: BTreeMap<Stream, (usize, Life)>,
    /// A stream was taken to be gone on with while its host lived and beat.
    taken_from_the_living: bool,
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
    tombstone: bool,
}

/// A host's work on a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Task {
    at: At,
    /// Version of the manifest that this host has seen last.
    version: usize,
    cancelled: Option<EndCause>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum At {
    /// Reads the manifest to take the stream over.
    TakeOver {
        cancelled: Option<EndCause>,
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
        protocol: Protocol,
    },
    /// Claims the contact: reads who owns it.
    ReadOwner {
        then: Then,
    },
    Claim {
        then: Then,
        older: Option<Stream>,
    },
    /// Does the protocol's next step.
    Ready {
        protocol: Protocol,
    },
    /// A look has shown that all is well; the sentence is spoken next.
    Looked {
        protocol: Protocol,
    },
    /// Waits for a write.
    Waiting {
        protocol: Protocol,
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
    Open { protocol: Protocol },
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
    Manifest,
    Life { expected: usize, life: LifeKey },
    Part { number: usize, sentence: Option<usize>, tombstone: bool },
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
    /// Its last beat has grown too old.
    MissBeats(usize),
    /// A host that lives beats again.
    Beat(usize),
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
            What::Manifest => {
                self.manifests.insert(stream, write.host);
            }
            What::Life { expected, life: key } => {
                let version = self.lives.get(&stream).map_or(0, |(version, _)| *version);
                if version != *expected {
                    return false;
                }
                self.lives.insert(stream, (version + 1, life(key)));
            }
            What::Part { number, sentence, tombstone } => {
                let parts = self.parts.entry(stream).or_default();
                if parts.contains_key(number) {
                    return false;
                }
                parts.insert(*number, Part { sentence: *sentence, tombstone: *tombstone });
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

    /// A stream's life and its version, which is 0 while nothing has changed.
    fn life(&self, stream: Stream) -> Option<(usize, Life)> {
        let begun_by = *self.manifests.get(&stream)?;
        let first = || (0, Life::begun_by(host(begun_by)));
        Some(self.lives.get(&stream).cloned().unwrap_or_else(first))
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
        let is_over = matches!(&at, At::Ready { protocol } if protocol.step(0) == Step::Over);
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
        let known = self.bucket.life(stream);
        match task.at.clone() {
            At::TakeOver { cancelled } => {
                let Some((version, life)) = known else {
                    self.tasks.remove(&(number, stream));
                    return;
                };
                // Only the streams of a host that is gone, or has handed them over, are gone on with.
                let is_any = |maker: &HostId, of: &[bool]| (0..of.len()).any(|n| of[n] && host(n) == *maker);
                let may_be_taken = |maker: &HostId| *maker == host(number) || is_any(maker, &self.gone);
                let is_left = life.maker.as_ref().is_none_or(may_be_taken);
                if cancelled.is_none() && life.end.is_none() && !is_left {
                    self.tasks.remove(&(number, stream));
                    return;
                }
                task.version = version;
                match life.taken_over_by(host(number), cancelled.map(EndCause::word)) {
                    Some(taken) => {
                        let lives = |maker: &HostId| *maker != host(number) && !is_any(maker, &self.dead);
                        let from_the_living = cancelled.is_none() && life.maker.as_ref().is_some_and(lives);
                        self.bucket.taken_from_the_living |= from_the_living;
                        self.send(number, stream, changed(version, &taken));
                        self.set(number, stream, At::Taking { life: taken }, &task);
                    }
                    None => self.set(number, stream, At::Count { life }, &task),
                }
            }
            At::Count { life } => {
                let count = self.bucket.part_count(stream);
                let last = count.checked_sub(1).and_then(|last| self.bucket.parts[&stream][&last].sentence);
                let protocol = Protocol::resume(host(number), life, self.sentences[stream], count, last);
                self.set(number, stream, At::Ready { protocol }, &task);
            }
            At::Announce { protocol } => {
                self.send(number, stream, What::Manifest);
                self.set(number, stream, At::Waiting { protocol }, &task);
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
            At::Ready { protocol } => self.step(number, stream, protocol, task),
            At::Looked { mut protocol } => {
                match task.cancelled {
                    Some(reason) => protocol.finish(reason.into()),
                    None => protocol.spoken(Spoken::Clip),
                }
                self.set(number, stream, At::Ready { protocol }, &task);
            }
            At::Taking { .. } | At::Claim { .. } | At::Waiting { .. } | At::Leaving { .. } => {}
        }
    }

    fn step(&mut self, number: usize, stream: Stream, mut protocol: Protocol, mut task: Task) {
        let speaks = matches!(protocol.step(0), Step::Speak { .. } | Step::Store { .. });
        if let Some(reason) = task.cancelled.filter(|_| speaks) {
            protocol.finish(reason.into());
        }
        match protocol.step(0) {
            Step::Open { .. } => self.set(number, stream, At::Announce { protocol }, &task),
            Step::Speak { .. } => {
                let (version, life) = self.bucket.life(stream).expect("is open");
                let standing = if !life.is_held_by(&host(number), protocol.life().term) {
                    Standing::Lost(life)
                } else if self.bucket.owner.is_some_and(|(_, owner)| owner != stream) {
                    Standing::Preempted
                } else {
                    Standing::Held
                };
                task.version = version;
                let is_held = standing == Standing::Held;
                protocol.checked(standing);
                let at = if is_held { At::Looked { protocol } } else { At::Ready { protocol } };
                self.set(number, stream, at, &task);
            }
            Step::Store { part, sentence } => {
                self.send(
                    number,
                    stream,
                    What::Part { number: part, sentence: Some(sentence), tombstone: false },
                );
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Look => {
                let (version, life) = self.bucket.life(stream).expect("is open");
                task.version = version;
                let is_held = life.is_held_by(&host(number), protocol.life().term);
                protocol.checked(if is_held { Standing::Held } else { Standing::Lost(life) });
                self.set(number, stream, At::Ready { protocol }, &task);
            }
            Step::Tombstone { part, sentence } => {
                self.send(number, stream, What::Part { number: part, sentence, tombstone: true });
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Decide { end } => {
                self.send(number, stream, changed(task.version, &protocol.life().ended(end)));
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Seal { end } => {
                self.send(number, stream, What::Sentinel { end: sentinel_key(&end) });
                self.set(number, stream, At::Waiting { protocol }, &task);
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
        let stored = self.bucket.life(stream);
        let at = match (task.at.clone(), &write.what) {
            (At::Taking { life }, What::Life { expected, .. }) => {
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
            (At::Leaving { life }, What::Life { .. }) => {
                let (version, now) = stored.expect("was written once");
                if written || !now.is_held_by(&host(number), life.term) {
                    self.tasks.remove(&(number, stream));
                    return;
                }
                self.send(number, stream, changed(version, &now.handed_over()));
                At::Leaving { life }
            }
            // The part that its host has given up arrives after all.
            (At::Waiting { protocol }, What::Part { number, tombstone, .. })
                if !match protocol.step(0) {
                    Step::Store { part, .. } => part == *number && !tombstone,
                    Step::Tombstone { part, .. } => part == *number && *tombstone,
                    _ => false,
                } =>
            {
                At::Waiting { protocol }
            }
            (At::Waiting { protocol }, what) => {
                self.answered(stream, protocol, &mut task, what, written, stored)
            }
            (at, _) => at,
        };
        self.set(number, stream, at, &task);
    }

    /// Whether the host that has sent it waits for it no more.
    fn is_given_up(&self, write: &Write) -> bool {
        let is_part = matches!(write.what, What::Part { tombstone: false, .. });
        let waits = self.tasks.get(&(write.host, write.stream)).is_some_and(
            |task| matches!(&task.at, At::Waiting { protocol } if matches!(protocol.step(0), Step::Store { .. })),
        );
        is_part && !waits
    }

    fn answered(
        &self,
        stream: Stream,
        mut protocol: Protocol,
        task: &mut Task,
        what: &What,
        written: bool,
        stored: Option<(usize, Life)>,
    ) -> At {
        match (protocol.step(0), what) {
            (Step::Open { .. }, What::Manifest) => {
                return At::ReadOwner { then: Then::Open { protocol } };
            }
            (Step::Store { part, .. } | Step::Tombstone { part, .. }, What::Part { number, .. }) => {
                assert_eq!(part, *number, "a task has one write under way");
                // Ours, or that of a host which was faster.
                protocol.stored(self.bucket.parts[&stream][number].sentence);
            }
            (Step::Decide { .. }, What::Life { expected, .. }) => {
                let (version, life) = stored.expect("was written once");
                task.version = if written { expected + 1 } else { version };
                protocol.decided(life);
            }
            (Step::Seal { .. }, What::Sentinel { .. }) => protocol.sealed(),
            (step, what) => panic!("{what:?} answers {step:?}"),
        }
        At::Ready { protocol }
    }

    /// The host ends a stream that it has preempted: its own, or another host's by taking it over.
    fn preempt(&mut self, number: usize, older: Stream) {
        match self.tasks.get_mut(&(number, older)) {
            Some(task) => {
                task.cancelled.get_or_insert(EndCause::Preempted);
            }
            None => self.take_over(number, older, Some(EndCause::Preempted)),
        }
    }

    fn take_over(&mut self, number: usize, stream: Stream, cancelled: Option<EndCause>) {
        let task = Task { at: At::TakeOver { cancelled }, version: 0, cancelled };
        self.tasks.insert((number, stream), task);
    }
}

impl Then {
    fn won(self) -> At {
        match self {
            Self::Open { mut protocol } => {
                protocol.opened();
                At::Looked { protocol }
            }
            Self::Count { life } => At::Count { life },
        }
    }

    fn lost(self) -> At {
        match self {
            Self::Open { mut protocol } => {
                protocol.opened();
                protocol.finish(EndCause::Preempted.into());
                At::Ready { protocol }
            }
            // It sees so before its next part.
            Self::Count { life } => At::Count { life },
        }
    }
}

/// A change of a life.
fn changed(expected: usize, life: &Life) -> What {
    What::Life { expected, life: life_key(life) }
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
                || matches!(&task.at, At::Ready { protocol } if matches!(protocol.step(0), Step::Store { .. }));
            let stores = matches!(&task.at, At::Waiting { protocol } if matches!(protocol.step(0), Step::Store { .. }));
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
    /// Whether all streams end where nothing happens any more but that whoever waits for one asks for it, once.
    fn ends_when_asked_for(&self, state: &State) -> bool {
        let mut state = state.clone();
        // From here on all goes well, and in time every dead host is known to be gone.
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
    /// Does whatever is possible, until nothing is.
    fn run_to_the_end(&self, mut state: State) -> State {
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

/// More than an undisturbed stream takes to its end.
const MOST_STEPS: usize = 200;

/// Streams that others know of and that have no sentinel.
fn unended(state: &State) -> impl Iterator<Item = Stream> {
    let streams = state.bucket.manifests.keys().copied();
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
            gone: vec![false; self.hosts],
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
                stalls: self.stalls,
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
                let protocol = Protocol::begin(host(stream), self.sentences[stream]);
                let task = Task { at: At::Ready { protocol }, version: 0, cancelled: None };
                state.tasks.insert((stream, stream), task);
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
                if let At::Waiting { mut protocol } = task.at.clone() {
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
                model.stalls > 0 || !state.bucket.taken_from_the_living
            }),
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
                    let spoken = parts.values().filter(|part| !part.tombstone).map(|part| part.sentence);
                    spoken.is_sorted_by(|one, next| one < next)
                })
            }),
            Property::always("nothing is lost", |model: &World, state: &State| {
                state.bucket.sentinels.iter().all(|(stream, sentinel)| {
                    let parts = state.bucket.parts.get(stream);
                    let spoken =
                        parts.map_or(0, |parts| parts.values().filter(|part| !part.tombstone).count());
                    sentinel.outcome != Outcome::Complete
                        || spoken + model.faults - state.left.faults >= model.sentences[*stream]
                })
            }),
            Property::always("who lost the contact stops", |_, state: &State| {
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
            // What the others would not find: that nothing ever happens.
            Property::sometimes("a stream is taken over and completed", |_, state: &State| {
                state.bucket.sentinels.iter().any(|(stream, sentinel)| {
                    sentinel.outcome == Outcome::Complete
                        && state.bucket.life(*stream).is_some_and(|(_, life)| life.term > 0)
                })
            }),
            Property::sometimes("a tombstone is needed", |_, state: &State| {
                state.bucket.parts.values().any(|parts| parts.values().any(|part| part.tombstone))
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
const QUIET: World = World {
    sentences: &[2],
    hosts: 2,
    deaths: 0,
    resumes: 0,
    cancels: 0,
    faults: 0,
    stops: 0,
    lost: 0,
    stalls: 0,
};

#[test]
fn a_stream_outlives_its_host_and_late_writes_do_no_harm() {
    explore(World { deaths: 1, resumes: 2, faults: 1, stalls: 1, ..QUIET });
}

#[test]
fn a_host_that_only_misses_its_beats_loses_its_stream_and_does_no_harm() {
    explore(World { stalls: 2, resumes: 3, ..QUIET });
}

#[test]
fn a_stream_stays_with_a_host_that_beats_however_often_others_are_asked() {
    explore(World { deaths: 1, resumes: 3, faults: 1, stops: 1, ..QUIET });
}

#[test]
fn a_part_that_was_given_up_may_come_late_or_never() {
    explore(World { lost: 1, resumes: 2, cancels: 1, stalls: 1, ..QUIET });
}

#[test]
fn a_cancel_on_any_host_ends_a_stream_that_moves() {
    explore(World { deaths: 1, resumes: 2, cancels: 2, stalls: 1, ..QUIET });
}

#[test]
fn a_host_that_stops_hands_its_stream_over() {
    explore(World { stops: 1, resumes: 2, cancels: 1, ..QUIET });
}

#[test]
fn of_two_starts_for_a_contact_one_lives() {
    explore(World { sentences: &[1, 2], deaths: 1, resumes: 1, ..QUIET });
}
