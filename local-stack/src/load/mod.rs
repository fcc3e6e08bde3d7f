//! Many callers at once on the real service, over HTTP: latency, refusals and lost audio.
//!
//! [`script`] holds the callers' actions, [`caller`] performs them through [`door`] and [`bucket`], timed by
//! [`playback`]. [`tally`] adds up the results, [`integrity`] compares the parts heard with the objects in the bucket,
//! [`report`] prints the figures; [`work`] finds the speech that was made twice. [`fleet`] is a run on several hosts, [`chat`] one of conversations.
//! The callers run on the machine of the service, except when a remote service is given.

mod bucket;
mod caller;
pub mod chat;
mod door;
mod fleet;
mod health;
mod integrity;
mod log;
mod playback;
mod report;
mod script;
mod tally;
mod work;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Result, bail};
use contract::{
    StreamId,
    http::{HEALTHZ, READYZ},
};
use futures::{StreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

pub use self::fleet::{FleetConfig, fleet};
pub(crate) use self::tally::percentile;
use self::{
    bucket::Bucket,
    caller::{Caller, World},
    door::Door,
    health::Probe,
    integrity::Heard,
    log::Log,
    report::{Report, Service},
    script::Script,
    tally::Tally,
    work::Work,
};
use crate::{machine, stack::Stack};

/// About the duration of an answer and the pause after it.
const CYCLE: Duration = Duration::from_secs(22);

/// All starts of a burst happen within this time.
const BURST: Duration = Duration::from_secs(1);

/// Longest wait for the sentinels of streams whose callers have gone.
const SENTINELS: Duration = Duration::from_secs(60);

/// Number of simultaneous requests during the check.
const CHECKS: usize = 8;

/// Number of callers, and the times at which they start.
#[allow(missing_docs, reason = "each variant says it")]
#[derive(Clone, Copy, Debug)]
pub enum Crowd {
    /// This many callers at a time, evenly started, for a duration.
    Steady { callers: usize, lasts: Duration },
    /// This many starts within a second, one answer each.
    Burst { callers: usize },
}

/// The service under test.
#[allow(missing_docs, reason = "each variant says it")]
pub enum Target {
    /// A stack that is started for this run and stopped at its end.
    Own(Box<Stack>),
    /// A running service. Its S3 is the one that the environment names, as for all AWS programs.
    Other { url: String, token: String, bucket: String },
}

/// A load run.
pub struct LoadConfig {
    /// Number of callers, and their start times.
    pub crowd: Crowd,
    /// Random seed; the same seed gives the same callers.
    pub seed: u64,
    /// Names of the voices that callers use in turn; if empty, they use the service's default voice.
    pub voices: Vec<String>,
    /// Whether callers behave as the functions do with several hosts: they retry refused starts, and ask for silent
    /// streams to be resumed.
    pub as_functions: bool,
}

/// Runs the callers, checks the objects left in the bucket, and prints the results.
///
/// # Errors
/// When something was lost, or the service or the bucket can't be asked.
pub async fn load(target: Target, config: LoadConfig) -> Result<()> {
    println!("{}\n", machine::describe());
    allow_connections();
    let (endpoint, token, bucket) = match &target {
        Target::Own(stack) => {
            (stack.front_endpoint(), stack.token().to_owned(), Bucket::of(&stack.environment()).await)
        }
        Target::Other { url, token, bucket } => {
            (url.trim_end_matches('/').to_owned(), token.clone(), Bucket::connect(bucket).await)
        }
    };
    let processes = match &target {
        Target::Own(stack) => stack.service_ids(),
        Target::Other { .. } => Vec::new(),
    };
    println!("{}", config.crowd);
    // The SDK reads certificates before its first request. No caller should wait for that.
    bucket.warm_up().await?;
    let service_before = machine::taken_by_all(&processes);
    let own_before = machine::taken(std::process::id());
    let begun = Instant::now();
    let health = Probe::start(format!("{endpoint}{HEALTHZ}"))?;
    let readiness = Probe::start(format!("{endpoint}{READYZ}"))?;
    let run = uuid::Uuid::new_v4().simple().to_string();
    let door = Door::new(endpoint, token, config.as_functions)?;
    let (voices, asks_for_more) = (config.voices, config.as_functions);
    let world = Arc::new(World { door, bucket, voices, asks_for_more, run, away: CYCLE });
    let tally = call(&world, config.crowd, config.seed).await?;
    let lasted = begun.elapsed();
    let (health, readiness) = (health.stop().await?, readiness.stop().await?);
    let own_after = machine::taken(std::process::id());
    let is_own = matches!(target, Target::Own(_));
    let Checked { streams: checked, lost, waited_in_vain } = check(&world.bucket, &tally, is_own).await?;
    let service_after = machine::taken_by_all(&processes);
    let service = match target {
        Target::Own(stack) => {
            let (kept, logs) = (world.bucket.kept().await?, stack.service_logs());
            stack.stop().await?;
            let log = Log::read(&logs)?;
            let work = Work::of(&log.made, &kept);
            Some(Service { before: service_before, after: service_after, log, work })
        }
        Target::Other { .. } => None,
    };
    let generator_seconds =
        own_before.zip(own_after).map(|(before, after)| after.processor_seconds - before.processor_seconds);
    let report = Report {
        tally,
        lasted,
        health,
        readiness,
        lost,
        checked,
        waited_in_vain,
        service,
        generator_seconds,
    };
    report.print();
    if report.is_good() { Ok(()) } else { bail!("something was lost or went wrong: see the table") }
}

impl std::fmt::Display for Crowd {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Steady { callers, lasts } => {
                write!(formatter, "{callers} callers at a time for {} s.", lasts.as_secs())
            }
            Self::Burst { callers } => write!(formatter, "{callers} starts within a second."),
        }
    }
}

