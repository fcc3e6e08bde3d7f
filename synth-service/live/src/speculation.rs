//! When to ask the model before the turn is over: decides, and starts nothing itself.

use hearing::words;
use tokio::time::Instant;

use crate::{report::Speculated, settings::SpeculationSettings};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An attempt begins with this text. It takes the place of a running one.
    Start(String),
    /// The running attempt is wrong.
    Drop,
}

/// A partial text.
struct Partial {
    text: String,
    at: Instant,
}

/// The attempts of one turn.
pub(crate) struct Speculation {
    settings: SpeculationSettings,
    /// When the first voiced frame of the turn was received.
    began: Option<Instant>,
    /// When the last voiced frame was received, while the caller pauses.
    paused: Option<Instant>,
    last: Option<Partial>,
    running: Option<String>,
    counts: Speculated,
}

impl Speculation {
    pub(crate) fn new(settings: SpeculationSettings) -> Self {
        let counts = Speculated::default();
        Self { settings, began: None, paused: None, last: None, running: None, counts }
    }

    /// Voice begins, of a turn or again within one.
    pub(crate) fn voice(&mut self, received: Instant) {
        self.began.get_or_insert(received);
        self.paused = None;
    }

    /// Voice pauses; `received` is the time of its last frame. A partial text that came since then stands.
    pub(crate) fn paused(&mut self, received: Instant, now: Instant) -> Option<Action> {
        self.paused = Some(received);
        let last = self.last.as_ref().filter(|last| last.at >= received)?;
        self.steady(last.text.clone(), now)
    }

    /// A partial text. It stands when it has the words of the one before, or the caller pauses.
    pub(crate) fn partial(&mut self, text: &str, now: Instant) -> Option<Action> {
        self.began.get_or_insert(now);
        let stands = self.paused.is_some()
            || self.last.as_ref().is_some_and(|last| words::same_words(&last.text, text));
        self.note(text, now);
        if stands { self.steady(text.to_owned(), now) } else { None }
    }

    /// A partial text that begins no attempt: an answer is still to be heard.
    pub(crate) fn note(&mut self, text: &str, now: Instant) {
        self.last = Some(Partial { text: text.to_owned(), at: now });
    }

    fn steady(&mut self, text: String, now: Instant) -> Option<Action> {
        let is_running = |running: &String| words::same_words(running, &text);
        if text.trim().is_empty() || self.running.as_ref().is_some_and(is_running) {
            return None;
        }
        let was_running = self.drop_running();
        let length = self.began.map_or_else(Default::default, |began| now.saturating_duration_since(began));
        if self.counts.started >= self.settings.attempts || length >= self.settings.longest_speech {
            return was_running.then_some(Action::Drop);
        }
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
        if is_adopted && self.running.take().is_some() {
            self.counts.adopted += 1;
        }
        self.abandon();
        std::mem::take(&mut self.counts)
    }

    /// The sound was no turn. Its counts go to the next one, whose attempts are its own.
    pub(crate) fn abandon(&mut self) {
        self.drop_running();
        (self.began, self.paused, self.last) = (None, None, None);
    }

    fn drop_running(&mut self) -> bool {
        let was_running = self.running.take().is_some();
        self.counts.dropped += u32::from(was_running);
        was_running
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn speculation() -> (Speculation, Instant) {
        let mut speculation = Speculation::new(SpeculationSettings::default());
        let now = Instant::now();
        speculation.voice(now);
        (speculation, now)
    }

    fn start(text: &str) -> Option<Action> {
        Some(Action::Start(text.into()))
    }

    #[test]
    fn a_text_that_stands_in_two_partials_starts_one_attempt() {
        let (mut speculation, now) = speculation();
        assert_eq!(speculation.partial("When do", now), None);
        assert_eq!(speculation.partial("When do you open", now), None);
        assert_eq!(speculation.partial("when do you open?", now), start("when do you open?"));
        assert_eq!(speculation.partial("When do you open", now), None, "it runs already");
        assert!(speculation.is_for("When do you open?"));
        assert!(!speculation.is_for("When do you open on Sunday?"));
        assert_eq!(speculation.ended(true), Speculated { started: 1, adopted: 1, dropped: 0 });
        assert!(!speculation.is_for("When do you open?"), "the next turn begins with none");
    }

    #[test]
    fn a_partial_behind_the_last_voice_starts_one_at_once() {
        let (mut speculation, now) = speculation();
        let later = now + Duration::from_millis(100);
        assert_eq!(speculation.partial("Hello", now), None);
        assert_eq!(speculation.paused(later, later), None, "words may have followed");
        assert_eq!(speculation.partial("Hello there", later), start("Hello there"));
        speculation.ended(false);
        speculation.partial("Good bye", later);
        assert_eq!(speculation.paused(now, later), start("Good bye"), "all voice is in it");
    }

    #[test]
    fn another_steady_text_takes_its_place_three_times_at_most() {
        let (mut speculation, now) = speculation();
        for text in ["one", "one two", "one two three"] {
            speculation.partial(text, now);
            assert_eq!(speculation.partial(text, now), start(text));
        }
        speculation.partial("one two three four", now);
        assert!(speculation.is_for("one two three"), "a text that changes drops nothing");
        assert_eq!(speculation.partial("one two three four", now), Some(Action::Drop));
        assert_eq!(speculation.ended(false), Speculated { started: 3, adopted: 0, dropped: 3 });
    }

    #[test]
    fn a_long_speech_starts_none() {
        let (mut speculation, now) = speculation();
        let late = now + Duration::from_secs(10);
        speculation.partial("a long story", late);
        assert_eq!(speculation.partial("a long story", late), None);
    }

    #[test]
    fn a_cough_drops_the_attempt_and_its_count_is_kept() {
        let (mut speculation, now) = speculation();
        speculation.partial("ah", now);
        speculation.partial("ah", now);
        speculation.abandon();
        assert_eq!(speculation.ended(false), Speculated { started: 1, adopted: 0, dropped: 1 });
    }
}
