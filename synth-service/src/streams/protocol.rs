//! The protocol of streams, without I/O: the next step of one host's part in one stream.
//!
//! [`Protocol::step`] says what is to be done, and is then told what came of it. [`super::stream`] does it with a bucket
//! and voices; the model check in `tests/model` does it with every interleaving of two hosts.
//!
//! Between the moment at which a host finds that a stream is its own and the moment at which its next part reaches
//! the bucket, another host may take the stream over. Parts are created once, so only one of the two writes that part,
//! and both hold the same sentence. But the other host may have nothing to write there, because it only ends the
//! stream; the late part would then come behind the sentinel. A host that took over therefore never decides on an
//! end before the place of the next part is taken: by a sentence, or by a moment of silence, the tombstone. And it
//! takes no place before it has looked once more whether the stream is still its own: it counted the parts after it took
//! over, and a third host may have come since.

use contract::{HostId, Life, stream::Sentinel};

use super::end::{End, EndCause};

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Create the manifest, claim the contact, and beside them speak `sentence`. Then [`Protocol::opened`] and
    /// [`Protocol::spoken`].
    Open { sentence: usize },
    /// Speak `sentence`, and beside it look whether the stream is still this host's: [`Protocol::checked`], then
    /// [`Protocol::spoken`].
    Speak { sentence: usize },
    /// Create the part, which holds `sentence`: [`Protocol::stored`].
    Store { part: usize, sentence: usize },
    /// Look whether the stream is still this host's: [`Protocol::checked`].
    Look,
    /// Create the part, a moment of silence behind `sentence`: [`Protocol::stored`].
    Tombstone { part: usize, sentence: Option<usize> },
    /// Replace the life by one with this end, unless it has changed: [`Protocol::decided`].
    Decide { end: Sentinel },
    /// Create the sentinel: [`Protocol::sealed`].
    Seal { end: Sentinel },
    /// Nothing: the stream has its sentinel, or is another host's.
    Over,
}

/// The outcome of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    Clip,
    /// This one can't be spoken; the stream goes on without it. If no sentence can, it ends like this.
    Skipped(End),
}

/// The state of a stream as a look at the bucket shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The stream is this host's, and the contact is the stream's.
    Held,
    /// A newer stream has the contact.
    Preempted,
    /// Another host makes the stream, or its end is decided: its life now.
    Lost(Life),
}

/// One host's part in the life of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Protocol {
    host: HostId,
    life: Life,
    sentences: usize,
    next_sentence: usize,
    parts: usize,
    skipped: usize,
    /// How the stream ends if no sentence can be spoken: as the last one that was skipped.
    fault: End,
    place: Place,
    phase: Phase,
    /// Whether other hosts can find the stream: its manifest is stored and its contact claimed.
    is_open: bool,
    /// How it ends, from the moment at which that is certain.
    end: Option<End>,
}

/// The place of the next part, as far as it matters for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// Only this host takes it.
    Own,
    /// The host that made the stream before may take it, and this one may have lost the stream since it counted.
    Unchecked,
    /// Somebody may take it still. It is taken before the end is decided.
    Contested,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Opening,
    Speaking,
    Storing,
    Ending(End),
    Sealing(Sentinel),
    /// With the stream's life as far as it is another host's now.
    Over(Option<Life>),
}

impl Protocol {
    /// Begins a new stream of this many sentences.
    pub fn begin(host: HostId, sentences: usize) -> Self {
        Self {
            life: Life::begun_by(host.clone()),
            host,
            sentences,
            next_sentence: 0,
            parts: 0,
            skipped: 0,
            fault: EndCause::Unpronounceable.into(),
            place: Place::Own,
            phase: Phase::Opening,
            is_open: false,
            end: None,
        }
    }

    /// Goes on with a stream that this host has just taken over. `parts` were counted after `life` was written;
    /// `last_sentence` is the one that the last of them holds.
    pub fn resume(
        host: HostId,
        life: Life,
        sentences: usize,
        parts: usize,
        last_sentence: Option<usize>,
    ) -> Self {
        let next_sentence = last_sentence.map_or(0, |last| last + 1).min(sentences);
        let phase = match (&life.end, &life.cancelled) {
            (Some(end), _) => Phase::Sealing(end.clone()),
            (None, Some(word)) => Phase::Ending(End::cancelled(word)),
            (None, None) => Phase::Speaking,
        };
        let end = match &phase {
            Phase::Ending(end) => Some(end.clone()),
            Phase::Sealing(sentinel) => Some(sentinel.into()),
            _ => None,
        };
        let skipped = next_sentence.saturating_sub(parts);
        let place = if life.end.is_none() { Place::Unchecked } else { Place::Own };
        let begun = Self::begin(host, sentences);
        let mut protocol =
            Self { phase, next_sentence, parts, skipped, place, life, end, is_open: true, ..begun };
        if protocol.phase == Phase::Speaking {
            protocol.go_on();
        }
        protocol
    }

