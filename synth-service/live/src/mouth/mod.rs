//! Paces the speech to the caller. Owns the speech that may still be heard, and knows how much of it was heard by the
//! clock and the line's marks. Sends nothing itself.

mod sentence;
mod sound;

use std::time::Duration;

use chat::Spoken;
use hearing::{FRAME, Line};
use tokio::time::Instant;

use self::sentence::{Mark, Sentence, duration};
use crate::{
    answer::Clip,
    line::{News, ToCaller, output_frame_bytes},
    settings::MouthSettings,
};

/// The speech of a call; one answer, or a sentence of the service's own, at a time.
pub(crate) struct Mouth {
    line: Line,
    settings: MouthSettings,
    /// The turn that the speech answers.
    turn: Option<usize>,
    sentences: Vec<Sentence>,
    /// Index of the sentence that is being sent.
    current: usize,
    /// Position of the next frame. All before it is sent.
    next: usize,
    /// Frames that were heard for certain before a false interruption.
    heard: usize,
    is_held: bool,
    /// The time at which all that was sent has been played.
    plays_until: Option<Instant>,
    /// Number of the last mark; never used again within the call.
    marks: u64,
    began: Option<Instant>,
    audible: Option<Instant>,
    last_frame: Option<Instant>,
}

/// A speech that was dropped.
pub(crate) struct Stopped {
    /// The words of it that were heard.
    pub(crate) heard: String,
    /// Whether the line has to drop something that it has not played.
    pub(crate) must_clear: bool,
}

impl Mouth {
    pub(crate) fn new(line: Line, settings: MouthSettings) -> Self {
        Self {
            line,
            settings,
            turn: None,
            sentences: Vec::new(),
            current: 0,
            next: 0,
            heard: 0,
            is_held: false,
            plays_until: None,
            marks: 0,
            began: None,
            audible: None,
            last_frame: None,
        }
    }

    /// Begins another speech. The one before has been played or stopped.
    pub(crate) fn begin(&mut self, turn: Option<usize>) {
        self.turn = turn;
        self.sentences.clear();
        (self.current, self.next, self.heard) = (0, 0, 0);
        self.is_held = false;
        (self.began, self.audible, self.last_frame) = (None, None, None);
    }

    /// Adds a sentence of the answer to the speech. The first thing to be heard loses the silence before it: the caller
    /// waits for it.
    pub(crate) fn push(&mut self, mut clip: Clip) {
        if self.sentences.is_empty() {
            clip.audio = sound::without_lead(self.line, &clip.audio, self.settings.audible_level);
        }
        self.add(clip, false);
    }

    /// Adds a sentence of the service's own, which is no part of the answer that is remembered.
    pub(crate) fn push_aside(&mut self, clip: Clip) {
        self.add(clip, true);
    }

    /// Whether anything of a clip is to be heard.
    pub(crate) fn is_audible(&self, clip: &Clip) -> bool {
        sound::first_audible(self.line, &clip.audio, self.settings.audible_level).is_some()
    }

    fn add(&mut self, clip: Clip, is_aside: bool) {
        if clip.audio.is_empty() {
            return;
        }
        let audio = sound::whole_frames(self.line, clip.audio);
        self.sentences.push(Sentence {
            text: clip.text,
            is_aside,
            first: self.total(),
            frames: audio.len() / output_frame_bytes(self.line),
            audio,
            mark: Mark::Unsent,
            is_announced: false,
        });
    }

    /// The next thing to send now, if there is one.
    pub(crate) fn next(&mut self, now: Instant) -> Option<ToCaller> {
        if self.is_held {
            return None;
        }
        let (lead, turn) = (self.lead(now), self.turn);
        let sentence = self.sentences.get_mut(self.current)?;
        if !sentence.is_announced {
            sentence.is_announced = true;
            if !sentence.text.is_empty() {
                let turn = turn.filter(|_| !sentence.is_aside);
                return Some(ToCaller::News(News::Saying { turn, text: sentence.text.clone() }));
            }
        }
        if self.next == sentence.end() {
            self.marks += 1;
            sentence.mark = Mark::Sent(self.marks, self.plays_until.unwrap_or(now));
            self.current += 1;
            return Some(ToCaller::Mark(self.marks));
        }
        (lead + FRAME <= self.settings.ahead).then(|| self.send_frame(now))
    }

    fn send_frame(&mut self, now: Instant) -> ToCaller {
        let sentence = &self.sentences[self.current];
        let length = output_frame_bytes(self.line);
        let begin = (self.next - sentence.first) * length;
        let frame = sentence.audio.slice(begin..begin + length);
        self.next += 1;
        let plays = self.plays_until.map_or(now, |until| until.max(now));
        self.plays_until = Some(plays + FRAME);
        self.began.get_or_insert(now);
        self.last_frame = Some(now);
        if self.audible.is_none() {
            let audible = sound::first_audible(self.line, &frame, self.settings.audible_level);
            self.audible = audible.map(|sample| plays + sound::duration(self.line, sample));
        }
        ToCaller::Audio(frame)
    }

