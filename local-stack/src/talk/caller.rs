//! The caller's part: speaks, listens to the answer by ear, and speaks again.

use std::{collections::VecDeque, ops::Range, time::Duration};

use connect_flows::recording::{duration_of, samples_in};

use super::{level, sound};

/// The answer is over after this silence.
const QUIET: Duration = Duration::from_millis(700);

/// Longest wait for a greeting.
const GREETED_WITHIN: Duration = Duration::from_secs(3);

/// Longest wait for an answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// An answer that is longer than this is not listened to.
const LONGEST_ANSWER: Duration = Duration::from_secs(90);

/// Time between two keys, in samples.
const KEY_STEP: usize = 1600;

/// Something that the caller says, does or lets be heard.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Its name in tables.
    pub name: String,
    /// The words in it, where they are known.
    pub words: Option<String>,
    /// Its sound, without noise.
    pub samples: Vec<i16>,
    /// Keys that are pressed, one every 200 ms.
    pub keys: String,
    /// Whether it is begun at once, without a wait for the agent.
    pub at_once: bool,
    /// Whether it is a turn of the talk that is to be answered. A cough is none.
    pub is_turn: bool,
    /// Begins this long after the first audible sample of the answer before it, while that answer goes on; after its end
    /// without a time, or where the answer ends sooner.
    pub over: Option<Duration>,
}

impl Item {
    /// A turn in which these samples are said.
    pub fn turn(name: impl Into<String>, samples: Vec<i16>) -> Self {
        Self { name: name.into(), samples, is_turn: true, ..Self::default() }
    }

    /// A turn in which these keys are pressed.
    pub fn keys(keys: &str) -> Self {
        let samples = vec![0; KEY_STEP * keys.len()];
        Self { keys: keys.to_owned(), ..Self::turn(format!("keys {keys}"), samples) }
    }

    /// Keys that a switchboard presses as soon as the call is answered.
    pub fn sent(keys: &str) -> Self {
        Self { at_once: true, is_turn: false, ..Self::keys(keys) }
    }
}

/// An item at its place in the call.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The item; its samples are in the recording.
    pub item: Item,
    /// Its voiced samples as the service receives them, or its samples where it is keys, from the start of the call.
    pub voice: Range<usize>,
    /// Samples at their end in which the voice dies away.
    pub fading: usize,
    /// Whether it began while an answer was heard.
    pub over_answer: bool,
}

/// The ears at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ears {
    /// Something could be heard in the last 20 ms.
    pub(super) is_sounding: bool,
    /// Audio or a mark waits in the buffer.
    pub(super) is_pending: bool,
}

/// The next 20 ms.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// This sound, and silence behind it up to the whole frame.
    Say(Vec<i16>),
    Press(char),
    Listen,
    HangUp,
}

pub(super) struct Caller {
    items: VecDeque<Item>,
    state: State,
    spoken: Vec<Spoken>,
}

enum State {
    Listening(Listening),
    Speaking { item: Item, at: usize },
}

#[derive(Clone, Copy)]
struct Listening {
    since: Duration,
    patience: Duration,
    /// The first and the last sound since then.
    sound: Option<(Duration, Duration)>,
}

impl Caller {
    pub(super) fn new(items: Vec<Item>) -> Self {
        let listening = Listening { since: Duration::ZERO, patience: GREETED_WITHIN, sound: None };
        Self { items: items.into(), state: State::Listening(listening), spoken: Vec::new() }
    }

    /// The caller's next frame, which begins at `now`.
    pub(super) fn next(&mut self, now: Duration, ears: Ears, frame: usize) -> Act {
        if let State::Listening(listening) = &mut self.state {
            listening.hear(now, ears);
            let next = self.items.front();
            let at_once = next.is_some_and(|item| item.at_once);
            if !at_once && !listening.is_over(now, ears, next.and_then(|item| item.over)) {
                return Act::Listen;
            }
            let Some(item) = self.items.pop_front() else { return Act::HangUp };
            self.begin(item, now, ears);
        }
        self.speak(now, frame)
    }

    fn begin(&mut self, item: Item, now: Duration, ears: Ears) {
        let start = samples_in(now);
        let received: Vec<i16> = sound::received(&sound::encoded(&item.samples)).collect();
        let voice = level::voiced(&received).unwrap_or(0..item.samples.len());
        let fading = level::fading(&received, &voice);
        let voice = start + voice.start..start + voice.end;
        let over_answer = ears.is_sounding || ears.is_pending;
        let told = Item { samples: Vec::new(), ..item.clone() };
        self.spoken.push(Spoken { item: told, voice, fading, over_answer });
        self.state = State::Speaking { item, at: 0 };
    }

