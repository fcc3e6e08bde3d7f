//! The callers' texts and actions, which the seed determines.

use std::time::Duration;

use rand::RngExt;
use rand_pcg::Pcg32;

/// Sentences of an answer, all of different length. `{}` is a number of four digits.
const SENTENCES: [&str; 12] = [
    "Case {} is open.",
    "Let me look up order {} for you.",
    "We have sent confirmation {} to the address that you gave us.",
    "There is one more invoice, number {}, which is due at the end of the month.",
    "Is there anything else that I can do for you today about contract {}?",
    "If you have already paid the {} dollars, please ignore our reminder.",
    "Your last payment of {} dollars reached us on the third of March, and your balance is now settled.",
    "The technician will ring the bell of flat {} between nine and eleven in the morning.",
    "Please make sure that somebody is at home, since meter {} is in the basement, behind the second door.",
    "You can also see all of your {} invoices online, at any time, without calling us.",
    "To change the delivery address, please have order {} and the name on the account ready, because the next colleague is going to ask you for both of them.",
    "Ticket {} waits.",
];

/// Number of sentences per answer.
const LENGTH: std::ops::RangeInclusive<usize> = 1..=9;

/// Shares of the answers that callers do not hear to their end.
const CANCELS: f64 = 0.15;
const HANG_UPS: f64 = 0.1;
const BARGE_INS: f64 = 0.1;

/// Share of refused callers that retry when told to.
const COME_BACK: f64 = 0.5;

/// Longest times until an early and a late interruption. Half of the interruptions are early, while the host still
/// makes the stream, which it soon finishes.
const EARLY: Duration = Duration::from_millis(300);
const LATE: Duration = Duration::from_secs(12);

/// How a caller listens to an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whim {
    /// Listens to the end of the answer.
    Listen,
    /// Cancels this long after the start, by naming the stream or the contact.
    Cancel { after: Duration, by_contact: bool },
    /// Hangs up this long after the start, without a request.
    HangUp { after: Duration },
    /// Starts the next answer for the same contact this long after the start.
    BargeIn { after: Duration },
}

/// The script of one caller.
pub(super) struct Script {
    random: Pcg32,
    caller: usize,
    callers: usize,
    spoken: usize,
}

impl Script {
    pub(super) fn new(seed: u64, caller: usize, callers: usize) -> Self {
        Self { random: Pcg32::new(seed, caller as u64), caller, callers, spoken: 0 }
    }

    pub(super) fn text(&mut self) -> String {
        let length = self.random.random_range(LENGTH);
        (0..length).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }

    /// A sentence with a number that no other caller uses, as long as there are unused numbers.
    pub(super) fn sentence(&mut self) -> String {
        let number = 1000 + (self.spoken * self.callers + self.caller) * 7 % 9000;
        self.spoken += 1;
        let template = SENTENCES[self.random.random_range(0..SENTENCES.len())];
        template.replace("{}", &number.to_string())
    }

    pub(super) fn whim(&mut self) -> Whim {
        let what = self.random.random_range(0.0..1.0);
        let until = if self.random.random_bool(0.5) { EARLY } else { LATE };
        let after = until.mul_f64(self.random.random_range(0.0..1.0));
        let by_contact = self.random.random_bool(0.5);
        if what < CANCELS {
            Whim::Cancel { after, by_contact }
        } else if what < CANCELS + HANG_UPS {
            Whim::HangUp { after }
        } else if what < CANCELS + HANG_UPS + BARGE_INS {
            Whim::BargeIn { after }
        } else {
            Whim::Listen
        }
    }

    pub(super) fn comes_back(&mut self) -> bool {
        self.random.random_bool(COME_BACK)
    }

    /// A random moment within `span`.
    pub(super) fn moment(&mut self, span: Duration) -> Duration {
        span.mul_f64(self.random.random_range(0.0..1.0))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_no_two_texts_are_alike() {
        let texts =
            |seed| -> Vec<_> { (0..100).map(|caller| Script::new(seed, caller, 100).text()).collect() };
        assert_eq!(texts(1), texts(1));
        assert_ne!(texts(1), texts(2));
        assert_eq!(texts(1).into_iter().collect::<BTreeSet<_>>().len(), 100);
    }

    #[test]
    fn some_cancel_some_hang_up_some_barge_in_and_most_listen() {
        let mut script = Script::new(1, 0, 1);
        let whims: Vec<_> = (0..1000).map(|_| script.whim()).collect();
        let count = |is: fn(&Whim) -> bool| whims.iter().filter(|whim| is(whim)).count();
        assert!((600..700).contains(&count(|whim| *whim == Whim::Listen)));
        assert!(count(|whim| matches!(whim, Whim::Cancel { by_contact: true, .. })) > 50);
        assert!(count(|whim| matches!(whim, Whim::HangUp { .. })) > 70);
        assert!(count(|whim| matches!(whim, Whim::BargeIn { .. })) > 70);
    }
}
