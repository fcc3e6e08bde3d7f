//! Prompts of Amazon Connect: made once by all hosts, named by clips and answers, and no stream waits for them.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use connect_prompts::{Cleaned, Connect, Prompts, clean};
use contract::{
    keys,
    prompts::{PROMPT, PromptManifest},
};
use local_stack::connect::{ConnectFault, ConnectServer};
use reqwest::Method;
use serde_json::json;
use signed_requests::Signer;

use crate::support::{BUCKET, Entrance, PLAIN, Service, beside_behind, service, service_behind, text};

const INSTANCE: &str = "arn:aws:connect:us-east-1:123456789012:instance/12345678-1234-1234-1234-123456789012";

/// A built-in phrase: the acknowledgement of a talk.
const PHRASE: &str = "One moment, please.";

async fn server() -> ConnectServer {
    ConnectServer::start(INSTANCE, "CONNECTKEY", "CONNECTSECRET").await.expect("a free port")
}

fn connect_at(endpoint: &str, secret: &str) -> Connect {
    let credentials = Credentials::new("CONNECTKEY", secret, None, None, "test");
    let signer = Signer::new("connect", "us-east-1", SharedCredentialsProvider::new(credentials));
    Connect::new(INSTANCE.parse().expect("an ARN"), Some(endpoint), signer).expect("a client")
}

fn connect(server: &ConnectServer) -> Connect {
    connect_at(&server.endpoint(), "CONNECTSECRET")
}

fn with(connect: Connect) -> Entrance {
    Entrance { connect: Some(connect), ..Entrance::default() }
}

async fn manifest(service: &Service) -> Option<PromptManifest> {
    let body = service.object(&keys::prompt_manifest()).await?;
    Some(PromptManifest::parse(&body).expect("a manifest"))
}

/// The ARNs by the names' last words.
fn arn(server: &ConnectServer, word: &str) -> Option<String> {
    server.prompts().into_iter().find(|prompt| prompt.name.ends_with(word)).map(|prompt| prompt.arn)
}

/// Has the phrase spoken until the answer names its prompt. Returns the ARNs of both, and the part's key.
async fn prompted(service: &Service) -> (String, String, String) {
    service
        .until(async || {
            let started = service.start(text(PHRASE)).await;
            let (first, pause) = (started.first_prompt?, started.pause_prompt?);
            Some((first, pause, keys::part(&started.stream_id, 0)))
        })
        .await
}

#[tokio::test]
async fn two_hosts_make_each_prompt_once_and_every_clip_names_its_own() {
    let server = server().await;
    let one = service_behind(with(connect(&server)), PLAIN).await;
    let other = beside_behind(&one, with(connect(&server)), PLAIN).await;
    let (of_one, of_other) = tokio::join!(prompted(&one), prompted(&other));

    let (phrase, pause, part) = of_one;
    assert_eq!((&phrase, &pause), (&of_other.0, &of_other.1));
    let prompts = server.prompts();
    assert_eq!(prompts.len(), 2, "{prompts:?}");
    assert_eq!(arn(&server, "silence-400ms"), Some(pause.clone()));
    let clips: BTreeSet<_> = prompts.iter().map(|prompt| prompt.clip.clone()).collect();
    let kept = one.keys("phrases/").await;
    let expected = [keys::silence(), kept[0].clone()].map(|key| format!("s3://{BUCKET}/{key}"));
    assert_eq!((kept.len(), clips), (1, BTreeSet::from(expected)));
    assert_eq!(server.refused_signatures(), 0);
    let created = server.asked().iter().filter(|asked| asked.action == "CreatePrompt").count();
    assert_eq!(created, 2, "nothing was asked for twice");

    assert_eq!(one.metadata(&part, PROMPT).await, Some(phrase.clone()));
    one.until(async || (one.metadata(&keys::silence(), PROMPT).await? == pause).then_some(())).await;
    let listed = one.until(async || manifest(&one).await.filter(|manifest| manifest.maker.is_none())).await;
    let listed: BTreeSet<_> = listed.prompts.into_values().map(|prompt| prompt.arn).collect();
    assert_eq!(listed, BTreeSet::from([phrase, pause]));

    let other_sentence = one.start(text("This sentence is no phrase.")).await;
    assert_eq!(other_sentence.first_prompt, None);
    assert_eq!(one.metadata(&keys::part(&other_sentence.stream_id, 0), PROMPT).await, None);
}

#[tokio::test]
async fn a_prompt_that_an_earlier_attempt_made_is_found_by_its_name() {
    let server = server().await;
    for name in ["Welcome", "Queue music", "firstword another-bucket silence-400ms"] {
        server.add(name);
    }
    server.add(&format!("firstword {BUCKET} silence-400ms"));
    let service = service_behind(with(connect(&server)), PLAIN).await;
    let adopted = arn(&server, &format!("{BUCKET} silence-400ms")).expect("was added");
    service.until(async || (service.start(text(PHRASE)).await.pause_prompt? == adopted).then_some(())).await;
    assert!(server.asked().iter().any(|asked| asked.action == "ListPrompts"));
    assert_eq!(server.prompts().iter().filter(|prompt| prompt.name.ends_with("silence-400ms")).count(), 2);
}

#[tokio::test]
async fn a_throttled_request_is_made_again() {
    let server = server().await;
    let asked = AtomicUsize::new(0);
    server.set_fault(move |_| {
        let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        is_first.then_some(ConnectFault::Refused(429, "ThrottlingException"))
    });
    let service = service_behind(with(connect(&server)), PLAIN).await;
    let (phrase, pause, _) = prompted(&service).await;
    assert_ne!(phrase, pause);
    assert_eq!(server.prompts().len(), 2);
}

