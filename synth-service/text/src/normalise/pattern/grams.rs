//! Sets of runs of two or three kinds of characters.

use super::kinds::{Kinds, Neighbours, commonness};

/// The first kinds, the second ones and, where a run has three, the third ones.
type Run = (Kinds, Kinds, Option<Kinds>);

/// Runs of which a match has one.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Grams(Vec<Run>);

/// Most sets of runs that are kept of a pattern: the rarest ones.
const MOST_SETS: usize = 4;

/// Most runs of a set; a larger one is cut to its first two kinds.
pub(super) const MOST_RUNS: usize = 64;

impl Grams {
    /// The rarest of them, those that are cheap to look for first.
    pub(super) fn rarest(mut sets: Vec<Self>) -> Vec<Self> {
        // An eighth of all runs.
        const COMMON: u64 = 128 * 128 * 128 / 8;
        sets.retain(|grams| grams.commonness() < COMMON);
        sets.sort_by_key(Self::commonness);
        sets.dedup();
        sets.truncate(MOST_SETS);
        sets.sort_by_key(Self::cost);
        sets
    }

    pub(super) fn are_in(&self, text: &Neighbours) -> bool {
        self.0.iter().any(|(first, second, third)| text.have(*first, *second, *third))
    }

    fn commonness(&self) -> u64 {
        let of_run = |(first, second, third): &Run| {
            commonness(*first) * commonness(*second) * third.map_or(128, commonness)
        };
        self.0.iter().map(of_run).sum()
    }

    /// About the steps of a search that fails.
    fn cost(&self) -> u32 {
        self.0.iter().map(|(first, ..)| first.count_ones()).sum()
    }

    pub(super) fn add(&mut self, (first, second, third): Run) {
        let alike = self.0.iter_mut().find(|run| run.0 == first && run.1 == second);
        match (alike, third) {
            (Some(run), Some(third)) => run.2 = run.2.map(|set| set | third),
            (Some(run), None) => run.2 = None,
            (None, _) => self.0.push((first, second, third)),
        }
    }

    pub(super) fn union<'g>(sets: impl Iterator<Item = &'g Self>) -> Self {
        let mut all = Self::default();
        sets.flat_map(|grams| &grams.0).for_each(|run| all.add(*run));
        all.cut()
    }

    fn cut(self) -> Self {
        if self.0.len() <= MOST_RUNS {
            return self;
        }
        let mut pairs: Vec<Run> = Vec::new();
        for (first, second, _) in self.0 {
            match pairs.iter_mut().find(|pair| pair.0 == first) {
                Some(pair) => pair.1 |= second,
                None => pairs.push((first, second, None)),
            }
        }
        Self(pairs)
    }
}
