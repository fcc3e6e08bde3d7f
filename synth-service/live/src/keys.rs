//! Keys of the telephone, collected to the text of a turn.

use std::{fmt, time::Duration};

use tokio::time::Instant;

/// Most keys of one input. With the last one it is complete.
const MOST_KEYS: usize = 32;

/// A complete input. `Debug` shows no keys: they may be a PIN.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Keyed {
    /// The keys, with spaces between them.
    pub(crate) text: String,
    /// When the first one came.
    pub(crate) began: Instant,
    /// When the last one came.
    pub(crate) ended: Instant,
}

impl fmt::Debug for Keyed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Keyed({} bytes)", self.text.len())
    }
}

/// The keys until now.
pub(crate) struct Keys {
    gap: Duration,
    keyed: Option<Keyed>,
    count: usize,
}

impl Keys {
    /// Keys that belong together while they follow each other within this time.
    pub(crate) fn new(gap: Duration) -> Self {
        Self { gap, keyed: None, count: 0 }
    }

    /// Takes a key. Returns the input that it completes: `#` does.
    pub(crate) fn push(&mut self, key: char, now: Instant) -> Option<Keyed> {
        let keyed = self.keyed.get_or_insert_with(|| Keyed { text: String::new(), began: now, ended: now });
        if !keyed.text.is_empty() {
            keyed.text.push(' ');
        }
        keyed.text.push(key);
        keyed.ended = now;
        self.count += 1;
        if key == '#' || self.count == MOST_KEYS { self.take() } else { None }
    }

    /// The time at which the input is complete without a further key.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.keyed.as_ref().map(|keyed| keyed.ended + self.gap)
    }

    /// The input, if it is complete now.
    pub(crate) fn tick(&mut self, now: Instant) -> Option<Keyed> {
        self.deadline().filter(|deadline| *deadline <= now)?;
        self.take()
    }

    fn take(&mut self) -> Option<Keyed> {
        self.count = 0;
        self.keyed.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_belong_together_until_a_gap_or_a_hash() {
        let (mut keys, now) = (Keys::new(Duration::from_secs(2)), Instant::now());
        assert_eq!(keys.push('1', now), None);
        let later = now + Duration::from_millis(1900);
        assert_eq!(keys.tick(later), None);
        assert_eq!(keys.push('2', later), None);
        let end = later + Duration::from_secs(2);
        assert_eq!(keys.deadline(), Some(end));
        assert_eq!(keys.tick(end), Some(Keyed { text: "1 2".into(), began: now, ended: later }));
        keys.push('3', end);
        assert_eq!(keys.push('#', end).map(|keyed| keyed.text), Some("3 #".into()));
        assert_eq!(keys.deadline(), None);
    }

    #[test]
    fn an_input_has_a_bound() {
        let (mut keys, now) = (Keys::new(Duration::from_secs(2)), Instant::now());
        let complete = (0..MOST_KEYS).filter_map(|_| keys.push('5', now)).count();
        assert_eq!(complete, 1);
    }
}
