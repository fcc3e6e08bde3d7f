//! Whether the caller interrupts: decides, and stops nothing itself.
//!
//! Two aims conflict. A caller who speaks must be left the word within 350 ms, long before any recogniser has a word of
//! it. A cough, an "mhm", music or a second speaker must not cost the answer. So there are two steps. Voice of 250 ms
//! without a pause only *holds* the speech: sound stops at once, and nothing is thrown away. Words *confirm*: then the
//! answer is dropped. Without words the speech goes on where it was heard, so that a noise costs a pause and never the
//! answer. Most coughs and clicks are shorter than 250 ms and do not even hold.
//!
//! Noise that lasts (music, a television) would hold again and again. From the second false interruption of an answer on
//! each one therefore doubles the voice that is wanted for the rest of it, up to a second, and the same stretch of voice
//! holds only once. The first one changes nothing: a caller who coughs and then says "stop" is left the word as fast as
//! ever. Waiting for 400 ms from the start would spare some short "mhm" too, but no interruption could then end within
//! 350 ms.
//!
//! Where no words come while the caller speaks (partial texts are off, or the host is too busy for them), voice alone
//! keeps the speech held for longer: the agent would talk over every sentence of more than two seconds otherwise.

use std::time::Duration;

use hearing::words;
use tokio::time::Instant;

use crate::settings::InterruptionSettings;

/// Something to do with the speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
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
    /// The voice that is wanted now, unless the caller has just said "mhm".
    voice: Duration,
    false_alarms: u32,
    /// While the speech is held: the time at which it goes on without words.
    held: Option<Instant>,
    /// Whether this stretch of voice has been found to be nothing. Only words count then.
    is_known: bool,
    /// Whether the words of this stretch of voice so far are a backchannel.
    is_backchannel: bool,
    is_paused: bool,
    /// The number of words of the utterance, now and when this stretch of voice began.
    words: (usize, usize),
    /// Whether words are expected while the caller speaks.
    expects_words: bool,
}

impl Interruption {
    pub(crate) fn new(settings: InterruptionSettings, language: &str) -> Self {
        Self {
            settings,
            language: language.to_owned(),
            voice: settings.voice,
            false_alarms: 0,
            held: None,
            is_known: false,
            is_backchannel: false,
            is_paused: false,
            words: (0, 0),
            expects_words: true,
        }
    }

    /// Whether words are expected while the caller speaks.
    pub(crate) fn expect_words(&mut self, expects_words: bool) {
        self.expects_words = expects_words;
    }

    /// Another speech begins, or none is to be heard.
    pub(crate) fn reset(&mut self) {
        self.voice = self.settings.voice;
        self.false_alarms = 0;
        self.held = None;
        self.is_known = false;
    }

    /// Voice begins, of an utterance or again within one. Words before it say nothing of it.
    pub(crate) fn voice_begins(&mut self) {
        self.is_paused = false;
        self.is_backchannel = false;
        self.words.1 = self.words.0;
    }

    /// So much voice without a pause. Where it is long enough to hold the speech, returns how much of it is too much.
    pub(crate) fn voice(&mut self, voiced: Duration, guarded: bool, now: Instant) -> Option<Duration> {
        let beyond = voiced.checked_sub(self.wanted()).filter(|_| !voiced.is_zero())?;
        if self.held.is_some() || self.is_known || guarded {
            return None;
        }
        self.held = Some(now + self.patience());
        Some(beyond)
    }

    /// The voice that is wanted now. Behind "mhm" there is less reason to stop.
    fn wanted(&self) -> Duration {
        if self.is_backchannel { self.doubled(self.voice) } else { self.voice }
    }

    /// A setting above the greatest value is kept as it is.
    fn doubled(&self, voice: Duration) -> Duration {
        (voice * 2).min(self.settings.longest_voice.max(self.settings.voice))
    }

    /// The time without words after which a held speech goes on.
    fn patience(&self) -> Duration {
        match self.expects_words {
            true => self.settings.nothing_within,
            false => self.settings.nothing_within.max(self.settings.unheard_within),
        }
    }

    /// The words of the turn so far. A backchannel counts as one only where more of the answer follows.
    pub(crate) fn partial(&mut self, text: &str, more_follows: bool, now: Instant) -> Option<Verdict> {
        let count = words::count(&self.language, text);
        if count == 0 {
            return None;
        }
        self.words.0 = count;
        if more_follows && words::is_backchannel(&self.language, text) {
            self.is_backchannel = count > self.words.1;
            return if self.is_paused { self.false_alarm() } else { None };
        }
        self.is_backchannel = false;
        if count >= self.settings.words {
            self.held = None;
            return Some(Verdict::Confirm);
        }
        // One word may be the begin of more.
        self.held = self.held.map(|_| now + self.settings.nothing_within);
        None
    }

    /// Voice pauses. The final text of a long utterance is left the usual time to come.
    pub(crate) fn paused(&mut self, now: Instant) -> Option<Verdict> {
        self.is_paused = true;
        self.is_known = false;
        if self.is_backchannel {
            return self.false_alarm();
        }
        if !self.expects_words {
            self.held = self.held.map(|until| until.max(now + self.settings.nothing_within));
        }
        None
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
        self.words = (0, 0);
    }

