//! Sets of runs of two or three kinds of characters.

use std::collections::BTreeMap;

use super::kinds::{Kinds, Neighbours, commonness, each};

/// The first kinds, the second ones and, where a run has three, the third ones.
type Run = (Kinds, Kinds, Option<Kinds>);

/// Runs of which a match has one.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Grams(Vec<Run>);

/// The same runs, small and quick to look for.
pub(super) struct Sought(Vec<Fan>);

/// Pairs that share their first kind and all that may stand behind them.
struct Fan {
    first: u8,
    seconds: Kinds,
    thirds: Kinds,
}

/// Most pairs that are looked for; sets that have more are seldom missing from a text.
const MOST_PAIRS: u32 = 192;

/// Most sets of runs that are kept of a pattern: the rarest ones.
const MOST_SETS: usize = 4;

/// Most runs of a set; a larger one is cut to its first two kinds.
pub(super) const MOST_RUNS: usize = 64;

impl Grams {
    /// The rarest of them, those that are cheap to look for first.
    pub(super) fn rarest(mut sets: Vec<Self>) -> Vec<Sought> {
        // An eighth of all runs.
        const COMMON: u64 = 128 * 128 * 128 / 8;
        sets.retain(|grams| grams.commonness() < COMMON && grams.pairs() <= MOST_PAIRS);
        sets.sort_by_key(Self::commonness);
        sets.dedup();
        sets.truncate(MOST_SETS);
        sets.sort_by_key(Self::pairs);
        sets.iter().map(Self::sought).collect()
    }

    fn sought(&self) -> Sought {
        let mut thirds: BTreeMap<[u8; 2], Kinds> = BTreeMap::new();
        for &(firsts, seconds, third) in &self.0 {
            let pairs = each(firsts).flat_map(|first| each(seconds).map(move |second| [first, second]));
            pairs.for_each(|pair| *thirds.entry(pair).or_default() |= third.unwrap_or(Kinds::MAX));
        }
        let mut fans: Vec<Fan> = Vec::new();
        for ([first, second], thirds) in thirds {
            match fans.iter_mut().find(|fan| fan.first == first && fan.thirds == thirds) {
                Some(fan) => fan.seconds |= 1 << second,
                None => fans.push(Fan { first, seconds: 1 << second, thirds }),
            }
        }
        Sought(fans)
    }

    fn commonness(&self) -> u64 {
        let of_run = |(first, second, third): &Run| {
            commonness(*first) * commonness(*second) * third.map_or(128, commonness)
        };
        self.0.iter().map(of_run).sum()
    }

    fn pairs(&self) -> u32 {
        self.0.iter().map(|(first, second, _)| first.count_ones() * second.count_ones()).sum()
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

impl Sought {
    pub(super) fn are_in(&self, text: &Neighbours) -> bool {
        self.0.iter().any(|fan| text.have(fan.first, fan.seconds, fan.thirds))
    }
}