    /// The time at which [`Self::next`] has something, or at which the speech is over.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        if self.is_held {
            return None;
        }
        let Some(sentence) = self.sentences.get(self.current) else {
            return self.plays_until.filter(|until| *until > now);
        };
        if !sentence.is_announced || self.next == sentence.end() {
            return Some(now);
        }
        let lead = self.settings.ahead.saturating_sub(FRAME);
        Some(self.plays_until.and_then(|until| until.checked_sub(lead)).map_or(now, |due| due.max(now)))
    }

    /// A mark has come back. One of a speech that was cleared says nothing.
    pub(crate) fn marked(&mut self, mark: u64) {
        let is_it = |sentence: &Sentence| matches!(sentence.mark, Mark::Sent(number, _) if number == mark);
        let Some(index) = self.sentences.iter().position(is_it) else { return };
        // A mark says the same of everything before it.
        for sentence in &mut self.sentences[..=index] {
            sentence.mark = Mark::Played;
            sentence.audio.clear();
        }
    }

    /// Stops at once, and drops nothing. Returns whether the line has to be cleared.
    pub(crate) fn hold(&mut self, now: Instant) -> bool {
        let must_clear = self.may_sound(now);
        let heard = self.position(now);
        self.heard = heard;
        self.is_held = true;
        self.plays_until = None;
        let is_here = |sentence: &Sentence| heard < sentence.end();
        if let Some(index) = self.sentences.iter().position(is_here) {
            self.current = index;
            let sentence = &self.sentences[index];
            let overlap = self.settings.overlap.as_millis() / FRAME.as_millis();
            let earliest = heard.saturating_sub(overlap as usize).max(sentence.first);
            self.next = sentence.word_begin(heard).max(earliest);
            for sentence in &mut self.sentences[index..] {
                sentence.mark = Mark::Unsent;
            }
        }
        must_clear
    }

    /// Goes on with the interrupted word.
    pub(crate) fn resume(&mut self) {
        self.is_held = false;
    }

    /// Drops the speech.
    pub(crate) fn stop(&mut self, now: Instant) -> Stopped {
        let stopped = Stopped { heard: self.heard(now), must_clear: self.may_sound(now) };
        let last = (self.began, self.audible, self.last_frame);
        self.begin(None);
        self.plays_until = None;
        (self.began, self.audible, self.last_frame) = last;
        stopped
    }

    /// The words that were heard until now.
    pub(crate) fn heard(&self, now: Instant) -> String {
        let spoken: Vec<Spoken> = self.sentences.iter().map(Sentence::spoken).collect();
        chat::heard(&spoken, duration(self.position(now)))
    }

    /// The words of the whole speech, after its end.
    pub(crate) fn whole(&self) -> String {
        let spoken: Vec<Spoken> = self.sentences.iter().map(Sentence::spoken).collect();
        chat::heard(&spoken, duration(self.total()))
    }

    /// Whether the speech is stopped, and may go on.
    pub(crate) fn is_held(&self) -> bool {
        self.is_held
    }

    /// Whether everything is sent that there is.
    pub(crate) fn is_drained(&self) -> bool {
        self.current == self.sentences.len()
    }

    /// Whether the whole speech was played.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        !self.is_held && self.is_drained() && self.lead(now).is_zero()
    }

    /// The time at which all that was sent has been played.
    pub(crate) fn ends_at(&self) -> Option<Instant> {
        self.plays_until
    }

    /// Speech that was not sent yet.
    pub(crate) fn queued(&self) -> Duration {
        duration(self.total() - self.next)
    }

    /// Whether the sentence that is heard now is the last one until now.
    pub(crate) fn is_at_last(&self, now: Instant) -> bool {
        self.sentences.last().is_some_and(|last| self.position(now) >= last.first)
    }

    /// Speech that was not heard yet.
    pub(crate) fn remaining(&self, now: Instant) -> Duration {
        duration(self.total() - self.position(now).min(self.total()))
    }

    /// When the first frame of the speech was sent.
    pub(crate) fn began(&self) -> Option<Instant> {
        self.began
    }

    /// When its first audible sample plays, on a line without a delay: frames are sent ahead, and may begin with silence.
    pub(crate) fn audible(&self) -> Option<Instant> {
        self.audible
    }

    /// When its last frame until now was sent.
    pub(crate) fn last_frame(&self) -> Option<Instant> {
        self.last_frame
    }

    fn total(&self) -> usize {
        self.sentences.last().map_or(0, Sentence::end)
    }

    /// Sent speech that is not played.
    fn lead(&self, now: Instant) -> Duration {
        self.plays_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    /// Whether the line may still play something, by clock or marks.
    fn may_sound(&self, now: Instant) -> bool {
        !self.lead(now).is_zero() || self.sentences.iter().any(|sentence| self.is_awaited(sentence, now))
    }

    /// Whether the mark of a sentence is sent, and may still come back.
    fn is_awaited(&self, sentence: &Sentence, now: Instant) -> bool {
        matches!(sentence.mark, Mark::Sent(_, due) if now < due + self.settings.mark_patience)
    }

    /// Frames that were heard: sent, and played by the clock; as many at least as the marks say, and none behind the
    /// first mark that is still awaited.
    fn position(&self, now: Instant) -> usize {
        let unplayed = self.lead(now).as_millis().div_ceil(FRAME.as_millis()) as usize;
        let by_clock = self.next.saturating_sub(unplayed);
        let is_played = |sentence: &&Sentence| sentence.mark == Mark::Played;
        let least = self.sentences.iter().rfind(is_played).map_or(0, Sentence::end).max(self.heard);
        let awaited = self.sentences.iter().find(|sentence| self.is_awaited(sentence, now));
        by_clock.min(awaited.map_or(usize::MAX, Sentence::end)).max(least)
    }
}

#[cfg(test)]
mod tests;