#[tokio::test]
async fn streams_go_on_while_the_instance_refuses_hangs_or_is_gone() {
    for fault in [
        ConnectFault::Refused(403, "AccessDeniedException"),
        ConnectFault::Refused(429, "LimitExceededException"),
        ConnectFault::Refused(400, "InvalidParameterException"),
        ConnectFault::Refused(404, "ResourceNotFoundException"),
        ConnectFault::Refused(500, "InternalServiceException"),
        ConnectFault::Hangs,
    ] {
        let server = server().await;
        server.set_fault(move |_| Some(fault));
        let service = service_behind(with(connect(&server)), PLAIN).await;
        service.until(async || (!server.asked().is_empty()).then_some(())).await;
        speaks_without_prompts(&service).await;
        if matches!(fault, ConnectFault::Refused(403 | 404, _)) || fault == ConnectFault::Hangs {
            assert_eq!(server.asked().len(), 1, "{fault:?}: it rests");
        }
    }
    let server = server().await;
    let wrong = connect_at(&server.endpoint(), "another secret");
    let service = service_behind(with(wrong), PLAIN).await;
    service.until(async || (server.refused_signatures() > 0).then_some(())).await;
    speaks_without_prompts(&service).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let service = service_behind(with(connect_at(&format!("http://{closed}"), "")), PLAIN).await;
    speaks_without_prompts(&service).await;
}

async fn speaks_without_prompts(service: &Service) {
    for _ in 0..3 {
        let started = service.start(text(PHRASE)).await;
        assert!(started.ready && started.first_prompt.is_none() && started.pause_prompt.is_none());
        assert_eq!(service.until_ended(&started.stream_id).await.parts, 1);
    }
}

#[tokio::test]
async fn a_host_waits_for_the_lease_of_another_until_it_is_over() {
    let server = server().await;
    let first = service(PLAIN).await;
    let held =
        PromptManifest { maker: Some("other".parse().expect("an id")), ..PromptManifest::of(INSTANCE) };
    first.put(&keys::prompt_manifest(), serde_json::to_vec(&held).expect("JSON")).await;
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = reads.clone();
    first.faults.set(move |method, path| {
        if *method == Method::GET && path.ends_with("/prompts/manifest.json") {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        None
    });
    let host = beside_behind(&first, with(connect(&server)), PLAIN).await;
    host.until(async || (reads.load(Ordering::Relaxed) > 1).then_some(())).await;
    assert!(server.asked().is_empty(), "{:?}", server.asked());
    host.let_bucket_time_pass(Duration::from_secs(121));
    prompted(&host).await;
}

#[tokio::test]
async fn prompts_of_another_instance_are_not_handed_out() {
    let server = server().await;
    let first = service(PLAIN).await;
    let other = json!({
        "version": 1,
        "instance": INSTANCE.replace("12345678-", "87654321-"),
        "prompts": {keys::silence(): {"arn": "arn:other", "id": "other", "name": "other"}},
    });
    first.put(&keys::prompt_manifest(), other.to_string().into_bytes()).await;
    let host = beside_behind(&first, with(connect(&server)), PLAIN).await;
    speaks_without_prompts(&host).await;
    assert!(server.asked().is_empty(), "{:?}", server.asked());
}

#[tokio::test]
async fn clean_deletes_our_prompts_and_no_others() {
    let server = server().await;
    server.add("Welcome");
    let service = service(PLAIN).await;
    service.start(text(PHRASE)).await;
    let phrase = service.until(async || service.keys("phrases/").await.pop()).await;
    service.until(async || service.object(&keys::silence()).await.map(drop)).await;
    let silence = service.object(&keys::silence()).await;

    let prompts = Prompts::start(connect(&server), service.store());
    service.until(async || prompts.of(&phrase).zip(prompts.of(&keys::silence()))).await;
    service.until(async || manifest(&service).await?.maker.is_none().then_some(())).await;
    drop(prompts);
    assert_eq!(server.prompts().len(), 3);
    assert!(service.metadata(&keys::silence(), PROMPT).await.is_some());
    // The designer's prompt got into the manifest, and has deleted one of ours.
    let mut altered = manifest(&service).await.expect("is there");
    let mut welcome = altered.prompts[&phrase].clone();
    server.remove(&welcome.name);
    (welcome.name, welcome.id) = ("Welcome".into(), server.prompts()[0].id.clone());
    altered.prompts.insert("phrases/welcome.wav".into(), welcome);
    service.put(&keys::prompt_manifest(), serde_json::to_vec(&altered).expect("JSON")).await;

    let cleaned = clean(&connect(&server), service.store()).await.expect("cleaned");
    assert_eq!(cleaned, Cleaned { deleted: 1, gone: 1 });
    assert_eq!(server.prompts().iter().map(|prompt| prompt.name.as_str()).collect::<Vec<_>>(), ["Welcome"]);
    assert_eq!(manifest(&service).await, Some(PromptManifest::of(INSTANCE)));
    assert_eq!(service.metadata(&keys::silence(), PROMPT).await, None);
    assert_eq!(service.object(&keys::silence()).await, silence, "the clip is as it was");
    let again = clean(&connect(&server), service.store()).await.expect("nothing to do");
    assert_eq!(again, Cleaned::default());
}