    /// The stream's life as this host knows it.
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// Parts that are stored.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Sentences that have no part.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Whether other hosts can find the stream.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// How the stream ends, once that is certain.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The stream's life, where it is another host's now or is left to any.
    pub fn elsewhere(&self) -> Option<&Life> {
        match &self.phase {
            Phase::Over(life) => life.as_ref(),
            _ => None,
        }
    }

    /// The next thing to do. `now_ms` is the wall-clock time in milliseconds, for the sentinel.
    pub fn step(&self, now_ms: u64) -> Step {
        match &self.phase {
            Phase::Opening => Step::Open { sentence: self.next_sentence },
            Phase::Speaking => Step::Speak { sentence: self.next_sentence },
            Phase::Storing => Step::Store { part: self.parts, sentence: self.next_sentence },
            Phase::Ending(_) if self.place == Place::Unchecked => Step::Look,
            Phase::Ending(_) if self.place == Place::Contested => {
                Step::Tombstone { part: self.parts, sentence: self.next_sentence.checked_sub(1) }
            }
            Phase::Ending(end) => Step::Decide {
                end: Sentinel {
                    parts: self.parts,
                    outcome: end.outcome(),
                    reason: end.reason.clone(),
                    skipped: self.skipped,
                    ended_at_ms: now_ms,
                },
            },
            Phase::Sealing(end) => Step::Seal { end: end.clone() },
            Phase::Over(_) => Step::Over,
        }
    }

    /// The manifest is there and the contact is claimed.
    pub fn opened(&mut self) {
        self.is_open = true;
        if self.phase == Phase::Opening {
            self.phase = Phase::Speaking;
        }
    }

    /// The result of a look.
    pub fn checked(&mut self, standing: Standing) {
        if self.place == Place::Unchecked {
            self.place = Place::Contested;
        }
        match standing {
            Standing::Held => {}
            Standing::Preempted => self.finish(EndCause::Preempted.into()),
            Standing::Lost(life) => self.lose(life),
        }
    }

    /// The outcome of the sentence that was asked for. The result of a look meanwhile counts for more.
    pub fn spoken(&mut self, spoken: Spoken) {
        if self.phase != Phase::Speaking {
            return;
        }
        match spoken {
            Spoken::Clip => self.phase = Phase::Storing,
            Spoken::Skipped(fault) => {
                self.skipped += 1;
                self.next_sentence += 1;
                self.fault = fault;
                self.go_on();
            }
        }
    }

    /// The part that was asked for may reach the bucket still, or never: its place is taken before anything is
    /// decided.
    pub fn unsettled(&mut self) {
        if self.place == Place::Own {
            self.place = Place::Contested;
        }
    }

    /// No host takes the place of the next part any more, as far as can be known.
    pub fn settled(&mut self) {
        self.place = Place::Own;
    }

    /// The part that was asked for is there, and the sentences up to `sentence` with it: another one than expected
    /// where a host that made the stream before was faster.
    pub fn stored(&mut self, sentence: Option<usize>) {
        self.parts += 1;
        self.place = Place::Own;
        if let Some(sentence) = sentence {
            self.next_sentence = self.next_sentence.max(sentence + 1);
        }
        if self.phase == Phase::Storing {
            self.go_on();
        }
    }

    /// `life` is the stream's life after the decision was asked for: this host's, or another one's.
    pub fn decided(&mut self, life: Life) {
        let is_mine = life.maker.as_ref() == Some(&self.host) && life.term == self.life.term;
        match &life.end {
            Some(end) if is_mine => {
                self.phase = Phase::Sealing(end.clone());
                self.life = life;
            }
            None if is_mine => {}
            _ => self.lose(life),
        }
    }

    /// The sentinel is there.
    pub fn sealed(&mut self) {
        self.phase = Phase::Over(None);
    }

    /// The stream is to end. The first end counts.
    pub fn finish(&mut self, end: End) {
        if matches!(self.phase, Phase::Opening | Phase::Speaking | Phase::Storing) {
            self.end = Some(end.clone());
            self.phase = Phase::Ending(end);
        }
    }

    /// Leaves the stream to any host that takes it over.
    pub fn leave(&mut self) {
        let life = Life { cancelled: None, end: None, ..self.life.handed_over() };
        self.phase = Phase::Over(Some(life));
    }

    /// The stream is another host's: how it ends is that one's to say.
    fn lose(&mut self, life: Life) {
        self.end = match (&life.end, &life.cancelled) {
            (Some(sentinel), _) => Some(sentinel.into()),
            (None, Some(word)) => Some(End::cancelled(word)),
            (None, None) => None,
        };
        self.life = life.clone();
        self.phase = Phase::Over(Some(life));
    }

    fn go_on(&mut self) {
        self.phase = Phase::Speaking;
        if self.next_sentence >= self.sentences {
            self.finish(if self.parts == 0 { self.fault.clone() } else { End::complete() });
        }
    }
}
