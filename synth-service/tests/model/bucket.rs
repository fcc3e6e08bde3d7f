//! The bucket: conditional writes are atomic, and arrive at any time.

use std::collections::{BTreeMap, BTreeSet};

use contract::{
    HostId, Life,
    stream::{Ending, Outcome, Sentinel},
};

/// Number of a stream. All streams have the same contact.
pub(crate) type Stream = usize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bucket {
    /// Streams that other hosts can find, with the host that began each.
    pub(crate) manifests: BTreeMap<Stream, usize>,
    /// A stream's life from its first change on; the number of its writes is its version.
    pub(crate) lives: BTreeMap<Stream, (usize, Life)>,
    /// Whether a stream was taken over for a resume while its host was alive and its beat was recent.
    pub(crate) taken_from_live_host: bool,
    /// The pages of each growing text, by number.
    pub(crate) pages: BTreeMap<Stream, BTreeMap<usize, Page>>,
    pub(crate) parts: BTreeMap<Stream, BTreeMap<usize, Part>>,
    pub(crate) sentinels: BTreeMap<Stream, Sentinel>,
    /// Version of the contact's document, and the stream that owns it.
    pub(crate) owner: Option<(usize, Stream)>,
    /// The former owners.
    pub(crate) older: BTreeSet<Stream>,
    /// Whether any part was written after a sentinel.
    pub(crate) late: bool,
    /// Whether any sentinel differs from the decision.
    pub(crate) undecided: bool,
    /// Number of parts that a stream had when it lost its contact.
    pub(crate) parts_at_loss: BTreeMap<Stream, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Part {
    pub(crate) sentence: Option<usize>,
    pub(crate) tombstone: bool,
}

/// A page of a growing text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Page {
    /// Number of sentences of the text up to the end of the page.
    pub(crate) upto: usize,
    pub(crate) ending: Option<Close>,
}

/// How a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Close {
    Finished,
    WriterFailed,
    WriterLost,
}

impl Close {
    pub(crate) fn ending(self) -> Ending {
        match self {
            Self::Finished => Ending::Finished,
            Self::WriterFailed => Ending::CutShort("failed".into()),
            Self::WriterLost => Ending::CutShort("lost".into()),
        }
    }
}

/// A write in flight. Its sender learns the result if it still waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Write {
    pub(crate) host: usize,
    pub(crate) stream: Stream,
    pub(crate) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Content {
    Manifest,
    Life { expected: usize, life: LifeKey },
    Page { number: usize, page: Page },
    Part { number: usize, sentence: Option<usize>, tombstone: bool },
    Owner { expected: Option<usize> },
    Sentinel { end: SentinelKey },
}

/// Orderable copies, so that states that differ only in the order of writes are equal.
pub(crate) type SentinelKey = (usize, u8, String, usize);
pub(crate) type LifeKey = (Option<String>, u32, Option<String>, Option<SentinelKey>);

pub(crate) fn host(number: usize) -> HostId {
    HostId::from_random_bits(number as u128)
}

pub(crate) fn outcome_key(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Complete => 0,
        Outcome::Cancelled => 1,
        Outcome::Failed => 2,
    }
}

pub(crate) fn sentinel_key(end: &Sentinel) -> SentinelKey {
    (end.parts, outcome_key(end.outcome), end.reason.clone(), end.skipped)
}

pub(crate) fn sentinel(key: &SentinelKey) -> Sentinel {
    let outcome = [Outcome::Complete, Outcome::Cancelled, Outcome::Failed][usize::from(key.1)];
    Sentinel { parts: key.0, outcome, reason: key.2.clone(), skipped: key.3, ended_at_ms: 0 }
}

pub(crate) fn life_key(life: &Life) -> LifeKey {
    let maker = life.maker.as_ref().map(ToString::to_string);
    (maker, life.term, life.cancelled.clone(), life.end.as_ref().map(sentinel_key))
}

pub(crate) fn life(key: &LifeKey) -> Life {
    Life {
        maker: key.0.as_ref().map(|host| host.parse().expect("an id")),
        term: key.1,
        cancelled: key.2.clone(),
        end: key.3.as_ref().map(sentinel),
    }
}

/// The content of a write that changes a life.
pub(crate) fn changed(expected: usize, life: &Life) -> Content {
    Content::Life { expected, life: life_key(life) }
}

impl Bucket {
    /// Applies a write. Returns whether its condition held.
    pub(crate) fn write(&mut self, write: &Write) -> bool {
        let stream = write.stream;
        match &write.content {
            Content::Manifest => {
                self.manifests.insert(stream, write.host);
            }
            Content::Life { expected, life: key } => {
                let version = self.lives.get(&stream).map_or(0, |(version, _)| *version);
                if version != *expected {
                    return false;
                }
                self.lives.insert(stream, (version + 1, life(key)));
            }
            Content::Page { number, page } => {
                self.pages.entry(stream).or_default().entry(*number).or_insert(*page);
            }
            Content::Part { number, sentence, tombstone } => {
                let parts = self.parts.entry(stream).or_default();
                if parts.contains_key(number) {
                    return false;
                }
                parts.insert(*number, Part { sentence: *sentence, tombstone: *tombstone });
                self.late |= self.sentinels.contains_key(&stream);
            }
            Content::Owner { expected } => {
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
            Content::Sentinel { end } => {
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

    /// A stream's life and its version, which is 0 before the first change.
    pub(crate) fn life(&self, stream: Stream) -> Option<(usize, Life)> {
        let begun_by = *self.manifests.get(&stream)?;
        let first = || (0, Life::begun_by(host(begun_by)));
        Some(self.lives.get(&stream).cloned().unwrap_or_else(first))
    }

    /// The last page of a growing text that a reader finds.
    pub(crate) fn last_page(&self, stream: Stream) -> Option<Page> {
        let pages = self.pages.get(&stream)?;
        (0..).map_while(|number| pages.get(&number)).last().copied()
    }

    pub(crate) fn part_count(&self, stream: Stream) -> usize {
        self.parts.get(&stream).map_or(0, BTreeMap::len)
    }
}
