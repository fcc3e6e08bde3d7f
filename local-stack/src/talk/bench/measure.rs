//! Calls one after the other, and the figures of their turns.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{Corpus, words::Errors};
use crate::{
    load::chat::figures::percentile,
    talk::{Exchange, Item, Turn, hold, timed, verdict},
};

/// Turns of a call.
const TURNS: usize = 10;

/// The share of turns that must be answered for their percentiles to say something.
const ANSWERED: f64 = 0.95;

/// The figures of the turns of some calls.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// For each turn in order, the time from the end of speech to the first audible sample, in milliseconds; `None` where
    /// there was none, or where the answer began before the caller's last word was over.
    pub(super) response_ms: Vec<Option<f64>>,
    /// The same by the log, less the recording's.
    pub(super) log_differs_ms: Vec<f64>,
    /// Each moment of the log behind the end of speech, in milliseconds.
    pub(super) moments: BTreeMap<String, Vec<f64>>,
    pub(super) errors: Errors,
    /// Turns whose answer failed, as the log says, and was not heard.
    pub(super) with_reason: usize,
    /// Turns whose answer began before the caller's last word was over.
    pub(super) early: usize,
    /// The faults of all calls, one line each.
    pub(super) faults: Vec<String>,
}

/// The turns of a call with its faults.
pub(super) type Call = (Vec<Turn>, Vec<String>);

/// Holds the calls of the first turns of a corpus, as many as are wanted.
///
/// # Errors
/// When the service takes no call, or its log can't be read.
pub async fn turns(exchange: &Exchange, log: &Path, corpus: &Corpus, wanted: usize) -> Result<Measured> {
    let mut measured = Measured::default();
    for items in corpus.turns[..wanted.min(corpus.turns.len())].chunks(TURNS) {
        measured.add(&corpus.language, items, call(exchange, log, items.to_vec()).await?);
    }
    Ok(measured)
}

/// Holds a call; returns its turns and faults.
pub(super) async fn call(exchange: &Exchange, log: &Path, items: Vec<Item>) -> Result<Call> {
    let held = hold(exchange, items, None).await?;
    let turns = timed(&held, log).await?;
    let faults = verdict::faults(&held, &turns);
    Ok((turns, faults))
}

impl Measured {
    /// Adds the turns of a call that was to have these items. Those that a broken call did not come to are unanswered.
    pub(super) fn add(&mut self, language: &str, items: &[Item], (turns, faults): Call) {
        self.faults.extend(faults);
        let missing = items.len().saturating_sub(turns.len());
        for turn in turns {
            self.add_turn(language, &turn);
        }
        self.response_ms.extend(std::iter::repeat_n(None, missing));
    }

    fn add_turn(&mut self, language: &str, turn: &Turn) {
        let response = turn.response_ms();
        self.response_ms.push(response);
        self.early += usize::from(turn.answered_after_ms.is_some() && response.is_none());
        let log = turn.log.as_ref();
        if let Some(words) = &turn.words {
            // Words that were not heard at all are errors too.
            let heard = log.and_then(|log| log.heard.as_deref()).unwrap_or_default();
            self.errors.add(language, words, heard);
        }
        let Some(log) = log else { return };
        self.with_reason += usize::from(turn.audible_ms.is_none() && log.failure().is_some());
        self.log_differs_ms.extend(response.and(turn.log_differs_ms()));
        for (name, behind) in log.behind_speech() {
            self.moments.entry(name).or_default().push(behind);
        }
    }

    /// The times of the answered turns, in milliseconds.
    pub(super) fn answered(&self) -> Vec<f64> {
        self.response_ms.iter().flatten().copied().collect()
    }

    /// Turns that ended in neither sound nor a reason.
    pub(super) fn silent(&self) -> usize {
        (self.response_ms.len() - self.answered().len()).saturating_sub(self.with_reason + self.early)
    }

    /// Whether so many turns are answered that their percentiles say something.
    pub(super) fn is_answered(&self) -> bool {
        let answered = self.answered().len();
        answered > 0 && answered as f64 >= ANSWERED * self.response_ms.len() as f64
    }

    /// The time that this share of the answered turns does not exceed, in milliseconds; `None` where too few are answered.
    pub(super) fn percentile(&self, share: f64) -> Option<f64> {
        self.is_answered().then(|| percentile(&self.answered(), share))
    }

    /// The ratio of a percentile to that of the reference, over the turns that both have; `None` where too few are answered.
    pub(super) fn ratio(&self, reference: &Self, share: f64) -> Option<f64> {
        let both = self.response_ms.len().min(reference.response_ms.len());
        let of = |measured: &Self| {
            let response_ms = measured.response_ms[..both].to_vec();
            Self { response_ms, ..Self::default() }.percentile(share)
        };
        Some(of(self)? / of(reference)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::LoggedTurn;

    fn answered(ms: f64) -> Turn {
        let log = LoggedTurn {
            response_ms: Some(ms),
            heard: Some("where is my parcel".into()),
            ..LoggedTurn::default()
        };
        Turn {
            is_turn: true,
            words: Some("Where is my parcel?".into()),
            audible_ms: Some(1000.0),
            answered_after_ms: Some(ms),
            log: Some(log),
            ..Turn::default()
        }
    }

    fn measured(turns: Vec<Turn>, items: usize) -> Measured {
        let mut measured = Measured::default();
        measured.add("en", &vec![Item::default(); items], (turns, Vec::new()));
        measured
    }

    #[test]
    fn a_turn_that_is_not_heard_counts_as_wrong_words() {
        let deaf = Turn { words: Some("Where is my parcel?".into()), is_turn: true, ..Turn::default() };
        let measured = measured(vec![answered(500.0), deaf], 2);
        assert_eq!((measured.errors.rate(), measured.silent()), (Some(0.5), 1));
    }

    #[test]
    fn turns_of_a_broken_call_are_silent() {
        let measured = measured(vec![answered(500.0)], 3);
        assert_eq!((measured.response_ms.len(), measured.silent()), (3, 2));
        assert_eq!(measured.percentile(0.5), None, "a third of the turns says nothing");
    }

    #[test]
    fn an_answer_over_the_callers_words_is_no_fast_one() {
        let measured = measured(vec![answered(-300.0), answered(400.0)], 2);
        assert_eq!((measured.answered(), measured.early, measured.silent()), (vec![400.0], 1, 0));
    }

    #[test]
    fn a_ratio_is_over_the_turns_that_both_ways_have() {
        let reference = measured(vec![answered(1000.0), answered(2000.0)], 2);
        let fast = measured(vec![answered(300.0), answered(400.0), answered(5000.0)], 3);
        assert_eq!(fast.ratio(&reference, 0.9), Some(0.2));
        assert_eq!(Measured::default().ratio(&reference, 0.9), None);
    }
}
