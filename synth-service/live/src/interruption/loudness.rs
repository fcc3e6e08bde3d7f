//! The caller's usual loudness: a voice far below it is somebody else's, further away from the microphone.
//!
//! The last turns decide, so that a caller who has moved away is taken for the caller again: words that are spoken while
//! nothing is being said are always a turn.

use std::collections::VecDeque;

/// Turns that count: a single loud or soft one changes nothing.
const TURNS: usize = 3;

/// The levels of the caller's last turns.
pub(crate) struct Loudness {
    /// Mean squares of 1.0; newest last.
    turns: VecDeque<f32>,
    faint_db: f32,
}

impl Loudness {
    /// A voice this far below the caller's is faint; none is where it is 0.
    pub(crate) fn new(faint_db: f32) -> Self {
        Self { turns: VecDeque::with_capacity(TURNS), faint_db }
    }

    /// A turn of the caller's had this level, a mean square of 1.0.
    pub(crate) fn learn(&mut self, level: f32) {
        if self.turns.len() == TURNS {
            self.turns.pop_front();
        }
        self.turns.push_back(level);
    }

    /// Whether a voice of this level, a mean square of 1.0, is somebody else's.
    pub(crate) fn is_faint(&self, level: f32) -> bool {
        let usual = self.usual().filter(|_| self.faint_db > 0.0);
        usual.is_some_and(|usual| level < usual * 10f32.powf(-self.faint_db / 10.0))
    }

    /// The middle one; the lower one of two.
    fn usual(&self) -> Option<f32> {
        let mut levels = Vec::from(self.turns.clone());
        levels.sort_by(f32::total_cmp);
        levels.get(levels.len().checked_sub(1)? / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_far_below_the_last_turns_is_faint() {
        let mut loudness = Loudness::new(10.0);
        assert!(!loudness.is_faint(0.0), "nothing is known of the caller");
        loudness.learn(0.1);
        assert!(loudness.is_faint(0.009) && !loudness.is_faint(0.011));
        loudness.learn(0.9);
        assert!(!loudness.is_faint(0.011), "a shout changes nothing");
        loudness.learn(0.1);
        assert!(loudness.is_faint(0.009) && !loudness.is_faint(0.011));
    }

    #[test]
    fn a_caller_who_has_moved_away_is_known_after_two_turns() {
        let mut loudness = Loudness::new(10.0);
        [0.1, 0.1, 0.1, 0.005].into_iter().for_each(|level| loudness.learn(level));
        assert!(loudness.is_faint(0.005));
        loudness.learn(0.005);
        assert!(!loudness.is_faint(0.005));
    }

    #[test]
    fn each_voice_counts_where_the_difference_is_0() {
        let mut loudness = Loudness::new(0.0);
        loudness.learn(0.1);
        assert!(!loudness.is_faint(0.000_1));
    }
}
