//! Tests of the requests of one invocation to hosts of all kinds, and of their total time. The hosts are fakes.

use std::{
    future::pending,
    time::{Duration, Instant},
};

use contract::http::{REQUEST_ID_HEADER, TIMEOUT_HEADER, TRACEPARENT_HEADER};
use e2e::{
    fake_host::{Asked, FakeHost, UNREACHABLE, environment, refused, started},
    prelude::*,
    runtime_api::{Invocation, Runtime, in_the_future},
    server::Server,
};
use futures::future::join_all;

/// The behaviour of a host for every request.
#[derive(Clone, Copy, Debug)]
enum Host {
    Good,
    Refuses(u16, &'static str),
    /// The answer of a load balancer without a live host.
    Foreign(u16),
    Hangs,
}
use Host::{Foreign, Good, Hangs, Refuses};

async fn host(kind: Host) -> Result<FakeHost> {
    FakeHost::start(move |asked: Asked| async move {
        match kind {
            Good if asked.path == contract::http::SYNTHESIZE_STREAM => started(&asked),
            Good => (200, json!({"stream_id": "known", "effect": "cancelled"})),
            Refuses(status, code) => refused(status, code),
            Foreign(status) => (status, json!("Bad Gateway")),
            Hangs => pending().await,
        }
    })
    .await
}

fn start() -> Invocation {
    Invocation::new(event("caller", &json!({"Text": "Hello.", "WaitMs": "0"})).to_string())
}

fn cancel() -> Invocation {
    Invocation::new(event("caller", &json!({"StreamId": "known"})).to_string())
}

/// Runs two invocations of one process, which start with different hosts. Returns the replies, and the requests to each
/// host.
async fn twice(
    function: &str,
    invocation: impl Fn() -> Invocation,
    kinds: [Host; 2],
) -> Result<([Reply; 2], [Vec<Asked>; 2])> {
    let (one, other) = (host(kinds[0]).await?, host(kinds[1]).await?);
    let environment = environment(&format!("{},{}", one.url(), other.url()));
    let runtime = Runtime::start(function, 1, &environment).await?;
    let replies = [runtime.invoke(invocation()).await?, runtime.invoke(invocation()).await?];
    runtime.stop().await?;
    Ok((replies, [one.asked(), other.asked()]))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_log_line_of_an_invocation_has_its_ids() -> Result<()> {
    let functions: [(_, fn() -> Invocation, _); 2] =
        [(START_STREAM, start, None), (SYNTHESIZE_STREAM_CANCEL, cancel, Some("stream=known"))];
    for (function, invocation, stream) in functions {
        let (full, good) = (host(Refuses(503, "stopping")).await?, host(Good).await?);
        let mut environment = environment(&format!("{},{}", full.url(), good.url()));
        environment.insert("RUST_LOG".into(), "lambdas=debug".into());
        let runtime = Runtime::start(function, 1, &environment).await?;
        // One of two invocations begins with the host that is no help.
        for id in ["one", "two"] {
            runtime.invoke_as(id, invocation()).await?;
        }
        let log = runtime.stop().await?;
        let lines: Vec<_> = log.lines().filter(|line| line.contains("asking another host")).collect();
        assert_eq!(lines.len(), 1, "{log}");
        for field in ["request_id=", "contact=caller"].into_iter().chain(stream) {
            assert!(lines[0].contains(field), "{field} is not in {}", lines[0]);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_no_help_is_made_up_for_by_the_next_one() -> Result<()> {
    for kind in [
        Refuses(429, "full"),
        Refuses(503, "stopping"),
        Refuses(422, "unknown_voice"),
        Foreign(502),
        Foreign(504),
    ] {
        let ([one, other], [refusing, good]) = twice(START_STREAM, start, [kind, Good]).await?;
        assert_eq!([one.status(), other.status()], ["play", "play"], "{kind:?}: {one:?}, {other:?}");
        assert_eq!((refusing.len(), good.len()), (1, 2), "{kind:?}");
        assert_eq!(refusing[0].body["may_wait"], false, "{kind:?}");
        let may_wait = good.iter().filter(|asked| asked.body["may_wait"] == true).count();
        assert_eq!(may_wait, 1, "{kind:?}: the try behind the first one may wait");
    }
    for kind in [Refuses(404, "unknown_stream"), Refuses(421, "not_mine")] {
        let ([one, other], [refusing, good]) = twice(SYNTHESIZE_STREAM_CANCEL, cancel, [kind, Good]).await?;
        assert_eq!(
            [one.status(), other.status()],
            ["cancelled", "cancelled"],
            "{kind:?}: {one:?}, {other:?}"
        );
        assert_eq!((refusing.len(), good.len()), (1, 2), "{kind:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_every_host_says_is_the_reply_and_none_is_asked_for_nothing() -> Result<()> {
    let (full, unknown) = (Refuses(429, "full"), Refuses(422, "unknown_voice"));
    for (kinds, code, asked) in [
        ([unknown, unknown], "unknown_voice", [2, 2]),
        // One host has the voice but no room, so that host is asked again.
        ([full, unknown], "full", [4, 2]),
        ([full, full], "full", [3, 3]),
    ] {
        let (replies, hosts) = twice(START_STREAM, start, kinds).await?;
        for reply in &replies {
            assert!(reply.status() == "error" && reply["Reason"].contains(code), "{kinds:?}: {reply:?}");
        }
        assert_eq!(hosts.map(|asked| asked.len()), asked, "{kinds:?}");
    }
    // The error is the same on every host, so the first host's answer is final.
    let (replies, hosts) = twice(START_STREAM, start, [Refuses(422, "invalid_ssml"), Good]).await?;
    let mut statuses = replies.each_ref().map(Reply::status);
    statuses.sort_unstable();
    assert_eq!((statuses, hosts.map(|asked| asked.len())), (["error", "play"], [1, 1]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_one_address_there_may_be_several_hosts() -> Result<()> {
    for (function, invocation, kind, asked) in [
        (START_STREAM, start(), Refuses(429, "full"), vec![false, true]),
        (START_STREAM, start(), Refuses(422, "unknown_voice"), vec![false, true]),
        (START_STREAM, start(), Refuses(422, "bad_speed"), vec![false]),
        (SYNTHESIZE_STREAM_CANCEL, cancel(), Refuses(404, "unknown_stream"), vec![false]),
    ] {
        let balancer = host(kind).await?;
        let runtime = Runtime::start(function, 1, &environment(&balancer.url())).await?;
        let reply = runtime.invoke(invocation).await?;
        assert_eq!(reply.status(), "error", "{kind:?}: {reply:?}");
        let may_wait: Vec<_> = balancer.asked().iter().map(|asked| asked.body["may_wait"] == true).collect();
        assert_eq!(may_wait, asked, "{kind:?}");
        runtime.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_gone_or_hangs_leaves_time_for_the_next_one() -> Result<()> {
    let (hanging, good) = (host(Hangs).await?, host(Good).await?);
    let urls = format!("{UNREACHABLE},{},{}", hanging.url(), good.url());
    for (function, invocation, status) in
        [(START_STREAM, start as fn() -> Invocation, "play"), (SYNTHESIZE_STREAM_CANCEL, cancel, "cancelled")]
    {
        // All invocations at once, so that each one starts with a different host.
        let runtime = Runtime::start(function, 3, &environment(&urls)).await?;
        for reply in join_all((0..3).map(|_| runtime.invoke(invocation()))).await {
            let reply = reply?;
            assert_eq!(reply.status(), status, "{reply:?}");
        }
        runtime.stop().await?;
    }
    Ok(())
}

/// The time until the reply, which must be an error.
async fn late(runtime: &Runtime, invocation: Invocation) -> Result<Duration> {
    let began = Instant::now();
    let reply = runtime.invoke(invocation).await?;
    assert_eq!(reply.status(), "error", "{reply:?}");
    Ok(began.elapsed())
}

fn due_in(time: Duration, invocation: Invocation) -> Invocation {
    Invocation { deadline_ms: in_the_future(time), ..invocation }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_tries_together_end_with_the_time_of_the_invocation() -> Result<()> {
    let (one, other) = (host(Hangs).await?, host(Hangs).await?);
    let environment = environment(&format!("{},{}", one.url(), other.url()));
    let starting = Runtime::start(START_STREAM, 2, &environment).await?;
    let cancelling = Runtime::start(SYNTHESIZE_STREAM_CANCEL, 1, &environment).await?;
    let short = Duration::from_secs(2);
    // The second invocation has a deadline in the past, as emulators send it. There the flow's own limit counts.
    let (lambdas, flows, cancels) = tokio::try_join!(
        late(&starting, due_in(short, start())),
        late(&starting, Invocation { deadline_ms: 1000, ..start() }),
        late(&cancelling, cancel()),
    )?;
    assert!(lambdas < short, "{lambdas:?}");
    assert!(flows < contract::limits::START_STREAM, "{flows:?}");
    assert!(cancels < contract::limits::SYNTHESIZE_STREAM_CANCEL, "{cancels:?}");
    for asked in one.asked().iter().chain(&other.asked()) {
        let timeout: u64 = asked.header(TIMEOUT_HEADER).context("no timeout")?.parse()?;
        assert!((1..=5000).contains(&timeout), "{timeout}");
    }
    starting.stop().await?;
    cancelling.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_hangs_ends_with_the_time_of_the_invocation_too() -> Result<()> {
    let s3 = Server::start(|_| pending()).await?;
    let mut environment = environment(UNREACHABLE);
    environment.insert("AWS_ENDPOINT_URL_S3".into(), format!("http://{}", s3.address));
    let runtime = Runtime::start(GET_NEXT_BATCH, 1, &environment).await?;
    let payload = event("caller", &json!({"StreamId": "known", "NextIndex": "0"})).to_string();
    let short = Duration::from_millis(1500);
    // The first invocation is not measured: it includes the cold start, whose init waits for S3 in vain.
    late(&runtime, Invocation::new(payload.clone())).await?;
    let took = late(&runtime, due_in(short, Invocation::new(payload))).await?;
    assert!(took < short, "{took:?}");
    runtime.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_learns_whose_request_it_is_and_so_does_the_log() -> Result<()> {
    let host = host(Refuses(422, "bad_speed")).await?;
    let runtime = Runtime::start(START_STREAM, 1, &environment(&host.url())).await?;
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let traced = Invocation { trace_id: Some(trace.into()), ..start() };
    runtime.invoke_as("8476a536-e9f4-11e8-9739-2dfe598c3fcd", traced).await?;
    runtime.invoke_as("second", start()).await?;
    let asked = host.asked();
    let told = |name: &str| asked.iter().map(|asked| asked.header(name)).collect::<Vec<_>>();
    assert_eq!(
        told(TRACEPARENT_HEADER),
        [Some("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"), None]
    );
    assert_eq!(told(REQUEST_ID_HEADER), [Some("8476a536-e9f4-11e8-9739-2dfe598c3fcd"), Some("second")]);
    let log = runtime.stop().await?;
    for id in ["8476a536-e9f4-11e8-9739-2dfe598c3fcd", "second"] {
        assert!(log.lines().any(|line| line.contains(id) && line.contains("bad_speed")), "{log}");
    }
    Ok(())
}
