//! One call, held by one task. It alone owns the state; all others send it something.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `listening` | the ears of a call |
//! | `hear` | everything that comes from the caller and the ears |
//! | `turn` | the begin of a turn, attempts before it, sentences of the service's own |
//! | `speech` | the speech that is being made |
//! | `answer` | its steps, its end, its interruption |
//! | `timers` | everything that happens because of time |
//!
//! Each state has a timeout, so that every turn ends in sound or in a reason: an answer makes progress or is replaced by
//! an apology, a sentence of our own is made or given up, a held speech goes on or is dropped, a silent caller is asked
//! and let go, and a call has a greatest length.

mod answer;
mod hear;
mod listening;
mod speech;
#[cfg(test)]
mod tests;
mod timers;
mod turn;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chat::Talk;
use contract::timeline::Moment;
use hearing::Utterance;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

pub(crate) use self::listening::Listening;
use self::speech::{Speech, next_step};
use crate::{
    Continued,
    answer::{Answer, Answerer, Saying},
    interruption::Interruption,
    keys::Keys,
    line::{Caller, FromCaller, News, ToCaller},
    mouth::Mouth,
    report::{CallEnd, EndReason, Observer},
    settings::LiveSettings,
    speculation::Speculation,
};

/// The parts of the service that all calls share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) answerer: Arc<dyn Answerer>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) settings: Arc<LiveSettings>,
}

/// An answer that was begun before its turn was over.
struct Attempt {
    /// The turns that the model was told.
    turns: Vec<chat::Turn>,
    answer: Answer,
}

/// The caller's voice and patience.
struct Attention {
    /// When the first voiced frame of the utterance was received, or when the speech went on over it.
    voice_began: Option<Instant>,
    is_voiced: bool,
    /// Whether words of the utterance have dropped an answer.
    has_the_word: bool,
    /// The last sound of ours, or word of the caller.
    quiet_since: Instant,
    /// Whether the caller was asked since then.
    was_asked: bool,
    /// Turns in a row that were not understood.
    misunderstood: u32,
    /// Whether the caller was asked, since the last words, to repeat a sound without words.
    was_unheard: bool,
    /// Whether the ears failed during the speech: the caller is told behind it.
    owes_answer: bool,
}

/// A call.
pub(crate) struct Call<E> {
    shared: Shared,
    caller: Caller,
    ears: E,
    mouth: Mouth,
    interruption: Interruption,
    speculation: Speculation,
    keys: Keys,
    talk: Talk,
    continued: Continued,
    speech: Option<Speech>,
    attempt: Option<Attempt>,
    /// A turn that waits for the end of the speech, or for the next turn, where the caller can't interrupt.
    waiting: Option<Utterance>,
    attention: Attention,
    /// Number of turns until now.
    turns: usize,
    /// Whether the last answer's first clip took longer than an acknowledgement waits.
    is_slow: bool,
    began: Instant,
    /// Messages to the caller that go before all speech.
    outbox: VecDeque<ToCaller>,
    has_new_moments: bool,
    ending: Option<EndReason>,
}

impl<E: Listening> Call<E> {
    pub(crate) fn new(shared: Shared, caller: Caller, ears: E, continued: Continued) -> Self {
        let (settings, now) = (&shared.settings, Instant::now());
        let talk = continued.talk.borrow().clone();
        let mut interruption = Interruption::new(settings.interruption, &caller.voice.language);
        interruption.expect_words(settings.has_partials());
        Self {
            mouth: Mouth::new(caller.line, settings.mouth),
            interruption,
            speculation: Speculation::new(settings.speculate, &caller.voice.language),
            keys: Keys::new(settings.key_gap),
            talk,
            continued,
            speech: None,
            attempt: None,
            waiting: None,
            attention: Attention {
                voice_began: None,
                is_voiced: false,
                has_the_word: false,
                quiet_since: now,
                was_asked: false,
                misunderstood: 0,
                was_unheard: false,
                owes_answer: false,
            },
            turns: 0,
            is_slow: false,
            began: now,
            outbox: VecDeque::new(),
            has_new_moments: false,
            ending: None,
            shared,
            caller,
            ears,
        }
    }

