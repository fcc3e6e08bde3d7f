//! Everything that happens because of time. Each time and its condition stand in one function, which both wakes the call
//! and decides: a time that has come never wakes it for nothing.

use tokio::time::Instant;

use super::{Call, Listening};
use crate::{answer::Saying, report::EndReason};

impl<E: Listening> Call<E> {
    /// The time at which something is due.
    pub(super) fn wake(&self, now: Instant) -> Instant {
        let times = [
            self.mouth.due(now),
            self.interruption.deadline(),
            self.keys.deadline(),
            self.speculation.deadline(),
            self.acknowledge_at(),
            self.answer_until(),
            self.aside_until(),
            self.silence_at(),
            self.longest_at(),
        ];
        // A call whose greatest length is over says goodbye, which is bounded by the times above.
        times.into_iter().flatten().min().unwrap_or(now + self.shared.settings.saying_within)
    }

    /// Does everything whose time has come.
    pub(super) fn advance(&mut self, now: Instant) {
        let has_come = |time: Option<Instant>| time.is_some_and(|time| time <= now);
        let verdict = self.interruption.tick(now);
        self.obey(verdict);
        if let Some(keyed) = self.keys.tick(now) {
            self.begin_keyed(keyed);
        }
        let action = self.speculation.tick(now);
        self.try_early(action);
        if has_come(self.answer_until()) {
            self.fail(format!("no progress within {:?}", self.shared.settings.answer_within));
        }
        if has_come(self.aside_until()) {
            self.give_up_aside("it took too long");
        }
        if has_come(self.acknowledge_at()) {
            self.acknowledge();
        }
        if self.speech.as_ref().is_some_and(|speech| speech.is_complete()) && self.mouth.is_over(now) {
            self.finish(now);
        }
        if has_come(self.silence_at()) {
            self.ask_for_a_sign();
        }
        if has_come(self.longest_at()) {
            self.close(EndReason::TooLong);
        }
    }

    /// The time of the acknowledgement, while the answer has given nothing to say.
    fn acknowledge_at(&self) -> Option<Instant> {
        let settings = &self.shared.settings;
        let usual = settings.acknowledge_after;
        let after = if self.is_slow { usual.min(settings.acknowledge_slow_after) } else { usual };
        let speech = self.speech.as_ref().filter(|_| !usual.is_zero() && !self.mouth.is_held())?;
        let is_quiet = !speech.is_acknowledged && !speech.has_sound && speech.aside.is_none();
        let turn = speech.turn.as_ref().filter(|_| is_quiet && speech.main.is_some())?;
        Some(turn.over + after)
    }

    fn acknowledge(&mut self) {
        let Some(speech) = self.speech.as_ref() else { return };
        let number = speech.turn.as_ref().map_or(0, |turn| turn.number);
        let aside = self.aside(Saying::Acknowledgement(number));
        if let Some(speech) = self.speech.as_mut() {
            speech.is_acknowledged = true;
            speech.aside = Some(aside);
        }
    }

    /// The time at which an answer without progress has failed. While there is something to say it may take its time.
    fn answer_until(&self) -> Option<Instant> {
        let speech =
            self.speech.as_ref().filter(|speech| speech.main.is_some() && self.mouth.is_drained())?;
        let quiet_since = self.mouth.ends_at().map_or(speech.last_step, |end| end.max(speech.last_step));
        Some(quiet_since + self.shared.settings.answer_within)
    }

    /// The time at which a sentence of the service's own is given up.
    fn aside_until(&self) -> Option<Instant> {
        self.speech.as_ref()?.aside.as_ref().map(|aside| aside.until)
    }

    /// The time at which a silent caller is asked for a sign, or let go.
    fn silence_at(&self) -> Option<Instant> {
        // Behind a pause the caller's words may still come.
        let is_speaking = self.attention.voice_began.is_some() || self.keys.deadline().is_some();
        let is_quiet = self.speech.is_none() && !is_speaking;
        (is_quiet && self.ending.is_none()).then(|| self.attention.quiet_since + self.shared.settings.silence)
    }

    fn ask_for_a_sign(&mut self) {
        if std::mem::replace(&mut self.attention.was_asked, true) {
            self.close(EndReason::Silent);
        } else {
            self.say(Saying::StillThere, None);
        }
    }

    /// The time at which the call is too long.
    fn longest_at(&self) -> Option<Instant> {
        let may_go_on = self.ending.is_none() && !self.is_closing();
        may_go_on.then(|| self.began + self.shared.settings.longest_call)
    }
}
