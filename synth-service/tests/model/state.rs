//! The state of the world, and the steps of tasks.

use std::collections::BTreeMap;

use contract::{HostId, Life};
use synth_service::streams::{
    end::EndCause,
    protocol::{Protocol, Spoken, Standing, Step},
};

use super::{
    bucket::{Bucket, Close, Content, Page, Stream, Write, changed, host, sentinel_key},
    task::{At, Task, Then},
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) bucket: Bucket,
    /// The running tasks, at most one per host and stream.
    pub(crate) tasks: BTreeMap<(usize, Stream), Task>,
    pub(crate) dead: Vec<bool>,
    /// Whether a host's last beat is too old, by the bucket's clock.
    pub(crate) gone: Vec<bool>,
    /// Writes in flight.
    pub(crate) under_way: Vec<Write>,
    pub(crate) begun: Vec<bool>,
    /// The text of each stream, as far as it is certain.
    pub(crate) texts: Vec<Text>,
    pub(crate) left: Left,
}

/// A text. A growing one is written by the host that began its stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Text {
    /// Sentences that are certain.
    pub(crate) certain: usize,
    pub(crate) ending: Option<Close>,
    /// Sentences that the host of the last takeover found, and that must not be lost. Without a takeover, the certain
    /// ones must not be lost.
    pub(crate) owed: Option<usize>,
    pub(crate) is_growing: bool,
}

/// Remaining number of each kind of disturbance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    /// Hosts that may die.
    pub(crate) deaths: usize,
    /// Number of requests to resume a stream, at any host.
    pub(crate) resumes: usize,
    /// Number of requests to cancel a stream, at any host.
    pub(crate) cancels: usize,
    /// Number of sentences that may be unspeakable.
    pub(crate) faults: usize,
    /// Number of streams that a stopping host hands over.
    pub(crate) stops: usize,
    /// Number of parts whose answer is lost, so that their host gives up and ends the stream.
    pub(crate) lost: usize,
    /// Number of writers that fail.
    pub(crate) writers: usize,
    /// Number of times that the beat of a live host stops: it is paused, or the bucket rejects the beat.
    pub(crate) stalls: usize,
}

impl State {
    pub(crate) fn task(&self, host: usize, stream: Stream) -> Task {
        self.tasks[&(host, stream)].clone()
    }

    pub(crate) fn set(&mut self, host: usize, stream: Stream, at: At, task: &Task) {
        let is_over = matches!(&at, At::Ready { protocol } if protocol.step(0) == Step::Over);
        match is_over {
            true => self.tasks.remove(&(host, stream)),
            false => self.tasks.insert((host, stream), Task { at, ..task.clone() }),
        };
    }

    pub(crate) fn send(&mut self, host: usize, stream: Stream, content: Content) {
        self.under_way.push(Write { host, stream, content });
        self.under_way.sort();
    }

