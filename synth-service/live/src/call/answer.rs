//! The steps of a speech, its interruption and its end.

use contract::timeline::Moment;
use hearing::Hint;
use tokio::time::Instant;

use super::{
    Call, Listening,
    speech::{Source, Speech, Turn},
};
use crate::{
    answer::{Clip, Progress, Saying, Step},
    asks,
    interruption::Verdict,
    line::{News, ToCaller},
    report::{Interruption, Outcome, TurnReport},
};

impl<E: Listening> Call<E> {
    /// Takes a step of the speech that is being made.
    pub(super) fn take_step(&mut self, source: Source, step: Option<Step>) {
        match source {
            Source::Main => self.take_answer(step),
            Source::Aside => self.take_aside(step),
        }
    }

    fn take_answer(&mut self, step: Option<Step>) {
        let Some(speech) = self.speech.as_mut() else { return };
        speech.last_step = Instant::now();
        let Some(Step { at, progress }) = step else { return self.fail("the answer broke off".into()) };
        match progress {
            Progress::Asked => self.mark(Moment::LlmStart, at),
            Progress::FirstToken => self.mark(Moment::LlmFirstToken, at),
            Progress::Clip(clip) => self.take_clip(clip, at),
            Progress::Ended if speech.has_clip => {
                speech.main = None;
                self.release();
            }
            Progress::Ended => self.fail("the answer has no sound".into()),
            Progress::Failed(reason) => self.fail(reason),
        }
    }

    fn take_clip(&mut self, clip: Clip, made: Instant) {
        if let Some(begun) = clip.begun {
            self.mark(Moment::TtsStart, begun);
            self.mark(Moment::TtsComplete, made);
        }
        let (is_streamed, patience) = (self.shared.settings.streamed, self.shared.settings.acknowledge_after);
        let Some(speech) = self.speech.as_mut() else { return };
        if self.mouth.is_audible(&clip) {
            if let Some(turn) = speech.turn.as_ref().filter(|_| !speech.has_clip) {
                self.is_slow = made.saturating_duration_since(turn.over) > patience;
            }
            speech.has_clip = true;
            speech.last_text.clone_from(&clip.text);
        }
        if !is_streamed {
            return speech.collected.push(clip);
        }
        // An acknowledgement that is not ready is too late.
        speech.aside = None;
        self.voice_clip(clip);
    }

    fn take_aside(&mut self, step: Option<Step>) {
        let Some(speech) = self.speech.as_mut() else { return };
        match step.map(|step| step.progress) {
            Some(Progress::Clip(clip)) => {
                speech.has_sound |= self.mouth.is_audible(&clip);
                self.mouth.push_aside(clip);
            }
            Some(Progress::Asked | Progress::FirstToken) => {}
            Some(Progress::Ended) => speech.aside = None,
            Some(Progress::Failed(reason)) => self.give_up_aside(&reason),
            None => self.give_up_aside("it broke off"),
        }
    }

    /// Goes on without a sentence of the service's own.
    pub(super) fn give_up_aside(&mut self, reason: &str) {
        let aside = self.speech.as_mut().and_then(|speech| speech.aside.take());
        if let Some(aside) = aside {
            tracing::warn!(call = self.caller.id, saying = ?aside.saying, reason, "a sentence was not made");
        }
    }

    fn voice_clip(&mut self, clip: Clip) {
        if let Some(speech) = self.speech.as_mut() {
            speech.has_sound |= self.mouth.is_audible(&clip);
        }
        self.mouth.push(clip);
    }

    /// Speaks the clips of an answer that was collected.
    fn release(&mut self) {
        let collected = self.speech.as_mut().map(|speech| std::mem::take(&mut speech.collected));
        collected.unwrap_or_default().into_iter().for_each(|clip| self.voice_clip(clip));
    }

    /// The answer fails: the clips that were made count, and an apology follows.
    pub(super) fn fail(&mut self, reason: String) {
        let apology = self.aside(Saying::Apology);
        self.release();
        let Some(speech) = self.speech.as_mut() else { return };
        let turn = speech.turn.as_ref().map(|turn| turn.number);
        tracing::warn!(call = self.caller.id, turn, reason, "the answer failed");
        speech.main = None;
        speech.aside = Some(apology);
        speech.failure = Some(reason);
    }

    fn mark(&mut self, moment: Moment, at: Instant) {
        let turn = self.speech.as_mut().and_then(|speech| speech.turn.as_mut());
        self.has_new_moments |= turn.is_some_and(|turn| turn.moments.mark(moment, at));
    }

    /// Does with the speech as the caller's voice and words demand.
    pub(super) fn obey(&mut self, verdict: Option<Verdict>) {
        match verdict {
            None => {}
            Some(Verdict::Resume) => self.resume(Instant::now()),
            Some(Verdict::Confirm) => self.confirm(Instant::now()),
        }
    }

