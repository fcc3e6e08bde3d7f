//! When to ask the model before the turn is over: decides, and starts nothing itself.
//!
//! A text stands when its words make a whole sentence, when two partials have the same words, or when it comes behind the
//! last voice. One partial has to be enough for a whole sentence: two of them rarely come before the end of a turn. A full
//! stop says nothing there, since recognisers write one behind anything. Attempts are few, so two things save them for
//! the end of the turn: a text that calls for more ("I would like to") is tried only when the caller leaves it at that
//! for a while, and the last attempt is for a pause; where the words are no whole sentence, for one that is longer than
//! those between words.

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

    /// A partial text. It stands when it has the words of the one before, or the caller pauses.
    pub(crate) fn partial(&mut self, text: &str, now: Instant) -> Option<Action> {
        self.began.get_or_insert(now);
        let stands = self.paused.is_some()
            || self.last.as_ref().is_some_and(|last| words::same_words(&last.text, text));
        self.note(text, now);
        if stands || self.left() > 1 && self.is_whole(text) {
            self.stands(text.to_owned(), now)
        } else {
            None
        }
    }

    /// The number of attempts that are left.
    fn left(&self) -> u32 {
        self.settings.attempts.saturating_sub(self.counts.started)
    }

    /// Whether the words of a text make a whole sentence, whatever the mark behind them.
    fn is_whole(&self, text: &str) -> bool {
        let words =
            text.trim_end_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '?' | '？'));
        let completeness = completeness(&self.language, words, self.hint);
        matches!(completeness, Completeness::Whole | Completeness::Complete)
    }

    /// A partial text that begins no attempt: an answer is still to be heard.
    pub(crate) fn note(&mut self, text: &str, now: Instant) {
        self.last = Some(Partial { text: text.to_owned(), at: now });
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

    /// The sound was no turn. Its counts go to the next one, whose attempts are its own.
    pub(crate) fn abandon(&mut self) {
        self.drop_running();
        (self.began, self.paused, self.last, self.later) = (None, None, None, None);
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
        let mut speculation = Speculation::new(SpeculationSettings::default(), "en");
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
        assert_eq!(speculation.partial("I was here", now), None);
        assert_eq!(speculation.partial("I was here yesterday.", now), None, "a full stop says nothing");
        assert_eq!(speculation.partial("i was here yesterday", now), start("i was here yesterday"));
        assert_eq!(speculation.partial("I was here yesterday", now), None, "it runs already");
        assert!(speculation.is_for("I was here yesterday!"));
        assert!(!speculation.is_for("I was here yesterday evening."));
        assert_eq!(speculation.ended(true), Speculated { started: 1, adopted: 1, dropped: 0 });
        assert!(!speculation.is_for("I was here yesterday."), "the next turn begins with none");
    }

    #[test]
    fn a_whole_sentence_starts_an_attempt_at_once_while_one_is_left_for_a_pause() {
        let (mut speculation, now) = speculation();
        assert_eq!(speculation.partial("When do you...", now), None);
        assert_eq!(speculation.partial("When do you open.", now), start("When do you open."));
        assert_eq!(speculation.partial("When do you open at", now), None, "it may waver");
        assert!(speculation.is_for("When do you open?"));
        let longer = "When do you open on Sunday?";
        assert_eq!(speculation.partial(longer, now), start(longer));
        assert_eq!(speculation.partial("When do you open on Sunday morning", now), None);
        assert!(speculation.is_for(longer), "and nothing is dropped for a guess");
        let last = "When do you open on Sunday mornings?";
        speculation.partial(last, now);
        assert_eq!(speculation.paused(now, now), start(last));
        assert_eq!(speculation.ended(true), Speculated { started: 3, adopted: 1, dropped: 2 });
    }

    #[test]
    fn the_last_word_of_a_korean_sentence_starts_an_attempt() {
        let mut speculation = Speculation::new(SpeculationSettings::default(), "ko");
        let now = Instant::now();
        assert_eq!(speculation.partial("내일 저녁에", now), None);
        assert_eq!(speculation.partial("내일 저녁에 예약하고.", now), None);
        assert_eq!(
            speculation.partial("내일 저녁에 예약하고 싶어요", now),
            start("내일 저녁에 예약하고 싶어요")
        );
    }

    /// A partial text for each word of a sentence, and a pause behind the last one. Returns the counts, and whether the
    /// attempt that was adopted began before the pause.
    fn spoken(language: &str, sentence: &str) -> (Speculated, bool) {
        let mut speculation = Speculation::new(SpeculationSettings::default(), language);
        let now = Instant::now();
        for (end, _) in sentence.match_indices(' ') {
            speculation.partial(&format!("{}.", &sentence[..end]), now);
        }
        speculation.partial(sentence, now);
        let is_early = speculation.is_for(sentence);
        speculation.paused(now, now);
        speculation.tick(now + SpeculationSettings::default().last);
        let is_adopted = speculation.is_for(sentence);
        (speculation.ended(is_adopted), is_early)
    }

    #[test]
    fn few_attempts_are_wasted_on_the_begin_of_a_sentence() {
        let sentences = [
            ("en", "When do you open on Sundays?"),
            ("en", "I would like to book a table for four people, please."),
            ("en", "Can I speak to somebody about my order?"),
            ("en", "Hello, where is the nearest branch in the city?"),
            ("en", "Yes, that is right."),
            ("en", "I was here yesterday and lost my umbrella."),
            ("ko", "내일 저녁 일곱 시에 네 명 예약하고 싶어요."),
            ("ko", "주문한 상품이 아직 도착하지 않았습니다."),
            ("ko", "영업 시간이 어떻게 되나요?"),
            ("ko", "네 맞습니다."),
        ];
        let (mut dropped, mut early) = (0, 0);
        for (language, sentence) in sentences {
            let (counts, is_early) = spoken(language, sentence);
            assert_eq!(counts.adopted, 1, "{sentence}: {counts:?}");
            dropped += counts.dropped;
            early += usize::from(is_early);
        }
        assert!(dropped <= 8 && early >= 7, "{dropped} dropped, {early} early");
    }

    #[test]
    fn digits_that_were_asked_for_start_none() {
        let (mut speculation, now) = speculation();
        speculation.expect(Hint::Number);
        speculation.partial("It is five", now);
        assert_eq!(speculation.partial("It is five", now), None, "more may follow");
        speculation.ended(false);
        speculation.partial("It is five", now);
        assert_eq!(speculation.partial("It is five", now), start("It is five"));
    }

    #[test]
    fn a_partial_behind_the_last_voice_starts_one_at_once() {
        let (mut speculation, now) = speculation();
        let later = now + Duration::from_millis(100);
        assert_eq!(speculation.partial("A table", now), None);
        assert_eq!(speculation.paused(later, later), None, "words may have followed");
        assert_eq!(speculation.partial("A table tonight", later), start("A table tonight"));
        speculation.ended(false);
        speculation.partial("A room", later);
        assert_eq!(speculation.paused(now, later), start("A room"), "all voice is in it");
    }

    #[test]
    fn another_steady_text_takes_its_place_three_times_at_most() {
        let (mut speculation, now) = speculation();
        for text in ["A table.", "A table. Tonight."] {
            speculation.partial(text, now);
            assert_eq!(speculation.partial(text, now), start(text));
        }
        let text = "A table. Tonight. I listen.";
        speculation.partial(text, now);
        assert!(speculation.is_for("A table. Tonight."), "a text that changes drops nothing");
        assert_eq!(speculation.partial(text, now), Some(Action::Drop), "the last one is for a pause");
        let later = now + SpeculationSettings::default().last;
        assert_eq!((speculation.paused(now, now), speculation.tick(later)), (None, start(text)));
        assert_eq!(speculation.partial("A table. Tonight. I listen. Bye.", later), Some(Action::Drop));
        assert_eq!(speculation.ended(false), Speculated { started: 3, adopted: 0, dropped: 3 });
    }

    #[test]
    fn a_text_that_calls_for_more_is_tried_when_nothing_follows() {
        let (mut speculation, now) = speculation();
        let text = "I would like to";
        speculation.partial(text, now);
        assert_eq!(speculation.partial(text, now), None);
        assert_eq!(speculation.paused(now, now), None);
        let later = now + SpeculationSettings::default().open;
        assert_eq!(speculation.deadline(), Some(later));
        assert_eq!(speculation.tick(later - Duration::from_millis(1)), None);
        assert_eq!(speculation.tick(later), start(text));
        assert_eq!(speculation.deadline(), None);
        speculation.partial("I would like to and", later);
        speculation.voice(later);
        assert_eq!(speculation.deadline(), None, "the caller goes on");
    }

    #[test]
    fn the_last_attempt_is_not_spent_on_a_pause_between_words() {
        let (mut speculation, now) = speculation();
        for text in ["A table.", "A table. Tonight."] {
            speculation.partial(text, now);
            assert_eq!(speculation.paused(now, now), start(text));
            speculation.voice(now);
        }
        speculation.partial("A table. Tonight. For my.", now);
        assert_eq!(speculation.paused(now, now), None);
        speculation.voice(now);
        let text = "A table. Tonight. For my friend.";
        speculation.partial(text, now);
        assert_eq!(speculation.paused(now, now), None);
        let later = now + SpeculationSettings::default().last;
        assert_eq!(speculation.deadline(), Some(later));
        assert_eq!(speculation.tick(later), start(text));
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
