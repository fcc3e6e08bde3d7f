//! `connect-flow test --random N FLOW`: random callers, and the calls that don't come to an end.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use connect_flows::{
    coverage::Coverage,
    scenario::{
        self, Library,
        random::{self, Hang},
        steps,
    },
};

use super::{crew, table};
use crate::out;

/// Most hangs that are listed.
const LISTED: usize = 20;

/// Steps of a single call that are shown.
const STEPS: usize = 40;

#[derive(Args)]
#[group(id = "random calls")]
pub(super) struct Arguments {
    /// Play this many calls of random callers through the flow, with random replies of our functions.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    #[arg(conflicts_with_all = ["filter", "flow", "junit", "coverage", "fail_under", "missed"])]
    pub(super) random: Option<u64>,
    /// Seed of the first random call; the next ones count on from it.
    #[arg(long, default_value_t = 0, requires = "random", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// Write the first random call as a scenario.
    #[arg(long, value_name = "FILE", requires = "random")]
    save: Option<PathBuf>,
}

#[derive(Default)]
struct Tally {
    hangs: Vec<Hang>,
    coverage: Coverage,
    fault: Option<String>,
}

/// Exit code 1: a call reached the limit of actions or of time.
pub(super) fn run(
    arguments: &Arguments,
    count: u64,
    paths: &[PathBuf],
    threads: Option<usize>,
) -> Result<ExitCode> {
    let [flow] = paths else { bail!("--random takes one flow: give its file") };
    let library = Library::default();
    if let Some(path) = &arguments.save {
        save(flow, arguments.seed, path, &library)?;
    }
    let start = Instant::now();
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let jobs = usize::try_from(count).unwrap_or(usize::MAX);
    thread::scope(|scope| {
        for _ in 0..crew::threads(threads, jobs) {
            scope.spawn(|| play(flow, arguments.seed, count, &next, &tally, &library));
        }
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(fault) = tally.fault {
        bail!(fault);
    }
    report(count, start.elapsed().as_secs_f64(), &tally);
    if count == 1 {
        show(flow, arguments.seed, &library)?;
    }
    Ok(ExitCode::from(u8::from(!tally.hangs.is_empty())))
}

fn play(flow: &Path, seed: u64, count: u64, next: &AtomicU64, tally: &Mutex<Tally>, library: &Library) {
    let mut own = Tally::default();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        if index >= count {
            break;
        }
        match random::call(flow, seed.wrapping_add(index), library) {
            Ok((played, hang)) => {
                played.cover(&mut own.coverage);
                own.hangs.extend(hang);
            }
            Err(error) => {
                own.fault = Some(error.0);
                next.store(count, Ordering::Relaxed);
            }
        }
    }
    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    tally.hangs.extend(own.hangs);
    tally.fault = tally.fault.take().or(own.fault);
    tally.coverage.add(own.coverage);
}

#[allow(clippy::cast_precision_loss, reason = "a rate for people")]
fn report(count: u64, seconds: f64, tally: &Tally) {
    out::line(format_args!("{count} calls in {seconds:.1} s: {:.0} calls a second", count as f64 / seconds));
    out::line(format_args!("\n{}\n", table::of(&tally.coverage)));
    let mut hangs = tally.hangs.clone();
    hangs.sort_by_key(|hang| hang.seed);
    out::line(format_args!("{} hangs", hangs.len()));
    for hang in hangs.iter().take(LISTED) {
        out::line(format_args!("  --random 1 --seed {}: {}", hang.seed, hang.reason));
    }
    if hangs.len() > LISTED {
        out::line(format_args!("  and {} more", hangs.len() - LISTED));
    }
}

fn save(flow: &Path, seed: u64, path: &Path, library: &Library) -> Result<()> {
    let known = library.flow(flow).map_err(anyhow::Error::msg)?;
    let scenario = random::scenario(&std::path::absolute(flow)?, &known.flow, seed);
    fs::write(path, scenario::write(&scenario))
        .with_context(|| format!("{} can't be written", path.display()))
}

/// The last steps of a single call.
fn show(flow: &Path, seed: u64, library: &Library) -> Result<()> {
    let (played, _) = random::call(flow, seed, library).map_err(|error| anyhow::anyhow!(error.0))?;
    let steps = steps(&played.call);
    out::line(format_args!("\n{}; the last steps:", played.call.end.reason));
    for step in &steps[steps.len().saturating_sub(STEPS)..] {
        out::line(format_args!("  {step}"));
    }
    Ok(())
}
