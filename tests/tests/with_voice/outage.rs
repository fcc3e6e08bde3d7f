//! Tests of an outage of S3: before a stream starts, during requests for its clips, and in the middle of a stream.

use std::time::Duration;

use contract::{http::State, stream::Outcome};
use e2e::{patience::LONG, places, prelude::*};
use tokio::time::Instant;

/// The flow's time limit for a start.
const START_LIMIT: Duration = Duration::from_secs(8);

/// The flow's time limit for a batch.
const NEXT_LIMIT_MS: f64 = 4000.0;

#[tokio::test(flavor = "multi_thread")]
async fn without_s3_a_flow_is_told_so_in_time_and_with_it_all_works_again() -> Result<()> {
    let mut bench = Bench::start().await?;
    let before = bench.start_stream("before", json!({"Text": sentences(2)})).await?;
    let known = before.stream()?;
    assert_eq!(bench.walk(&before, 2).await?, [0, 1]);

    bench.stack.stop_s3().await;
    let began = Instant::now();
    let start = bench.start_stream("during", json!({"Text": sentences(2), "WaitMs": "6000"})).await?;
    assert!(began.elapsed() < START_LIMIT, "start_stream took {:?}", began.elapsed());
    assert_eq!(start.status(), "error", "{start:?}");
    assert!(start["Reason"].contains("object store"), "{start:?}");

    let next = bench.next_batch(&known, 0).await?;
    assert_eq!(next.status(), "error", "{next:?}");
    assert!(next["Reason"].contains("object store"), "{next:?}");
    assert_eq!(next.stream()?, known, "the flow log should say which stream it was");
    let report = bench.stack.lambdas().reports().pop().context("it was reported")?;
    assert!(report.function == GET_NEXT_BATCH && report.duration_ms < NEXT_LIMIT_MS, "{report:?}");

    bench.stack.restart_s3().await?;
    let after = bench.start_stream("after", json!({"Text": sentences(3)})).await?;
    assert_eq!(after.status(), "play", "{after:?}");
    assert_eq!(bench.walk(&after, 2).await?, [0, 1, 2]);
    let again = bench.next_batch(&known, 0).await?;
    assert_eq!((again.status(), &again["Count"]), ("play", "2"), "{again:?}");
    bench.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_loses_s3_in_its_midst_has_one_sentinel_that_counts_truly() -> Result<()> {
    let mut bench = Bench::start().await?;
    let first = bench.start_stream("midst", json!({"Text": sentences(120)})).await?;
    assert_eq!(first.status(), "play", "{first:?}");
    let stream = first.stream()?;

    bench.stack.stop_s3().await;
    let status = until("the host has given the stream up", LONG, async || {
        let status = bench.status(&stream).await?;
        Ok((status.state != State::Running).then_some(status))
    })
    .await?;
    assert_eq!(status.state, State::Failed, "{status:?}");
    // S3 returns only after these retries, so that the sentinel depends on them.
    let tries = || -> Result<usize> {
        let logs = places::files(bench.logs())?;
        Ok(logs.iter().map(|(_, text)| text.matches("tried again").count()).sum())
    };
    let before = tries()?;
    until("its end is tried again", LONG, async || Ok((tries()? > before + 1).then_some(()))).await?;

    bench.stack.restart_s3().await?;
    let sentinel = bench.sentinel(&stream).await?;
    assert_eq!(sentinel.outcome, Outcome::Failed, "{sentinel:?}");
    assert!(sentinel.parts >= 1 && sentinel.parts < 120, "{sentinel:?}");
    assert!(sentinel.reason.contains("object store"), "{sentinel:?}");
    let sentinels = bench.bucket.keys(&format!("streams/{stream}/final")).await?;
    assert_eq!(sentinels.len(), 1, "{sentinels:?}");

    // The flow plays the stored parts, and then receives the failure.
    let rest = bench.next_batch(&stream, sentinel.parts - 1).await?;
    assert_eq!((rest.status(), &rest["Count"], &rest["Last"]), ("play", "1", "false"), "{rest:?}");
    let end = bench.next_batch(&stream, sentinel.parts).await?;
    assert_eq!(end.status(), "error", "{end:?}");
    assert!(end["Reason"].contains("object store"), "{end:?}");
    bench.stop().await?;
    Ok(())
}
