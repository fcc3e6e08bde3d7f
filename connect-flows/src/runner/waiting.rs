//! All waiting in a call: the caller goes on meanwhile, and may end it.

use std::{future::Future, pin::pin, time::Duration};

use tokio::time::{Instant, sleep_until};

use super::{
    EndReason, KnownFlow,
    session::Session,
    speaker::Doing,
    tones::{TONE, beep, touch_tone},
    watch::{Woken, woken},
};
use crate::{
    recording::samples_in,
    timeline::{EventKind, HIDDEN_KEY},
};

/// The caller's doings that end a wait.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stops {
    /// More collected keys than this number.
    pub keys: Option<usize>,
    /// The caller's voice.
    pub voice: bool,
}

/// The end of a wait.
#[derive(Debug)]
pub(super) enum Passed<T> {
    Done(T),
    /// The caller pressed a key, or began to speak, at this time.
    Stopped(Duration, By),
}

/// The caller's doing that ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Key,
    Voice,
}

/// The end of an action from outside.
#[derive(Debug)]
pub(super) enum Cut {
    /// The call ends.
    End(EndReason),
    /// A Wait that runs beside the flow is over.
    Woken(Woken),
}

impl From<EndReason> for Cut {
    fn from(reason: EndReason) -> Self {
        Self::End(reason)
    }
}

impl Session<'_> {
    /// Waits for a future. The caller goes on meanwhile.
    pub(super) async fn meanwhile<F: Future>(
        &mut self,
        future: F,
        stops: Stops,
    ) -> Result<Passed<F::Output>, Cut> {
        let mut future = pin!(future);
        loop {
            self.advance()?;
            if let Some((at, by)) = self.stopped(stops) {
                return Ok(Passed::Stopped(at, by));
            }
            let due = self.speaker.due().filter(|_| self.connected).map(|at| self.instant(at));
            let (limit, reason) = self.limit();
            let next = due.map_or(limit, |due| due.min(limit));
            tokio::select! {
                biased;
                output = &mut future => {
                    self.advance()?;
                    return Ok(Passed::Done(output));
                }
                () = sleep_until(next) => if Instant::now() >= limit {
                    return Err(reason.into());
                },
                woken = woken(self.watch.as_ref(), &mut self.pending) => return Err(Cut::Woken(woken)),
            }
        }
    }

    /// Waits until a time from the start of the call.
    pub(super) async fn sleep_to(&mut self, at: Duration, stops: Stops) -> Result<Passed<()>, Cut> {
        self.meanwhile(sleep_until(self.instant(at)), stops).await
    }

    /// Waits until the caller has finished the words that are being said. Returns their end.
    pub(super) async fn hear_out(&mut self) -> Result<Duration, Cut> {
        while let Some(end) = self.speaker.speech_end().filter(|_| self.speaking.is_some()) {
            self.sleep_to(end, Stops::default()).await?;
        }
        Ok(self.elapsed())
    }

    /// The end of all waiting, and its reason.
    fn limit(&self) -> (Instant, EndReason) {
        match &self.answered {
            Some((at, queue)) if *at < self.deadline => {
                (*at, EndReason::Transferred { queue: queue.clone() })
            }
            _ => (self.deadline, self.time_limit()),
        }
    }

    fn stopped(&self, stops: Stops) -> Option<(Duration, By)> {
        if stops.keys.is_some_and(|count| self.keypad.keys().len() > count) {
            return Some((self.last_key_at, By::Key));
        }
        let speaks = stops.voice && (self.speaking.is_some() || self.words.is_some());
        speaks.then(|| (self.speaking.unwrap_or_else(|| self.elapsed()), By::Voice))
    }

    /// Takes everything that the caller did until now.
    pub(super) fn advance(&mut self) -> Result<(), EndReason> {
        let now = self.elapsed();
        while let Some((at, doing)) = self.connected.then(|| self.speaker.next(now)).flatten() {
            match doing {
                Doing::Key(key) => self.press(at, key),
                Doing::SpeechStart(text) => self.speak(at, text),
                Doing::SpeechEnd(text) => {
                    self.speaking = None;
                    if self.ear {
                        self.words = Some(text.clone());
                    }
                    self.recorder.sound_ended(at, EventKind::CallerEnd { text });
                }
                Doing::HangUp => return Err(EndReason::HungUp),
            }
        }
        Ok(())
    }

    fn press(&mut self, at: Duration, key: char) {
        self.last_key_at = at;
        self.keypad.press(key);
        let hidden = self.hides_keys();
        self.recorder.happened(at, EventKind::KeyPressed { key: if hidden { HIDDEN_KEY } else { key } });
        if self.records() {
            // Anyone who hears a touch tone knows its key.
            self.recording.place_said(at, &if hidden { beep(TONE) } else { touch_tone(key) });
        }
    }

    /// Whether a key may be part of an entry that Connect encrypts: also one that is pressed before the block listens.
    fn hides_keys(&self) -> bool {
        let encrypts = |flow: &KnownFlow| {
            flow.flow.actions.iter().any(|action| action.parameters.get("InputEncryption").is_some())
        };
        let known = self.runner.settings.world.flows.all();
        let early = || known.chain([&*self.runner.flow]).any(encrypts);
        self.keypad.is_secret().unwrap_or_else(early)
    }

    fn speak(&mut self, at: Duration, text: String) {
        self.speaking = Some(at);
        if self.records() {
            let length = self.speaker.speech_end().unwrap_or(at).saturating_sub(at);
            match self.speaker.sounds.get(&text) {
                Some(sound) => {
                    let heard = sound.len().min(samples_in(length));
                    self.recording.place_said(at, &sound[..heard]);
                }
                None => self.recording.place_said(at, &beep(length)),
            }
        }
        self.recorder.sound_started(at, EventKind::CallerStart { text });
    }
}
