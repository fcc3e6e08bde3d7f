//! Tests of answers whose host is killed while the model writes them: each certain sentence is said once, and the call
//! goes on. `FIRSTWORD_TEST_KILLS=20` kills a host twenty times instead of three.

use std::{env, fs, time::Duration};

use contract::{
    StreamId, keys,
    stream::{Outcome, ScriptPage},
};
use e2e::{functions::CHAT_AND_STREAM, prelude::*};
use futures::future::try_join_all;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokio::time::sleep;

/// Sentences of the answer: at twenty-five tokens a second the model writes them for about four seconds.
const SENTENCES: usize = 20;
const TOKENS_PER_SECOND: &str = "25";

/// Number of simultaneous conversations.
const TALKS: usize = 7;

/// Number of killed hosts. Half of the conversations are on each host, and each kill cuts their answers at other places.
const KILLS: usize = 3;

/// Moments at which a host is killed, in milliseconds after the first parts of all answers.
const MOMENTS: std::ops::Range<u64> = 0..3000;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_said_as_far_as_it_was_certain_whenever_its_host_dies() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let script = folder.path().join("script.toml");
    fs::write(&script, demo_script())?;
    let script = script.to_string_lossy();
    let settings = [
        ("FIRSTWORD_CHAT_MODEL", "demo"),
        ("FIRSTWORD_DEMO_SCRIPT", &script),
        ("FIRSTWORD_DEMO_TOKENS_PER_SECOND", TOKENS_PER_SECOND),
    ];
    let kills = env::var("FIRSTWORD_TEST_KILLS").map_or(Ok(KILLS), |kills| kills.parse())?;
    let mut bench = Bench::start_two_hosts_with(&settings).await?;
    let mut random = Pcg64Mcg::seed_from_u64(12);
    let mut cut = 0;
    for round in 0..kills {
        let host = random.random_range(0..2);
        let moment = Duration::from_millis(random.random_range(MOMENTS));
        let contacts: Vec<_> = (0..TALKS).map(|talk| format!("round-{round}-talk-{talk}")).collect();
        let victim = bench.stack.take_host(host)?;
        {
            let first = try_join_all(contacts.iter().map(|contact| says(&bench, contact))).await?;
            let answers = try_join_all(first.iter().map(|reply| bench.walk(reply, contract::STREAM_BATCH)));
            let killing = async {
                // The kill waits for a given time and for no condition: hosts may die at any time.
                sleep(moment).await;
                victim.kill().await
            };
            let (played, killed) = tokio::join!(answers, killing);
            killed?;
            let played = played.with_context(|| format!("host {host} was killed after {moment:?}"))?;
            for (reply, played) in first.iter().zip(&played) {
                cut += usize::from(is_cut(&bench, &reply.stream()?, played).await?);
            }
        }
        for contact in &contacts {
            let again = says(&bench, contact).await?;
            ensure!(again.status() == "play", "{contact}: the call does not go on: {again:?}");
            bench.cancel(contact, json!({})).await?;
        }
        bench.stack.restart_host(host).await?;
    }
    ensure!(cut >= 2 * kills, "{kills} deaths of a host cut {cut} answers only");
    bench.stop().await?;
    Ok(())
}

/// A script whose only answer is long.
fn demo_script() -> String {
    let answer: Vec<_> = (0..SENTENCES).map(|number| format!("This is number {number}.")).collect();
    let answer = answer.join(" ");
    format!("[[languages]]\nletters = ''\notherwise = [{answer:?}]\nrules = []\n")
}

async fn says(bench: &Bench, contact: &str) -> Result<Reply> {
    bench.functions.invoke(CHAT_AND_STREAM, &event(contact, &json!({"Text": "Go on."}))).await
}

/// Checks that an answer was said as far as it was certain: each sentence once and in order. Returns whether its host
/// died before its end.
async fn is_cut(bench: &Bench, stream: &StreamId, played: &[usize]) -> Result<bool> {
    let sentinel = bench.sentinel(stream).await?;
    ensure!(played == (0..sentinel.parts).collect::<Vec<_>>(), "played {played:?} of {sentinel:?}");
    ensure!(sentinel.outcome == Outcome::Complete && sentinel.skipped == 0, "{sentinel:?}");
    let spoken = bench.bucket.spoken_sentences(stream).await?;
    let written = written(bench, stream).await?;
    ensure!(spoken == (0..written).collect::<Vec<_>>(), "{written} sentences were certain: {spoken:?}");
    if sentinel.reason == "none" {
        ensure!(written == SENTENCES, "{written} sentences of a whole answer");
        return Ok(false);
    }
    ensure!(sentinel.reason.contains("host stopped"), "{sentinel:?}");
    Ok(true)
}

/// The number of sentences that the bucket holds of a stream's text.
async fn written(bench: &Bench, stream: &StreamId) -> Result<usize> {
    let mut sentences = 0;
    for page in 0.. {
        let Some(page) = bench.bucket.get(&keys::script_page(stream, page)).await? else { break };
        sentences += serde_json::from_slice::<ScriptPage>(&page)?.sentences.len();
    }
    Ok(sentences)
}
