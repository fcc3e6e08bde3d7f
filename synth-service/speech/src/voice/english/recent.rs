//! Recently read texts. Prompts repeat, and reading one takes some milliseconds: nearly all of that is the dictionary's
//! tagger, which takes the same time for every sentence, however short.

use std::collections::{HashMap, VecDeque};

/// Number of readings that are kept.
const CAPACITY: usize = 256;

/// Longest text that is kept, in bytes. Longer texts don't repeat.
const LONGEST: usize = 300;

/// Texts and their phonemes. The oldest text is dropped for the newest.
#[derive(Default)]
pub(super) struct Recent {
    readings: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Recent {
    pub(super) fn get(&self, text: &str) -> Option<String> {
        self.readings.get(text).cloned()
    }

    pub(super) fn keep(&mut self, text: &str, phonemes: &str) {
        if text.len() > LONGEST || self.readings.contains_key(text) {
            return;
        }
        if self.order.len() == CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.readings.remove(&oldest);
        }
        self.order.push_back(text.to_owned());
        self.readings.insert(text.to_owned(), phonemes.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_and_long_texts_are_not_kept() {
        let mut recent = Recent::default();
        for number in 0..=CAPACITY {
            recent.keep(&number.to_string(), "a");
        }
        recent.keep(&"long ".repeat(100), "a");
        assert_eq!(recent.get("0"), None);
        assert_eq!(recent.get("1").as_deref(), Some("a"));
        assert_eq!((recent.readings.len(), recent.order.len()), (CAPACITY, CAPACITY));
    }
}
