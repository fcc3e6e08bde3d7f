//! Whether the caller interrupts: decides, and stops nothing itself.
//!
//! Two aims conflict. A caller who speaks must be left the word within 350 ms, long before any recogniser has a word of
//! it. A cough, an "mhm", music or a second speaker must not cost the answer. So there are two steps. Voice of 250 ms
//! without a pause only *holds* the speech: sound stops at once, and nothing is thrown away. Words *confirm*: then the
//! answer is dropped. Without words the speech goes on where it was heard, so that a noise costs a pause and never the
//! answer. Most coughs and clicks are shorter than 250 ms and do not even hold.
//!
//! Noise that lasts (music, a television) would hold again and again. Each false interruption therefore doubles the voice
//! that is wanted for the rest of this answer, up to a second, and the same stretch of voice holds only once. Waiting for
//! 400 ms from the start would spare some short "mhm" too, but no interruption could then end within 350 ms.

use std::time::Duration;

use hearing::words;
use tokio::time::Instant;

use crate::settings::InterruptionSettings;

/// Something to do with the speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stops, and nothing is dropped.
    Hold,
    /// It goes on where it was heard.
    Resume,
    /// It is dropped: the caller has the word.
    Confirm,
}

/// The state of one speech.
pub(crate) struct Interruption {
    settings: InterruptionSettings,
    /// BCP 47 tag.
    language: String,
    /// The voice that is wanted now.
    voice: Duration,
    /// While the speech is held: the time at which it goes on without words.
    held: Option<Instant>,
    /// Whether this stretch of voice has been found to be nothing. Only words count then.
    is_known: bool,
    /// Whether the words so far are a backchannel.
    is_backchannel: bool,
    is_paused: bool,
}

impl Interruption {
    pub(crate) fn new(settings: InterruptionSettings, language: &str) -> Self {
        Self {
            settings,
            language: language.to_owned(),
            voice: settings.voice,
            held: None,
            is_known: false,
            is_backchannel: false,
            is_paused: false,
        }
    }

    /// Another speech begins, or none is to be heard.
    pub(crate) fn reset(&mut self) {
        self.voice = self.settings.voice;
        self.held = None;
        self.is_known = false;
    }

    /// So much voice without a pause, after so much of the speech; `None` while nothing of it is sent.
    pub(crate) fn voice(&mut self, voiced: Duration, guarded: bool, now: Instant) -> Option<Verdict> {
        if voiced.is_zero() {
            return None;
        }
        self.is_paused = false;
        // Behind "mhm" there is less reason to stop.
        let wanted = if self.is_backchannel { self.voice * 2 } else { self.voice };
        if self.held.is_some() || self.is_known || guarded || voiced < wanted {
            return None;
        }
        self.held = Some(now + self.settings.nothing_within);
        Some(Verdict::Hold)
    }

    /// The words of the turn so far.
    pub(crate) fn partial(&mut self, text: &str, now: Instant) -> Option<Verdict> {
        let count = words::count(&self.language, text);
        if count == 0 {
            return None;
        }
        self.is_backchannel = words::is_backchannel(&self.language, text);
        if self.is_backchannel {
            return if self.is_paused { self.false_alarm() } else { None };
        }
        if count >= self.settings.words {
            self.held = None;
            return Some(Verdict::Confirm);
        }
        // One word may be the begin of more.
        self.held = self.held.map(|_| now + self.settings.nothing_within);
        None
    }

    /// Voice pauses.
    pub(crate) fn paused(&mut self) -> Option<Verdict> {
        self.is_paused = true;
        self.is_known = false;
        if self.is_backchannel { self.false_alarm() } else { None }
    }

    /// The final words. A backchannel behind which more of the answer follows is no turn.
    pub(crate) fn ended(&mut self, text: &str, more_follows: bool) -> Verdict {
        let is_backchannel = words::is_backchannel(&self.language, text) && more_follows;
        if is_backchannel {
            return self.false_alarm().unwrap_or(Verdict::Resume);
        }
        self.held = None;
        Verdict::Confirm
    }

