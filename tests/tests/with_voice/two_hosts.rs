//! Tests of two hosts of the service: one of them is killed and every call is complete; a cancel works through either
//! host.

use std::time::Duration;

use contract::{
    StreamId,
    stream::{Outcome, Sentinel},
};
use e2e::{places, prelude::*};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::time::sleep;

/// Sentences of one answer: enough to keep a host busy for a while.
const SENTENCES: usize = 40;

/// Number of simultaneous calls.
const CALLS: usize = 4;

/// Number of killed hosts. With the calls of each, an answer may be cut at twenty different moments.
const KILLS: usize = 5;

/// Moments at which a host is killed, in milliseconds: by then it has made some of the answers, or all.
const MOMENTS: std::ops::Range<u64> = 0..1500;

/// Plays an answer to its end. Returns its stream and sentinel.
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
    calls_end_whole(Bench::start_two_hosts(false).await?, 4).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_end_whole_behind_a_load_balancer_too() -> Result<()> {
    calls_end_whole(Bench::start_two_hosts(true).await?, 5).await
}

async fn calls_end_whole(mut bench: Bench, seed: u64) -> Result<()> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut taken_over = 0;
    for round in 0..KILLS {
        let host = random.random_range(0..2);
        let moment = Duration::from_millis(random.random_range(MOMENTS));
        let victim = bench.stack.take_host(host)?;
        let ended = {
            let contacts: Vec<_> = (0..CALLS).map(|call| format!("round-{round}-call-{call}")).collect();
            let calls = futures::future::try_join_all(contacts.iter().map(|contact| call(&bench, contact)));
            let killing = async {
                // The kill waits for a given time and for no condition: hosts may die at any time.
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
            taken_over += u32::from(bench.bucket.life(stream).await?.term > 0);
        }
        bench.stack.restart_host(host).await?;
    }
    ensure!(taken_over > 0, "no host died in time");
    bench.stop().await?;
    Ok(())
}

/// Number of cancels, each at a different moment.
const CANCELS: usize = 20;

/// Moments of the cancels, in milliseconds: within this time a host makes much of an answer.
const CANCEL_MOMENTS: std::ops::Range<u64> = 0..600;

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_counts_at_whichever_moment_it_reaches_whichever_host() -> Result<()> {
    let bench = Bench::start_two_hosts(false).await?;
    let mut random = Pcg64Mcg::seed_from_u64(44);
    let mut cancelled = 0;
    for round in 0..CANCELS {
        let contact = format!("caller-{round}");
        let moment = Duration::from_millis(random.random_range(CANCEL_MOMENTS));
        let first = bench.start_stream(&contact, json!({"Text": sentences(SENTENCES)})).await?;
        let stream = first.stream()?;
        sleep(moment).await;
        // The functions use the hosts in turn, so about half of the cancels reach the host that does not make the
        // stream.
        let parameters = if round % 3 == 0 { json!({}) } else { json!({"StreamId": stream}) };
        let reply = bench.cancel(&contact, parameters).await?;
        let parts = bench.bucket.parts(&stream).await?;
        let sentinel = bench.sentinel(&stream).await?;
        ensure!(parts.len() == sentinel.parts, "{} parts when it was answered: {sentinel:?}", parts.len());
        if sentinel.outcome == Outcome::Complete {
            // The stream ended before the cancel, and the reply says so.
            ensure!(reply.status() == "done", "{reply:?}");
            continue;
        }
        cancelled += 1;
        ensure!((reply.status(), sentinel.outcome) == ("cancelled", Outcome::Cancelled), "{reply:?}");
        for next in [0, sentinel.parts] {
            let next = bench.next_batch(&stream, next).await?;
            ensure!((next.status(), &next["Count"]) == ("cancelled", "0"), "{next:?}");
        }
        let again = bench.cancel(&contact, json!({"StreamId": stream})).await?;
        ensure!(again.status() == "done", "a second one changes nothing: {again:?}");
    }
    ensure!(cancelled > CANCELS / 2, "{cancelled} of {CANCELS} came in time");
    let logs = bench.stop().await?;
    let panic = places::mention(&places::files(logs.path())?, "panicked");
    ensure!(panic.is_none(), "{panic:?}");
    Ok(())
}

/// Number of pairs of simultaneous starts.
const RACES: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_starts_that_race_on_two_hosts_exactly_one_lives() -> Result<()> {
    let bench = Bench::start_two_hosts(false).await?;
    for race in 0..RACES {
        let contact = format!("contested-{race}");
        let start = || bench.start_stream(&contact, json!({"Text": sentences(SENTENCES), "WaitMs": "0"}));
        let (one, other) = tokio::try_join!(start(), start())?;
        // One stream may have been replaced before its start was answered.
        let named: Vec<_> = [&one, &other].into_iter().filter_map(|reply| reply.stream().ok()).collect();
        let owner =
            bench.bucket.current_stream(&contact.parse()?).await?.context("no stream owns the contact")?;
        ensure!(named.contains(&owner), "the owner was answered: {one:?}, {other:?}");
        for stream in &named {
            let sentinel = bench.sentinel(stream).await?;
            let expected = if *stream == owner {
                (Outcome::Complete, "none")
            } else {
                (Outcome::Cancelled, "preempted")
            };
            ensure!((sentinel.outcome, sentinel.reason.as_str()) == expected, "{contact}: {sentinel:?}");
        }
    }
    bench.stop().await?;
    Ok(())
}
