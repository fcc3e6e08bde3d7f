//! When to ask the model before the turn is over: decides, and starts nothing itself.
//!
//! A text stands when it comes behind the last voice. While the caller speaks, it stands when its words stay the same for a
//! while, when they make a whole sentence and the voice fades, or when nothing is said behind such a sentence
//! ("…습니다"). A full stop says nothing there, since recognisers write one behind anything.
//!
//! Attempts are few, so they are saved for the end of the turn. A text that calls for more ("I would like to") is tried
//! only when the caller leaves it at that for a while. The last attempt is for a pause. Where the words are no whole
//! sentence, that pause must be longer than those between words.

use std::fmt;

use hearing::{
    Completeness, Hint,
    words::{self, completeness},
};
use tokio::time::Instant;

use crate::{report::Speculated, settings::SpeculationSettings};

/// Something to do. `Debug` shows no words of the caller.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// An attempt begins with this text. It takes the place of a running one.
    Start(String),
    /// The running attempt is wrong.
    Drop,
}

impl fmt::Debug for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(text) => write!(formatter, "Start({} bytes of text)", text.len()),
            Self::Drop => formatter.write_str("Drop"),
        }
    }
}

/// A partial text.
struct Partial {
    text: String,
    /// When its words first came.
    since: Instant,
    /// When they last came.
    at: Instant,
}

/// The attempts of one turn.
pub(crate) struct Speculation {
    settings: SpeculationSettings,
    /// BCP 47 tag.
    language: String,
    /// The expected kind of the turn.
    hint: Hint,
    /// When the first voiced frame of the turn was received.
    began: Option<Instant>,
    /// When the last voiced frame was received, while the caller pauses.
    paused: Option<Instant>,
    last: Option<Partial>,
    /// A text that stands behind a pause too short for it, and the time at which it is tried.
    later: Option<(String, Instant)>,
    running: Option<String>,
    /// Attempts of this turn.
    begun: u32,
    /// Attempts to be reported: those of noises before the turn are among them.
    counts: Speculated,
}

impl Speculation {
    pub(crate) fn new(settings: SpeculationSettings, language: &str) -> Self {
        Self {
            settings,
            language: language.to_owned(),
            hint: Hint::None,
            began: None,
            paused: None,
            last: None,
            later: None,
            running: None,
            begun: 0,
            counts: Speculated::default(),
        }
    }

    /// The expected kind of the next turn.
    pub(crate) fn expect(&mut self, hint: Hint) {
        self.hint = hint;
    }

    /// Voice begins, of a turn or again within one.
    pub(crate) fn voice(&mut self, received: Instant) {
        self.began.get_or_insert(received);
        self.paused = None;
        self.later = None;
    }

    /// Voice pauses; `received` is the time of its last frame. A partial text that came since then stands.
    pub(crate) fn paused(&mut self, received: Instant, now: Instant) -> Option<Action> {
        self.paused = Some(received);
        let last = self.last.as_ref().filter(|last| last.at >= received)?;
        self.stands(last.text.clone(), now)
    }

    /// The voice is silent for a moment. A whole sentence may be the turn.
    pub(crate) fn faded(&mut self, now: Instant) -> Option<Action> {
        let text = self.last.as_ref()?.text.clone();
        if self.is_whole(&text) { self.stands(text, now) } else { None }
    }

    /// A partial text.
    pub(crate) fn partial(&mut self, text: &str, now: Instant) -> Option<Action> {
        self.began.get_or_insert(now);
        self.note(text, now);
        let since = self.last.as_ref().map_or(now, |last| last.since);
        let is_steady = now.saturating_duration_since(since) >= self.settings.steady;
        let is_last = self.left() > 1 && self.wholeness(text) == Completeness::Whole;
        if self.paused.is_some() || is_steady || is_last { self.stands(text.to_owned(), now) } else { None }
    }

    /// The number of attempts that are left.
    fn left(&self) -> u32 {
        self.settings.attempts.saturating_sub(self.begun)
    }

    /// Whether the words of a text make a whole sentence, whatever the full stop behind them.
    fn wholeness(&self, text: &str) -> Completeness {
        let words =
            text.trim_end_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '?' | '？'));
        completeness(&self.language, words, self.hint)
    }

    fn is_whole(&self, text: &str) -> bool {
        matches!(self.wholeness(text), Completeness::Whole | Completeness::Complete)
    }

    /// A partial text that begins no attempt: an answer is still to be heard.
    pub(crate) fn note(&mut self, text: &str, now: Instant) {
        let same = self.last.take().filter(|last| words::same_words(&last.text, text));
        let since = same.map_or(now, |last| last.since);
        self.last = Some(Partial { text: text.to_owned(), since, at: now });
    }

    /// The time of [`Self::tick`].
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.later.as_ref().map(|(_, at)| *at)
    }

    /// Tries a text whose pause has become long enough.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Action> {
        let (text, _) = self.later.take_if(|(_, at)| *at <= now)?;
        self.attempt(text, now)
    }

    /// A text stands.
    fn stands(&mut self, text: String, now: Instant) -> Option<Action> {
        let completeness = completeness(&self.language, &text, self.hint);
        let calls_for_more = matches!(completeness, Completeness::Open | Completeness::Digits);
        let pause = match calls_for_more {
            true => self.settings.open,
            false if self.left() == 1 && !self.is_whole(&text) => self.settings.last,
            false => return self.attempt(text, now),
        };
        if let Some(since) = self.paused {
            self.later = Some((text, now.max(since + pause)));
            None
        } else if calls_for_more {
            None
        } else {
            self.attempt(text, now)
        }
    }

    fn attempt(&mut self, text: String, now: Instant) -> Option<Action> {
        self.later = None;
        let is_running = |running: &String| words::same_words(running, &text);
        if text.trim().is_empty() || self.running.as_ref().is_some_and(is_running) {
            return None;
        }
        let was_running = self.drop_running();
        let length = self.began.map_or_else(Default::default, |began| now.saturating_duration_since(began));
        // The last one is for a pause.
        let may_start = self.left() > u32::from(self.paused.is_none());
        if !may_start || length >= self.settings.longest_speech {
            return was_running.then_some(Action::Drop);
        }
        self.begun += 1;
        self.counts.started += 1;
        self.running = Some(text.clone());
        Some(Action::Start(text))
    }

    /// Whether the running attempt is for these final words.
    pub(crate) fn is_for(&self, text: &str) -> bool {
        self.running.as_ref().is_some_and(|running| words::same_words(running, text))
    }

    /// The turn is over, and its attempt is adopted or dropped. Returns the turn's counts.
    pub(crate) fn ended(&mut self, is_adopted: bool) -> Speculated {
        self.hint = Hint::None;
        if is_adopted && self.running.take().is_some() {
            self.counts.adopted += 1;
        }
        self.abandon();
        std::mem::take(&mut self.counts)
    }

    /// The sound was no turn. Its counts are reported with the next one, which has all its attempts.
    pub(crate) fn abandon(&mut self) {
        self.drop_running();
        self.begun = 0;
        (self.began, self.paused, self.last, self.later) = (None, None, None, None);
    }

    fn drop_running(&mut self) -> bool {
        let was_running = self.running.take().is_some();
        self.counts.dropped += u32::from(was_running);
        was_running
    }
}

#[cfg(test)]
mod tests;
