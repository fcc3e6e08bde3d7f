//! Where the first part of a text ends: a caller hears nothing before it is made.

use std::ops::Range;

use super::{ULTRA_SHORT, timeline::Timeline, words::Joint};

/// Seconds of a first part at least.
const LEAST: f32 = 1.2;

/// Seconds within which a first part ends at a phrase when no better place comes earlier.
const LATEST_PHRASE: f32 = 5.5;

/// Seconds beyond which a sentence is cut between any two words, where neither a clause nor a phrase ends, and the
/// place that is tried first.
const LONGEST: f32 = 7.0;
const EARLY_WORD: f32 = 4.0;

/// How long the first part of a text is, where its words allow it.
///
/// A voice that takes a tenth of a second for a second of speech is heard sooner when its first part is short. One that
/// takes a hundredth gains nothing by it, and its first sentence keeps its melody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstPart {
    /// About twelve syllables.
    #[default]
    Usual,
    /// About eight.
    Short,
}

/// In seconds.
struct Lengths {
    best: f32,
    /// A sentence that is no longer stays whole, and a clause or a phrase ends within it.
    most: f32,
    /// A longer sentence is cut at a phrase, where no clause ends.
    without_clause: f32,
}

impl FirstPart {
    fn lengths(self) -> Lengths {
        match self {
            Self::Usual => Lengths { best: 2.6, most: 4.0, without_clause: 7.0 },
            Self::Short => Lengths { best: 1.8, most: 3.2, without_clause: 4.5 },
        }
    }

    /// Where it ends, if the first sentence is too long for one.
    pub(super) fn cut(self, timeline: &Timeline, all: &Range<usize>) -> Option<usize> {
        let Lengths { best, most, without_clause } = self.lengths();
        let total = timeline.seconds(all);
        let at = |joint, most: f32| timeline.cut(all, joint, best, LEAST..most.min(total - ULTRA_SHORT));
        let clause = || at(Joint::Clause, most);
        let phrase = || at(Joint::Phrase, most).or_else(|| at(Joint::Phrase, LATEST_PHRASE));
        let word = || at(Joint::Loose, EARLY_WORD).or_else(|| at(Joint::Loose, LONGEST));
        match total {
            _ if total <= most => None,
            _ if total <= without_clause => clause(),
            _ if total <= LONGEST => clause().or_else(phrase),
            _ => clause().or_else(phrase).or_else(word),
        }
    }
}
