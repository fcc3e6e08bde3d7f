//! Calls one after the other, and the figures of their turns.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;

use super::{Corpus, words::Errors};
use crate::talk::{Exchange, Item, Turn, hold, timed, verdict};

/// Turns of a call.
const TURNS: usize = 6;

/// Pairs of a question and a sound over its answer in a call.
const PAIRS: usize = 4;

/// Voice that stops an answer by the service's usual settings, in milliseconds: the rest of an interruption is its own
/// work.
const VOICE_MS: f64 = 250.0;

/// The figures of the turns of some calls.
#[derive(Debug, Default)]
pub struct Measured {
    /// From the end of speech to the first audible sample of each answered turn, in milliseconds.
    pub(super) response_ms: Vec<f64>,
    /// The same by the log, less the recording's.
    pub(super) log_differs_ms: Vec<f64>,
    /// Each moment of the log behind the end of speech, in milliseconds.
    pub(super) moments: BTreeMap<String, Vec<f64>>,
    pub(super) errors: Errors,
    pub(super) turns: usize,
    /// Turns that ended in a logged reason in place of a sound.
    pub(super) with_reason: usize,
    /// The faults of all calls, one line each.
    pub(super) faults: Vec<String>,
}

/// The interruptions of some calls.
#[derive(Debug, Default)]
pub struct Stopped {
    /// From the first voiced sample to the last audible one, in milliseconds.
    pub(super) silent_ms: Vec<f64>,
    /// The part of it that is not the voice that the settings ask for.
    pub(super) own_ms: Vec<f64>,
    /// Answers that went on.
    pub(super) missed: usize,
}

/// The noises over answers: for each name their number, those that stopped the answer, and those behind which it did not
/// go on.
pub type Noises = BTreeMap<String, [usize; 3]>;

/// Holds the calls of all turns.
///
/// # Errors
/// When the service takes no call, or its log can't be read.
pub async fn turns(exchange: &Exchange, log: &Path, corpus: &Corpus) -> Result<Measured> {
    let mut measured = Measured::default();
    for items in corpus.turns.chunks(TURNS) {
        measured.add(&corpus.language, call(exchange, log, items.to_vec()).await?);
    }
    Ok(measured)
}

/// Holds a call; returns its turns and faults.
pub(super) async fn call(
    exchange: &Exchange,
    log: &Path,
    items: Vec<Item>,
) -> Result<(Vec<Turn>, Vec<String>)> {
    let held = hold(exchange, items, None).await?;
    let turns = timed(&held, log).await?;
    let faults = verdict::faults(&held, &turns);
    Ok((turns, faults))
}

impl Measured {
    pub(super) fn add(&mut self, language: &str, (turns, faults): (Vec<Turn>, Vec<String>)) {
        self.faults.extend(faults);
        for turn in turns {
            self.turns += 1;
            self.response_ms.extend(turn.answered_after_ms);
            let Some(log) = &turn.log else { continue };
            self.with_reason += usize::from(turn.audible_ms.is_none() && log.reason().is_some());
            let differs = log.response_ms.zip(turn.answered_after_ms).map(|(log, heard)| log - heard);
            self.log_differs_ms.extend(differs);
            for (name, behind) in log.behind_speech() {
                self.moments.entry(name).or_default().push(behind);
            }
            if let Some((words, heard)) = turn.words.as_deref().zip(log.heard.as_deref()) {
                self.errors.add(language, words, heard);
            }
        }
    }
}

/// Holds calls whose answers are interrupted.
///
/// # Errors
/// Those of [`turns`].
pub async fn interruptions(exchange: &Exchange, log: &Path, corpus: &Corpus) -> Result<Stopped> {
    let mut stopped = Stopped::default();
    for pairs in corpus.interruptions.chunks(PAIRS) {
        let (turns, _) = call(exchange, log, pairs.concat()).await?;
        for over in turns.iter().filter_map(|turn| turn.interruption) {
            match over.silent_after_ms {
                // An answer that had ended by itself tells nothing.
                Some(ms) if over.cleared_after_ms.is_some() => {
                    stopped.silent_ms.push(ms);
                    stopped.own_ms.push((ms - VOICE_MS).max(0.0));
                }
                Some(_) => {}
                None => stopped.missed += 1,
            }
        }
    }
    Ok(stopped)
}

/// Holds calls with noises over the answers.
///
/// # Errors
/// Those of [`turns`].
pub async fn noises(exchange: &Exchange, log: &Path, corpus: &Corpus) -> Result<Noises> {
    let mut noises = Noises::new();
    for pairs in corpus.noises.chunks(PAIRS) {
        let (turns, _) = call(exchange, log, pairs.concat()).await?;
        for turn in turns.iter().filter(|turn| !turn.is_turn) {
            let Some(over) = turn.interruption else { continue };
            let is_stopped = over.cleared_after_ms.is_some();
            let [all, stopped, lost] = noises.entry(turn.said.clone()).or_default();
            *all += 1;
            *stopped += usize::from(is_stopped);
            *lost += usize::from(is_stopped && over.resumed_after_ms.is_none());
        }
    }
    Ok(noises)
}
