//! Everything that comes from the caller and the ears.

use hearing::{Event, Frame, Line, TurnEnd, Utterance};
use tokio::time::Instant;

use super::{Call, Listening};
use crate::{interruption::Verdict, keys::Keyed, line::News, report::Outcome};

/// Name of the keys among the recognisers.
const KEYS: &str = "keys";

impl<E: Listening> Call<E> {
    /// Takes the next 20 ms, and stops the speech where the caller speaks.
    pub(super) fn hear_frame(&mut self, frame: Frame) {
        self.attention.audio = frame.ends();
        self.ears.hear(frame);
        if self.may_interrupt() {
            let (voiced, now) = (self.ears.voiced(), Instant::now());
            let verdict = self.interruption.voice(voiced, self.is_guarded(now), now);
            if verdict.is_some() {
                self.attention.voice_began.get_or_insert_with(|| now.checked_sub(voiced).unwrap_or(now));
            }
            self.obey(verdict);
        }
    }

    /// Whether the caller's voice counts against a speech.
    fn may_interrupt(&self) -> bool {
        self.shared.settings.barge_in && self.speech.is_some() && !self.is_closing()
    }

    /// Whether a browser's microphone may hear the begin of our own speech.
    fn is_guarded(&self, now: Instant) -> bool {
        let guard = self.shared.settings.interruption.guard;
        self.caller.line == Line::Wide && self.mouth.began().is_some_and(|began| now < began + guard)
    }

    /// Takes a report of the ears.
    pub(super) fn hear_event(&mut self, event: Event) {
        let now = Instant::now();
        match event {
            Event::VoiceBegan { received, .. } => {
                self.attention.voice_began = Some(received);
                self.attention.is_voiced = true;
                self.speculation.voice(received);
            }
            Event::VoicePaused { received, .. } => self.hear_pause(received, now),
            Event::Partial { text } => self.hear_partial(text, now),
            Event::TurnEnded(heard) => self.hear_turn(heard, now),
            Event::Nothing { .. } => self.hear_nothing(),
            Event::Deaf(error) => {
                self.shared.observer.turn_unheard(&self.caller.id, &error);
                self.hear_nothing();
                self.misunderstood();
            }
        }
    }

    /// The sound had no words.
    fn hear_nothing(&mut self) {
        self.voice_over();
        self.attempt = None;
        self.speculation.abandon();
        let verdict = self.interruption.nothing();
        self.obey(verdict);
    }

    fn hear_pause(&mut self, received: Instant, now: Instant) {
        self.attention.is_voiced = false;
        let verdict = self.interruption.paused();
        self.obey(verdict);
        if self.may_speculate() {
            let action = self.speculation.paused(received, now);
            self.try_early(action);
        }
    }

    fn hear_partial(&mut self, text: String, now: Instant) {
        if self.may_interrupt() {
            let verdict = self.interruption.partial(&text, now);
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
            match self.interruption.ended(&heard.text, self.more_follows(now)) {
                Verdict::Confirm => self.confirm(now),
                verdict => {
                    self.obey(Some(verdict));
                    return self.unanswered(&heard, Outcome::Backchannel);
                }
            }
        }
        self.begin_turn(&heard);
    }

    /// Whether enough of an answer follows for "yes" to be a backchannel.
    fn more_follows(&self, now: Instant) -> bool {
        let Some(speech) = self.speech.as_ref().filter(|speech| !speech.is_question) else { return false };
        let nearly_over = self.shared.settings.interruption.nearly_over;
        !speech.is_complete() || self.mouth.began().is_none() || self.mouth.remaining(now) > nearly_over
    }

    /// Keeps a turn until the speech is over; several become one.
    fn wait_for_end(&mut self, heard: Utterance) {
        self.waiting = Some(match self.waiting.take() {
            None => heard,
            Some(before) => Utterance {
                text: format!("{} {}", before.text, heard.text),
                began: before.began,
                began_received: before.began_received,
                first_partial: before.first_partial,
                ..heard
            },
        });
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
        let at = self.attention.audio;
        let length = keyed.ended.saturating_duration_since(keyed.began);
        let now = Instant::now();
        if self.speech.is_some() {
            self.confirm(now);
        }
        self.begin_turn(&Utterance {
            reason: if keyed.text.ends_with('#') { TurnEnd::Complete } else { TurnEnd::Silence },
            text: keyed.text,
            began: at.saturating_sub(length),
            began_received: keyed.began,
            ended: at,
            ended_received: keyed.ended,
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
    }

    fn voice_over(&mut self) {
        self.attention.is_voiced = false;
        self.attention.voice_began = None;
        self.interruption.utterance_over();
    }
}
