//! Ten thousand calls through the flow that holds a conversation, in virtual time, with random callers.
//!
//! `cargo run -p connect-flows --example many-calls -- [CALLS]` prints the time that they took and their ends. The functions
//! are canned: each answers after a random time with a part or two, or with an error.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use connect_flows::{
    catalogue,
    runner::{
        Act, Beeps, CallSettings, Caller, Clips, FetchError, InvokeError, KnownFlow, Lambdas, Ports, Runner,
        Sound, Step, Then, When, function_name, in_virtual_time,
    },
};
use contract::{
    StreamId, keys,
    reply::{ClipUrl, Reply},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

const CALLS: u64 = 10_000;
const SAYS: [&str; 4] = ["When are you open?", "Where is my order?", "operator", "Thanks, that is all."];
const LONGEST: Duration = Duration::from_secs(600);
const PART_MS: usize = 1500;

fn main() -> Result<()> {
    let calls = std::env::args().nth(1).map_or(Ok(CALLS), |calls| calls.parse())?;
    let flow = catalogue::flow("talk").context("the flow talk is committed")?;
    let flow = Arc::new(KnownFlow { id: "talk".into(), name: "talk".into(), kind: None, flow });
    let (started, mut ends, mut heard) = (Instant::now(), BTreeMap::<String, u64>::new(), Duration::ZERO);
    for seed in 0..calls {
        let world = Arc::new(World { chance: Chance::new(seed), silence: wav(400), part: wav(PART_MS) });
        let settings = CallSettings {
            sound: Sound::None,
            script: caller(&world.chance),
            max_duration: LONGEST,
            ..CallSettings::new("contact")
        };
        let ports = Ports {
            lambdas: world.clone(),
            clips: world,
            voice: Arc::new(Beeps),
            caller: None,
            clock: Arc::new(|| OffsetDateTime::UNIX_EPOCH),
        };
        let runner = Runner::of(flow.clone(), ports, settings);
        let call = in_virtual_time(runner.run(&mut |_| {}))?;
        *ends.entry(call.end.reason.to_string()).or_default() += 1;
        let last = call.timeline.events().last().map_or(0.0, |event| event.t_ms);
        heard += Duration::from_secs_f64(last / 1000.0);
    }
    println!(
        "{calls} calls of {:.1} h in {:.1} s",
        heard.as_secs_f64() / 3600.0,
        started.elapsed().as_secs_f64()
    );
    for (end, count) in ends {
        println!("{count:>8}  {end}");
    }
    Ok(())
}

/// A caller who says some things, presses some keys and may hang up at any time.
fn caller(chance: &Chance) -> Caller {
    let mut steps = Vec::new();
    for _ in 0..chance.below(5) {
        let when = match chance.below(3) {
            0 => When::Asks(Duration::from_millis(chance.below(2000))),
            _ => When::Listens,
        };
        let say = SAYS[usize::try_from(chance.below(SAYS.len() as u64)).unwrap_or(0)];
        steps.push(Step { when, act: Act::Say(say.into()) });
    }
    for _ in 0..chance.below(3) {
        let key = ["0", "#", "5"][usize::try_from(chance.below(3)).unwrap_or(0)];
        let when = When::At(Duration::from_millis(chance.below(60_000)));
        steps.push(Step { when, act: Act::Press(key.into()) });
    }
    if chance.below(4) == 0 {
        let when = When::At(Duration::from_millis(chance.below(60_000)));
        steps.push(Step { when, act: Act::HangUp });
    }
    let then = if chance.below(5) == 0 { Then::StaySilent } else { Then::HangUp };
    Caller { steps, then }
}

/// Functions and clips in memory.
struct World {
    chance: Chance,
    silence: Vec<u8>,
    part: Vec<u8>,
}

#[async_trait]
impl Lambdas for World {
    async fn invoke(&self, function: &str, _event: &Value) -> Result<Value, InvokeError> {
        tokio::time::sleep(Duration::from_millis(self.chance.below(1500))).await;
        let refused = |message: String| InvokeError::Refused { message };
        let stream: StreamId = "s1".parse().map_err(|_| refused("the id is not valid".into()))?;
        let url = |number| format!("https://bucket.test/{}", keys::part(&stream, number));
        let clip = |number| ClipUrl { presigned: url(number), plain: url(number), prompt: None };
        Ok(match (function_name(function), self.chance.below(20)) {
            (_, 0) => json!(Reply::error("the model is away")),
            (_, 1) => return Err(InvokeError::Throttled),
            ("start_stream" | "chat_and_stream", last) => {
                json!(Reply::play(stream.clone(), 0, vec![clip(0)], last < 10))
            }
            (_, last) => json!(Reply::play(stream.clone(), 1, vec![clip(1), clip(2)], last < 15)),
        })
    }
}

#[async_trait]
impl Clips for World {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        Ok(if url.contains("silence") { self.silence.clone() } else { self.part.clone() })
    }
}

/// Numbers that are the same for the same seed.
struct Chance(AtomicU64);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    fn below(&self, bound: u64) -> u64 {
        let mut mixed = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A file as Connect plays it, with an audible sound of this length.
fn wav(ms: usize) -> Vec<u8> {
    let data = vec![0x80; ms * 8];
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(0).to_le_bytes();
    let mut file = b"RIFF".to_vec();
    file.extend(length(36 + data.len()));
    file.extend(b"WAVEfmt ");
    file.extend([16, 0, 0, 0, 7, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length(data.len()));
    file.extend(data);
    file
}
