//! Runs twice the load that several hosts can carry, with one slow voice. Measures whether hosts repeat each other's
//! work, and whether a call is lost.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use contract::http::{StartRequest, State};
use tokio::time::{Instant, sleep};

use super::{Crowd, LoadConfig, Target, door::Door, door::Started, load, machine, script::Script};
use crate::stack::Stack;

/// Number of texts with which the cost of a voice is measured.
const SAMPLES: usize = 4;

/// Longest time to speak all these texts, one after the other.
const MEASURED_WITHIN: Duration = Duration::from_secs(180);

/// Pause between two checks of a running stream.
const LOOK_STEP: Duration = Duration::from_millis(100);

/// A host that uses less of a core than this counts as idle.
const IDLE_SHARE: f64 = 0.1;
const IDLE_STEP: Duration = Duration::from_secs(1);
const IDLE_WITHIN: Duration = Duration::from_secs(120);

/// One in this many callers has the slow voice.
const SLOW_SHARE: usize = 4;

/// The load, as a multiple of the machine's capacity.
const OVERLOAD: f64 = 2.0;

/// More callers would overload the side of the callers, which is in this process.
const MOST_CALLERS: usize = 400;

/// Settings of a fleet run.
pub struct FleetConfig {
    /// Number of callers; if absent, as many as make twice the load that the machine can carry.
    pub callers: Option<usize>,
    /// Time during which new answers begin.
    pub lasts: Duration,
    /// Random seed; the same seed gives the same callers.
    pub seed: u64,
    /// Name of the voice of most callers.
    pub voice: String,
    /// Name of the voice of every fourth caller.
    pub slow_voice: String,
}

/// Runs callers against the hosts through their load balancer, checks the bucket afterwards, and prints the figures.
///
/// # Errors
/// When a call was lost, or a host or the bucket can't be asked.
pub async fn fleet(stack: Box<Stack>, config: FleetConfig) -> Result<()> {
    let FleetConfig { callers, lasts, seed, voice, slow_voice } = config;
    let callers = match callers {
        Some(callers) => callers,
        None => twice_the_capacity(&stack, &voice, &slow_voice).await?,
    };
    let mut voices = vec![voice; SLOW_SHARE];
    voices[0] = slow_voice;
    let crowd = Crowd::Steady { callers, lasts };
    load(Target::Own(stack), LoadConfig { crowd, seed, voices, as_functions: true }).await
}

/// The number of callers whose speech needs twice the machine's processor time.
async fn twice_the_capacity(stack: &Stack, voice: &str, slow_voice: &str) -> Result<usize> {
    until_idle(stack).await?;
    let door = Door::new(stack.front_endpoint(), stack.token().to_owned(), true)?;
    let fast = cost(stack, &door, voice).await?;
    let slow = cost(stack, &door, slow_voice).await?;
    let share = 1.0 / SLOW_SHARE as f64;
    let mean = slow * share + fast * (1.0 - share);
    let carried = machine::cores() as f64 / mean.max(f64::EPSILON);
    let callers = ((OVERLOAD * carried).ceil() as usize).clamp(SLOW_SHARE, MOST_CALLERS);
    println!(
        "A second of speech costs {:.0} ms of processor time ({voice}), {:.0} ms ({slow_voice}): the machine carries \
         {carried:.0} callers, so {callers} call.",
        fast * 1e3,
        slow * 1e3
    );
    Ok(callers)
}

/// Processor time that all hosts have used, in seconds.
fn processor_time(stack: &Stack) -> Result<f64> {
    let taken = machine::taken_by_all(&stack.service_ids());
    Ok(taken.context("there is no /proc here: say --callers")?.processor_seconds)
}

/// Waits until the hosts are idle: after they are ready, they may still prepare sessions.
async fn until_idle(stack: &Stack) -> Result<()> {
    let give_up = Instant::now() + IDLE_WITHIN;
    let mut before = processor_time(stack)?;
    while Instant::now() < give_up {
        sleep(IDLE_STEP).await;
        let now = processor_time(stack)?;
        if now - before < IDLE_SHARE * IDLE_STEP.as_secs_f64() {
            return Ok(());
        }
        before = now;
    }
    bail!("these hosts can't carry a single caller: set --callers")
}

/// Processor time of all hosts per second of speech.
async fn cost(stack: &Stack, door: &Door, voice: &str) -> Result<f64> {
    let mut script = Script::new(0, 0, 1);
    let before = processor_time(stack)?;
    let give_up = Instant::now() + MEASURED_WITHIN;
    let mut speech = 0.0;
    for _ in 0..SAMPLES {
        speech += speak(door, script.text(), voice, give_up).await?;
    }
    Ok((processor_time(stack)? - before) / speech)
}

/// Synthesises a text to its end. Returns the length of the speech, in seconds.
async fn speak(door: &Door, text: String, voice: &str, give_up: Instant) -> Result<f64> {
    let request = StartRequest { text, voice: Some(voice.to_owned()), ..StartRequest::default() };
    let mut stream = None;
    while Instant::now() < give_up {
        match &stream {
            // The load balancer takes turns, so the request eventually reaches a host that has the voice.
            None => {
                if let Started::Accepted(started) = door.start(&request).await? {
                    stream = Some(started.stream_id);
                }
            }
            Some(stream) => {
                if let Ok(status) = door.status(stream).await
                    && status.state != State::Running
                    && let Some(timeline) = status.timeline
                {
                    return Ok(timeline.parts.iter().map(|part| part.audio_ms / 1e3).sum());
                }
            }
        }
        sleep(LOOK_STEP).await;
    }
    bail!("no host speaks {voice} in time: say --callers")
}
