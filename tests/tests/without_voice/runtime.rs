//! Tests of the functions with the Runtime API: malformed payloads, an init that fails, several invocations at once.
//! The hosts of the service are fakes.

use std::sync::Arc;

use contract::{env, http::SYNTHESIZE_STREAM};
use e2e::{
    fake_host::{Asked, FakeHost, UNREACHABLE, environment, refused, started},
    prelude::*,
    runtime_api::{Invocation, Runtime},
};
use futures::future::join_all;
use tokio::sync::Barrier;

/// A host that answers each start at once, with a stream named after the contact.
async fn quick_host() -> Result<FakeHost> {
    FakeHost::start(async |asked: Asked| started(&asked)).await
}

fn start_event(contact: &str, text: &str) -> Invocation {
    Invocation::new(event(contact, &json!({"Text": text})).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_no_event_is_a_reply_and_never_a_failed_invocation() -> Result<()> {
    let host = quick_host().await?;
    let environment = environment(&host.url());
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!(r#"{{"Details":{{"Parameters":{{"Text":"Hi.","StreamId":"a","Deep":{nested}}}}}}}"#);
    let payloads: [(&str, Vec<u8>); 9] = [
        ("nothing", vec![]),
        ("no JSON", b"not json".into()),
        ("half an event", br#"{"Details":{"Parameters":{"Text":"Hi"#.into()),
        ("two events", b"{} {}".into()),
        ("no UTF-8", vec![0xff, 0xfe, 0x00]),
        ("a number that no float holds", br#"{"Details":{"ContactData":1e99999}}"#.into()),
        ("deep nesting", nested.clone().into()),
        ("deep nesting beside good parameters", deep.into()),
        ("a list", b"[]".into()),
    ];
    for function in [START_STREAM, GET_NEXT_BATCH, SYNTHESIZE_STREAM_CANCEL] {
        let runtime = Runtime::start(function, 1, &environment).await?;
        for (name, payload) in &payloads {
            let reply = runtime.invoke(Invocation::new(payload.clone())).await;
            let reply = reply.with_context(|| format!("{function}, {name}"))?;
            assert_eq!(reply.status(), "error", "{function}, {name}: {reply:?}");
        }
        runtime.stop().await?;
    }
    assert!(host.asked().is_empty(), "{:?}", host.asked());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_unicode_in_a_text_is_replaced_and_the_rest_is_spoken() -> Result<()> {
    let host = quick_host().await?;
    let runtime = Runtime::start(START_STREAM, 1, &environment(&host.url())).await?;
    let with_text = |text: &[u8]| {
        let (before, after) = (br#"{"Details":{"Parameters":{"Text":""#.as_slice(), br#""}}}"#.as_slice());
        Invocation::new([before, text, after].concat())
    };
    for (text, expected) in [
        (br"Hi \ud83d there.".as_slice(), "Hi \u{fffd} there."),
        (br"Hi \uDE00\ud83d", "Hi \u{fffd}\u{fffd}"),
        (br"\\ud83d is how \ud83d\ude00 begins", r"\ud83d is how 😀 begins"),
        (b"Hi \xff there.", "Hi \u{fffd} there."),
        // An unpaired surrogate, written as three bytes of invalid UTF-8, as some programs do.
        (b"Hi \xed\xa0\xbd there.", "Hi \u{fffd}\u{fffd}\u{fffd} there."),
    ] {
        let reply = runtime.invoke(with_text(text)).await.with_context(|| expected.to_owned())?;
        assert_eq!(reply.status(), "play", "{expected}: {reply:?}");
        assert_eq!(host.asked().last().map(|asked| asked.body["text"].clone()), Some(json!(expected)));
    }
    runtime.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_init_that_fails_is_reported_in_one_sentence() -> Result<()> {
    let good = environment(UNREACHABLE);
    for (name, value, expected) in [
        (
            env::BUCKET,
            None,
            "environment variable FIRSTWORD_BUCKET is missing: set it in the function's configuration",
        ),
        (env::SERVICE_URL, Some("host:8080"), "environment variable FIRSTWORD_SERVICE_URL is not valid: "),
        (env::SERVICE_CA, Some("ca.pem"), "environment variable FIRSTWORD_SERVICE_CA is not valid: "),
    ] {
        for function in [START_STREAM, GET_NEXT_BATCH, SYNTHESIZE_STREAM_CANCEL] {
            let mut environment = good.clone();
            environment.remove(name);
            environment.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            let runtime = Runtime::start(function, 1, &environment).await?;
            let (error, code, log) =
                runtime.init_error().await.with_context(|| format!("{function}, {name}"))?;
            let message = error.body["errorMessage"].as_str().unwrap_or_default();
            assert!(message.starts_with(expected), "{function}: {error:?}");
            assert_eq!(error.body["errorType"], error.kind.as_str(), "{error:?}");
            assert!(error.body["stackTrace"].is_array(), "{error:?}");
            assert!(log.contains(message), "{function}: {log}");
            assert_eq!(code, Some(1), "{function}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_for_a_contact_without_a_stream_is_done() -> Result<()> {
    let host = FakeHost::start(async |_| refused(404, "unknown_contact")).await?;
    let runtime = Runtime::start(SYNTHESIZE_STREAM_CANCEL, 1, &environment(&host.url())).await?;
    let reply = runtime.invoke(Invocation::new(event("silent", &json!({})).to_string())).await?;
    assert_eq!(reply.status(), "done", "{reply:?}");
    runtime.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn several_invocations_at_once_get_each_its_own_answer_from_one_process() -> Result<()> {
    const AT_ONCE: usize = 16;
    // The host answers only after all requests have arrived.
    let barrier = Arc::new(Barrier::new(AT_ONCE));
    let host = FakeHost::start(move |asked: Asked| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            started(&asked)
        }
    })
    .await?;
    let runtime = Runtime::start(START_STREAM, AT_ONCE, &environment(&host.url())).await?;
    let contacts: Vec<_> = (0..AT_ONCE).map(|number| format!("contact-{number}")).collect();
    let calls = contacts.iter().map(|contact| runtime.invoke(start_event(contact, "Hello.")));
    for (contact, reply) in contacts.iter().zip(join_all(calls).await) {
        let reply = reply.with_context(|| contact.clone())?;
        assert_eq!((reply.status(), reply.stream()?.as_str()), ("play", contact.as_str()), "{reply:?}");
    }
    assert!(host.asked().iter().all(|asked| asked.path == SYNTHESIZE_STREAM));
    runtime.stop().await?;
    Ok(())
}
