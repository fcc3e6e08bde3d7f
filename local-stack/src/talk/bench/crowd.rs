//! The number of calls that one host keeps in time.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    Corpus,
    measure::{Measured, call},
};
use crate::{load::chat::figures::percentile, talk::Exchange};

/// Turns of each caller.
const TURNS: usize = 4;

/// The first turns begin over this time, in seconds.
const ARRIVE_WITHIN: f64 = 4.0;

/// A number of callers at once.
#[derive(Debug)]
pub struct Crowd {
    /// The number.
    pub(super) callers: usize,
    /// The figures of all their turns.
    pub(super) measured: Measured,
    /// Callers who were refused.
    pub(super) refused: usize,
}

impl Crowd {
    /// The time that nine of ten answers do not exceed, in milliseconds.
    pub fn p90_ms(&self) -> f64 {
        percentile(&self.measured.response_ms, 0.9)
    }

    /// Whether the host kept all calls, with answers in time.
    pub fn is_kept(&self, within_ms: f64) -> bool {
        self.refused == 0 && !self.measured.response_ms.is_empty() && self.p90_ms() <= within_ms
    }
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
        let items: Vec<_> = corpus.turns.iter().cycle().skip(caller * TURNS).take(TURNS).cloned().collect();
        let arrives =
            begun + std::time::Duration::from_secs_f64(ARRIVE_WITHIN * caller as f64 / callers as f64);
        let (exchange, log) = (exchange.clone(), log.clone());
        calls.spawn(async move {
            sleep_until(arrives).await;
            call(&exchange, &log, items).await
        });
    }
    let mut crowd = Crowd { callers, measured: Measured::default(), refused: 0 };
    while let Some(call) = calls.join_next().await {
        match call? {
            Ok(call) => crowd.measured.add(&corpus.language, call),
            Err(_) => crowd.refused += 1,
        }
    }
    Ok(crowd)
}