    /// The speech goes on. A caller who speaks all the same interrupts it from now on.
    fn resume(&mut self, now: Instant) {
        if self.mouth.is_held() {
            self.attention.voice_began = self.attention.is_voiced.then_some(now);
            self.mouth.resume();
        }
    }

    /// Stops the speech, and drops nothing. The voice has been long enough since then, or the words have come.
    pub(super) fn hold(&mut self, now: Instant, long_enough: Instant) {
        let last_frame = self.mouth.last_frame();
        if self.mouth.hold(now) {
            self.outbox.push_back(ToCaller::Clear);
        }
        let interruption = Interruption {
            voice_to_hold: self.since_voice(now),
            voice_to_last_frame: last_frame.map(|at| self.since_voice(at)).unwrap_or_default(),
            own: now.saturating_duration_since(long_enough),
            confirmed: false,
        };
        let turn = self.speech.as_mut().and_then(|speech| speech.turn.as_mut());
        if let Some(turn) = turn.filter(|_| last_frame.is_some()) {
            turn.interruptions.push(interruption);
        }
    }

    /// The caller has the word: the rest of the speech is dropped.
    pub(super) fn confirm(&mut self, now: Instant) {
        if !self.mouth.is_held() {
            self.hold(now, now);
        }
        let turn = self.speech.as_mut().and_then(|speech| speech.turn.as_mut());
        if let Some(interruption) = turn.and_then(|turn| turn.interruptions.last_mut()) {
            interruption.confirmed = true;
        }
        self.drop_speech(now, false);
    }

    /// Drops the speech: its request to the model is closed, and the talk remembers the words that were heard.
    pub(super) fn drop_speech(&mut self, now: Instant, call_ended: bool) {
        let Some(speech) = self.speech.take() else { return };
        self.interruption.reset();
        let was_sent = self.mouth.began().is_some();
        let stopped = self.mouth.stop(now);
        if stopped.must_clear {
            self.outbox.push_back(ToCaller::Clear);
        }
        self.attention.quiet_since = now;
        let number = speech.turn.as_ref().map(|turn| turn.number);
        if was_sent && !call_ended {
            self.tell(News::Interrupted { turn: number, heard: stopped.heard.clone() });
        }
        let Some(turn) = speech.turn else { return };
        self.expect_reply_to(&stopped.heard);
        self.talk.remember(&turn.id, &stopped.heard, &self.shared.settings.talk);
        self.publish();
        let outcome = match was_sent {
            _ if call_ended => Outcome::CallEnded,
            true => Outcome::Interrupted,
            false => Outcome::Superseded,
        };
        self.report(turn, outcome);
    }

    /// The whole speech was heard.
    pub(super) fn finish(&mut self, now: Instant) {
        let Some(speech) = self.speech.take() else { return };
        self.interruption.reset();
        self.attention.quiet_since = now;
        let Speech { turn, failure, ends_call, .. } = speech;
        if let Some(mut turn) = turn {
            turn.moments.mark(Moment::PipelineComplete, self.mouth.last_frame().unwrap_or(now));
            let heard = self.mouth.whole();
            self.expect_reply_to(&heard);
            self.talk.remember(&turn.id, &heard, &self.shared.settings.talk);
            self.publish();
            let outcome = self.outcome(failure);
            self.report(turn, outcome);
        }
        if let Some(reason) = ends_call {
            return self.end(reason);
        }
        if let Some(waiting) = self.waiting.take() {
            self.begin_turn(waiting);
        } else if std::mem::take(&mut self.attention.owes_answer) {
            self.misunderstood();
        }
    }

    /// Tells the ears to wait between digits, where an answer asks for a number. A caller who does not let it finish may
    /// be dictating already.
    fn expect_reply_to(&mut self, answer: &str) {
        let hint = if asks::for_number(answer) { Hint::Number } else { Hint::None };
        self.ears.hint(hint);
        self.speculation.expect(hint);
    }

    /// The outcome of a turn whose speech is over.
    fn outcome(&self, failure: Option<String>) -> Outcome {
        let heard = self.mouth.audible().is_some();
        match failure {
            None if heard => Outcome::Answered,
            None => Outcome::Failed { reason: "the answer has no sound".into(), heard },
            Some(reason) => Outcome::Failed { reason, heard },
        }
    }

    /// Reports the end of a turn.
    pub(super) fn report(&mut self, mut turn: Turn, outcome: Outcome) {
        if let Outcome::Failed { reason, heard: false } = &outcome {
            tracing::error!(call = self.caller.id, turn = turn.number, reason, "a turn ended in silence");
        }
        turn.moments.mark(Moment::PipelineComplete, Instant::now());
        let report = TurnReport {
            call: self.caller.id.clone(),
            turn: turn.number,
            timeline: turn.moments.timeline(),
            recogniser: turn.recogniser,
            end: turn.end,
            speculation: turn.speculated,
            interruptions: turn.interruptions,
            outcome,
        };
        self.shared.observer.turn_ended(&report);
        let TurnReport { turn, timeline, .. } = report;
        self.tell(News::Moments { turn, timeline, is_complete: true });
    }
}
