//! Decides where the first part of a text ends. A caller hears nothing before that part is ready.

use std::ops::Range;

use super::{ULTRA_SHORT, timeline::Timeline, words::Joint};

/// Shortest first part, in seconds.
const LEAST: f32 = 1.2;

/// Latest end of a first part at a phrase, in seconds, when there is no better place before it.
const LATEST_PHRASE: f32 = 5.5;

/// Seconds above which a sentence is cut between any two words if it has no end of a clause or a phrase, and the latest
/// end of the first part that is tried before, in seconds.
pub(super) const LONGEST: f32 = 7.0;
const EARLY_WORD: f32 = 4.0;

/// The length of a text's first part, where its words allow it.
///
/// For a voice that takes a tenth of a second for a second of speech, a short first part is heard sooner. A voice that
/// takes a hundredth gains nothing by that, and a longer first sentence keeps its melody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FirstPart {
    /// A first part of about twelve syllables.
    #[default]
    Usual,
    /// A first part of about eight syllables.
    Short,
}

/// Lengths of a first part, in seconds.
struct Lengths {
    best: f32,
    /// Longest sentence that stays whole. The first part of a longer one ends at a clause or a phrase within this
    /// length, if possible.
    most: f32,
    /// Longest sentence without the end of a clause that is not cut at a phrase.
    without_clause: f32,
}

impl FirstPart {
    fn lengths(self) -> Lengths {
        match self {
            Self::Usual => Lengths { best: 2.6, most: 4.0, without_clause: 7.0 },
            Self::Short => Lengths { best: 1.8, most: 3.2, without_clause: 4.5 },
        }
    }

    /// The position at which the first part ends, if the first sentence is too long for one part.
    pub(super) fn cut(self, timeline: &Timeline<'_>, all: &Range<usize>) -> Option<usize> {
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
