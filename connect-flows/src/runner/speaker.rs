//! The caller at work: which step is due when, and the keys and words that follow from it.
//!
//! Times count from the start of the call. This module knows no clock: the session tells it the time.

use std::{collections::HashMap, time::Duration};

use super::{
    Act, Caller, Step, Then, When,
    signs::{Sign, Signs},
    tones::speaking_time,
};
use crate::recording::duration_of;

/// The time from one key to the next.
const KEY_GAP: Duration = Duration::from_millis(200);

/// A caller speaks no longer than this at a time: Lex listens no longer.
const LONGEST_SPEECH: Duration = Duration::from_secs(12);

/// A thing that the caller does at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    Key(char),
    SpeechStart(String),
    SpeechEnd(String),
    HangUp,
}

/// The caller.
#[derive(Default)]
pub(super) struct Speaker {
    caller: Caller,
    /// Samples of the caller's words, where there is a voice for them.
    pub sounds: HashMap<String, Vec<i16>>,
    pub signs: Signs,
    /// Acts with times of their own, the next one last.
    timed: Vec<(Duration, Act)>,
    /// The step that is due next, and the end of the one before it.
    next: usize,
    free_at: Duration,
    /// Keys and ends of words, in the order of their times.
    begun: Vec<(Duration, Doing)>,
    /// The listening in which the caller began the steps once more.
    repeated_in: u64,
    /// The listening that an act with a time of its own answered: its effect is waited for.
    answered_in: u64,
}

impl Speaker {
    pub(super) fn new(caller: &Caller, sounds: HashMap<String, Vec<i16>>) -> Self {
        let timed = |step: &Step| match step.when {
            When::At(at) => Some((at, step.act.clone())),
            _ => None,
        };
        let mut timed: Vec<_> = caller.steps.iter().filter_map(timed).collect();
        // The order of steps at the same time is that of the list.
        timed.reverse();
        timed.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut speaker = Self { caller: caller.clone(), sounds, timed, ..Self::default() };
        speaker.skip_timed();
        speaker
    }

    /// The next time at which the caller does something, if nothing else happens before.
    pub(super) fn due(&self) -> Option<Duration> {
        let begun = self.begun.first().map(|(at, _)| *at);
        let timed = self.timed.last().map(|(at, _)| *at);
        begun.into_iter().chain(timed).chain(self.step_due()).min()
    }

    /// The next thing that the caller did up to `now`, with its time.
    pub(super) fn next(&mut self, now: Duration) -> Option<(Duration, Doing)> {
        loop {
            let due = self.due().filter(|due| *due <= now)?;
            if self.begun.first().is_some_and(|(at, _)| *at == due) {
                return Some(self.begun.remove(0));
            }
            if let Some((_, act)) = self.timed.pop_if(|(at, _)| *at == due) {
                self.answered_in = self.signs.serial();
                self.begin(&act, due);
            } else {
                self.take_step(due);
            }
        }
    }

    /// The end of the words that the caller says at this time.
    pub(super) fn speech_end(&self) -> Option<Duration> {
        let ends = |(at, doing): &(Duration, Doing)| matches!(doing, Doing::SpeechEnd(_)).then_some(*at);
        self.begun.iter().find_map(ends)
    }

    /// The time of the next step, or of the end of the call when all are done.
    fn step_due(&self) -> Option<Duration> {
        let Some(step) = self.caller.steps.get(self.next) else {
            let waiting = self.signs.listening().filter(|_| self.timed.is_empty() && self.begun.is_empty());
            let (serial, since) = waiting?;
            let goes_on = match self.caller.then {
                Then::HangUp => serial > self.answered_in,
                Then::StaySilent => false,
                Then::Repeat => serial > self.repeated_in && self.first_step() < self.caller.steps.len(),
            };
            return goes_on.then(|| since.max(self.free_at));
        };
        let by_voice = matches!(step.act, Act::Say(_));
        let due = match &step.when {
            When::At(_) => None,
            When::After(after) => Some(self.before() + *after),
            When::Listens => self.signs.listening().map(|(_, since)| since),
            When::Asks(after) => self.signs.asking(*after, by_voice),
            When::Plays { contains, after } => self.signs.seen(Sign::Plays, contains, *after),
            When::Action { action, after } => self.signs.seen(Sign::Action, action, *after),
            When::Invoked { function, after } => self.signs.seen(Sign::Invoked, function, *after),
        };
        due.map(|due| due.max(self.free_at))
    }

    /// The time of the step before the next one in the list.
    fn before(&self) -> Duration {
        match self.next.checked_sub(1).and_then(|before| self.caller.steps.get(before)) {
            Some(Step { when: When::At(at), .. }) => *at,
            _ => self.free_at,
        }
    }