/// Raises the limit of open files: this process has the connections to the service and the bucket, and those of the
/// bucket's server.
fn allow_connections() {
    let limit = getrlimit(Resource::Nofile);
    // If this fails, connections fail later with their own errors.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

async fn call(world: &Arc<World>, crowd: Crowd, seed: u64) -> Result<Tally> {
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    let number = match crowd {
        Crowd::Steady { callers, .. } | Crowd::Burst { callers } => callers,
    };
    for name in 0..number {
        let mut script = Script::new(seed, name, number);
        let (arrives, until) = match crowd {
            Crowd::Steady { lasts, .. } => {
                (begun + CYCLE.min(lasts).mul_f64(name as f64 / number as f64), begun + lasts)
            }
            Crowd::Burst { .. } => (begun + script.moment(BURST), begun),
        };
        callers.spawn(Caller::new(world.clone(), script, name).run(arrives, until));
    }
    let mut tally = Tally::default();
    while let Some(one) = callers.join_next().await {
        tally.add(one?);
    }
    Ok(tally)
}

/// The result of checking the bucket after a run.
#[derive(Default)]
struct Checked {
    streams: usize,
    /// The losses, one line each.
    lost: Vec<String>,
    waited_in_vain: usize,
}

/// Checks every accepted stream. In our own bucket, checks all other streams too, such as those whose start was
/// interrupted.
async fn check(bucket: &Bucket, tally: &Tally, is_own: bool) -> Result<Checked> {
    // A stream that was not heard: its caller had hung up, or had barged in with another answer.
    let unheard = Heard { was_cut: true, ..Heard::default() };
    let mut streams = BTreeMap::new();
    if is_own {
        streams.extend(bucket.streams().await?.into_iter().map(|stream| (stream, unheard)));
    }
    streams.extend(tally.accepted.iter().cloned());
    let give_up = Instant::now() + SENTINELS;
    let mut checked = Checked { streams: streams.len(), ..Checked::default() };
    let checks = stream::iter(streams).map(|(stream, heard)| check_one(bucket, stream, heard, give_up));
    let all: Vec<_> = checks.buffer_unordered(CHECKS).collect().await;
    for one in all {
        let one = one?;
        checked.lost.extend(one.lost);
        checked.waited_in_vain += one.waited_in_vain;
    }
    Ok(checked)
}

async fn check_one(bucket: &Bucket, stream: StreamId, heard: Heard, give_up: Instant) -> Result<Checked> {
    while bucket.sentinel(&stream).await?.is_none() && Instant::now() < give_up {
        sleep(Duration::from_millis(500)).await;
    }
    let found = bucket.found(&stream).await?;
    if integrity::waited_in_vain(&found) {
        return Ok(Checked { waited_in_vain: 1, ..Checked::default() });
    }
    let faults = integrity::faults(&stream, &found, heard);
    let lost = faults.into_iter().map(|fault| format!("stream {stream}: {fault}")).collect();
    Ok(Checked { lost, ..Checked::default() })
}
