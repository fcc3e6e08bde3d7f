//! Everything that comes from the caller and the ears.

use std::time::Duration;

use hearing::{Event, Frame, Line, TurnEnd, Utterance};
use tokio::time::Instant;

use super::{Call, Listening};
use crate::{answer::Saying, asks, interruption::Verdict, keys::Keyed, line::News, report::Outcome};

/// Name of the keys among the recognisers.
const KEYS: &str = "keys";

impl<E: Listening> Call<E> {
    /// Takes the next 20 ms, and stops the speech where the caller speaks.
    pub(super) fn hear_frame(&mut self, frame: Frame) {
        self.ears.hear(frame);
        if self.may_interrupt() {
            let (voiced, now) = (self.ears.voiced(), Instant::now());
            let guarded_until = self.guarded_until();
            let is_guarded = guarded_until.is_some_and(|until| now < until);
            if let Some(beyond) = self.interruption.voice(voiced, self.ears.level(), is_guarded, now) {
                self.attention.voice_began.get_or_insert_with(|| now.checked_sub(voiced).unwrap_or(now));
                // Voice that was there before the speech could be stopped only once it began.
                let long_enough = now.checked_sub(beyond).max(guarded_until.or(self.mouth.began()));
                self.hold(now, long_enough.unwrap_or(now));
            }
        }
    }

    /// Whether the caller's voice counts against a speech.
    fn may_interrupt(&self) -> bool {
        self.shared.settings.barge_in && self.speech.is_some() && !self.is_closing()
    }

    /// The time until which a browser's microphone may hear the begin of our own speech.
    fn guarded_until(&self) -> Option<Instant> {
        let began = self.mouth.began().filter(|_| self.caller.line == Line::Wide)?;
        Some(began + self.shared.settings.interruption.guard)
    }

    /// Takes a report of the ears.
    pub(super) fn hear_event(&mut self, event: Event) {
        let now = Instant::now();
        match event {
            Event::VoiceBegan { received, .. } => self.hear_voice(received, now),
            Event::VoicePaused { received, .. } => self.hear_pause(received, now),
            Event::VoiceFaded => self.hear_fade(now),
            Event::Partial { text } => self.hear_partial(text, now),
            Event::TurnEnded(heard) => self.hear_turn(heard, now),
            Event::Nothing { voiced, had_words, .. } => self.hear_nothing(voiced, had_words),
            Event::Deaf(error) => {
                self.shared.observer.turn_unheard(&self.caller.id, &error);
                self.leave_utterance();
                // A sentence that asks the caller to speak is enough.
                self.attention.owes_answer = self.speech.as_ref().is_some_and(|speech| !speech.is_question);
                self.misunderstood();
            }
        }
    }

    fn hear_voice(&mut self, received: Instant, now: Instant) {
        self.attention.voice_began.get_or_insert(received);
        self.attention.is_voiced = true;
        self.interruption.voice_begins();
        self.speculation.voice(received);
        // Voice that is counted over a gap is long enough at once, and is reported behind its frame.
        let turn =
            self.speech.as_mut().filter(|_| self.mouth.is_held()).and_then(|speech| speech.turn.as_mut());
        if let Some(interruption) = turn.and_then(|turn| turn.interruptions.last_mut()) {
            interruption.own = interruption.own.min(now.saturating_duration_since(received));
        }
    }

    /// The sound had no words. It may have stopped an answer by words that no final text bears out, or be speech that was
    /// not understood: then the caller waits, and is asked to say it again. Of sounds that go on, such as music, one is
    /// enough for that.
    fn hear_nothing(&mut self, voiced: Duration, had_words: bool) {
        let voiced_ms = voiced.as_millis() as u64;
        tracing::info!(call = self.caller.id, voiced_ms, had_words, "a sound without words");
        let has_dropped = self.attention.has_the_word;
        self.leave_utterance();
        if has_dropped {
            return self.misunderstood();
        }
        let is_long = voiced >= self.shared.settings.unheard_voice;
        if is_long && self.speech.is_none() && !std::mem::replace(&mut self.attention.was_unheard, true) {
            self.say(Saying::SayAgain, None);
        }
    }

    /// The utterance is no turn.
    fn leave_utterance(&mut self) {
        self.voice_over();
        self.attempt = None;
        self.speculation.abandon();
        let verdict = self.interruption.nothing(Instant::now());
        self.obey(verdict);
    }

    fn hear_pause(&mut self, received: Instant, now: Instant) {
        self.attention.is_voiced = false;
        let verdict = self.interruption.paused(now);
        self.obey(verdict);
        if self.may_speculate() {
            let action = self.speculation.paused(received, now);
            self.try_early(action);
        }
    }

    /// An answer may begin before the recogniser has the last sound: mostly its text is whole already.
    fn hear_fade(&mut self, now: Instant) {
        if self.may_speculate() {
            let action = self.speculation.faded(now);
            self.try_early(action);
        }
    }

