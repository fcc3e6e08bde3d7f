//! Random callers for flows that use our functions. A seed always gives the same call.
//!
//! The replies keep to the contract of our functions, in any order that it allows: clips and waits until the stream is
//! done, cancelled or has failed; late replies, failures of the Lambda service, and functions that never answer.

use std::{path::Path, time::Duration};

use contract::{
    StreamId,
    reply::{ClipUrl, Reply as Answered, Status},
};
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};

use super::{CannedFunction, ClipSound, FunctionSource, Library, Played, Scenario, StageError, play};
use crate::{
    model::Flow,
    runner::{Act, Answer, Caller, InvokeError, Queue, Reply, Step, Then, When, function_name},
};

/// Most replies of one function; the last of them ends every stream.
const MOST_REPLIES: usize = 12;

const WORDS: [&str; 6] = [
    "When do you open on Saturdays?",
    "Where is my order 4571?",
    "I want to talk to an agent",
    "yes",
    "no, the other one",
    "hello?",
];

const KEYS: [&str; 5] = ["1", "0", "#", "12*", "99999"];

/// A call that did not come to an end of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hang {
    /// The seed that gives this call again.
    pub seed: u64,
    /// The limit that ended the call.
    pub reason: String,
}

/// Plays the call of a seed.
///
/// # Errors
/// [`StageError`] when the flow can't be read or run.
pub fn call(flow: &Path, seed: u64, library: &Library) -> Result<(Played, Option<Hang>), StageError> {
    let known = library.flow(flow).map_err(StageError)?;
    let played = play(&scenario(flow, &known.flow, seed), library)?;
    let reason = &played.call.end.reason;
    let hang = reason.is_failure().then(|| Hang { seed, reason: reason.to_string() });
    Ok((played, hang))
}

/// The scenario of a seed.
pub fn scenario(path: &Path, flow: &Flow, seed: u64) -> Scenario {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let random = &mut random;
    let mut scenario = Scenario {
        name: format!("random-{seed}"),
        flow: path.to_owned(),
        seed,
        caller: caller(random),
        ..Scenario::default()
    };
    for name in ["barge_in", "key_interrupts"] {
        if random.random_bool(0.4) {
            scenario.attributes.insert(name.into(), random.random_bool(0.5).to_string());
        }
    }
    scenario.attributes.insert("text".into(), "Hello there. How are you?".into());
    scenario.functions = functions(flow, random);
    scenario.clips = [("pause.wav", ClipSound::Silence(Duration::from_millis(400)))]
        .map(|(url, sound)| (url.to_owned(), sound))
        .into();
    if random.random_bool(0.1) {
        scenario.clips.insert("part1.wav".into(), ClipSound::Missing);
    }
    if random.random_bool(0.2) {
        scenario.queues.insert("*".into(), Queue { full: true, wait: None });
    }
    scenario
}

fn pick<'a, T>(random: &mut impl Rng, list: &'a [T]) -> &'a T {
    &list[random.random_range(0..list.len())]
}

fn time(random: &mut impl Rng, most_ms: u64) -> Duration {
    Duration::from_millis(random.random_range(0..most_ms))
}

fn caller(random: &mut impl Rng) -> Caller {
    let mut steps: Vec<Step> = Vec::new();
    for _ in 0..random.random_range(0..8) {
        let when = when(random);
        let act = match random.random_range(0..20) {
            0..11 => Act::Say((*pick(random, &WORDS)).into()),
            11..19 => Act::Press((*pick(random, &KEYS)).into()),
            _ => Act::HangUp,
        };
        steps.push(Step { when, act });
    }
    // Nobody stays on the line for ever: talk.json asks a silent caller again and again. A caller whose steps all come
    // to pass needs no such end, so that a flow without one shows.
    let then = if random.random_bool(0.7) { Then::HangUp } else { Then::StaySilent };
    let comes = |step: &Step| matches!(step.when, When::Listens | When::At(_) | When::After(_));
    let is_sure = then == Then::HangUp && steps.iter().all(comes);
    let patience_ms = if is_sure { None } else { Some(180_000) };
    let hang_up = |most_ms| Step { when: When::At(time(random, most_ms)), act: Act::HangUp };
    steps.extend(patience_ms.map(hang_up));
    Caller { steps, then }
}

fn when(random: &mut impl Rng) -> When {
    match random.random_range(0..10) {
        0..5 => When::Listens,
        5 => When::Asks(time(random, 3000)),
        6 => When::At(time(random, 40_000)),
        7 => When::After(time(random, 5000)),
        8 => When::Plays { contains: "part".into(), after: time(random, 1500) },
        _ => When::Invoked { function: "get_next_batch".into(), after: time(random, 1000) },
    }
}

/// Replies for every function that the flow invokes.
fn functions(flow: &Flow, random: &mut impl Rng) -> Vec<CannedFunction> {
    let arns = flow.actions.iter().filter_map(|action| action.text("LambdaFunctionARN"));
    let mut names: Vec<&str> = arns.map(function_name).collect();
    names.sort_unstable();
    names.dedup();
    let canned = |name: &str| CannedFunction {
        name: name.to_owned(),
        source: FunctionSource::Canned(replies(random)),
    };
    names.into_iter().map(canned).collect()
}

fn replies(random: &mut impl Rng) -> Vec<Reply> {
    let mut replies = Vec::new();
    for index in 0..random.random_range(0..MOST_REPLIES) {
        let answer = match random.random_range(0..40) {
            0 => Answer::Never,
            1 => Answer::Fails(InvokeError::Throttled),
            2 => Answer::Fails(InvokeError::Service { status: 503 }),
            3 => Answer::Fails(InvokeError::Function { message: "out of memory".into() }),
            _ => Answer::Value(answered(index, random)),
        };
        let most_ms = if random.random_bool(0.05) { 20_000 } else { 900 };
        replies.push(Reply { after: time(random, most_ms), answer });
    }
    replies.push(Reply { after: time(random, 900), answer: Answer::Value(last(random)) });
    replies
}

fn clip(name: &str) -> ClipUrl {
    let plain = format!("https://clips.example/{name}");
    ClipUrl { presigned: format!("{plain}?X-Amz-Signature=0"), plain, prompt: None }
}

fn stream() -> Option<StreamId> {
    "random".parse().ok()
}

/// A reply in the middle of a stream.
fn answered(index: usize, random: &mut impl Rng) -> Value {
    let reply = match random.random_range(0..20) {
        0..12 => playing(index, random.random_bool(0.2), random),
        12..17 => Answered::new(Status::Wait, stream(), index).with_pause(clip("pause.wav")),
        17 => Answered::new(Status::Cancelled, stream(), index),
        18 => Answered::error("the service does not answer"),
        _ => Answered::new(Status::Done, stream(), index),
    };
    json!(reply)
}

/// A reply after which the stream asks for nothing more.
fn last(random: &mut impl Rng) -> Value {
    let reply = match random.random_range(0..10) {
        0..5 => playing(0, true, random),
        5..8 => Answered::new(Status::Done, stream(), 0),
        8 => Answered::new(Status::Cancelled, stream(), 0),
        _ => Answered::error("the service does not answer"),
    };
    json!(reply)
}

fn playing(index: usize, is_last: bool, random: &mut impl Rng) -> Answered {
    let count = random.random_range(1..=contract::STREAM_BATCH);
    let clips: Vec<_> =
        (0..count).map(|slot| clip(&format!("streams/random/part{}.wav", index + slot))).collect();
    match stream() {
        Some(id) => Answered::play(id, index, clips, is_last),
        None => Answered::new(Status::Done, None, index),
    }
}
