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
//! A voice far below the caller's is somebody else's in the room. It neither holds nor confirms, unless its words ask for
//! the word: a caller may hold the telephone away and say "wait".
//!
//! Where no words come while the caller speaks (partial texts are off, or the host is too busy for them), voice alone
//! keeps the speech held for longer: the agent would talk over every sentence of more than two seconds otherwise.

mod loudness;

use std::time::Duration;

use hearing::words;
use tokio::time::Instant;

use self::loudness::Loudness;
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
    loudness: Loudness,
    /// Until then the voice was too faint to count.
    faint_until: Option<Instant>,
    /// Voice until then has been found to be nothing, and counts no more: the ears count over short gaps.
    nothing_until: Option<Instant>,
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
            loudness: Loudness::new(settings.faint_db),
            faint_until: None,
            nothing_until: None,
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
        self.nothing_until = None;
        self.held = None;
        self.is_known = false;
    }

    /// Voice begins, of an utterance or again within one. Words before it say nothing of it.
    pub(crate) fn voice_begins(&mut self) {
        self.is_paused = false;
        self.is_backchannel = false;
        self.words.1 = self.words.0;
    }

    /// A turn of the caller's had this level: see [`Loudness`].
    pub(crate) fn learn(&mut self, level: f32) {
        self.loudness.learn(level);
    }

    /// Whether an utterance of this level, with these words, is somebody else's.
    pub(crate) fn is_someone_else(&self, level: f32, text: &str) -> bool {
        self.loudness.is_faint(level) && !words::wants_the_word(&self.language, text)
    }

    /// The voice until now, of this level; zero in a pause. Where it is long enough to hold the speech, returns the time
    /// for which it has been.
    pub(crate) fn voice(
        &mut self,
        voiced: Duration,
        level: f32,
        guarded: bool,
        now: Instant,
    ) -> Option<Duration> {
        if self.loudness.is_faint(level) {
            self.faint_until = Some(now);
            return None;
        }
        let since = self.nothing_until.map_or(Duration::MAX, |until| now.saturating_duration_since(until));
        let beyond = voiced.min(since).checked_sub(self.wanted()).filter(|_| !voiced.is_zero())?;
        if self.held.is_some() || self.is_known || guarded {
            return None;
        }
        self.held = Some(now + self.patience());
        let loud = self.faint_until.map_or(Duration::MAX, |until| now.saturating_duration_since(until));
        Some(beyond.min(loud))
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
            return if self.is_paused { self.false_alarm(now) } else { None };
        }
        self.is_backchannel = false;
        if count >= self.settings.words || words::wants_the_word(&self.language, text) {
            self.held = None;
            return Some(Verdict::Confirm);
        }
        // Another word may be the begin of more.
        self.held = self.held.map(|_| now + self.settings.nothing_within);
        None
    }

    /// Voice pauses. The final text of a long utterance is left the usual time to come.
    pub(crate) fn paused(&mut self, now: Instant) -> Option<Verdict> {
        self.is_paused = true;
        if std::mem::take(&mut self.is_known) {
            self.nothing_until = Some(now);
        }
        if self.is_backchannel {
            return self.false_alarm(now);
        }
        if !self.expects_words {
            self.held = self.held.map(|until| until.max(now + self.settings.nothing_within));
        }
        None
    }

    /// The final words. A backchannel behind which more of the answer follows is no turn.
    pub(crate) fn ended(&mut self, text: &str, more_follows: bool, now: Instant) -> Verdict {
        let is_backchannel = words::is_backchannel(&self.language, text) && more_follows;
        if is_backchannel {
            return self.false_alarm(now).unwrap_or(Verdict::Resume);
        }
        self.held = None;
        Verdict::Confirm
    }

    /// The sound was no speech.
    pub(crate) fn nothing(&mut self, now: Instant) -> Option<Verdict> {
        self.false_alarm(now)
    }

    /// The time at which the held speech goes on.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.held
    }

    /// Whether the held speech goes on now.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Verdict> {
        self.held.filter(|deadline| *deadline <= now)?;
        self.is_known = !self.is_paused;
        self.false_alarm(now)
    }

    /// The caller's utterance is over, whether it was a turn or nothing.
    pub(crate) fn utterance_over(&mut self) {
        self.is_backchannel = false;
        self.is_known = false;
        self.is_paused = true;
        self.words = (0, 0);
    }

    fn false_alarm(&mut self, now: Instant) -> Option<Verdict> {
        self.held.take()?;
        self.nothing_until = Some(now);
        self.false_alarms += 1;
        if self.false_alarms > 1 {
            self.voice = self.doubled(self.voice);
        }
        Some(Verdict::Resume)
    }
}

#[cfg(test)]
mod tests;
