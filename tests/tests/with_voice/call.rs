//! Tests of a call's audio and files.

use std::{collections::BTreeMap, fs, path::Path};

use connect_flows::{runner::CallSettings, urls::Urls};
use e2e::{bucket, places, prelude::*};
use local_stack::call::{CallConfig, call, committed_flow};
use tempfile::TempDir;

/// A word that no dictionary contains, so that it passes through every stage that handles words.
const MARKER: &str = "Zwirbelnuss";

/// A text that occurs in every presigned URL.
const SIGNATURE: &str = "X-Amz-Signature";

/// The longest silence between two parts, beyond the pause that the text asks for.
const LONGEST_GAP_MS: f64 = 400.0;

/// Tolerance between the lengths: a recording ends on a whole sample, a time line on a tenth of a millisecond.
const LENGTH_TOLERANCE_MS: f64 = 5.0;

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_hears_every_sentence_in_order_and_no_log_tells_what_was_said() -> Result<()> {
    ensure!(
        std::env::var_os("RUST_LOG").is_none(),
        "unset RUST_LOG: this is about what is logged by default"
    );
    let out = TempDir::new()?;
    let bench = Bench::start().await?;
    play(&bench, Urls::Presigned, out.path()).await?;

    let timeline: Value = serde_json::from_slice(&fs::read(out.path().join("timeline.json"))?)?;
    let events = timeline.as_array().context("the time line is a list")?;
    let summary = events.first().context("the time line is not empty")?;
    summary_is_that_of_three_parts(summary);
    events_are_in_order(&events[1..])?;
    recording_is_as_long_as(&out.path().join("call.wav"), &events[events.len() - 1])?;
    flow_log_has_connects_keys(&out.path().join("flow-log.jsonl"))?;
    let page = fs::read_to_string(out.path().join("call.html"))?;
    for lane in ["Parts made", "Parts stored", "<svg"] {
        assert!(page.contains(lane), "call.html has no {lane:?}");
    }
    let written = places::files(out.path())?;
    assert_eq!(places::mention(&written, SIGNATURE), None, "a presigned URL was written down");

    let token = bench.stack.token().to_owned();
    let logs = bench.stop().await?;
    let logs = places::files(logs.path())?;
    // The logs must be complete: otherwise the absence of secrets in them would prove nothing.
    for (name, line) in [
        ("synth-service.log", "stream ended"),
        ("start_stream.log", "REPORT RequestId"),
        ("get_next_batch.log", "REPORT RequestId"),
    ] {
        let log = logs.iter().find(|(file, _)| file == name);
        let (_, text) = log.with_context(|| format!("there is no {name}"))?;
        assert!(text.contains(line), "{name} does not hold {line:?}");
    }
    for secret in [MARKER, token.as_str(), SIGNATURE] {
        assert_eq!(places::mention(&logs, secret), None, "a log tells {secret:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_urls_sound_the_same_where_the_policy_lets_connect_read() -> Result<()> {
    if bucket::is_remote() {
        // An external S3 has no key for Connect.
        return Ok(());
    }
    let out = TempDir::new()?;
    let bench = Bench::start().await?;
    let (presigned, plain) = (out.path().join("presigned"), out.path().join("s3"));
    play(&bench, Urls::Presigned, &presigned).await?;
    play(&bench, Urls::Plain, &plain).await?;
    let heard = sound(&presigned.join("call.wav"))?;
    assert!(heard.len() > 2 * 8000, "three sentences last longer: {} samples", heard.len());
    // Sentences that one run of the voice speaks together differ from those spoken alone in the last bits of a sample.
    let (first, second) = (loudness(&heard), loudness(&sound(&plain.join("call.wav"))?));
    assert_eq!(first.len(), second.len());
    let differ = |(first, second): (&f64, &f64)| (first - second).abs() > 20.0 + 0.1 * first.max(*second);
    assert!(!first.iter().zip(&second).any(differ), "{first:?} and {second:?}");

    bench.bucket.remove_policy().await?;
    let refused = play(&bench, Urls::Plain, &plain).await.expect_err("Connect may not read");
    assert!(refused.to_string().contains("the store answered 403"), "{refused:#}");
    bench.stop().await?;
    Ok(())
}

async fn play(bench: &Bench, urls: Urls, out: &Path) -> Result<()> {
    let text = format!("Welcome to the {MARKER} museum. It opens at nine today. Tickets are free.");
    let config = CallConfig {
        flow: committed_flow("play-text", urls)?,
        settings: CallSettings {
            attributes: BTreeMap::from([("text".into(), text)]),
            ..CallSettings::new("")
        },
        functions: Vec::new(),
        out: out.to_owned(),
        assets: places::assets()?,
    };
    call(&bench.stack, config).await
}

/// The samples of a recording without its silence, whose length depends on waiting times.
fn sound(recording: &Path) -> Result<Vec<i16>> {
    let samples = hound::WavReader::open(recording)?.into_samples::<i16>();
    Ok(samples.filter(|sample| !matches!(sample, Ok(0))).collect::<Result<_, _>>()?)
}

/// The loudness of each tenth of a second; a rest at the end is left out.
fn loudness(samples: &[i16]) -> Vec<f64> {
    let of_window = |window: &[i16]| {
        let power: f64 = window.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        (power / window.len() as f64).sqrt()
    };
    samples.chunks_exact(800).map(of_window).collect()
}

fn summary_is_that_of_three_parts(summary: &Value) {
    let mut keys: Vec<&str> =
        summary.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        ["audio_ms", "dead_air_ms", "event", "gaps_ms", "parts", "round_trips", "t_ms", "ttfa_ms"]
    );
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["parts"], 3);
    let ttfa_ms = summary["ttfa_ms"].as_f64();
    assert!(ttfa_ms.is_some_and(|ms| ms > 0.0), "time to first audio: {ttfa_ms:?}");
    assert!(
        summary["audio_ms"].as_f64().is_some_and(|ms| ms > 2000.0),
        "three sentences last longer: {summary}"
    );
    let gaps: Vec<f64> =
        summary["gaps_ms"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    assert_eq!(gaps.len(), 2, "{summary}");
    assert!(gaps.iter().all(|&gap| gap < LONGEST_GAP_MS), "gaps {gaps:?}");
}

fn events_are_in_order(events: &[Value]) -> Result<()> {
    let times: Vec<f64> = events
        .iter()
        .map(|event| event["t_ms"].as_f64().with_context(|| event.to_string()))
        .collect::<Result<_>>()?;
    assert!(times.is_sorted(), "{times:?}");
    for kind in ["clip_start", "clip_end"] {
        let parts: Vec<&Value> =
            events.iter().filter(|event| event["event"] == kind).map(|event| &event["part"]).collect();
        assert_eq!(parts, [0, 1, 2], "{kind}");
    }
    let failed: Vec<&Value> =
        events.iter().filter(|event| event["status"] == "error" || event["status"] == "timeout").collect();
    assert_eq!(failed, Vec::<&Value>::new());
    Ok(())
}

fn recording_is_as_long_as(recording: &Path, call_end: &Value) -> Result<()> {
    assert_eq!(call_end["event"], "call_end");
    let end_ms = call_end["t_ms"].as_f64().context("the call ends at a time")?;
    let reader = hound::WavReader::open(recording)?;
    let rate = f64::from(reader.spec().sample_rate);
    let length_ms = f64::from(reader.duration()) * 1000.0 / rate;
    assert!(
        (length_ms - end_ms).abs() <= LENGTH_TOLERANCE_MS,
        "the call took {end_ms} ms, its recording {length_ms} ms"
    );
    let loudest = reader
        .into_samples::<i16>()
        .map(|sample| sample.map(i16::unsigned_abs))
        .try_fold(0, |loudest, sample| sample.map(|sample| sample.max(loudest)))?;
    assert!(loudest > 3000, "hardly anything can be heard: {loudest}");
    Ok(())
}

fn flow_log_has_connects_keys(log: &Path) -> Result<()> {
    let log = fs::read_to_string(log)?;
    let mut module_types = Vec::new();
    for line in log.lines() {
        let entry: serde_json::Map<String, Value> = serde_json::from_str(line)?;
        let mut keys: Vec<&str> = entry.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            keys,
            [
                "ContactFlowId",
                "ContactFlowModuleType",
                "ContactFlowName",
                "ContactId",
                "Parameters",
                "Results",
                "Timestamp"
            ],
            "{line}"
        );
        module_types.push(entry["ContactFlowModuleType"].clone());
    }
    for expected in ["InvokeExternalResource", "PlayPrompt", "Disconnect"] {
        assert!(
            module_types.iter().any(|kind| kind == expected),
            "the flow log has no {expected}: {module_types:?}"
        );
    }
    Ok(())
}
