//! What a maker does next: the protocol of streams, without I/O.
//!
//! [`Maker::step`] says what is to be done, and what came of it is told to the maker. [`super::stream`] does it with
//! a bucket and voices; the model check in `tests/model.rs` does it with every interleaving of two hosts.
//!
//! Between the moment at which a host finds that a stream is its own and the moment at which its next part reaches
//! the bucket, another host may take the stream over. Parts are created once, so of both only one writes that part,
//! and it holds the same sentence. But the other host may have nothing to write there, because it only ends the
//! stream; the late part would then come behind the sentinel. A host that took over therefore never decides on an
//! end before the place of the next part is taken: by a sentence, or by a moment of silence, the fence. And it takes
//! no place before it has looked once more whether the stream is still its own: which place comes next it has only
//! counted after it took over, when a third one may have come.

use contract::{
    HostId, Life,
    stream::{Outcome, Sentinel},
};

/// How a stream ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finish {
    pub outcome: Outcome,
    /// One line; `none` when there is nothing to say.
    pub reason: String,
}

impl Finish {
    pub fn complete() -> Self {
        Self { outcome: Outcome::Complete, reason: "none".into() }
    }

    pub fn cancelled(reason: &str) -> Self {
        Self { outcome: Outcome::Cancelled, reason: reason.to_owned() }
    }

    pub fn failed(reason: String) -> Self {
        Self { outcome: Outcome::Failed, reason }
    }
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Create the manifest, claim the contact, and beside them speak `sentence`. Then [`Maker::opened`] and
    /// [`Maker::spoken`].
    Open { sentence: usize },
    /// Speak `sentence`, and beside it look whether the stream is still this maker's: [`Maker::checked`], then
    /// [`Maker::spoken`].
    Speak { sentence: usize },
    /// Create the part, which holds `sentence`: [`Maker::stored`].
    Store { part: usize, sentence: usize },
    /// Look whether the stream is still this maker's: [`Maker::checked`].
    Look,
    /// Create the part, a moment of silence behind `sentence`: [`Maker::stored`].
    Fence { part: usize, sentence: Option<usize> },
    /// Replace the manifest's life by one with this end, unless it has changed: [`Maker::decided`].
    Decide { end: Sentinel },
    /// Create the sentinel: [`Maker::sealed`].
    Seal { end: Sentinel },
    /// Nothing: the stream has its sentinel, or is another host's.
    Over,
}

/// What became of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    Clip,
    /// This one can't be said; the stream goes on without it.
    Skipped {
        reason: String,
    },
    /// None can, or none is wanted any more.
    Over(Finish),
}

/// What a look at the bucket shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The stream is this maker's, and the contact is the stream's.
    Held,
    /// A newer stream has the contact.
    Preempted,
    /// Another host makes the stream, or its end is decided.
    Lost,
}

/// One host's part in the life of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Maker {
    host: HostId,
    life: Life,
    sentences: usize,
    next_sentence: usize,
    parts: usize,
    skipped: usize,
    /// Why the last sentence was skipped.
    last_fault: String,
    place: Place,
    phase: Phase,
}

/// The place of the next part, as far as it matters for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// Nobody takes it but this maker.
    Own,
    /// The host that made the stream before may take it, and this maker may have lost the stream since it counted.
    Unchecked,
    /// Somebody may take it still. It is taken before the end is decided.
    Contested,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Opening,
    Speaking,
    Storing,
    Ending(Finish),
    Sealing(Sentinel),
    Over,
}

