//! The protocol of streams, without I/O: the next step of one host's part in one stream.
//!
//! [`Protocol::step`] gives the next step; a further call reports its result. [`super::stream`] carries the steps out
//! with a bucket and voices; the model check in `tests/model` does so under every interleaving of two hosts.
//!
//! After a host has checked that it owns a stream, and before its next part reaches the bucket, another host may take
//! the stream over. Parts are created once, so only one of the two hosts writes that part, and both would write the
//! same sentence. But the new host may write no part there, because it only ends the stream; the late part would then
//! follow the sentinel. A host that took over therefore never decides on an end before the place of the next part is
//! taken: by a sentence, or by a moment of silence, the tombstone. And it takes no place before it has checked once
//! more that it owns the stream: it counted the parts after the takeover, and a third host may have taken the stream
//! over since.
//!
//! The sentences of a text that is still being written become certain one after the other. A sentence is recorded in the
//! bucket before its part is stored. A host that takes the stream over speaks the recorded sentences and ends the stream:
//! the rest of the text was lost with its writer.

use contract::{
    HostId, Life,
    stream::{Ending, Sentinel},
};

use super::end::{End, EndCause};
pub use super::step::{Spoken, Standing, Step};

/// One host's part in the life of one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Protocol {
    host: HostId,
    life: Life,
    /// Sentences that are certain.
    sentences: usize,
    /// Sentences that are in the bucket.
    recorded: usize,
    /// The end behind the last sentence; `None` while the text is being written.
    last: Option<End>,
    next_sentence: usize,
    parts: usize,
    skipped: usize,
    /// The end if no sentence can be spoken: the error of the last skipped one.
    fault: End,
    place: Place,
    phase: Phase,
    /// Whether other hosts can find the stream: its manifest is stored and its contact claimed.
    is_open: bool,
    /// The end, once it is certain.
    end: Option<End>,
}

/// The state of the next part's place: which hosts may still write there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// Only this host may write there.
    Own,
    /// The former host of the stream may write there as well, and this host may have lost the stream since it counted
    /// the parts.
    Unchecked,
    /// Another host may write there as well, or a late write of this one may arrive. The place is taken before the end
    /// is decided.
    Contested,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Opening,
    Speaking,
    Storing,
    Ending(End),
    Sealing(Sentinel),
    /// The host's part is over. Holds the stream's life, if another host owns it or this one has released it.
    Over(Option<Life>),
}

impl Protocol {
    /// Begins a new stream, whose manifest has `sentences` sentences. There is no `ending` while its text is being
    /// written.
    pub fn begin(host: HostId, sentences: usize, ending: Option<&Ending>) -> Self {
        Self {
            life: Life::begun_by(host.clone()),
            host,
            sentences,
            recorded: sentences,
            last: ending.map(End::from),
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

    /// Resumes a stream that this host has just taken over. `parts` were counted, and the recorded `sentences` and
    /// `ending` read, after `life` was written; `last_sentence` is the sentence in the last part.
    pub fn resume(
        host: HostId,
        life: Life,
        (sentences, ending): (usize, Option<Ending>),
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
        let begun = Self::begin(host, sentences, ending.as_ref());
        let mut protocol =
            Self { phase, next_sentence, parts, skipped, place, life, end, is_open: true, ..begun };
        if protocol.phase == Phase::Speaking {
            protocol.go_on();
        }
        protocol
    }

    /// The last life of the stream that this host has seen.
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// Sentences that are certain.
    pub fn sentences(&self) -> usize {
        self.sentences
    }

    /// Whether more sentences may become certain.
    pub fn is_growing(&self) -> bool {
        self.last.is_none()
    }

    /// The first sentence that is certain and not yet in the bucket.
    pub fn unrecorded(&self) -> Option<usize> {
        (self.recorded < self.sentences).then_some(self.recorded)
    }

    /// Parts that are stored.
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// Sentences skipped because they can't be spoken.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Whether other hosts can find the stream.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The end of the stream, once it is certain.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// The stream's life, once another host owns it or this one has released it.
    pub fn elsewhere(&self) -> Option<&Life> {
        match &self.phase {
            Phase::Over(life) => life.as_ref(),
            _ => None,
        }
    }

    /// The next step. `now_ms` is the wall-clock time in milliseconds since the Unix epoch, for the sentinel.
    pub fn step(&self, now_ms: u64) -> Step {
        match &self.phase {
            Phase::Opening => {
                Step::Open { sentence: (self.next_sentence < self.sentences).then_some(self.next_sentence) }
            }
            Phase::Speaking if self.next_sentence >= self.sentences => {
                Step::Await { sentence: self.next_sentence }
            }
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

    /// Reports that the manifest is stored and the contact claimed.
    pub fn opened(&mut self) {
        self.is_open = true;
        if self.phase == Phase::Opening {
            self.phase = Phase::Speaking;
        }
    }

    /// Reports that `sentences` sentences are certain, and the `ending` if no more come.
    pub fn grown(&mut self, sentences: usize, ending: Option<&Ending>) {
        if self.last.is_none() {
            self.sentences = self.sentences.max(sentences);
            self.last = ending.map(End::from);
            if self.phase == Phase::Speaking {
                self.go_on();
            }
        }
    }

    /// Reports that the sentences before number `sentences` are in the bucket.
    pub fn recorded(&mut self, sentences: usize) {
        self.recorded = self.recorded.max(sentences);
    }

    /// Reports the result of a check.
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

    /// Reports the result of the sentence. The result of a check in the meantime takes precedence.
    pub fn spoken(&mut self, spoken: Spoken) {
        if self.phase != Phase::Speaking {
            return;
        }
        match spoken {
            // A part whose sentence no other host could know would be spoken again, or lost.
            Spoken::Clip if self.next_sentence >= self.recorded => self.finish(End::fault()),
            Spoken::Clip => self.phase = Phase::Storing,
            Spoken::Skipped(fault) => {
                self.skipped += 1;
                self.next_sentence += 1;
                self.fault = fault;
                self.go_on();
            }
        }
    }

    /// Reports that the fate of the part's write is unknown: its place must be taken before the end is decided.
    pub fn unsettled(&mut self) {
        if self.place == Place::Own {
            self.place = Place::Contested;
        }
    }

    /// Gives up taking the place of the next part: the end may be decided without it.
    pub fn settled(&mut self) {
        self.place = Place::Own;
    }

    /// Reports that the part is stored and covers the sentences up to `sentence`, which differs from the one in the
    /// step when a former host of the stream was faster.
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

    /// Reports the stream's life after the attempt to decide: with this host's end, or another host's.
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

    /// Reports that the sentinel is stored.
    pub fn sealed(&mut self) {
        self.phase = Phase::Over(None);
    }

    /// Ends the stream. The first end counts.
    pub fn finish(&mut self, end: End) {
        if matches!(self.phase, Phase::Opening | Phase::Speaking | Phase::Storing) {
            self.end = Some(end.clone());
            self.phase = Phase::Ending(end);
        }
    }

    /// Releases the stream to any host that takes it over.
    pub fn leave(&mut self) {
        let life = Life { cancelled: None, end: None, ..self.life.handed_over() };
        self.phase = Phase::Over(Some(life));
    }

    /// Records that another host owns the stream and decides on its end.
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
        if let Some(last) = self.last.clone().filter(|_| self.next_sentence >= self.sentences) {
            self.finish(if self.parts == 0 { self.fault.clone() } else { last });
        }
    }
}
