//! The differences in which ours is right, each with its reason.

use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
};

use serde::Deserialize;

use crate::{corpus, language::Language};

#[derive(Deserialize)]
struct File {
    note: Vec<Group>,
}

/// The notes with one reason: pairs of our words, in brackets between their neighbours, and the oracle's.
#[derive(Deserialize)]
struct Group {
    reason: String,
    pairs: Vec<(String, String)>,
}

pub(crate) struct Notes {
    reasons: HashMap<(String, String), String>,
    /// How often each note was needed.
    needed: HashMap<(String, String), usize>,
}

/// Reads the notes of a language.
pub(crate) fn read(language: Language) -> Result<Notes, Box<dyn Error>> {
    let path = format!("oracle/notes-{}.toml", language.name());
    let file: File = toml::from_str(&corpus::file(&path)?).map_err(|error| format!("{path}: {error}"))?;
    let mut reasons = HashMap::new();
    for group in file.note {
        for pair in group.pairs {
            if let Some(other) = reasons.insert(pair.clone(), group.reason.clone()) {
                return Err(format!("{path}: {pair:?} is noted twice, also for {other:?}").into());
            }
        }
    }
    Ok(Notes { reasons, needed: HashMap::new() })
}

impl Notes {
    /// Whether there is a note for this difference.
    pub(crate) fn explain(&mut self, pair: (String, String)) -> bool {
        let is_noted = self.reasons.contains_key(&pair);
        if is_noted {
            *self.needed.entry(pair).or_default() += 1;
        }
        is_noted
    }

    /// How many differences each reason explains.
    pub(crate) fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for (pair, needed) in &self.needed {
            *counts.entry(self.reasons[pair].as_str()).or_default() += needed;
        }
        counts
    }

    /// The notes that explain nothing.
    pub(crate) fn idle(&self) -> Vec<&(String, String)> {
        let mut idle: Vec<_> = self.reasons.keys().filter(|pair| !self.needed.contains_key(pair)).collect();
        idle.sort();
        idle
    }
}
