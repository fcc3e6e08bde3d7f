//! Two hosts of the service: one dies without a word, one stops, and no call notices.

use std::time::Duration;

use contract::{
    StreamId,
    stream::{Outcome, Sentinel},
};
use e2e::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::time::sleep;

/// Of one answer: so many that a host is busy with it for a while.
const SENTENCES: usize = 40;

/// Calls at the same time.
const CALLS: usize = 4;

/// Each kills the one host, then the other.
const ROUNDS: usize = 5;

/// Within this time a host makes some of the answers, or all.
const MOMENTS: std::ops::Range<u64> = 0..1500;

/// Plays an answer to its end: how it ended.
async fn call(bench: &Bench, contact: &str) -> Result<(StreamId, Sentinel)> {
    let first = bench.start_stream(contact, json!({"Text": sentences(SENTENCES)})).await?;
    let stream = first.stream()?;
    let played = bench.walk(&first, contract::STREAM_BATCH).await?;
    let sentinel = bench.sentinel(&stream).await?;
    ensure!(
        played == (0..sentinel.parts).collect::<Vec<_>>(),
        "{contact}: played {played:?} of {sentinel:?}"
    );
    Ok((stream, sentinel))
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_end_whole_whichever_host_dies_when() -> Result<()> {
    let mut bench = Bench::start_hosts(2, &[]).await?;
    let mut random = Pcg64Mcg::seed_from_u64(4);
    let mut taken_over = 0;
    for round in 0..2 * ROUNDS {
        let host = round % 2;
        let moment = Duration::from_millis(random.random_range(MOMENTS));
        let victim = bench.stack.take_host(host)?;
        let ended = {
            let contacts: Vec<_> = (0..CALLS).map(|call| format!("round-{round}-call-{call}")).collect();
            let calls = futures::future::try_join_all(contacts.iter().map(|contact| call(&bench, contact)));
            let killing = async {
                // The moment is the point of it, not something that is waited for.
                sleep(moment).await;
                victim.kill().await
            };
            let (ended, killed) = tokio::join!(calls, killing);
            killed?;
            ended.with_context(|| format!("host {host} was killed after {moment:?}"))?
        };
        for (stream, sentinel) in &ended {
            ensure!(sentinel.outcome == Outcome::Complete && sentinel.skipped == 0, "{sentinel:?}");
            let spoken = bench.bucket.spoken_sentences(stream).await?;
            ensure!(spoken == (0..SENTENCES).collect::<Vec<_>>(), "each sentence once: {spoken:?}");
            taken_over += u32::from(bench.bucket.manifest(stream).await?.life.term > 0);
        }
        bench.stack.restart_host(host).await?;
    }
    ensure!(taken_over > 0, "no host died in time");
    bench.stop().await?;
    Ok(())
}
