//! The number of calls that one host keeps in time.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    Corpus,
    measure::{Measured, call},
};
use crate::talk::{Exchange, Item, is_refusal};

/// Fewest turns of each caller.
pub(super) const TURNS: usize = 4;

/// Fewest turns of all callers together: of fewer the p90 is one of the two slowest.
const ALL_TURNS: usize = 20;

/// The first turns begin over this time.
const ARRIVE_WITHIN: Duration = Duration::from_secs(4);

/// A number of callers at once.
#[derive(Debug, Default)]
pub struct Crowd {
    /// The number.
    pub(super) callers: usize,
    /// The figures of all their turns.
    pub(super) measured: Measured,
    /// Callers who were refused.
    pub(super) refused: usize,
}

impl Crowd {
    /// One caller, whose turns are measured already.
    pub fn of_one(measured: Measured) -> Self {
        Self { callers: 1, measured, refused: 0 }
    }

    /// Whether the host kept all calls: each turn answered or with a reason, nearly all answered, in time, no fault.
    pub fn is_kept(&self, within_ms: f64) -> bool {
        let measured = &self.measured;
        self.refused == 0
            && measured.faults.is_empty()
            && measured.silent() == 0
            && measured.is_answered()
            && measured.percentile(0.9).is_some_and(|p90| p90 <= within_ms)
    }
}

/// The turns of each of some callers.
fn turns_of_each(callers: usize) -> usize {
    ALL_TURNS.div_ceil(callers.max(1)).max(TURNS)
}

/// This many turns for the caller with this number: each has others.
pub(super) fn items_of(corpus: &Corpus, number: usize, turns: usize) -> Vec<Item> {
    let first = number * turns % corpus.turns.len().max(1);
    corpus.turns.iter().cycle().skip(first).take(turns).cloned().collect()
}

/// The moment at which one of some callers calls.
pub(super) fn arrival(begun: Instant, caller: usize, callers: usize) -> Instant {
    begun + ARRIVE_WITHIN.mul_f64(caller as f64 / callers.max(1) as f64)
}

/// Holds this many calls at once.
///
/// # Errors
/// When the log can't be read.
pub async fn crowd(exchange: &Exchange, log: &Path, corpus: &Corpus, callers: usize) -> Result<Crowd> {
    let log: Arc<Path> = log.into();
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    for caller in 0..callers {
        let items = items_of(corpus, caller, turns_of_each(callers));
        let (exchange, log) = (exchange.clone(), log.clone());
        calls.spawn(async move {
            sleep_until(arrival(begun, caller, callers)).await;
            (items.clone(), call(&exchange, &log, items).await)
        });
    }
    let mut crowd = Crowd { callers, ..Crowd::default() };
    while let Some(ended) = calls.join_next().await {
        match ended? {
            (items, Ok(call)) => crowd.measured.add(&corpus.language, &items, call),
            (_, Err(error)) if is_refusal(&error) => crowd.refused += 1,
            (_, Err(error)) => crowd.measured.faults.push(format!("{error:#}")),
        }
    }
    Ok(crowd)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crowd whose turns took these times; `None` without a sound.
    fn crowd(turns: &[Option<f64>], with_reason: usize) -> Crowd {
        let measured = Measured { response_ms: turns.to_vec(), with_reason, ..Measured::default() };
        Crowd { callers: 1, measured, refused: 0 }
    }

    #[test]
    fn few_callers_have_as_many_turns_as_a_percentile_needs() {
        let turns: Vec<_> = [1, 2, 3, 6, 12].into_iter().map(turns_of_each).collect();
        assert_eq!(turns, [20, 10, 7, 4, 4]);
        let item = |name: usize| Item::turn(name.to_string(), Vec::new());
        let corpus = Corpus {
            language: "en".into(),
            turns: (0..12).map(item).collect(),
            interruptions: Vec::new(),
            noises: Vec::new(),
        };
        let names = |caller| items_of(&corpus, caller, 10).iter().map(|item| item.name.clone()).collect();
        let both: [Vec<String>; 2] = [0, 1].map(names);
        assert_eq!((both[0].len(), &*both[0][9], &*both[1][0], &*both[1][2]), (10, "9", "10", "0"));
    }

    #[test]
    fn calls_are_kept_when_their_turns_are_answered_in_time() {
        let kept = |turns: &[Option<f64>], with_reason| crowd(turns, with_reason).is_kept(800.0);
        let answered = [Some(500.0); 19];
        assert!(kept(&answered, 0));
        assert!(kept(&[&answered[..], &[None]].concat(), 1), "one of twenty has a reason");
        assert!(!kept(&[&answered[..], &[None]].concat(), 0), "a silent turn");
        assert!(!kept(&[None; 4], 4), "reasons only");
        assert!(!kept(&[Some(500.0), None], 1), "half of the turns");
        assert!(!kept(&[Some(900.0); 4], 0), "too late");
        assert!(!kept(&[], 0), "nobody called");
        assert!(!Crowd { refused: 1, ..crowd(&answered, 0) }.is_kept(800.0));
        let mut faulty = crowd(&answered, 0);
        faulty.measured.faults.push("the service closed the media stream".into());
        assert!(!faulty.is_kept(800.0));
    }
}
