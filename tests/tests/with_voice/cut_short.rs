//! Tests of streams that end early: cancelled, preempted, abandoned.

use std::time::Duration;

use contract::{
    ContactId, StreamId,
    http::{SYNTHESIZE_STREAM, State},
    stream::{Outcome, Sentinel},
};
use e2e::{patience::LONG, prelude::*, texts::long_sentence};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_stream_ends_at_once_and_nothing_is_written_after_its_sentinel() -> Result<()> {
    let bench = Bench::start().await?;
    for by in ["contact", "stream"] {
        let first = bench.start_stream(by, json!({"Text": sentences(120)})).await?;
        assert_eq!(first.status(), "play", "{first:?}");
        let stream = first.stream()?;
        let named = if by == "stream" { json!({"StreamId": stream}) } else { json!({}) };
        let contact = if by == "stream" { "somebody-else" } else { by };

        let cancelled = bench.cancel(contact, named.clone()).await?;
        assert_eq!((cancelled.status(), &cancelled["Count"]), ("cancelled", "0"), "by {by}");
        assert_eq!(cancelled.stream()?, stream, "by {by}");
        let status = bench.status(&stream).await?;
        assert_eq!(status.state, State::Cancelled, "by {by}: {status:?}");
        assert!(status.parts < status.sentences, "by {by}: {status:?}");
        let sentinel = bench.sentinel(&stream).await?;
        assert_eq!(
            (sentinel.outcome, sentinel.reason.as_str(), sentinel.parts),
            (Outcome::Cancelled, "cancelled", status.parts),
            "by {by}"
        );

        let next = bench.next_batch(&stream, first.next_index()).await?;
        assert_eq!((next.status(), &next["Count"], &next["Reason"]), ("cancelled", "0", "cancelled"));
        let again = bench.cancel(contact, named).await?;
        assert_eq!(again.status(), "done", "by {by}: {again:?}");
        assert_eq!(again.stream()?, stream, "by {by}");

        // After another whole stream, the cancelled one must be unchanged.
        let other = bench.start_stream("other", json!({"Text": sentences(4)})).await?;
        assert_eq!(bench.walk(&other, 2).await?, [0, 1, 2, 3], "the host goes on");
        assert_eq!(bench.sentinel(&stream).await?, sentinel, "by {by}");
    }
    bench.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_streams_of_one_contact_the_later_one_survives() -> Result<()> {
    let bench = Bench::start().await?;
    for round in 0..4 {
        // Both with and without waiting for part 0. The texts are long, so that the first stream does not end too
        // early.
        let wait_ms = if round % 2 == 0 { "0" } else { "1500" };
        let contact = format!("twice-{round}");
        let parameters = json!({"Text": sentences(12), "WaitMs": wait_ms});
        let (one, other) = tokio::join!(
            bench.start_stream(&contact, parameters.clone()),
            bench.start_stream(&contact, parameters.clone()),
        );
        for reply in [one?, other?] {
            let status = reply.status().to_owned();
            assert!(["play", "wait", "cancelled"].contains(&status.as_str()), "{reply:?}");
        }
        let ends = ends_of(&bench, &contact.parse()?, 2).await?;
        let (complete, cancelled): (Vec<_>, Vec<_>) =
            ends.iter().partition(|(_, sentinel)| sentinel.outcome == Outcome::Complete);
        let [(survivor, whole)] = complete[..] else {
            bail!("round {round}: not exactly one stream is complete: {ends:?}");
        };
        let [(_, preempted)] = cancelled[..] else {
            bail!("round {round}: not exactly one stream was preempted: {ends:?}");
        };
        assert_eq!(whole.parts, 12, "round {round}");
        assert_eq!(
            (preempted.outcome, preempted.reason.as_str()),
            (Outcome::Cancelled, "preempted"),
            "round {round}"
        );
        let current = bench.bucket.current_stream(&contact.parse()?).await?;
        assert_eq!(current.as_ref(), Some(survivor), "round {round}");
    }
    bench.stop().await?;
    Ok(())
}

/// The sentinels of a contact's streams, once there are `count` of them.
async fn ends_of(bench: &Bench, contact: &ContactId, count: usize) -> Result<Vec<(StreamId, Sentinel)>> {
    until("all streams of the contact have ended", LONG, async || {
        let mut ends = Vec::new();
        for key in bench.bucket.keys("streams/").await? {
            let Some(stream) = key.strip_prefix("streams/").and_then(|key| key.strip_suffix("/final.json"))
            else {
                continue;
            };
            let stream: StreamId = stream.parse()?;
            if bench.status(&stream).await?.contact_id.as_ref() == Some(contact) {
                let sentinel = bench.sentinel(&stream).await?;
                ends.push((stream, sentinel));
            }
        }
        Ok((ends.len() == count).then_some(ends))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_whose_client_goes_away_comes_to_its_end() -> Result<()> {
    let bench = Bench::start_with(&[("FIRSTWORD_WORKERS", "1")]).await?;
    let url = format!("{}{SYNTHESIZE_STREAM}", bench.stack.service_endpoint());
    let post = |body: Value| bench.http.post(&url).bearer_auth(bench.stack.token()).json(&body);
    // These streams delay part 0: the only worker first speaks their long sentences.
    for _ in 0..8 {
        let body = json!({"text": long_sentence(), "wait_ms": 0, "may_wait": true});
        post(body).send().await?.error_for_status()?;
    }
    let contact: ContactId = "gone".parse()?;
    let body = json!({"text": sentences(5), "contact_id": contact, "wait_ms": 6000, "may_wait": true});
    let request = post(body).send();
    let begun = until("the stream owns its contact", Duration::from_secs(20), async || {
        bench.bucket.current_stream(&contact).await
    });
    // When the stream owns its contact before the answer comes, `select!` drops the request.
    let stream = tokio::select! {
        biased;
        answer = request => bail!("answered before the client could go away: {answer:?}"),
        stream = begun => stream?,
    };
    assert_eq!(bench.status(&stream).await?.parts, 0, "the client left before part 0");
    let sentinel = bench.sentinel(&stream).await?;
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Complete, 5));
    bench.stop().await?;
    Ok(())
}
