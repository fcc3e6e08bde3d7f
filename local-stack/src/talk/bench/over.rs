//! Sounds over answers: callers who interrupt, and noises that should not.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{Corpus, measure::call, plain};
use crate::talk::{Exchange, Item, Turn};

/// Pairs of a question and a sound over its answer in a call.
const PAIRS: usize = 5;

/// The share of the sounds that must have met an answer for the figures to say something.
const MET: f64 = 0.75;

/// The aim of an interruption, from the first voiced sample to the last audible one, in milliseconds.
pub(super) const SILENT_MS: f64 = 350.0;

/// The interruptions of some calls.
#[derive(Debug, Default)]
pub struct Stopped {
    pub(super) planned: usize,
    /// From the first voiced sample to the last audible one, in milliseconds.
    pub(super) silent_ms: Vec<f64>,
    /// From the moment at which the voice was long enough to the last frame that was sent, by the log, in milliseconds.
    pub(super) own_ms: Vec<f64>,
    /// Answers that went on.
    pub(super) missed: usize,
    /// Those above the aim, with the words.
    pub(super) late: Vec<String>,
    pub(super) faults: Vec<String>,
}

impl Stopped {
    /// Whether enough of the planned interruptions met an answer, each with its figure in the log.
    pub(super) fn is_measured(&self) -> bool {
        let least = MET * self.planned as f64;
        let met = self.silent_ms.len();
        met > 0 && met as f64 >= least && self.own_ms.len() == met
    }

    fn add(&mut self, question: &Turn, over: &Turn) {
        let Some(interruption) = over.interruption else { return };
        match interruption.silent_after_ms {
            // An answer that had ended by itself tells nothing.
            Some(ms) if interruption.cleared_after_ms.is_some() => {
                self.silent_ms.push(ms);
                if ms > SILENT_MS {
                    self.late.push(format!("{ms:.0} ms behind {:?}", over.said));
                }
                let log = question.log.as_ref();
                self.own_ms.extend(log.and_then(crate::talk::LoggedTurn::interruption_own_ms));
            }
            Some(_) => {}
            None => self.missed += 1,
        }
    }
}

/// The noises of one kind that met an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Their number.
    pub(super) all: usize,
    /// Those for which plain voice detection stops an answer.
    pub(super) plain: usize,
    /// Those for which the service stopped, if only for a moment.
    pub(super) stopped: usize,
    /// Those behind which the answer did not go on.
    pub(super) lost: usize,
}

/// The noises over answers.
#[derive(Debug, Default)]
pub struct Noises {
    pub(super) planned: usize,
    /// By the name of the noise.
    pub(super) counts: BTreeMap<String, Counts>,
    pub(super) faults: Vec<String>,
}

impl Noises {
    /// The sum over all kinds.
    pub(super) fn sum(&self) -> Counts {
        self.counts.values().fold(Counts::default(), |sum, one| Counts {
            all: sum.all + one.all,
            plain: sum.plain + one.plain,
            stopped: sum.stopped + one.stopped,
            lost: sum.lost + one.lost,
        })
    }

    /// Whether enough of the planned noises met an answer, and plain voice detection stops for some.
    pub(super) fn is_measured(&self) -> bool {
        let sum = self.sum();
        sum.plain > 0 && sum.all as f64 >= MET * self.planned as f64
    }

    fn add(&mut self, turn: &Turn, plain_stops: bool) {
        let Some(over) = turn.interruption else { return };
        let is_stopped = over.cleared_after_ms.is_some();
        let counts = self.counts.entry(turn.said.clone()).or_default();
        counts.all += 1;
        counts.plain += usize::from(plain_stops);
        counts.stopped += usize::from(is_stopped);
        counts.lost += usize::from(is_stopped && over.resumed_after_ms.is_none());
    }
}

/// Holds calls whose answers are interrupted.
///
/// # Errors
/// When the service takes no call, or its log can't be read.
pub async fn interruptions(exchange: &Exchange, log: &Path, corpus: &Corpus) -> Result<Stopped> {
    let mut stopped = Stopped { planned: corpus.interruptions.len(), ..Stopped::default() };
    for pairs in corpus.interruptions.chunks(PAIRS) {
        let (turns, faults) = call(exchange, log, pairs.concat()).await?;
        stopped.faults.extend(faults);
        for pair in turns.chunks_exact(2) {
            stopped.add(&pair[0], &pair[1]);
        }
    }
    Ok(stopped)
}

/// Holds calls with noises over the answers.
///
/// # Errors
/// Those of [`interruptions`], and when a noise can't be judged by plain voice detection.
pub async fn noises(exchange: &Exchange, log: &Path, corpus: &Corpus) -> Result<Noises> {
    let mut noises = Noises { planned: corpus.noises.len(), ..Noises::default() };
    for pairs in corpus.noises.chunks(PAIRS) {
        let (turns, faults) = call(exchange, log, pairs.concat()).await?;
        noises.faults.extend(faults);
        for (heard, [_, noise]) in turns.chunks_exact(2).zip(pairs) {
            noises.add(&heard[1], plain_stops(noise)?);
        }
    }
    Ok(noises)
}

fn plain_stops(noise: &Item) -> Result<bool> {
    plain::stops(&noise.samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::{Interruption, LoggedTurn};

    fn over(silent: Option<f64>, cleared: Option<f64>, resumed: Option<f64>) -> Turn {
        let interruption =
            Interruption { silent_after_ms: silent, cleared_after_ms: cleared, resumed_after_ms: resumed };
        Turn { said: "a cough".into(), interruption: Some(interruption), ..Turn::default() }
    }

    fn question(line: serde_json::Value) -> Turn {
        Turn { log: Some(LoggedTurn { line, ..LoggedTurn::default() }), ..Turn::default() }
    }

    #[test]
    fn one_interruption_of_twenty_says_nothing() {
        let mut stopped = Stopped { planned: 4, ..Stopped::default() };
        let asked = question(serde_json::json!({"interruption_own_ms": 12.0}));
        let stops = over(Some(280.0), Some(275.0), None);
        stopped.add(&asked, &stops);
        stopped.add(&asked, &Turn::default());
        stopped.add(&asked, &over(Some(100.0), None, None));
        assert!(!stopped.is_measured());
        stopped.add(&asked, &stops);
        stopped.add(&asked, &stops);
        assert_eq!((stopped.is_measured(), stopped.own_ms.len()), (true, 3));
        stopped.add(&question(serde_json::json!({})), &stops);
        assert!(!stopped.is_measured(), "the log has no figure");
        stopped.add(&asked, &over(None, None, None));
        stopped.add(&asked, &over(Some(351.0), Some(340.0), None));
        assert_eq!((stopped.missed, stopped.late), (1, vec!["351 ms behind \"a cough\"".to_owned()]));
    }

    #[test]
    fn noises_are_counted_where_they_met_an_answer() {
        let mut noises = Noises { planned: 4, ..Noises::default() };
        noises.add(&over(None, None, None), true);
        noises.add(&over(Some(280.0), Some(280.0), Some(2300.0)), true);
        noises.add(&Turn::default(), true);
        assert!(!noises.is_measured());
        noises.add(&over(Some(280.0), Some(280.0), None), false);
        assert!(noises.is_measured());
        assert_eq!(noises.sum(), Counts { all: 3, plain: 2, stopped: 2, lost: 1 });
    }
}