    fn take_step(&mut self, due: Duration) {
        let Some(step) = self.caller.steps.get(self.next).cloned() else {
            if self.caller.then == Then::HangUp {
                self.begin(&Act::HangUp, due);
            }
            self.repeated_in = self.signs.serial();
            (self.next, self.free_at) = (self.first_step(), due);
            return;
        };
        match step.when {
            When::Listens | When::Asks(_) => self.signs.use_listening(),
            When::Plays { .. } => self.signs.use_up(Sign::Plays),
            When::Action { .. } => self.signs.use_up(Sign::Action),
            When::Invoked { .. } => self.signs.use_up(Sign::Invoked),
            When::At(_) | When::After(_) => {}
        }
        self.free_at = self.begin(&step.act, due);
        self.next += 1;
        self.skip_timed();
    }

    fn first_step(&self) -> usize {
        let steps = &self.caller.steps;
        steps.iter().position(|step| !matches!(step.when, When::At(_))).unwrap_or(steps.len())
    }

    fn skip_timed(&mut self) {
        while matches!(self.caller.steps.get(self.next), Some(Step { when: When::At(_), .. })) {
            self.next += 1;
        }
    }

    /// Begins an act, and returns its end.
    fn begin(&mut self, act: &Act, due: Duration) -> Duration {
        match act {
            Act::Say(text) => {
                let start = self.speech_end().map_or(due, |end| end.max(due));
                let sound = self.sounds.get(text).map(|samples| duration_of(samples.len()));
                let end = start + sound.unwrap_or_else(|| speaking_time(text)).min(LONGEST_SPEECH);
                self.plan(start, Doing::SpeechStart(text.clone()));
                self.plan(end, Doing::SpeechEnd(text.clone()));
                end
            }
            Act::Press(keys) => {
                let mut at = due;
                for (number, key) in keys.chars().filter(char::is_ascii_graphic).enumerate() {
                    at = due + KEY_GAP * u32::try_from(number).unwrap_or(0);
                    self.plan(at, Doing::Key(key));
                }
                at
            }
            Act::HangUp => {
                self.plan(due, Doing::HangUp);
                due
            }
        }
    }

    fn plan(&mut self, at: Duration, doing: Doing) {
        let index = self.begun.partition_point(|(other, _)| *other <= at);
        self.begun.insert(index, (at, doing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn caller(steps: Vec<(When, Act)>, then: Then) -> Speaker {
        let steps = steps.into_iter().map(|(when, act)| Step { when, act }).collect();
        Speaker::new(&Caller { steps, then }, HashMap::new())
    }

    fn press(keys: &str) -> Act {
        Act::Press(keys.into())
    }

    #[test]
    fn steps_follow_each_other_and_timed_ones_do_not_wait() {
        let steps = vec![
            (When::Listens, press("12")),
            (When::At(ms(50)), press("0")),
            (When::After(ms(100)), Act::Say("ab".into())),
        ];
        let mut speaker = caller(steps, Then::StaySilent);
        assert_eq!(speaker.next(ms(40)), None);
        assert_eq!(speaker.next(ms(60)), Some((ms(50), Doing::Key('0'))));
        speaker.signs.ask(ms(100), false);
        speaker.signs.listen(ms(300));
        let done: Vec<_> = std::iter::from_fn(|| speaker.next(ms(2000))).map(|(at, _)| at).collect();
        // The last step counts from the one before it in the list, but not before the keys are pressed.
        assert_eq!(done, [ms(300), ms(500), ms(500), ms(620)]);
    }

    #[test]
    fn each_listening_takes_one_step_and_then_the_caller_hangs_up() {
        let mut speaker = caller(vec![(When::Listens, press("1"))], Then::HangUp);
        for (at, doing) in [(100, Doing::Key('1')), (900, Doing::HangUp)] {
            speaker.signs.ask(ms(at), false);
            speaker.signs.listen(ms(at));
            assert_eq!(speaker.next(ms(at)), Some((ms(at), doing)));
            if at == 100 {
                assert_eq!(speaker.next(ms(500)), None);
            }
            speaker.signs.stop_listening();
        }
    }

    #[test]
    fn a_prompt_is_interrupted_at_its_words_once_each_time() {
        let when = When::Plays { contains: "Menu".into(), after: ms(200) };
        let mut speaker = caller(vec![(when, press("1"))], Then::Repeat);
        speaker.signs.see(Sign::Plays, vec!["the menu is".into()], ms(1000));
        assert_eq!(speaker.due(), Some(ms(1200)));
        assert_eq!(speaker.next(ms(1300)), Some((ms(1200), Doing::Key('1'))));
        assert_eq!(speaker.due(), None);
    }
}