    /// The sound was no speech.
    pub(crate) fn nothing(&mut self) -> Option<Verdict> {
        self.false_alarm()
    }

    /// The time at which the held speech goes on.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.held
    }

    /// Whether the held speech goes on now.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Verdict> {
        self.held.filter(|deadline| *deadline <= now)?;
        self.is_known = !self.is_paused;
        self.false_alarm()
    }

    /// The caller's utterance is over, whether it was a turn or nothing.
    pub(crate) fn utterance_over(&mut self) {
        self.is_backchannel = false;
        self.is_known = false;
        self.is_paused = true;
    }

    fn false_alarm(&mut self) -> Option<Verdict> {
        self.held.take()?;
        self.voice = (self.voice * 2).min(self.settings.longest_voice);
        Some(Verdict::Resume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_millis(250);
    const SHORT: Duration = Duration::from_millis(230);

    fn interruption() -> (Interruption, Instant) {
        (Interruption::new(InterruptionSettings::default(), "en"), Instant::now())
    }

    #[test]
    fn a_short_noise_holds_nothing_and_voice_holds_at_once() {
        let (mut interruption, now) = interruption();
        assert_eq!(interruption.voice(SHORT, false, now), None);
        assert_eq!(interruption.voice(LONG, true, now), None, "an echo");
        assert_eq!(interruption.voice(LONG, false, now), Some(Verdict::Hold));
        assert_eq!(interruption.voice(LONG * 2, false, now), None, "it is held already");
        assert_eq!(interruption.partial("wait please", now), Some(Verdict::Confirm));
        assert_eq!(interruption.deadline(), None);
    }

    #[test]
    fn two_words_interrupt_without_a_long_voice() {
        let (mut interruption, now) = interruption();
        assert_eq!(interruption.partial("wait", now), None);
        assert_eq!(interruption.partial("wait please", now), Some(Verdict::Confirm));
        assert_eq!(interruption.ended("stop", true), Verdict::Confirm, "and one clear word at the end");
    }

    #[test]
    fn a_backchannel_holds_until_the_caller_pauses() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        assert_eq!(interruption.partial("yeah okay", now), None, "more may follow");
        assert_eq!(interruption.paused(), Some(Verdict::Resume));
        assert_eq!(interruption.ended("yeah okay", true), Verdict::Resume);
        assert_eq!(interruption.ended("yeah", false), Verdict::Confirm, "it answers a question");
    }

    #[test]
    fn a_backchannel_that_is_known_in_time_holds_nothing() {
        let (mut interruption, now) = interruption();
        interruption.partial("mhm", now);
        assert_eq!(interruption.voice(LONG, false, now), None);
        assert_eq!(interruption.voice(LONG * 2, false, now), Some(Verdict::Hold), "more than \"mhm\"");
        assert_eq!(interruption.ended("mhm", true), Verdict::Resume);
    }

    #[test]
    fn a_noise_goes_on_after_two_seconds_and_holds_only_once() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        let later = now + Duration::from_secs(2);
        assert_eq!(interruption.tick(later - Duration::from_millis(1)), None);
        assert_eq!(interruption.deadline(), Some(later));
        assert_eq!(interruption.tick(later), Some(Verdict::Resume));
        assert_eq!(interruption.voice(Duration::from_secs(3), false, later), None, "the same voice");
        interruption.paused();
        assert_eq!(interruption.voice(LONG, false, later), None, "twice as much is wanted now");
        assert_eq!(interruption.voice(LONG * 2, false, later), Some(Verdict::Hold));
        assert_eq!(interruption.nothing(), Some(Verdict::Resume));
        assert_eq!(interruption.nothing(), None);
    }

    #[test]
    fn one_word_gives_the_recogniser_two_more_seconds() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        let later = now + Duration::from_secs(1);
        assert_eq!(interruption.partial("wait", later), None);
        assert_eq!(interruption.deadline(), Some(later + Duration::from_secs(2)));
    }
}