    /// A task's next step.
    pub(crate) fn go(&mut self, number: usize, stream: Stream) {
        let mut task = self.task(number, stream);
        let known = self.bucket.life(stream);
        match task.at.clone() {
            At::TakeOver { cancelled } => {
                let Some((version, life)) = known else {
                    self.tasks.remove(&(number, stream));
                    return;
                };
                // Only streams whose host is gone, or has handed them over, are resumed.
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
                        let from_live_host = cancelled.is_none() && life.maker.as_ref().is_some_and(lives);
                        self.bucket.taken_from_live_host |= from_live_host;
                        self.send(number, stream, changed(version, &taken));
                        self.set(number, stream, At::Taking { life: taken }, &task);
                    }
                    None => self.set(number, stream, At::Count { life }, &task),
                }
            }
            At::Count { life } => {
                let count = self.bucket.part_count(stream);
                let last = count.checked_sub(1).and_then(|last| self.bucket.parts[&stream][&last].sentence);
                let (certain, ending) = self.recorded(stream);
                if life.end.is_none() {
                    self.texts[stream].owed = Some(certain);
                }
                let ending = Some(ending.unwrap_or(Close::WriterLost).ending());
                let protocol = Protocol::resume(host(number), life, (certain, ending), count, last);
                self.set(number, stream, At::Ready { protocol }, &task);
            }
            At::Announce { protocol } => {
                self.send(number, stream, Content::Manifest);
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
                    self.send(number, stream, Content::Owner { expected: version });
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
            At::Taking { .. }
            | At::Claim { .. }
            | At::Recording { .. }
            | At::Waiting { .. }
            | At::Leaving { .. } => {}
        }
    }

    /// The sentences of a stream that every host can know, and the end of its text.
    pub(crate) fn recorded(&self, stream: Stream) -> (usize, Option<Close>) {
        let text = &self.texts[stream];
        match self.bucket.last_page(stream) {
            Some(page) => (page.upto, page.ending),
            None if text.is_growing => (0, None),
            None => (text.certain, text.ending),
        }
    }

    /// The host's standing in a stream, by the bucket.
    fn standing(&self, number: usize, stream: Stream, protocol: &Protocol) -> Standing {
        let (_, life) = self.bucket.life(stream).expect("is open");
        if !life.is_held_by(&host(number), protocol.life().term) {
            Standing::Lost(life)
        } else if self.bucket.owner.is_some_and(|(_, owner)| owner != stream) {
            Standing::Preempted
        } else {
            Standing::Held
        }
    }

    /// Whether a task that waits for its text has something to do.
    pub(crate) fn is_woken(&self, number: usize, stream: Stream, task: &Task) -> bool {
        let At::Ready { protocol } = &task.at else { return true };
        let Step::Await { .. } = protocol.step(0) else { return true };
        let text = &self.texts[stream];
        text.certain > protocol.sentences()
            || text.ending.is_some()
            || task.cancelled.is_some()
            || self.standing(number, stream, protocol) != Standing::Held
    }

    pub(crate) fn step(&mut self, number: usize, stream: Stream, mut protocol: Protocol, mut task: Task) {
        if matches!(protocol.step(0), Step::Speak { .. } | Step::Await { .. }) {
            let text = &self.texts[stream];
            protocol.grown(text.certain, text.ending.map(Close::ending).as_ref());
        }
        let speaks = matches!(protocol.step(0), Step::Speak { .. } | Step::Await { .. } | Step::Store { .. });
        if let Some(reason) = task.cancelled.filter(|_| speaks) {
            protocol.finish(reason.into());
        }
        match protocol.step(0) {
            Step::Open { .. } => self.set(number, stream, At::Announce { protocol }, &task),
            Step::Speak { .. } | Step::Await { .. } => {
                task.version = self.bucket.life(stream).expect("is open").0;
                let standing = self.standing(number, stream, &protocol);
                let is_held = standing == Standing::Held;
                protocol.checked(standing);
                let at = match protocol.unrecorded() {
                    _ if !is_held || matches!(protocol.step(0), Step::Await { .. }) => At::Ready { protocol },
                    None => At::Looked { protocol },
                    Some(_) => {
                        let text = &self.texts[stream];
                        let page = Page { upto: text.certain, ending: text.ending };
                        self.send(number, stream, Content::Page { number: task.pages, page });
                        At::Recording { protocol, upto: page.upto }
                    }
                };
                self.set(number, stream, at, &task);
            }
            Step::Store { part, sentence } => {
                self.send(
                    number,
                    stream,
                    Content::Part { number: part, sentence: Some(sentence), tombstone: false },
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
                self.send(number, stream, Content::Part { number: part, sentence, tombstone: true });
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Decide { end } => {
                self.send(number, stream, changed(task.version, &protocol.life().ended(end)));
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Seal { end } => {
                self.send(number, stream, Content::Sentinel { end: sentinel_key(&end) });
                self.set(number, stream, At::Waiting { protocol }, &task);
            }
            Step::Over => {}
        }
    }

    /// Lets a write reach the bucket; its task continues, if the host is alive.
    pub(crate) fn arrive(&mut self, index: usize) {
        let write = self.under_way.remove(index);
        let written = self.bucket.write(&write);
        let (number, stream) = (write.host, write.stream);
        if self.dead[number] || !self.tasks.contains_key(&(number, stream)) {
            return;
        }
        let mut task = self.task(number, stream);
        let stored = self.bucket.life(stream);
        let at = match (task.at.clone(), &write.content) {
            (At::Taking { life }, Content::Life { expected, .. }) => {
                task.version = expected + 1;
                let cancelled = task.cancelled;
                match (written, &life.cancelled) {
                    (true, None) => At::ReadOwner { then: Then::Count { life } },
                    (true, Some(_)) => At::Count { life },
                    (false, _) => At::TakeOver { cancelled },
                }
            }
            (At::Claim { then, .. }, Content::Owner { .. }) if !written => At::ReadOwner { then },
            (At::Claim { then, older }, Content::Owner { .. }) => {
                if let Some(older) = older {
                    self.preempt(number, older);
                }
                then.won()
            }
            (At::Leaving { life }, Content::Life { .. }) => {
                let (version, now) = stored.expect("was written once");
                if written || !now.is_held_by(&host(number), life.term) {
                    self.tasks.remove(&(number, stream));
                    return;
                }
                self.send(number, stream, changed(version, &now.handed_over()));
                At::Leaving { life }
            }
            (At::Recording { mut protocol, upto }, Content::Page { .. }) => {
                task.pages += 1;
                protocol.recorded(upto);
                At::Looked { protocol }
            }
            // A page or a part that its host has given up arrives after all.
            (at, Content::Page { .. }) => at,
            (At::Waiting { protocol }, Content::Part { number, tombstone, .. })
                if !match protocol.step(0) {
                    Step::Store { part, .. } => part == *number && !tombstone,
                    Step::Tombstone { part, .. } => part == *number && *tombstone,
                    _ => false,
                } =>
            {
                At::Waiting { protocol }
            }
            (At::Waiting { protocol }, content) => {
                self.answered(stream, protocol, &mut task, content, written, stored)
            }
            (at, _) => at,
        };
        self.set(number, stream, at, &task);
    }

    /// Whether the write's host no longer waits for it.
    pub(crate) fn is_given_up(&self, write: &Write) -> bool {
        let is_given_up =
            matches!(write.content, Content::Part { tombstone: false, .. } | Content::Page { .. });
        let waits = self.tasks.get(&(write.host, write.stream)).is_some_and(|task| match &task.at {
            At::Recording { .. } => true,
            At::Waiting { protocol } => matches!(protocol.step(0), Step::Store { .. }),
            _ => false,
        });
        is_given_up && !waits
    }

    pub(crate) fn answered(
        &self,
        stream: Stream,
        mut protocol: Protocol,
        task: &mut Task,
        content: &Content,
        written: bool,
        stored: Option<(usize, Life)>,
    ) -> At {
        match (protocol.step(0), content) {
            (Step::Open { .. }, Content::Manifest) => {
                return At::ReadOwner { then: Then::Open { protocol } };
            }
            (Step::Store { part, .. } | Step::Tombstone { part, .. }, Content::Part { number, .. }) => {
                assert_eq!(part, *number, "a task has one write under way");
                // This host's part, or that of a faster host.
                protocol.stored(self.bucket.parts[&stream][number].sentence);
            }
            (Step::Decide { .. }, Content::Life { expected, .. }) => {
                let (version, life) = stored.expect("was written once");
                task.version = if written { expected + 1 } else { version };
                protocol.decided(life);
            }
            (Step::Seal { .. }, Content::Sentinel { .. }) => protocol.sealed(),
            (step, content) => panic!("{content:?} answers {step:?}"),
        }
        At::Ready { protocol }
    }

    /// Ends a stream that one of the host's own preempts; takes it over from another host if necessary.
    pub(crate) fn preempt(&mut self, number: usize, older: Stream) {
        match self.tasks.get_mut(&(number, older)) {
            Some(task) => {
                task.cancelled.get_or_insert(EndCause::Preempted);
            }
            None => self.take_over(number, older, Some(EndCause::Preempted)),
        }
    }

    pub(crate) fn take_over(&mut self, number: usize, stream: Stream, cancelled: Option<EndCause>) {
        let task = Task { at: At::TakeOver { cancelled }, version: 0, pages: 0, cancelled };
        self.tasks.insert((number, stream), task);
    }
}

/// Streams that other hosts can find and that have no sentinel.
pub(crate) fn unended(state: &State) -> impl Iterator<Item = Stream> {
    let streams = state.bucket.manifests.keys().copied();
    streams.filter(|stream| !state.bucket.sentinels.contains_key(stream)).collect::<Vec<_>>().into_iter()
}
