//! Sounds over answers: callers who interrupt, and noises that should not.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{Corpus, measure::call, plain};
use crate::talk::{Exchange, LoggedTurn, Turn};

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
                self.own_ms.extend(log.and_then(LoggedTurn::interruption_own_ms));
            }
            Some(_) => {}
            None => self.missed += 1,
        }
    }
}

/// The noises of one kind that met an answer which the log knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Their number.
    pub(super) all: usize,
    /// Those for which plain voice detection stops an answer.
    pub(super) plain: usize,
    /// Those for which the service stopped, if only for a moment.
    pub(super) stopped: usize,
    /// Those whose answer did not go on: it was dropped for their words, or silence followed.
    pub(super) lost: usize,
}

/// The noises over answers.
#[derive(Debug, Default)]
pub struct Noises {
    pub(super) planned: usize,
    /// By the name of the noise.
    pub(super) counts: BTreeMap<String, Counts>,
    /// Those that lost an answer, with the words that were heard.
    pub(super) lost: Vec<String>,
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

    fn add(&mut self, question: &Turn, noise: &Turn, plain_stops: bool) {
        // A recording alone does not tell: sound that comes again may be the answer to the noise's words.
        let (Some(over), Some(log)) = (noise.interruption, &question.log) else { return };
        let is_stopped = over.cleared_after_ms.is_some();
        let is_lost = log.is_interrupted() || (is_stopped && over.resumed_after_ms.is_none());
        let counts = self.counts.entry(noise.said.clone()).or_default();
        counts.all += 1;
        counts.plain += usize::from(plain_stops);
        counts.stopped += usize::from(is_stopped);
        counts.lost += usize::from(is_lost);
        if is_lost {
            let heard = noise.log.as_ref().and_then(|log| log.heard.as_deref()).unwrap_or_default();
            self.lost.push(format!("{}, heard as {heard:?}", noise.said));
        }
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
            noises.add(&heard[0], &heard[1], plain::stops(&noise.samples)?);
        }
    }
    Ok(noises)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::Interruption;

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
        let answered = question(serde_json::json!({"outcome": "answered"}));
        noises.add(&answered, &over(None, None, None), true);
        noises.add(&answered, &over(Some(280.0), Some(280.0), Some(2300.0)), true);
        noises.add(&answered, &Turn::default(), true);
        noises.add(&Turn::default(), &over(None, None, None), true);
        assert!(!noises.is_measured());
        noises.add(&answered, &over(Some(280.0), Some(280.0), None), false);
        assert!(noises.is_measured());
        assert_eq!(noises.sum(), Counts { all: 3, plain: 2, stopped: 2, lost: 1 });
    }

    #[test]
    fn an_answer_that_made_room_for_another_one_is_lost() {
        let mut noises = Noises::default();
        let log = LoggedTurn { heard: Some("Emma,".into()), ..LoggedTurn::default() };
        let sound_again = Turn { log: Some(log), ..over(Some(280.0), Some(280.0), Some(1400.0)) };
        noises.add(&question(serde_json::json!({"outcome": "interrupted"})), &sound_again, true);
        assert_eq!(noises.sum(), Counts { all: 1, plain: 1, stopped: 1, lost: 1 });
        assert_eq!(noises.lost, ["a cough, heard as \"Emma,\""]);
    }
}
