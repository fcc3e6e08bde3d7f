//! Tests of a host that is paused and later continues: meanwhile the others consider it gone, and every call is
//! complete.

use std::time::Duration;

use contract::{StreamId, stream::Outcome};
use e2e::{places, prelude::*};
use tokio::time::sleep;

/// Sentences of one answer: enough to keep a host busy until the pause.
const SENTENCES: usize = 40;

/// Number of simultaneous calls, on both hosts.
const CALLS: usize = 4;

/// Plays an answer to its end, and returns its stream.
async fn call(bench: &Bench, contact: &str) -> Result<StreamId> {
    let first = bench.start_stream(contact, json!({"Text": sentences(SENTENCES)})).await?;
    bench.walk(&first, contract::STREAM_BATCH).await?;
    first.stream()
}

/// Checks that calls are complete although a host is paused for this long in the middle of its answers.
async fn calls_outlive_a_pause(pause: Duration) -> Result<()> {
    let mut bench = Bench::start_two_hosts(false).await?;
    let host = bench.stack.take_host(0)?;
    let contacts: Vec<_> = (0..CALLS).map(|call| format!("caller-{call}")).collect();
    let calls = futures::future::try_join_all(contacts.iter().map(|contact| call(&bench, contact)));
    let pausing = async {
        // By then some answers are being made.
        sleep(Duration::from_millis(300)).await;
        host.pause()?;
        sleep(pause).await;
        host.go_on()
    };
    let (streams, paused) = tokio::join!(calls, pausing);
    paused?;
    for stream in &streams? {
        let sentinel = bench.sentinel(stream).await?;
        ensure!(sentinel.outcome == Outcome::Complete && sentinel.skipped == 0, "{sentinel:?}");
        let spoken = bench.bucket.spoken_sentences(stream).await?;
        ensure!(spoken == (0..SENTENCES).collect::<Vec<_>>(), "each sentence once: {spoken:?}");
    }
    // The host must accept streams again.
    host.wait_until_ready().await?;
    for round in 0..2 {
        call(&bench, &format!("afterwards-{round}")).await?;
    }
    host.stop().await?;
    let logs = bench.stop().await?;
    let panic = places::mention(&places::files(logs.path())?, "panicked");
    ensure!(panic.is_none(), "{panic:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_a_host_that_is_paused_for_a_moment() -> Result<()> {
    calls_outlive_a_pause(Duration::from_secs(4)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_outlive_a_host_that_is_paused_for_long() -> Result<()> {
    calls_outlive_a_pause(Duration::from_secs(10)).await
}
