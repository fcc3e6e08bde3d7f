//! The code of a pass among the keys of a caller: `*`, six digits, `#`. All other keys pass, in their order.

use std::time::Duration;

use contract::live::PassCode;
use tokio::time::Instant;

/// The time from the begin of a stream within which keys may be a code's.
const WITHIN: Duration = Duration::from_secs(15);

/// Longest time between two keys of a code. Connect sends them within a quarter of a second.
const GAP: Duration = Duration::from_millis(1500);

/// Codes of one caller, of whom a code is sent twice. A caller can't try one after the other.
const MOST_CODES: u32 = 2;

/// The keys of a code, `#` included.
const LENGTH: usize = 8;

/// Looks for a code.
pub(super) struct CodeKeys {
    /// Keys that may be the begin of a code.
    held: String,
    last: Instant,
    until: Instant,
    codes: u32,
}

/// The meaning of a key.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Keyed {
    /// Keys that are the caller's own.
    pub(super) passed: String,
    /// The code that is complete with this key.
    pub(super) code: Option<PassCode>,
}

impl CodeKeys {
    /// The keys of a stream that begins now.
    pub(super) fn new(now: Instant) -> Self {
        Self { held: String::new(), last: now, until: now + WITHIN, codes: 0 }
    }

    /// Takes a key.
    pub(super) fn push(&mut self, key: char, now: Instant) -> Keyed {
        let mut keyed = Keyed { passed: self.tick(now), code: None };
        let goes_on = match self.held.len() {
            0 => key == '*' && now < self.until && self.codes < MOST_CODES,
            length if length + 1 == LENGTH => key == '#',
            _ => key.is_ascii_digit(),
        };
        if !goes_on {
            keyed.passed.push_str(&std::mem::take(&mut self.held));
            if key != '*' || keyed.passed.is_empty() {
                keyed.passed.push(key);
                return keyed;
            }
            // A code may begin anew.
            let again = self.push(key, now);
            keyed.passed.push_str(&again.passed);
            return keyed;
        }
        self.held.push(key);
        self.last = now;
        if self.held.len() == LENGTH {
            self.codes += 1;
            let held = std::mem::take(&mut self.held);
            keyed.code = held[1..LENGTH - 1].parse().ok();
        }
        keyed
    }

    /// The keys that turn out now to be the caller's own.
    pub(super) fn tick(&mut self, now: Instant) -> String {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            return std::mem::take(&mut self.held);
        }
        String::new()
    }

    /// The time at which the keys that are held back are the caller's own.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (!self.held.is_empty()).then(|| self.last + GAP)
    }

    /// The keys that are left when the caller is gone.
    pub(super) fn rest(self) -> String {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Presses keys, one each 100 ms; a comma is a pause of 750 ms. The caller's own keys, and the codes.
    fn press(keys: &str) -> (String, Vec<String>) {
        let mut now = Instant::now();
        let mut machine = CodeKeys::new(now);
        let (mut passed, mut codes) = (String::new(), Vec::new());
        for key in keys.chars() {
            now += Duration::from_millis(if key == ',' { 750 } else { 100 });
            if key == ',' {
                passed.push_str(&machine.tick(now));
                continue;
            }
            let keyed = machine.push(key, now);
            passed.push_str(&keyed.passed);
            codes.extend(keyed.code.map(String::from));
        }
        passed.push_str(&machine.rest());
        (passed, codes)
    }

    #[test]
    fn a_code_is_taken_out_and_all_other_keys_pass_in_their_order() {
        for (keys, passed, codes) in [
            (",*123456#", "", vec!["123456"]),
            (",*123456#,,*123456#", "", vec!["123456", "123456"]),
            ("1*123456#2", "12", vec!["123456"]),
            ("*12345#", "*12345#", vec![]),
            ("*1234567#", "*1234567#", vec![]),
            ("*12*123456#", "*12", vec!["123456"]),
            ("**123456#", "*", vec!["123456"]),
            ("*12A456#", "*12A456#", vec![]),
            ("*123,,456#", "*123456#", vec![]),
            ("*12", "*12", vec![]),
            ("5#0*", "5#0*", vec![]),
            ("", "", vec![]),
        ] {
            assert_eq!(
                press(keys),
                (passed.to_owned(), codes.into_iter().map(str::to_owned).collect()),
                "{keys}"
            );
        }
    }

    #[test]
    fn nobody_tries_many_codes_or_late_ones() {
        let (passed, codes) = press("*000001#*000002#*000003#");
        assert_eq!((&*passed, codes.len()), ("*000003#", 2));
        let late = format!("{}*123456#", ",".repeat(20));
        assert_eq!(press(&late), ("*123456#".to_owned(), Vec::new()));
    }

    #[test]
    fn every_order_of_keys_loses_none_but_those_of_codes() {
        let keys = ['*', '1', '2', '#'];
        for number in 0..4_usize.pow(9) {
            let text: String = (0..9).map(|place| keys[number / 4_usize.pow(place) % 4]).collect();
            let (passed, codes) = press(&text);
            assert_eq!(passed.len() + LENGTH * codes.len(), text.len(), "{text}");
        }
    }
}
