//! Measures how many callers one host can serve without a gap.
//!
//! A simulated caller starts an answer, listens to it on a playback clock, is silent for a moment, and starts the
//! next one. A part that is not there when the one before it has been heard is a gap. As the service does, a stream
//! asks for one sentence at a time and runs ahead of its caller as fast as it can.
//!
//! Callers begin evenly over the length of one answer and the silence after it. From then on answers begin at the
//! same rate as before, so that the load is constant during a step, and the whole step counts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
    time::sleep_until,
};

use super::{Bench, machine, ours::Ours, texts::answer};

/// Pause between two answers, in which the caller speaks.
const SILENCE: Duration = Duration::from_secs(2);

/// About the duration of an answer and the pause after it.
const CYCLE: Duration = Duration::from_secs(27);

/// The search ends when the smallest number that fails is less than this factor above the largest number that succeeds.
const RESOLUTION: f64 = 1.13;

/// The largest number that succeeded is confirmed by a step this many times as long.
const LONG: u32 = 4;

/// The largest number of callers that is tried.
const MOST_CALLERS: usize = 2048;

/// The header above the rows that [`Heard::print`] writes.
pub(super) const HEADER: &str = "\
| callers | starts | parts | failed | gaps | longest gap, ms | p50 first audio, ms | p95, ms | audio per second |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

/// The measurements of all callers of one step.
#[derive(Default)]
pub(super) struct Heard {
    /// Times from each start to its first part, in seconds.
    firsts: Vec<f64>,
    parts: usize,
    /// Delays of late parts, in seconds.
    gaps: Vec<f64>,
    /// Length of the synthesised audio, in seconds.
    audio: f64,
    failed: usize,
}

pub(super) fn run(bench: &Bench<'_>) -> Result<()> {
    println!("\n## Callers that one host keeps without a gap\n");
    println!(
        "Each caller hears answers of six sentences (about 25 s) with 2 s between them. Callers begin evenly over the first {} s of a step, which takes {} s. It holds when no part comes too late. Streams run ahead of their callers, so too many of them can hold for a while: the largest number counts if it holds for {} s.",
        CYCLE.as_secs(),
        length(bench).as_secs(),
        (length(bench) * LONG).as_secs()
    );
    machine::use_cores(machine::cores())?;
    for voice in &bench.voices {
        println!("\n### {voice}, {} workers\n", machine::cores());
        println!("{HEADER}");
        let ours = Arc::new(Ours::start(bench, voice, machine::cores())?);
        let steps = Steps { ours, runtime: Builder::new_multi_thread().enable_time().build()? };
        match bench.arguments.callers {
            Some(callers) => drop(steps.run(callers, length(bench))),
            None => {
                let most = steps.search(length(bench));
                println!("\n{voice} keeps {most} callers without a gap.");
            }
        }
    }
    Ok(())
}

/// The length of a step, which is long enough for all callers to begin.
fn length(bench: &Bench<'_>) -> Duration {
    Duration::from_secs(bench.arguments.seconds).max(CYCLE)
}

/// The steps with one voice.
struct Steps {
    ours: Arc<Ours>,
    runtime: Runtime,
}

impl Steps {
    /// Doubles the number of callers until a step fails, then bisects. Returns the largest number that also succeeds in
    /// the long step.
    fn search(&self, duration: Duration) -> usize {
        let (mut holds, mut breaks) = (0, MOST_CALLERS);
        while breaks as f64 > (holds as f64 * RESOLUTION).max(holds as f64 + 1.0) {
            let next = if breaks == MOST_CALLERS { (holds * 2).max(1) } else { (holds + breaks) / 2 };
            if next >= MOST_CALLERS {
                break;
            }
            if self.run(next, duration) { holds = next } else { breaks = next }
        }
        while holds > 0 && !self.run(holds, duration * LONG) {
            holds = ((holds as f64 / RESOLUTION) as usize).min(holds - 1);
        }
        holds
    }

    /// Prints the row of one step. Returns whether every part came in time.
    fn run(&self, callers: usize, duration: Duration) -> bool {
        let heard = self.runtime.block_on(step(&self.ours, callers, duration));
        heard.print(callers, duration);
        heard.is_whole()
    }
}

/// Runs `callers` until `duration` is over.
pub(super) async fn step(ours: &Arc<Ours>, callers: usize, duration: Duration) -> Heard {
    let begun = Instant::now();
    let until = begun + duration;
    let number = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let arrives = begun + CYCLE.mul_f64(caller as f64 / callers as f64);
        tasks.spawn(call(ours.clone(), number.clone(), arrives, until));
    }
    let mut heard = Heard::default();
    while let Some(one) = tasks.join_next().await {
        if let Ok(one) = one {
            heard.add(one);
        }
    }
    heard
}

async fn call(ours: Arc<Ours>, number: Arc<AtomicUsize>, arrives: Instant, until: Instant) -> Heard {
    let mut heard = Heard::default();
    sleep_until(arrives.into()).await;
    while Instant::now() < until {
        let stream = number.fetch_add(1, Ordering::Relaxed);
        let ends = listen(&ours, stream, until, &mut heard).await;
        sleep_until((ends + SILENCE).min(until).into()).await;
    }
    heard
}

/// Plays one answer, part by part. Returns the moment at which the caller has heard all of it.
async fn listen(ours: &Ours, stream: usize, until: Instant, heard: &mut Heard) -> Instant {
    let started = Instant::now();
    let mut audio = Duration::ZERO;
    let mut plays_until = started;
    for (index, sentence) in ours.sentences(&answer(stream)).into_iter().enumerate() {
        let Ok(duration) = ours.part(sentence, started, audio).await else {
            heard.failed += 1;
            continue;
        };
        let ready = Instant::now();
        // Parts after the end of the step don't count, since other callers have stopped by then.
        if ready > until {
            break;
        }
        heard.parts += 1;
        heard.audio += duration.as_secs_f64();
        match index {
            0 => heard.firsts.push((ready - started).as_secs_f64()),
            _ if ready > plays_until => heard.gaps.push((ready - plays_until).as_secs_f64()),
            _ => {}
        }
        audio += duration;
        plays_until = plays_until.max(ready) + duration;
    }
    plays_until
}

impl Heard {
    fn add(&mut self, other: Self) {
        self.firsts.extend(other.firsts);
        self.gaps.extend(other.gaps);
        self.parts += other.parts;
        self.audio += other.audio;
        self.failed += other.failed;
    }

    fn is_whole(&self) -> bool {
        self.gaps.is_empty() && self.failed == 0
    }

    /// Prints a row of the table.
    pub(super) fn print(&self, callers: usize, duration: Duration) {
        let longest = self.gaps.iter().copied().fold(0.0, f64::max);
        println!(
            "| {callers} | {} | {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            self.firsts.len(),
            self.parts,
            self.failed,
            self.gaps.len(),
            longest * 1000.0,
            self.first_at(0.5) * 1000.0,
            self.first_at(0.95) * 1000.0,
            self.audio / duration.as_secs_f64(),
        );
    }

    /// The time to first audio that this share of the starts does not exceed.
    fn first_at(&self, share: f64) -> f64 {
        let mut firsts = self.firsts.clone();
        firsts.sort_by(f64::total_cmp);
        let index = (share * firsts.len() as f64) as usize;
        firsts.get(index.min(firsts.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    }
}
