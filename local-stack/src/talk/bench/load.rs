//! Calls for minutes: whether every turn is answered or refused with a reason, and the service's memory stays flat.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until},
};

use super::{
    Corpus,
    crowd::{TURNS, arrival, items_of},
    measure::{Call, Measured, call},
    memory::Memory,
};
use crate::{
    machine,
    talk::{Exchange, Item, is_refusal},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Time between two samples of the memory.
const SAMPLE: Duration = Duration::from_secs(10);

/// A caller who is refused calls again after this time.
const AGAIN: Duration = Duration::from_secs(5);

/// Calls that have ended and wait to be counted.
const WAITING: usize = 64;

/// One minute: its calls are those that ended in it.
#[derive(Debug, Default)]
pub(super) struct Minute {
    pub(super) calls: usize,
    pub(super) measured: Measured,
    pub(super) refused: usize,
    /// Resident memory of the service at its end, in MB.
    pub(super) resident_mb: Option<f64>,
}

/// Calls for minutes.
#[derive(Debug)]
pub struct Load {
    pub(super) callers: usize,
    pub(super) minutes: Vec<Minute>,
    pub(super) memory: Memory,
}

/// The end of one call.
struct Ended {
    items: Vec<Item>,
    call: Result<Call>,
}

/// Holds this many calls for some minutes: each caller calls again as soon as the call is over. Samples the memory of
/// the service's process.
///
/// # Errors
/// When the process can't be asked for its memory.
pub async fn load(
    exchange: &Exchange,
    log: &Path,
    corpus: Corpus,
    callers: usize,
    minutes: u32,
    process: u32,
) -> Result<Load> {
    let begun = Instant::now();
    let until = begun + MINUTE * minutes;
    let (ended, mut calls) = mpsc::channel(WAITING);
    let corpus = Arc::new(corpus);
    let mut tasks = JoinSet::new();
    for number in 0..callers {
        let caller = Caller { exchange: exchange.clone(), log: log.into(), corpus: corpus.clone(), number };
        tasks.spawn(caller.call_until(arrival(begun, number, callers), until, ended.clone()));
    }
    drop(ended);
    let mut load = Load { callers, minutes: Vec::new(), memory: Memory::default() };
    load.follow(begun, until, &mut calls, &corpus.language, process).await?;
    Ok(load)
}

impl Load {
    /// Counts the calls that end, and samples the memory, until all callers are gone.
    async fn follow(
        &mut self,
        begun: Instant,
        until: Instant,
        calls: &mut mpsc::Receiver<Ended>,
        language: &str,
        process: u32,
    ) -> Result<()> {
        let mut samples = interval_at(begun + SAMPLE, SAMPLE);
        samples.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                ended = calls.recv() => match ended {
                    Some(ended) => self.add(begun.elapsed(), language, ended),
                    None => return Ok(()),
                },
                at = samples.tick(), if Instant::now() < until + SAMPLE => {
                    let resident = machine::resident(process).context("the service's memory is unknown")?;
                    self.sample(at - begun, resident as f64 / 1e6);
                }
            }
        }
    }

    fn minute(&mut self, at: Duration) -> &mut Minute {
        let number = (at.as_secs() / MINUTE.as_secs()) as usize;
        if self.minutes.len() <= number {
            self.minutes.resize_with(number + 1, Minute::default);
        }
        &mut self.minutes[number]
    }

    fn add(&mut self, at: Duration, language: &str, Ended { items, call }: Ended) {
        let minute = self.minute(at);
        minute.calls += 1;
        match call {
            Ok(call) => minute.measured.add(language, &items, call),
            Err(error) if is_refusal(&error) => minute.refused += 1,
            Err(error) => minute.measured.faults.push(format!("{error:#}")),
        }
    }

    fn sample(&mut self, at: Duration, resident_mb: f64) {
        self.memory.add(at, resident_mb);
        // A sample at the full minute ends the minute before.
        self.minute(at.saturating_sub(Duration::from_millis(1))).resident_mb = Some(resident_mb);
    }

    /// Turns that were neither answered nor refused with a reason.
    pub(super) fn silent(&self) -> usize {
        self.minutes.iter().map(|minute| minute.measured.silent()).sum()
    }

    /// All turns.
    pub(super) fn turns(&self) -> usize {
        self.minutes.iter().map(|minute| minute.measured.response_ms.len()).sum()
    }

    /// The faults, one line each.
    pub(super) fn faults(&self) -> impl Iterator<Item = &String> {
        self.minutes.iter().flat_map(|minute| &minute.measured.faults)
    }
}

/// One caller.
struct Caller {
    exchange: Exchange,
    log: Arc<Path>,
    corpus: Arc<Corpus>,
    number: usize,
}

impl Caller {
    /// Calls again and again. The call that goes on at the end is held to its end.
    async fn call_until(self, arrives: Instant, until: Instant, ended: mpsc::Sender<Ended>) {
        sleep_until(arrives).await;
        let mut number = self.number;
        while Instant::now() < until {
            let items = items_of(&self.corpus, number, TURNS);
            let call = call(&self.exchange, &self.log, items.clone()).await;
            let is_held = call.is_ok();
            if ended.send(Ended { items, call }).await.is_err() {
                return;
            }
            if !is_held {
                sleep(AGAIN).await;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::twilio::Refused;

    #[test]
    fn calls_and_memory_are_put_into_their_minutes() {
        let mut load = Load { callers: 1, minutes: Vec::new(), memory: Memory::default() };
        let ended = |call| Ended { items: vec![Item::default(); 2], call };
        load.add(Duration::from_secs(59), "en", ended(Err(Refused.into())));
        load.sample(Duration::from_secs(60), 500.0);
        load.add(Duration::from_secs(61), "en", ended(Ok((Vec::new(), vec!["broken".into()]))));
        load.add(Duration::from_secs(62), "en", ended(Err(anyhow::anyhow!("gone"))));
        let counts: Vec<_> = load.minutes.iter().map(|minute| (minute.calls, minute.refused)).collect();
        assert_eq!(counts, [(1, 1), (2, 0)]);
        assert_eq!(load.minutes[0].resident_mb, Some(500.0));
        assert_eq!((load.turns(), load.silent()), (2, 2));
        assert_eq!(load.faults().collect::<Vec<_>>(), ["broken", "gone"]);
    }
}
