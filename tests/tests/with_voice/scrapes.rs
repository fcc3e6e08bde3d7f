//! Tests of `GET /metrics` in bad circumstances: while the service stops, and a hundred times while streams run.

use contract::http::METRICS;
use e2e::{prelude::*, texts::long_sentence};
use futures::{StreamExt, future::try_join_all, stream};
use reqwest::{StatusCode, header::CONTENT_LENGTH};

/// Scrapes of the second test, and how many of them are under way at the same time.
const SCRAPES: usize = 100;
const AT_ONCE: usize = 10;

/// Asks for the metrics. `None` when the service takes no connection, or closes it without an answer.
///
/// # Errors
/// For an answer that is not whole.
async fn scrape(http: &reqwest::Client, url: &str, token: &str) -> Result<Option<String>> {
    let Ok(answer) = http.get(url).bearer_auth(token).send().await else { return Ok(None) };
    assert_eq!(answer.status(), StatusCode::OK);
    let length = answer.headers().get(CONTENT_LENGTH).context("the length is known")?.to_str()?.to_owned();
    let text = answer.text().await.context("the answer breaks off")?;
    assert_eq!(text.len().to_string(), length);
    let is_line = |line: &str| {
        line.starts_with("# ") || line.rsplit(' ').next().is_some_and(|value| value.parse::<f64>().is_ok())
    };
    let half = text.lines().filter(|line| !line.is_empty()).find(|line| !is_line(line));
    assert!(half.is_none() && text.ends_with('\n'), "{half:?}");
    assert!(text.contains("firstword_build_info{"), "{text}");
    Ok(Some(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrape_during_a_stop_gets_all_or_nothing() -> Result<()> {
    let mut bench = Bench::start_with(&[("FIRSTWORD_SHUTDOWN_GRACE_SECONDS", "1")]).await?;
    let url = format!("{}{METRICS}", bench.stack.service_endpoint());
    let token = bench.stack.token().to_owned();
    // Streams that are still running when the stop begins.
    for contact in 0..4 {
        let text = vec![long_sentence(); 20].join(" ");
        bench.start_stream(&format!("c-{contact}"), json!({"Text": text, "WaitMs": "0"})).await?;
    }
    // One client keeps its connection, the other opens a new one each time.
    let fresh = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
    for http in [&bench.http, &fresh] {
        scrape(http, &url, &token).await?.context("the service answers before its stop")?;
    }
    let host = bench.stack.take_host(0)?;
    let stopping = tokio::spawn(host.stop());
    let mut scrapes = Vec::new();
    while !stopping.is_finished() {
        for http in [&bench.http, &fresh] {
            scrapes.push(scrape(http, &url, &token).await?.is_some());
        }
    }
    stopping.await??;
    assert!(!scrapes.is_empty());
    for http in [&bench.http, &fresh] {
        assert_eq!(scrape(http, &url, &token).await?, None, "the service has ended");
    }
    bench.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_scrapes_harm_no_stream() -> Result<()> {
    let bench = Bench::start().await?;
    let url = format!("{}{METRICS}", bench.stack.service_endpoint());
    let started = (0..3).map(async |contact| {
        bench.start_stream(&format!("c-{contact}"), json!({"Text": sentences(12), "WaitMs": "0"})).await
    });
    let started = try_join_all(started).await?;
    let scrapes = stream::iter(0..SCRAPES)
        .map(async |_| scrape(&bench.http, &url, bench.stack.token()).await)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>();
    let (scrapes, heard) = tokio::join!(
        scrapes,
        try_join_all(started.iter().map(|reply| bench.walk(reply, contract::STREAM_BATCH)))
    );
    let whole = (0..12).collect::<Vec<_>>();
    assert!(heard?.iter().all(|parts| *parts == whole), "a stream has lost a part");
    assert_eq!(scrapes.len(), SCRAPES);
    for scrape in scrapes {
        scrape?.context("a scrape was not answered")?;
    }
    for reply in &started {
        assert_eq!(bench.sentinel(&reply.stream()?).await?.skipped, 0);
    }
    bench.stop().await?;
    Ok(())
}