impl Maker {
    /// Begins a new stream of so many sentences.
    pub fn begin(host: HostId, sentences: usize) -> Self {
        Self {
            life: Life::begun_by(host.clone()),
            host,
            sentences,
            next_sentence: 0,
            parts: 0,
            skipped: 0,
            last_fault: String::new(),
            place: Place::Own,
            phase: Phase::Opening,
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
            (None, Some(reason)) => Phase::Ending(Finish::cancelled(reason)),
            (None, None) => Phase::Speaking,
        };
        let skipped = next_sentence.saturating_sub(parts);
        let mut maker = Self { phase, next_sentence, parts, skipped, ..Self::begin(host, sentences) };
        if life.end.is_none() {
            maker.place = Place::Unchecked;
        }
        maker.life = life;
        if maker.phase == Phase::Speaking {
            maker.go_on();
        }
        maker
    }

    /// The life that this maker knows.
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

    pub fn step(&self, now_ms: u64) -> Step {
        match &self.phase {
            Phase::Opening => Step::Open { sentence: self.next_sentence },
            Phase::Speaking => Step::Speak { sentence: self.next_sentence },
            Phase::Storing => Step::Store { part: self.parts, sentence: self.next_sentence },
            Phase::Ending(_) if self.place == Place::Unchecked => Step::Look,
            Phase::Ending(_) if self.place == Place::Contested => {
                Step::Fence { part: self.parts, sentence: self.next_sentence.checked_sub(1) }
            }
            Phase::Ending(finish) => Step::Decide {
                end: Sentinel {
                    parts: self.parts,
                    outcome: finish.outcome,
                    reason: finish.reason.clone(),
                    skipped: self.skipped,
                    ended_at_ms: now_ms,
                },
            },
            Phase::Sealing(end) => Step::Seal { end: end.clone() },
            Phase::Over => Step::Over,
        }
    }

    /// The manifest is there and the contact is claimed.
    pub fn opened(&mut self) {
        if self.phase == Phase::Opening {
            self.phase = Phase::Speaking;
        }
    }

    pub fn checked(&mut self, standing: Standing) {
        if self.place == Place::Unchecked {
            self.place = Place::Contested;
        }
        match standing {
            Standing::Held => {}
            Standing::Preempted => self.finish(Finish::cancelled("preempted")),
            Standing::Lost => self.phase = Phase::Over,
        }
    }

    /// Whatever a look has shown meanwhile counts for more.
    pub fn spoken(&mut self, spoken: Spoken) {
        if self.phase != Phase::Speaking {
            return;
        }
        match spoken {
            Spoken::Clip => self.phase = Phase::Storing,
            Spoken::Skipped { reason } => {
                self.skipped += 1;
                self.next_sentence += 1;
                self.last_fault = reason;
                self.go_on();
            }
            Spoken::Over(finish) => self.finish(finish),
        }
    }

    /// The part that was asked for may reach the bucket still, or never: its place is taken before anything is
    /// decided.
    pub fn unsettled(&mut self) {
        if self.place == Place::Own {
            self.place = Place::Contested;
        }
    }

    /// Nobody takes the place of the next part any more, as far as anybody can know.
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

    /// `life` is what the manifest says now.
    pub fn decided(&mut self, life: Life) {
        let is_mine = life.maker.as_ref() == Some(&self.host) && life.term == self.life.term;
        self.phase = match &life.end {
            Some(end) if is_mine => Phase::Sealing(end.clone()),
            None if is_mine => return,
            _ => Phase::Over,
        };
        self.life = life;
    }

    pub fn sealed(&mut self) {
        self.phase = Phase::Over;
    }

    /// The stream is to end. The first reason stays, and once nothing remains to be said there is none.
    pub fn finish(&mut self, finish: Finish) {
        if matches!(self.phase, Phase::Opening | Phase::Speaking | Phase::Storing) {
            self.phase = Phase::Ending(finish);
        }
    }

    /// Leaves the stream to whoever takes it over.
    pub fn leave(&mut self) {
        self.phase = Phase::Over;
    }

    fn go_on(&mut self) {
        self.phase = if self.next_sentence < self.sentences {
            Phase::Speaking
        } else if self.parts == 0 {
            Phase::Ending(Finish::failed(self.last_fault.clone()))
        } else {
            Phase::Ending(Finish::complete())
        };
    }
}