    fn speak(&mut self, now: Duration, frame: usize) -> Act {
        let State::Speaking { item, at } = &mut self.state else { return Act::Listen };
        let end = (*at + frame).min(item.samples.len());
        let is_key = !item.keys.is_empty() && *at % KEY_STEP == 0;
        let act = match item.keys.chars().nth(*at / KEY_STEP).filter(|_| is_key) {
            Some(key) => Act::Press(key),
            None => Act::Say(item.samples.get(*at..end).unwrap_or_default().to_vec()),
        };
        *at += frame;
        if *at >= item.samples.len() {
            let since = now + duration_of(frame);
            self.state = State::Listening(Listening { since, patience: ANSWERED_WITHIN, sound: None });
        }
        act
    }

    /// The items that have been spoken, in order.
    pub(super) fn into_spoken(self) -> Vec<Spoken> {
        self.spoken
    }
}

impl Listening {
    fn hear(&mut self, now: Duration, ears: Ears) {
        if ears.is_sounding {
            let first = self.sound.map_or(now, |(first, _)| first);
            self.sound = Some((first, now));
        }
    }

    /// Whether it is the caller's turn.
    fn is_over(&self, now: Duration, ears: Ears, over: Option<Duration>) -> bool {
        match self.sound {
            None => now >= self.since + self.patience,
            Some((first, last)) => {
                let goes_on = ears.is_sounding || ears.is_pending;
                let interrupts = over.is_some_and(|over| now >= first + over) && goes_on;
                let is_quiet = now >= last + QUIET && !ears.is_pending;
                interrupts || is_quiet || now >= self.since + LONGEST_ANSWER
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: usize = 160;

    /// Runs the caller against an agent that sounds at these times; returns the times at which items began, and the
    /// hang-up's.
    fn run(items: Vec<Item>, sounds: &[Range<u64>]) -> (Vec<u64>, u64) {
        let mut caller = Caller::new(items);
        for ms in (0..100_000).step_by(20) {
            let is_sounding = sounds.iter().any(|sound| sound.contains(&ms));
            let ears = Ears { is_sounding, is_pending: is_sounding };
            if caller.next(Duration::from_millis(ms), ears, FRAME) == Act::HangUp {
                let began = |spoken: &Spoken| spoken.voice.start as u64 / 8;
                return (caller.into_spoken().iter().map(began).collect(), ms);
            }
        }
        panic!("the caller never hung up");
    }

    fn item(ms: usize) -> Item {
        Item::turn("one", vec![4000; ms * 8])
    }

    #[test]
    fn the_caller_waits_for_the_end_of_greeting_and_answer() {
        let (began, ended) =
            run(vec![item(1000), item(500)], &[100..1000, 2000..3000, 3500..4000, 6000..6500]);
        // A pause of 500 ms in the answer ends it not.
        assert_eq!(began, [1680, 4680]);
        assert_eq!(ended, 7180);
    }

    #[test]
    fn a_caller_who_gets_no_answer_goes_on() {
        let (began, ended) = run(vec![item(1000)], &[]);
        assert_eq!((began, ended), (vec![3000], 14_000));
    }

    #[test]
    fn an_interruption_begins_within_the_answer() {
        let over = Item { over: Some(Duration::from_millis(600)), ..item(400) };
        let long = 4500..9000;
        let (began, _) = run(vec![item(1000), over.clone()], &[long]);
        assert_eq!(began, [3000, 5100]);
        let short = 4500..4800;
        let (began, _) = run(vec![item(1000), over], &[short]);
        assert_eq!(began, [3000, 5480]);
    }

    #[test]
    fn keys_are_pressed_at_their_pace() {
        let mut caller = Caller::new(vec![Item::keys("4#")]);
        let ears = Ears { is_sounding: false, is_pending: false };
        let mut pressed = Vec::new();
        for ms in (0..5000).step_by(20) {
            if let Act::Press(key) = caller.next(Duration::from_millis(ms), ears, FRAME) {
                pressed.push((ms, key));
            }
        }
        assert_eq!(pressed, [(3000, '4'), (3200, '#')]);
    }
}
