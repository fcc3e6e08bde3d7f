//! Tests of conversations: the talk flows with the real functions, the real service and a real voice.

use std::{fs, path::Path, time::Duration};

use connect_flows::{
    clip::SAMPLE_RATE,
    runner::{CallSettings, KeyPress, Script},
    urls::Urls,
};
use e2e::{places, prelude::*};
use local_stack::call::{CallConfig, call, committed_flow};
use tempfile::TempDir;

/// The words of the caller.
const SAYS: [&str; 2] = ["When are you open?", "Where is my order?"];

/// Time at which the caller interrupts the greeting: its two sentences last longer.
const INTERRUPTED_MS: u64 = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn every_turn_is_answered_in_order_and_whole() -> Result<()> {
    let bench = Bench::start_with(&[("FIRSTWORD_CHAT_MODEL", "demo")]).await?;
    for flow in ["talk", "talk-async"] {
        let out = TempDir::new()?;
        let events = converse(&bench, flow, Script { says: says(), ..Script::default() }, out.path()).await?;
        let turns = turns(&events);
        assert_eq!(turns.len(), 1 + SAYS.len(), "{flow}: the greeting and the answers");
        for parts in turns {
            assert!(!parts.is_empty(), "{flow}: a turn has no sound");
            assert_eq!(parts, (0..parts.len() as u64).collect::<Vec<_>>(), "{flow}");
        }
        let acknowledged = events.iter().filter(|event| event["event"] == "prompt_start").count();
        assert!(acknowledged <= SAYS.len(), "{flow}: more than one acknowledgement in a turn");
    }
    bench.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_silences_what_is_said_and_the_talk_goes_on() -> Result<()> {
    let out = TempDir::new()?;
    let bench = Bench::start_with(&[("FIRSTWORD_CHAT_MODEL", "demo")]).await?;
    let keys = vec![KeyPress { at: Duration::from_millis(INTERRUPTED_MS), key: '#' }];
    let events =
        converse(&bench, "talk", Script { says: says(), keys, ..Script::default() }, out.path()).await?;
    let place = |name: &str| events.iter().position(|event| event["event"] == name).context(name.to_owned());
    let (key, speaks) = (place("key_pressed")?, place("caller_start")?);
    let between = &events[key..speaks];
    assert!(between.iter().all(|event| event["event"] != "clip_start"), "{between:?}");
    assert!(between.iter().any(|event| event["function"] == "synthesize_stream_cancel"), "{between:?}");
    let turns = turns(&events);
    assert!(turns[1..].iter().all(|parts| !parts.is_empty()), "{turns:?}");

    let samples = samples(&out.path().join("call.wav"))?;
    let spoken_at = events[speaks]["t_ms"].as_f64().context("a time")?;
    let silence = &samples[sample(INTERRUPTED_MS as f64)..sample(spoken_at)];
    assert!(silence.iter().all(|sample| *sample == 0), "the caller hears something after the key");
    bench.stop().await?;
    Ok(())
}

/// Largest difference between the log and the recording, in milliseconds. Between them lie the function, the flow and the
/// fetching of the clip.
const AGREES_WITHIN_MS: f64 = 20.0;

/// Number of the caller's turns whose differences are compared.
const TURNS: usize = 9;

#[tokio::test(flavor = "multi_thread")]
async fn the_log_agrees_with_the_recording() -> Result<()> {
    let out = TempDir::new()?;
    let bench = Bench::start_with(&[("FIRSTWORD_CHAT_MODEL", "demo")]).await?;
    let says = vec!["Hello!".to_owned(); TURNS];
    let events = converse(&bench, "talk", Script { says, ..Script::default() }, out.path()).await?;
    let log = bench.stop().await?;
    let log = fs::read_to_string(log.path().join("synth-service.log"))?;
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let samples = samples(&out.path().join("call.wav"))?;
    let mut differences = Vec::new();
    let invoked = |event: &Value| event["event"] == "lambda_start" && event["function"] == "chat_and_stream";
    for (place, event) in events.iter().enumerate().filter(|(_, event)| invoked(event)) {
        let mut starts = events[place..].iter().filter(|event| event["event"] == "clip_start");
        let start = starts.next().context("the caller is answered")?;
        let stream = start["url"].as_str().and_then(|url| url.rsplit('/').nth(1)).context("a stream")?;
        let ended = |line: &&Value| line["message"] == "stream ended" && line["stream"] == stream;
        let ended = lines.iter().find(ended).with_context(|| format!("no log line of stream {stream}"))?;
        let logged = ended["first_clip_ms"].as_f64().context("the first clip was handed out")?;
        let invoked = sample(event["t_ms"].as_f64().context("a time")?);
        // Silence in the recording is exact; the clip begins with its first other sample.
        let silence = samples[invoked..].iter().position(|sample| *sample != 0).context("an answer")?;
        differences.push(silence as f64 / SAMPLES_PER_MS - logged);
    }
    assert_eq!(differences.len(), TURNS, "one for each turn");
    differences.sort_by(f64::total_cmp);
    // A busy machine holds up the function in many turns; time that the log leaves out is missing in every turn.
    let quartile = differences[TURNS / 4];
    assert!(differences[0] >= 0.0 && quartile <= AGREES_WITHIN_MS, "{differences:?} ms");
    Ok(())
}

fn says() -> Vec<String> {
    SAYS.map(str::to_owned).into()
}

const SAMPLES_PER_MS: f64 = SAMPLE_RATE as f64 / 1e3;

/// Index of the sample at this time of the call.
fn sample(ms: f64) -> usize {
    (ms * SAMPLES_PER_MS) as usize
}

fn samples(recording: &Path) -> Result<Vec<i16>> {
    // Left is the sound that the caller heard.
    Ok(hound::WavReader::open(recording)?.into_samples::<i16>().step_by(2).collect::<Result<_, _>>()?)
}

/// Runs a call, and returns its events.
async fn converse(bench: &Bench, flow: &str, script: Script, out: &Path) -> Result<Vec<Value>> {
    let config = CallConfig {
        flow: committed_flow(flow, Urls::Presigned)?,
        settings: CallSettings { script: script.into(), ..CallSettings::new("") },
        functions: Vec::new(),
        out: out.to_owned(),
        assets: places::assets()?,
    };
    call(&bench.stack, config).await?;
    let timeline: Vec<Value> = serde_json::from_slice(&fs::read(out.join("timeline.json"))?)?;
    Ok(timeline[1..].to_vec())
}

/// The numbers of the parts that were heard: before the caller's first turn, and after each turn.
fn turns(events: &[Value]) -> Vec<Vec<u64>> {
    let mut turns = vec![Vec::new()];
    for event in events {
        match event["event"].as_str() {
            Some("caller_end") => turns.push(Vec::new()),
            Some("clip_start") => {
                if let Some(turn) = turns.last_mut() {
                    turn.extend(event["part"].as_u64());
                }
            }
            _ => {}
        }
    }
    turns
}
