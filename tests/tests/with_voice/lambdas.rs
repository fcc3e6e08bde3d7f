//! Tests of the functions' replies to a contact flow, also for unusual input.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use connect_flows::clip::{SAMPLE_RATE, SILENCE_LEVEL};
use contract::{StreamId, env, http::SYNTHESIZE_STREAM};
use e2e::{functions::Functions, places, prelude::*, texts::long_sentence};
use futures::future::join_all;
use local_stack::lambda_host::{Function, LambdaHost, LambdaHostConfig};
use reqwest::StatusCode;
use tempfile::TempDir;
use tokio::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_handed_out_clip_by_clip_exactly_once_and_in_order() -> Result<()> {
    let settings = [("FIRSTWORD_WORKERS", "1"), ("FIRSTWORD_LONGEST_WAIT_SECONDS", "60")];
    let bench = Bench::start_with(&settings).await?;
    for (limit, name) in [(contract::STREAM_BATCH, "the whole batch"), (1, "one clip per round")] {
        let contact = format!("walk-{limit}");
        let first = bench.start_stream(&contact, json!({"Text": sentences(5)})).await?;
        assert_eq!(first.status(), "play", "{name}: {first:?}");
        let parts = bench.walk(&first, limit).await.context(name)?;
        assert_eq!(parts, [0, 1, 2, 3, 4], "{name}");
        let stream = first.stream()?;
        let after = bench.next_batch(&stream, 5).await?;
        assert_eq!((after.status(), &after["Count"], &after["NextIndex"]), ("done", "0", "5"));
        let sentinel = bench.sentinel(&stream).await?;
        assert_eq!((sentinel.parts, sentinel.skipped), (5, 0));
    }

    // A single sentence is its stream's last one. Whether the service already knows that at the reply depends on
    // timing.
    let single = bench.start_stream("single", json!({"Text": sentences(1)})).await?;
    assert_eq!(bench.walk(&single, 1).await?, [0]);

    // Streams that fill the host, so that others wait in the queue before the next one.
    let url = format!("{}{SYNTHESIZE_STREAM}", bench.stack.service_endpoint());
    let body = json!({"text": long_sentence(), "wait_ms": 0, "may_wait": true});
    let busy = (0..25).map(|_| bench.http.post(&url).bearer_auth(bench.stack.token()).json(&body).send());
    for answer in join_all(busy).await {
        answer?.error_for_status()?;
    }
    let start = bench.start_stream("patient", json!({"Text": sentences(3), "WaitMs": "0"})).await?;
    let next = bench.next_batch(&start.stream()?, 0).await?;
    for waiting in [&start, &next] {
        assert_eq!(
            (waiting.status(), &waiting["Count"], &waiting["NextIndex"]),
            ("wait", "0", "0"),
            "{waiting:?}"
        );
        assert_ne!(&waiting["PauseUrl"], "none", "a flow waits with a clip: {waiting:?}");
        pause_is_400_ms_of_silence(&bench, &waiting["PauseUrl"]).await?;
    }
    assert_eq!(bench.walk(&next, contract::STREAM_BATCH).await?, [0, 1, 2]);

    urls_are_good_as_they_are_and_not_otherwise(&bench, &single.clips()[0].url).await?;
    bench.stop().await?;
    Ok(())
}

async fn pause_is_400_ms_of_silence(bench: &Bench, url: &str) -> Result<()> {
    let pause = bench.clip(url).await?;
    assert_eq!(pause.samples().len(), SAMPLE_RATE as usize * 400 / 1000);
    assert!(
        pause.samples().iter().all(|sample| sample.unsigned_abs() <= SILENCE_LEVEL),
        "the pause can be heard"
    );
    Ok(())
}

async fn urls_are_good_as_they_are_and_not_otherwise(bench: &Bench, url: &str) -> Result<()> {
    let (before, signature) = url.split_once("X-Amz-Signature=").context("the URL has a signature")?;
    let altered_digit = if signature.starts_with('0') { '1' } else { '0' };
    let unsigned = url.split('?').next().unwrap_or_default();
    for (name, url, expected) in [
        ("as it is", url.to_owned(), StatusCode::OK),
        (
            "with an altered signature",
            format!("{before}X-Amz-Signature={altered_digit}{}", &signature[1..]),
            StatusCode::FORBIDDEN,
        ),
        ("of another part", url.replace("/part0.wav", "/part1.wav"), StatusCode::FORBIDDEN),
        ("without a signature", unsigned.to_owned(), StatusCode::FORBIDDEN),
    ] {
        let (status, _) = bench.fetch(&url).await?;
        assert_eq!(status, expected, "a URL {name}");
    }
    Ok(())
}