    fn hear_partial(&mut self, text: String, now: Instant) {
        if self.may_interrupt() && !self.is_someone_else(&text, self.ears.level(), now) {
            let verdict = self.interruption.partial(&text, self.more_follows(now), now);
            self.attention.has_the_word |= verdict == Some(Verdict::Confirm);
            self.obey(verdict);
        }
        if self.may_speculate() {
            let action = self.speculation.partial(&text, now);
            self.try_early(action);
        } else {
            self.speculation.note(&text, now);
        }
        if !text.trim().is_empty() {
            self.attention.quiet_since = now;
            self.attention.was_asked = false;
            self.tell(News::Hearing { turn: self.turns, text });
        }
    }

    /// Whether a turn that is being spoken will be answered, as far as is known.
    fn may_speculate(&self) -> bool {
        self.shared.settings.speculation && self.speech.is_none()
    }

    /// Takes the words of a turn.
    fn hear_turn(&mut self, heard: Utterance, now: Instant) {
        self.expect_words(&heard);
        self.voice_over();
        if heard.text.trim().is_empty() {
            tracing::warn!(call = self.caller.id, "a turn without words");
            return self.misunderstood();
        }
        self.understood(now);
        if self.is_closing() {
            return self.unanswered(&heard, Outcome::CallEnded);
        }
        if self.speech.is_some() {
            if !self.shared.settings.barge_in && self.mouth.began().is_some() {
                return self.wait_for_end(heard);
            }
            if self.is_someone_else(&heard.text, heard.level, now) {
                let verdict = self.interruption.nothing(now);
                self.obey(verdict);
                return self.unanswered(&heard, Outcome::Faint);
            }
            match self.interruption.ended(&heard.text, self.more_follows(now), now) {
                Verdict::Confirm => self.confirm(now),
                verdict => {
                    self.obey(Some(verdict));
                    return self.unanswered(&heard, Outcome::Backchannel);
                }
            }
        }
        self.interruption.learn(heard.level);
        self.begin_turn(heard);
    }

    /// Whether words over an answer are somebody else's in the room. At its end they are always the caller's.
    fn is_someone_else(&self, text: &str, level: f32, now: Instant) -> bool {
        self.more_follows(now) && self.interruption.is_someone_else(level, text)
    }

    /// Whether enough of an answer follows for "yes" to be a backchannel: not within a question at its end.
    fn more_follows(&self, now: Instant) -> bool {
        let Some(speech) = self.speech.as_ref().filter(|speech| !speech.is_question) else { return false };
        let nearly_over = self.shared.settings.interruption.nearly_over;
        if !speech.is_complete() || self.mouth.began().is_none() {
            return true;
        }
        let is_asking = asks::is_question(&speech.last_text) && self.mouth.is_at_last(now);
        !is_asking && self.mouth.remaining(now) > nearly_over
    }

    /// Learns from a turn whether words come while the caller speaks: a busy host leaves them out.
    fn expect_words(&mut self, heard: &Utterance) {
        let length = heard.ended_received.saturating_duration_since(heard.began_received);
        if length >= self.shared.settings.interruption.nothing_within {
            let in_time = heard.first_partial.is_some_and(|at| at <= heard.ended_received);
            self.interruption.expect_words(self.shared.settings.has_partials() && in_time);
        }
    }

    /// Keeps a turn until the speech is over; several become one.
    fn wait_for_end(&mut self, heard: Utterance) {
        self.waiting = Some(self.with_waiting(heard));
    }

    /// A turn that begins with the words that wait.
    pub(super) fn with_waiting(&mut self, heard: Utterance) -> Utterance {
        let Some(before) = self.waiting.take() else { return heard };
        Utterance {
            text: format!("{} {}", before.text, heard.text),
            began: before.began,
            began_received: before.began_received,
            first_partial: before.first_partial,
            ..heard
        }
    }

    /// Takes a key of the telephone: it has the word at once.
    pub(super) fn hear_key(&mut self, key: char) {
        if self.is_closing() {
            return;
        }
        let now = Instant::now();
        self.understood(now);
        if self.speech.is_some() {
            self.confirm(now);
        }
        if let Some(keyed) = self.keys.push(key, now) {
            self.begin_keyed(keyed);
        }
    }

    /// Begins the turn of complete keys.
    pub(super) fn begin_keyed(&mut self, keyed: Keyed) {
        let now = Instant::now();
        if self.speech.is_some() {
            self.confirm(now);
        }
        self.begin_turn(Utterance {
            reason: if keyed.text.ends_with('#') { TurnEnd::Complete } else { TurnEnd::Silence },
            text: keyed.text,
            // Keys are no part of the audio.
            began: Duration::ZERO,
            began_received: keyed.began,
            ended: Duration::ZERO,
            ended_received: keyed.ended,
            level: 0.0,
            first_partial: None,
            complete: now,
            recogniser: KEYS,
        });
    }

    /// The caller has said something: patience begins anew.
    fn understood(&mut self, now: Instant) {
        let attention = &mut self.attention;
        attention.quiet_since = now;
        attention.was_asked = false;
        attention.misunderstood = 0;
        attention.has_the_word = false;
        attention.was_unheard = false;
        attention.owes_answer = false;
    }

    fn voice_over(&mut self) {
        self.attention.is_voiced = false;
        self.attention.voice_began = None;
        self.attention.has_the_word = false;
        self.interruption.utterance_over();
    }
}