    fn false_alarm(&mut self) -> Option<Verdict> {
        self.held.take()?;
        self.false_alarms += 1;
        if self.false_alarms > 1 {
            self.voice = self.doubled(self.voice);
        }
        Some(Verdict::Resume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_millis(250);
    const SHORT: Duration = Duration::from_millis(230);
    /// Voice that holds the speech, and none of it too much.
    const HELD: Option<Duration> = Some(Duration::ZERO);

    fn interruption() -> (Interruption, Instant) {
        with(InterruptionSettings::default())
    }

    fn with(settings: InterruptionSettings) -> (Interruption, Instant) {
        (Interruption::new(settings, "en"), Instant::now())
    }

    /// A noise that holds the speech.
    fn noise(interruption: &mut Interruption, voice: Duration, now: Instant) {
        interruption.voice_begins();
        assert_eq!(interruption.voice(voice - Duration::from_millis(1), false, now), None);
        assert_eq!(interruption.voice(voice, false, now), HELD);
        interruption.paused(now);
        assert_eq!(interruption.nothing(), Some(Verdict::Resume));
    }

    #[test]
    fn a_short_noise_holds_nothing_and_voice_holds_at_once() {
        let (mut interruption, now) = interruption();
        assert_eq!(interruption.voice(SHORT, false, now), None);
        assert_eq!(interruption.voice(LONG, true, now), None, "an echo");
        assert_eq!(interruption.voice(LONG + SHORT, false, now), Some(SHORT));
        assert_eq!(interruption.voice(LONG * 2, false, now), None, "it is held already");
        assert_eq!(interruption.partial("wait please", true, now), Some(Verdict::Confirm));
        assert_eq!(interruption.deadline(), None);
    }

    #[test]
    fn two_words_interrupt_without_a_long_voice() {
        let (mut interruption, now) = interruption();
        assert_eq!(interruption.partial("wait", true, now), None);
        assert_eq!(interruption.partial("wait please", true, now), Some(Verdict::Confirm));
        assert_eq!(interruption.ended("stop", true), Verdict::Confirm, "and one clear word at the end");
    }

    #[test]
    fn a_backchannel_holds_until_the_caller_pauses() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        assert_eq!(interruption.partial("yeah okay", true, now), None, "more may follow");
        assert_eq!(interruption.paused(now), Some(Verdict::Resume));
        assert_eq!(interruption.ended("yeah okay", true), Verdict::Resume);
        assert_eq!(interruption.ended("yeah", false), Verdict::Confirm, "it answers a question");
    }

    #[test]
    fn an_answer_to_a_question_keeps_the_speech_held() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        assert_eq!(interruption.partial("yeah", false, now), None);
        assert_eq!(interruption.paused(now), None);
        assert_eq!(interruption.ended("yeah", false), Verdict::Confirm);
    }

    #[test]
    fn a_backchannel_that_is_known_in_time_holds_nothing() {
        let (mut interruption, now) = interruption();
        interruption.partial("mhm", true, now);
        assert_eq!(interruption.voice(LONG, false, now), None);
        assert_eq!(interruption.voice(LONG * 2, false, now), HELD, "more than \"mhm\"");
        assert_eq!(interruption.ended("mhm", true), Verdict::Resume);
    }

    #[test]
    fn a_backchannel_says_nothing_of_the_voice_behind_a_pause() {
        let (mut interruption, now) = interruption();
        interruption.voice_begins();
        interruption.partial("yeah", true, now);
        interruption.paused(now);
        interruption.voice_begins();
        interruption.partial("Yeah.", true, now);
        assert_eq!(interruption.voice(LONG, false, now), HELD, "\"wait\" may follow");
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
        interruption.paused(later);
        interruption.voice_begins();
        assert_eq!(interruption.voice(LONG, false, later), HELD);
        assert_eq!(interruption.nothing(), Some(Verdict::Resume));
        assert_eq!(interruption.nothing(), None);
    }

    #[test]
    fn from_the_second_false_alarm_on_more_voice_is_wanted_up_to_a_second() {
        let (mut interruption, now) = interruption();
        for times in [1, 1, 2, 4, 4] {
            noise(&mut interruption, LONG * times, now);
        }
        interruption.voice_begins();
        interruption.partial("mhm", true, now);
        assert_eq!(interruption.voice(LONG * 4, false, now), HELD, "also behind \"mhm\"");
        interruption.reset();
        noise(&mut interruption, LONG, now);
    }

    #[test]
    fn false_alarms_never_lower_a_setting_above_the_greatest_value() {
        let voice = Duration::from_millis(1_500);
        let (mut interruption, now) = with(InterruptionSettings { voice, ..InterruptionSettings::default() });
        for _ in 0..3 {
            noise(&mut interruption, voice, now);
        }
    }

    #[test]
    fn one_word_gives_the_recogniser_two_more_seconds() {
        let (mut interruption, now) = interruption();
        interruption.voice(LONG, false, now);
        let later = now + Duration::from_secs(1);
        assert_eq!(interruption.partial("wait", true, later), None);
        assert_eq!(interruption.deadline(), Some(later + Duration::from_secs(2)));
    }

    #[test]
    fn where_no_words_come_the_speech_waits_for_the_end_of_a_sentence() {
        let (mut interruption, now) = interruption();
        interruption.expect_words(false);
        interruption.voice(LONG, false, now);
        let seconds = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(interruption.deadline(), Some(seconds(5)));
        interruption.paused(seconds(1));
        assert_eq!(interruption.deadline(), Some(seconds(5)));
        interruption.paused(seconds(4));
        assert_eq!(interruption.deadline(), Some(seconds(6)), "its final text may still come");
        assert_eq!(interruption.tick(seconds(6)), Some(Verdict::Resume));
    }
}