/// The expected reply to an event.
#[derive(Debug)]
enum Expected {
    /// An error whose reason contains this text, ignoring case.
    Error(&'static str),
    Play,
    Done,
}
use Expected::{Done, Error, Play};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_input_is_answered_with_a_reason_and_odd_input_is_spoken() -> Result<()> {
    let bench = Bench::start().await?;
    let known = bench.start_stream("known", json!({"Text": sentences(1)})).await?;
    let known = known.stream()?;
    bench.sentinel(&known).await?;
    let mut wrong = Vec::new();
    let groups =
        [(START_STREAM, starts()), (GET_NEXT_BATCH, batches(&known)), (SYNTHESIZE_STREAM_CANCEL, cancels())];
    for (function, cases) in groups {
        let everywhere = if function == START_STREAM { "Text" } else { "StreamId" };
        let no_events = [json!({}), json!([]), json!("x"), json!(7), Value::Null]
            .map(|event| (event.to_string(), event, Error(everywhere)));
        let cases = cases.into_iter().map(|(name, event, expected)| (name.to_owned(), event, expected));
        for (name, event, expected) in cases.chain(no_events) {
            let case = format!("{function}, {name}");
            let reply = bench.functions.invoke(function, &event).await.context(case.clone())?;
            let reason = reply["Reason"].to_lowercase();
            let is_right = match expected {
                Play => (reply.status(), &reply["Count"]) == ("play", "1"),
                Done => reply.status() == "done",
                Error(cause) => reply.status() == "error" && reason.contains(&cause.to_lowercase()),
            };
            if !is_right {
                wrong.push(format!("{case}: expected {expected:?}, got {reply:?}"));
            }
        }
    }
    let token = bench.stack.token().to_owned();
    let logs = places::files(bench.stop().await?.path())?;
    for secret in ["kettle", token.as_str()] {
        assert_eq!(places::mention(&logs, secret), None, "a log tells {secret:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn starts() -> Vec<(&'static str, Value, Expected)> {
    let hostile =
        "<speak version='1.0'>\u{1}\u{7}The kettle <b>is</b>\u{0} on the stove\u{200b}.\u{1b}[31m</speak>";
    let start = |parameters: Value| event("odd", &parameters);
    let good = || json!("The kettle is on the stove.");
    let mut nobody = start(json!({"Text": good()}));
    nobody["Details"]["ContactData"]["ContactId"] = Value::Null;
    vec![
        ("no Text", start(json!({})), Error("Text")),
        ("a blank Text", start(json!({"Text": " \t\n"})), Error("Text")),
        ("a Text that is a number", start(json!({"Text": 7})), Error("Text")),
        ("a Text that is null", start(json!({"Text": null})), Error("Text")),
        (
            "an unresolved reference",
            start(json!({"Text": "$.External.reply"})),
            Error("parameter Text is a reference"),
        ),
        ("the word null", start(json!({"Text": "null"})), Error("parameter Text is the word null")),
        ("a price", start(json!({"Text": "$5 off"})), Play),
        ("a price without dollars", start(json!({"Text": "$.50"})), Play),
        ("only emoji", start(json!({"Text": "🎉🦆"})), Error("nothing to say")),
        ("only markup", start(json!({"Text": "<break time='1s'/>"})), Error("nothing to say")),
        ("20,000 characters", start(json!({"Text": "word ".repeat(4000)})), Error("20000 characters")),
        ("a speed of 9", start(json!({"Text": good(), "Speed": "9"})), Error("speed")),
        ("a speed of 0", start(json!({"Text": good(), "Speed": "0"})), Error("speed")),
        ("a speed in words", start(json!({"Text": good(), "Speed": "fast"})), Error("Speed")),
        ("a speed that is no number", start(json!({"Text": good(), "Speed": "NaN"})), Error("Speed")),
        ("an unknown voice", start(json!({"Text": good(), "Voice": "nobody"})), Error("nobody")),
        ("a negative wait", start(json!({"Text": good(), "WaitMs": "-1"})), Error("WaitMs")),
        ("a contact id with a path in it", event("../x", &json!({"Text": good()})), Error("ContactId")),
        ("markup and control characters", start(json!({"Text": hostile})), Play),
        ("no end of sentence", start(json!({"Text": "the kettle is on the stove"})), Play),
        (
            "empty optional parameters",
            start(json!({"Text": good(), "Voice": "", "Speed": "", "WaitMs": " "})),
            Play,
        ),
        ("names in lower case", start(json!({"text": good(), "speed": "1.5"})), Play),
        ("no contact", nobody, Play),
    ]
}

fn batches(known: &StreamId) -> Vec<(&'static str, Value, Expected)> {
    let ask = |stream: &str, next: &str| event("odd", &json!({"StreamId": stream, "NextIndex": next}));
    let known = known.as_str();
    let limited = |limit: &str| event("odd", &json!({"StreamId": known, "NextIndex": "0", "Limit": limit}));
    vec![
        ("a stream that plays", ask(known, "0"), Play),
        ("a limit beyond the batch", limited("99"), Play),
        ("no StreamId", event("odd", &json!({"NextIndex": "0"})), Error("StreamId")),
        ("no NextIndex", event("odd", &json!({"StreamId": known})), Error("NextIndex")),
        ("a negative NextIndex", ask(known, "-1"), Error("NextIndex")),
        ("a NextIndex in letters", ask(known, "abc"), Error("NextIndex")),
        ("a NextIndex beyond the end", ask(known, "99"), Error("NextIndex")),
        ("a NextIndex beyond every number", ask(known, "99999999999999999999"), Error("NextIndex")),
        ("an unknown stream", ask("nosuchstream", "0"), Error("no such stream")),
        ("an unknown stream in its midst", ask("nosuchstream", "3"), Error("NextIndex")),
        ("a stream with a path in it", ask("../x", "0"), Error("StreamId")),
        ("the StreamId of a failed start", ask("none", "0"), Error("stream")),
        ("a limit of 0", limited("0"), Error("Limit")),
        ("a limit in letters", limited("two"), Error("Limit")),
    ]
}

fn cancels() -> Vec<(&'static str, Value, Expected)> {
    let cancel = |contact: &str, stream: Value| event(contact, &json!({"StreamId": stream}));
    vec![
        ("an unknown stream", cancel("odd", json!("nosuchstream")), Error("no stream nosuchstream")),
        ("a stream with a path in it", cancel("odd", json!("../x")), Error("StreamId")),
        ("a stream that is a number", cancel("odd", json!(7)), Error("StreamId")),
        ("a contact without a stream", event("nobody", &json!({})), Done),
        ("a contact id with a path in it", event("../x", &json!({})), Error("ContactId")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_is_set_up_wrongly_says_so_and_never_hangs() -> Result<()> {
    let logs = TempDir::new()?;
    // A port that has just been freed, so that no program listens on it.
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let environment = BTreeMap::from(
        [
            ("AWS_ACCESS_KEY_ID", "KEY"),
            ("AWS_SECRET_ACCESS_KEY", "SECRET"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ENDPOINT_URL_S3", &format!("http://{closed}")),
            (env::BUCKET, "bucket"),
            (env::SERVICE_URL, &format!("http://{closed}")),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let mut without_bucket = environment.clone();
    without_bucket.remove(env::BUCKET);
    let function = |name: &str, environment: &BTreeMap<String, String>| -> Result<Function> {
        Ok(Function {
            timeout: Duration::from_secs(15),
            environment: environment.clone(),
            ..Function::new(name, places::program(START_STREAM)?)
        })
    };
    let host = LambdaHost::start(LambdaHostConfig {
        address: (Ipv4Addr::LOCALHOST, 0).into(),
        functions: vec![function("no-service", &environment)?, function("no-bucket", &without_bucket)?],
        region: "us-east-1".into(),
        account: "000000000000".into(),
        logs: Some(logs.path().to_owned()),
    })
    .await?;
    let functions = Functions::new(host.endpoint())?;
    let start = event("alone", &json!({"Text": sentences(1)}));

    let reply = functions.invoke("no-service", &start).await?;
    assert_eq!(reply.status(), "error", "{reply:?}");
    assert!(reply["Reason"].contains("synth-service can't be reached"), "{reply:?}");

    let began = Instant::now();
    let invocation = functions.call("no-bucket", &start).await?;
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    assert_eq!(invocation.status, StatusCode::OK, "{invocation:?}");
    assert_eq!(invocation.function_error.as_deref(), Some("Unhandled"), "{invocation:?}");
    let message =
        format!("environment variable {} is missing: set it in the function's configuration", env::BUCKET);
    assert_eq!(invocation.body["errorMessage"], message, "{invocation:?}");
    host.stop().await;
    until("the log names the variable", Duration::from_secs(5), async || {
        let logs = places::files(logs.path())?;
        Ok(logs
            .iter()
            .any(|(name, text)| name == "no-bucket.log" && text.contains(env::BUCKET))
            .then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_with_a_wrong_token_says_that_it_was_refused() -> Result<()> {
    let bench = Bench::start().await?;
    let mut environment = bench.stack.environment();
    environment.insert(env::SERVICE_TOKEN.into(), "not-the-token".into());
    let functions = [START_STREAM, SYNTHESIZE_STREAM_CANCEL].map(|name| -> Result<Function> {
        Ok(Function {
            timeout: Duration::from_secs(15),
            environment: environment.clone(),
            ..Function::new(name, places::program(name)?)
        })
    });
    let host = LambdaHost::start(LambdaHostConfig {
        address: (Ipv4Addr::LOCALHOST, 0).into(),
        functions: functions.into_iter().collect::<Result<_>>()?,
        region: "us-east-1".into(),
        account: "000000000000".into(),
        logs: None,
    })
    .await?;
    let functions = Functions::new(host.endpoint())?;
    for name in [START_STREAM, SYNTHESIZE_STREAM_CANCEL] {
        let reply = functions.invoke(name, &event("stranger", &json!({"Text": sentences(1)}))).await?;
        assert_eq!(reply.status(), "error", "{name}: {reply:?}");
        assert!(reply["Reason"].contains("401"), "{name}: {reply:?}");
        assert!(!reply["Reason"].contains("not-the-token"), "{name}: {reply:?}");
    }
    assert_eq!(bench.bucket.keys("streams/").await?, Vec::<String>::new());
    host.stop().await;
    bench.stop().await?;
    Ok(())
}
