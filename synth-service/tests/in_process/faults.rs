//! A misbehaving S3: it refuses requests, breaks connections before and after the write, and is slow.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use contract::{StreamId, http::State, keys, stream::Outcome};
use local_stack::s3::Fault;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{PLAIN, Service, THREE, Wanted, service};

const TWELVE: &str = "Sentence number one is here. Sentence number two is here. Sentence number three is here. \
    Sentence number four is here. Sentence number five is here. Sentence number six is here. Sentence number seven \
    is here. Sentence number eight is here. Sentence number nine is here. Sentence number ten is here. Sentence \
    number eleven is here. Sentence number twelve is here.";

/// A service that soon gives up on storing a part.
const HASTY: Wanted = Wanted { part_patience: Duration::from_millis(300), ..PLAIN };

/// The parts in write requests, in the order of the requests.
type Asked = Arc<Mutex<Vec<(StreamId, usize)>>>;

fn written_part(method: &Method, path: &str) -> Option<(StreamId, usize)> {
    let number = keys::part_number(path).filter(|_| method == Method::PUT)?;
    let stream = path.rsplit('/').nth(1)?.parse().ok()?;
    Some((stream, number))
}

fn is_part(method: &Method, path: &str, number: usize) -> bool {
    written_part(method, path).is_some_and(|(_, written)| written == number)
}

async fn ended_parts(service: &Service, id: &StreamId) -> (Outcome, usize, String) {
    let sentinel = service.until(async || service.sentinel(id).await).await;
    let objects = service.objects(id).await;
    for number in 0..sentinel.parts {
        assert!(objects.contains_key(&format!("part{number}.wav")), "no hole: {:?}", objects.keys());
    }
    // A timeline that the bucket refuses is not written again.
    let others = objects.keys().filter(|name| *name != "timeline.json").count();
    assert_eq!(others, sentinel.parts + 3, "nothing beyond: {:?}", objects.keys());
    (sentinel.outcome, sentinel.parts, sentinel.reason)
}

#[tokio::test]
async fn faults_of_all_kinds_lose_and_repeat_no_sentence() {
    let service = service(Wanted { max_streams: 32, ..PLAIN }).await;
    let random = Mutex::new(rand_pcg::Pcg64Mcg::seed_from_u64(20_261_121));
    let asked = Asked::default();
    let log = asked.clone();
    service.faults.set(move |method, path| {
        log.lock().expect("not poisoned").extend(written_part(method, path));
        let mut random = random.lock().expect("not poisoned");
        match random.random_range(0..20) {
            0 => Some(Fault::Refused(StatusCode::INTERNAL_SERVER_ERROR)),
            1 => Some(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE)),
            2 => Some(Fault::Cut),
            3 => Some(Fault::AnswerLost),
            4 => Some(Fault::Slow(Duration::from_millis(20))),
            5 if method == Method::PUT => Some(Fault::Refused(StatusCode::CONFLICT)),
            _ => None,
        }
    });
    let start = |number: usize| {
        let contact = format!("contact-{number}");
        service.start(json!({"text": TWELVE, "contact_id": contact, "wait_ms": 6000}))
    };
    let started = futures::future::join_all((0..24).map(start)).await;
    for stream in &started {
        service.until_ended(&stream.stream_id).await;
    }
    service.faults.clear();
    for stream in &started {
        let ended = ended_parts(&service, &stream.stream_id).await;
        assert_eq!(ended, (Outcome::Complete, 12, "none".into()));
        let asked: Vec<_> = asked.lock().expect("not poisoned").clone();
        let mine = asked.iter().filter(|(id, _)| *id == stream.stream_id).map(|(_, number)| *number);
        assert!(mine.is_sorted(), "one part at a time, in order");
    }
    assert_eq!(service.spoken().len(), 24 * 12, "each sentence is spoken once");
}

#[tokio::test]
async fn a_part_that_is_always_refused_ends_the_stream_with_its_sentinel() {
    let service = service(HASTY).await;
    service.faults.set(|method, path| {
        is_part(method, path, 1).then_some(Fault::Refused(StatusCode::INTERNAL_SERVER_ERROR))
    });
    let started = service.start(json!({"text": THREE})).await;
    let (outcome, parts, reason) = ended_parts(&service, &started.stream_id).await;
    assert_eq!((outcome, parts), (Outcome::Failed, 1));
    assert!(reason.starts_with("object store: write failed: HTTP 500"), "{reason}");
    assert!(service.spoken().len() < 3, "after the failed part no more is spoken");
}

#[tokio::test]
async fn a_part_whose_answers_are_lost_counts_once() {
    let service = service(HASTY).await;
    service.faults.set(|method, path| is_part(method, path, 1).then_some(Fault::AnswerLost));
    let started = service.start(json!({"text": THREE})).await;
    service
        .until(async || (service.status(&started.stream_id).await.state == State::Failed).then_some(()))
        .await;
    // The part was written, but the answer was lost: the host finds out before the sentinel.
    service.faults.clear();
    let (outcome, parts, _) = ended_parts(&service, &started.stream_id).await;
    assert_eq!((outcome, parts), (Outcome::Failed, 2));
}

#[tokio::test]
async fn nothing_is_retried_after_a_cancel() {
    let service = service(PLAIN).await;
    let tries = Arc::new(Mutex::new(0));
    let count = tries.clone();
    service.faults.set(move |method, path| {
        is_part(method, path, 1).then(|| {
            *count.lock().expect("not poisoned") += 1;
            Fault::Refused(StatusCode::SERVICE_UNAVAILABLE)
        })
    });
    let started = service.start(json!({"text": THREE})).await;
    let tries = || *tries.lock().expect("not poisoned");
    service.until(async || (tries() > 1).then_some(())).await;
    let cancel = json!({"stream_id": started.stream_id});
    assert_eq!(service.post("/synthesize_stream_cancel", cancel).await.status(), StatusCode::OK);
    let before = tries();
    let (outcome, parts, _) = ended_parts(&service, &started.stream_id).await;
    assert_eq!((outcome, parts), (Outcome::Cancelled, 1));
    // The sentinel was the host's last write.
    service.until(async || service.status(&started.stream_id).await.ended_at_ms).await;
    assert_eq!(tries(), before);
}

#[tokio::test]
async fn a_manifest_whose_answer_was_lost_is_found_again() {
    let service = service(PLAIN).await;
    let lost = Mutex::new(std::collections::HashSet::new());
    service.faults.set(move |method, path| {
        let first = method == Method::PUT && lost.lock().expect("not poisoned").insert(path.to_owned());
        first.then_some(Fault::AnswerLost)
    });
    let started = service.start(json!({"text": THREE, "contact_id": "c"})).await;
    assert_eq!(service.until_ended(&started.stream_id).await.state, State::Complete);
    service.faults.clear();
    assert_eq!(ended_parts(&service, &started.stream_id).await, (Outcome::Complete, 3, "none".into()));
    let owner = service.object("contacts/c/current").await.expect("written");
    assert_eq!(owner, started.stream_id.as_str().as_bytes());
}