    /// Holds the call to its end.
    pub(crate) async fn run(mut self) -> CallEnd {
        self.shared.observer.call_began(&self.caller.id);
        if self.shared.settings.greeting {
            self.say(Saying::Greeting, None);
        }
        let reason = loop {
            self.advance(Instant::now());
            self.flush().await;
            if let Some(reason) = self.ending {
                break reason;
            }
            self.wait().await;
        };
        let has_stopped = reason == EndReason::CallerGone && self.continued.stop.is_cancelled();
        let reason = if has_stopped { EndReason::Stopped } else { reason };
        self.drop_speech(Instant::now(), true);
        self.leave_waiting();
        let speculation = self.speculation.ended(false);
        let end =
            CallEnd { reason, talk: self.talk, turns: self.turns, frames: self.ears.counts(), speculation };
        self.shared.observer.call_ended(&self.caller.id, &end);
        end
    }

    /// Waits for the next thing to happen, and takes it in.
    async fn wait(&mut self) {
        let wake = self.wake(Instant::now());
        let is_streamed = self.shared.settings.streamed;
        let has_room = !is_streamed || self.mouth.queued() < self.shared.settings.mouth.queued;
        tokio::select! {
            biased;
            () = self.continued.hand_over.cancelled() => self.end(EndReason::HandedOver),
            from = self.caller.from.recv() => match from {
                Some(FromCaller::Frame(frame)) => self.hear_frame(frame),
                Some(FromCaller::Key(key)) => self.hear_key(key),
                Some(FromCaller::Mark(mark)) => self.mouth.marked(mark),
                None => self.end(EndReason::CallerGone),
            },
            event = self.ears.next() => self.hear_event(event),
            (source, step) = next_step(self.speech.as_mut(), has_room) => self.take_step(source, step),
            () = sleep_until(wake) => {}
        }
    }

    /// Sends everything that is due.
    async fn flush(&mut self) {
        while let Some(message) = self.outbox.pop_front() {
            self.send(message).await;
        }
        while self.ending.is_none()
            && let Some(message) = self.mouth.next(Instant::now())
        {
            self.send(message).await;
        }
        let turn = self.speech.as_mut().and_then(|speech| speech.turn.as_mut());
        let Some(turn) = turn else { return };
        if let Some(at) = self.mouth.audible() {
            self.has_new_moments |= turn.moments.mark(Moment::FirstAudioSent, at);
        }
        if std::mem::take(&mut self.has_new_moments) {
            let (turn, timeline) = (turn.number, turn.moments.timeline());
            self.send(ToCaller::News(News::Moments { turn, timeline, is_complete: false })).await;
        }
    }

    /// Sends something to the caller. The call ends where the line does not take it in time.
    async fn send(&mut self, message: ToCaller) {
        if self.ending == Some(EndReason::CallerGone) || self.ending == Some(EndReason::LineFull) {
            return;
        }
        match timeout(self.shared.settings.send_within, self.caller.to.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(mpsc::error::SendError(_))) => self.end(EndReason::CallerGone),
            Err(_) => {
                tracing::warn!(
                    call = self.caller.id,
                    "the caller's line does not take the speech: the call ends"
                );
                self.end(EndReason::LineFull);
            }
        }
    }

    /// Shows the talk to those who follow the call.
    fn publish(&self) {
        self.continued.talk.send_replace(self.talk.clone());
    }

    fn end(&mut self, reason: EndReason) {
        self.ending = Some(reason);
    }

    /// Whether the last words of the call are being said.
    fn is_closing(&self) -> bool {
        self.speech.as_ref().is_some_and(|speech| speech.ends_call.is_some())
    }

    /// The time since the first frame of the caller's voice was received.
    fn since_voice(&self, at: Instant) -> Duration {
        self.attention.voice_began.map_or(Duration::ZERO, |began| at.saturating_duration_since(began))
    }
}
