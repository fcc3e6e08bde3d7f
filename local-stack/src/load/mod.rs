//! Many callers at once on the real service, over HTTP: what they hear, who is refused, and whether anything is lost.
//!
//! [`script`] says what callers do, [`caller`] does it through [`door`] and [`bucket`], with a clock of [`playback`].
//! [`tally`] adds up, [`integrity`] holds against each other what was heard and what is left in the bucket, [`report`]
//! prints. Everything is on the machine of the service, unless a service is named that runs elsewhere.

mod bucket;
mod caller;
mod door;
mod health;
mod integrity;
mod log;
mod machine;
mod playback;
mod report;
mod script;
mod tally;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

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
};
use crate::stack::Stack;

/// An answer and the silence behind it take about this long.
const CYCLE: Duration = Duration::from_secs(22);

/// All starts of a burst come within this time.
const BURST: Duration = Duration::from_secs(1);

/// A stream whose caller has gone has its sentinel by then.
const SENTINELS: Duration = Duration::from_secs(60);

/// Requests of the check at the same time.
const CHECKS: usize = 8;

/// How callers come.
#[allow(missing_docs, reason = "each variant says it")]
#[derive(Clone, Copy, Debug)]
pub enum Crowd {
    /// So many at a time, who begin evenly, for so long.
    Steady { callers: usize, lasts: Duration },
    /// So many within a second, for one answer each.
    Burst { callers: usize },
}

/// Who is called.
#[allow(missing_docs, reason = "each variant says it")]
pub enum Target {
    /// A stack of our own, which is stopped in the end; the service's log is in that file.
    Own { stack: Box<Stack>, log: PathBuf },
    /// A service that runs already; S3 is where AWS programs find it.
    Other { url: String, token: String, bucket: String },
}

/// What to do.
pub struct LoadConfig {
    /// How many call, and how.
    pub crowd: Crowd,
    /// The same callers again for the same number.
    pub seed: u64,
    /// The service's default voice when absent.
    pub voice: Option<String>,
}

/// Has the callers call, checks what they leave behind, and prints what they met.
///
/// # Errors
/// When something was lost, or the service or the bucket can't be asked.
pub async fn load(target: Target, config: LoadConfig) -> Result<()> {
    println!("{}\n", machine::describe());
    allow_connections();
    let (endpoint, token, bucket) = match &target {
        Target::Own { stack, .. } => (
            stack.service_endpoint().to_owned(),
            stack.token().to_owned(),
            Bucket::of(&stack.environment()).await,
        ),
        Target::Other { url, token, bucket } => {
            (url.trim_end_matches('/').to_owned(), token.clone(), Bucket::connect(bucket).await)
        }
    };
    let process = match &target {
        Target::Own { stack, .. } => stack.service_id(),
        Target::Other { .. } => None,
    };
    println!("{}", config.crowd);
    // The SDK reads certificates before its first request, and nobody is to wait for that.
    bucket.warm_up().await?;
    let service_before = process.and_then(machine::taken);
    let own_before = machine::taken(std::process::id());
    let begun = Instant::now();
    let health = Probe::start(format!("{endpoint}{HEALTHZ}"))?;
    let readiness = Probe::start(format!("{endpoint}{READYZ}"))?;
    let run = uuid::Uuid::new_v4().simple().to_string();
    let world =
        Arc::new(World { door: Door::new(endpoint, token)?, bucket, voice: config.voice, run, away: CYCLE });
    let tally = call(&world, config.crowd, config.seed).await?;
    let lasted = begun.elapsed();
    let (health, readiness) = (health.stop().await?, readiness.stop().await?);
    let own_after = machine::taken(std::process::id());
    let is_own = matches!(target, Target::Own { .. });
    let (checked, lost) = check(&world.bucket, &tally, is_own).await?;
    let service_after = process.and_then(machine::taken);
    let service = match target {
        Target::Own { stack, log } => {
            stack.stop().await?;
            Some(Service { before: service_before, after: service_after, log: Log::read(&log)? })
        }
        Target::Other { .. } => None,
    };
    let generator_seconds =
        own_before.zip(own_after).map(|(before, after)| after.processor_seconds - before.processor_seconds);
    let report = Report { tally, lasted, health, readiness, lost, checked, service, generator_seconds };
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

/// Connections to the service and the bucket, and those of the bucket's server, are in this process.
fn allow_connections() {
    let limit = getrlimit(Resource::Nofile);
    // Where that is refused, connections will say so.
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

/// Looks at every stream that was accepted, and in a bucket of our own at every stream there is: one whose start was
/// broken off counts as well. How many there were, and what was lost.
async fn check(bucket: &Bucket, tally: &Tally, is_own: bool) -> Result<(usize, Vec<String>)> {
    // Of those that nobody heard of, the caller had hung up or another answer was started over it.
    let unheard = Heard { was_cut: true, ..Heard::default() };
    let mut streams = BTreeMap::new();
    if is_own {
        streams.extend(bucket.streams().await?.into_iter().map(|stream| (stream, unheard)));
    }
    streams.extend(tally.accepted.iter().cloned());
    let give_up = Instant::now() + SENTINELS;
    let number = streams.len();
    let checks = stream::iter(streams).map(|(stream, heard)| check_one(bucket, stream, heard, give_up));
    let faults: Vec<_> = checks.buffer_unordered(CHECKS).collect().await;
    let mut lost = Vec::new();
    for faults in faults {
        lost.extend(faults?);
    }
    Ok((number, lost))
}

async fn check_one(bucket: &Bucket, stream: StreamId, heard: Heard, give_up: Instant) -> Result<Vec<String>> {
    while bucket.sentinel(&stream).await?.is_none() && Instant::now() < give_up {
        sleep(Duration::from_millis(500)).await;
    }
    let faults = integrity::faults(&stream, &bucket.found(&stream).await?, heard);
    Ok(faults.into_iter().map(|fault| format!("stream {stream}: {fault}")).collect())
}
