//! Turns of a talk: a model whose answers the test writes, the real streams, a real S3 server.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chat::{Answer, Limits, Model, ModelError, Prompt, Writer};
use contract::{
    StreamId,
    http::{StartResponse, State, TRACEPARENT_HEADER},
    keys,
    stream::ScriptPage,
    timeline::{Moment, Timeline},
};
use futures::StreamExt;
use local_stack::s3::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};
use synth_service::clock::now_ms_exactly;
use tokio::sync::mpsc;

use crate::support::{
    Entrance, PLAIN, Service, TALK_AGE, TOKEN, beside_behind, error_code, service, service_behind,
};

/// Longest wait for anything in these tests.
const PATIENCE: Duration = Duration::from_secs(30);

/// Largest difference between the record and another view of the same moment, in milliseconds.
const AGREES_WITHIN_MS: f64 = 20.0;

/// Turns whose differences are compared.
const TURNS: usize = 9;

/// A model that asks the test.
struct TestModel(mpsc::UnboundedSender<Asked>);

/// A question to the model, and the way to answer it.
struct Asked {
    prompt: Prompt,
    answer: mpsc::UnboundedSender<Result<String, ModelError>>,
}

impl Model for TestModel {
    fn name(&self) -> &str {
        "test"
    }

    fn answer(&self, prompt: &Prompt) -> Answer {
        let (answer, pieces) = mpsc::unbounded_channel();
        let (prompt, asked) = (prompt.clone(), self.0.clone());
        let asking = async move {
            // An error means that the test has ended.
            let _ = asked.send(Asked { prompt, answer });
            futures::stream::unfold(pieces, async |mut pieces| Some((pieces.recv().await?, pieces)))
        };
        futures::stream::once(asking).flatten().boxed()
    }
}

impl Asked {
    fn write(&self, text: &str) {
        self.answer.send(Ok(text.into())).expect("the answer is still wanted");
    }

    fn fail(self) {
        self.answer.send(Err(ModelError::Broken)).expect("the answer is still wanted");
    }
}

/// A service, and the questions to its model.
async fn talking() -> (Service, mpsc::UnboundedReceiver<Asked>) {
    let (entrance, asked) = with_model();
    (service_behind(entrance, PLAIN).await, asked)
}

fn with_model() -> (Entrance, mpsc::UnboundedReceiver<Asked>) {
    let (sender, asked) = mpsc::unbounded_channel();
    let limits =
        Limits { first_token: PATIENCE, between_tokens: PATIENCE, total: PATIENCE, ..Limits::default() };
    let model = Writer::new(Arc::new(TestModel(sender)), None, limits);
    (Entrance { model: Some(model), ..Entrance::default() }, asked)
}

async fn next(asked: &mut mpsc::UnboundedReceiver<Asked>) -> Asked {
    tokio::time::timeout(PATIENCE, asked.recv()).await.expect("in time").expect("the model is asked")
}

/// Starts a turn and writes the first sentence of its answer.
async fn begin(
    service: &Service,
    asked: &mut mpsc::UnboundedReceiver<Asked>,
    body: Value,
    first: &str,
) -> (StreamId, Asked) {
    let (id, asked, _) = begin_seen(service, asked, body, first).await;
    (id, asked)
}

/// The same, with the times at which the test saw the request sent, the model asked, the sentence written and the start
/// answered.
async fn begin_seen(
    service: &Service,
    asked: &mut mpsc::UnboundedReceiver<Asked>,
    body: Value,
    first: &str,
) -> (StreamId, Asked, [f64; 4]) {
    let sent_at = now_ms_exactly();
    let starting = async {
        let response = service.post("/chat_stream", body).await;
        assert_eq!(response.status(), StatusCode::OK);
        let started: StartResponse = response.json().await.expect("a start response");
        (started, now_ms_exactly())
    };
    let answering = async {
        let asked = next(asked).await;
        let asked_at = now_ms_exactly();
        asked.write(first);
        (asked, asked_at, now_ms_exactly())
    };
    let ((started, answered_at), (asked, asked_at, written_at)) = tokio::join!(starting, answering);
    assert!(started.ready && !started.last, "{started:?}");
    (started.stream_id, asked, [sent_at, asked_at, written_at, answered_at])
}

fn says(text: &str) -> Value {
    json!({"text": text, "contact_id": "c"})
}

#[tokio::test]
async fn the_model_gets_the_trace_of_the_client_where_none_is_exported() {
    let trace = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";
    let (service, mut asked) = talking().await;
    for sent in [Some(trace), None] {
        let mut request = service.http.post(format!("{}/chat_stream", service.url)).bearer_auth(TOKEN);
        if let Some(trace) = sent {
            request = request.header(TRACEPARENT_HEADER, trace);
        }
        let answering = async {
            let asked = next(&mut asked).await;
            asked.write("Good morning to you.");
            asked.prompt.traceparent
        };
        let (response, got) = tokio::join!(request.json(&says("Hello?")).send(), answering);
        assert_eq!(response.expect("answered").status(), StatusCode::OK);
        assert_eq!(got.as_deref(), sent);
    }
}

#[tokio::test]
async fn a_sentence_is_heard_before_the_next_one_is_written() {
    let (service, mut asked) = talking().await;
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. How").await;
    assert!(answer.prompt.turns.is_empty());
    answer.write(" may I help you today?");
    drop(answer);
    let ended = service.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts, ended.sentences), (State::Complete, 2, 2));
    assert_eq!(service.spoken(), ["Good morning to you.", "How may I help you today?"]);
    let manifest = service.manifest(&id).await.expect("a manifest");
    assert!(manifest.growing && manifest.sentences.is_empty());
    assert!(service.object(&keys::script_page(&id, 0)).await.is_some());
}

#[tokio::test]
async fn a_sentence_is_certain_when_the_model_is_quiet() {
    let (service, mut asked) = talking().await;
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you.").await;
    drop(answer);
    assert_eq!(service.until_ended(&id).await.parts, 1);
}

#[tokio::test]
async fn a_cancel_closes_the_request_to_the_model() {
    let (service, mut asked) = talking().await;
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
    let cancelled = service.post("/synthesize_stream_cancel", json!({"contact_id": "c"})).await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    tokio::time::timeout(PATIENCE, answer.answer.closed()).await.expect("the request is closed");
    assert_eq!(service.until_ended(&id).await.state, State::Cancelled);
}

#[tokio::test]
async fn a_newer_turn_closes_the_request_of_the_older_one() {
    let (service, mut asked) = talking().await;
    let (older, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
    let (_, _newer) = begin(&service, &mut asked, says("Stop."), "I am quiet now, as you wish. ").await;
    tokio::time::timeout(PATIENCE, answer.answer.closed()).await.expect("the request is closed");
    assert_eq!(service.until_ended(&older).await.state, State::Cancelled);
}

#[tokio::test]
async fn a_model_that_breaks_off_is_followed_by_an_apology() {
    let (service, mut asked) = talking().await;
    let (id, answer) =
        begin(&service, &mut asked, says("Hello?"), "Good morning to you. This is never").await;
    answer.fail();
    let ended = service.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 2));
    assert!(ended.reason.is_some_and(|reason| reason.contains("broke")));
    let spoken = service.spoken();
    assert_eq!(spoken[0], "Good morning to you.");
    assert!(spoken[1].contains("sorry"), "{spoken:?}");
    // The apology is a phrase. The model's words and the caller's are not kept.
    let kept = service.until(async || service.keys("phrases/").await.pop()).await;
    assert_eq!(service.keys("phrases/").await.len(), 1);
    assert_eq!(service.object(&kept).await, service.object(&keys::part(&id, 1)).await);
}

#[tokio::test]
async fn a_first_clause_is_heard_before_its_sentence_is_written_and_is_not_taken_back() {
    let (service, mut asked) = talking().await;
    let beginning = "Thanks for calling about your order, I can see that it left";
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), beginning).await;
    assert_eq!(service.spoken(), ["Thanks for calling about your order,"]);
    answer.fail();
    assert_eq!(service.until_ended(&id).await.parts, 2);
    assert!(service.spoken()[1].contains("sorry"), "{:?}", service.spoken());
}

#[tokio::test]
async fn the_model_is_told_what_was_heard_and_no_more() {
    let (service, mut asked) = talking().await;
    let first = "Good morning to you. ";
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), first).await;
    answer.write("The second sentence is never heard. ");
    service.until(async || (service.status(&id).await.parts == 2).then_some(())).await;
    // The flow has played one clip and invokes the next turn.
    let body = json!({"text": "What?", "contact_id": "c", "stream_id": id, "next_index": 1});
    service.until(async || service.object("contacts/c/talk.json").await).await;
    // One second of sound, and the way to the caller.
    until_old(&service, &id, Duration::from_millis(1_500)).await;
    let (_, answer) = begin(&service, &mut asked, body, "I said good morning to you. ").await;
    let turns: Vec<_> =
        answer.prompt.turns.iter().map(|turn| (turn.caller.as_str(), turn.answer.as_str())).collect();
    assert_eq!(turns, [("Hello?", "Good morning to you.")]);
}

/// Waits until more than this time has passed since a stream's start.
async fn until_old(service: &Service, id: &StreamId, age: Duration) {
    service.until(async || (since_start(service, id).await > age).then_some(())).await;
}

async fn since_start(service: &Service, id: &StreamId) -> Duration {
    let created = service.manifest(id).await.expect("a manifest").created_at_ms;
    Duration::from_millis(synth_service::clock::now_ms().saturating_sub(created))
}

#[tokio::test]
async fn what_was_certain_is_said_once_when_the_host_of_an_answer_is_gone() {
    let (first, mut asked) = talking().await;
    let (entrance, _) = with_model();
    let second = beside_behind(&first, entrance, PLAIN).await;
    let (id, answer) = begin(&first, &mut asked, says("Hello?"), "Good morning to you. ").await;
    first.stop_beating().await;
    let resumed = second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(resumed.status(), StatusCode::OK);
    let ended = second.until_ended(&id).await;
    assert_eq!((ended.state, ended.sentences), (State::Complete, 1));
    assert!(ended.reason.is_some_and(|reason| reason.contains("host stopped")));
    assert!(second.spoken().is_empty(), "the second part is a moment of silence");
    tokio::time::timeout(PATIENCE, answer.answer.closed()).await.expect("the request is closed");
}

#[tokio::test]
async fn a_tombstone_is_no_part_of_the_memory() {
    let (first, mut asked) = talking().await;
    let (entrance, mut asked_second) = with_model();
    let second = beside_behind(&first, entrance, PLAIN).await;
    let (id, _answer) = begin(&first, &mut asked, says("Hello?"), "Good morning to you. ").await;
    first.until(async || first.object("contacts/c/talk.json").await).await;
    first.stop_beating().await;
    second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(second.until_ended(&id).await.parts, 2, "the second part is a tombstone");
    // One second of sound, and the ways of both parts to the caller.
    let now = since_start(&second, &id).await;
    until_old(&second, &id, now + Duration::from_millis(1_500)).await;
    let (_, answer) = begin(&second, &mut asked_second, says("What?"), "I said good morning. ").await;
    let answers: Vec<_> = answer.prompt.turns.iter().map(|turn| turn.answer.as_str()).collect();
    assert_eq!(answers, ["Good morning to you."]);
}

#[tokio::test]
async fn the_models_words_are_remembered_even_those_of_a_phrase_and_an_apology_is_not() {
    let (service, mut asked) = talking().await;
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), "One moment, please. ").await;
    answer.fail();
    assert_eq!(service.until_ended(&id).await.parts, 2);
    let page = service.object(&keys::script_page(&id, 0)).await.expect("the first sentence");
    assert!(ScriptPage::parse(&page).expect("a page").asides.is_empty());
    let page = service.object(&keys::script_page(&id, 1)).await.expect("the apology");
    assert_eq!(ScriptPage::parse(&page).expect("a page").asides, [1]);
    // Two seconds of sound, and the ways of both parts to the caller.
    let now = since_start(&service, &id).await;
    until_old(&service, &id, now + Duration::from_millis(2_500)).await;
    let (_, answer) = begin(&service, &mut asked, says("What?"), "I asked you to wait. ").await;
    let answers: Vec<_> = answer.prompt.turns.iter().map(|turn| turn.answer.as_str()).collect();
    assert_eq!(answers, ["One moment, please."]);
}

#[tokio::test]
async fn of_two_turns_at_once_the_later_one_is_remembered() {
    let (service, mut asked) = talking().await;
    let is_first = Arc::new(AtomicBool::new(true));
    service.faults.set(move |method, path| {
        let is_memory = method == reqwest::Method::PUT && path.ends_with("/talk.json");
        let is_late = is_memory && is_first.swap(false, Ordering::Relaxed);
        is_late.then_some(Fault::Slow(Duration::from_millis(700)))
    });
    let (_, _older) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
    let (id, answer) = begin(&service, &mut asked, says("Stop."), "I am quiet now. ").await;
    drop(answer);
    assert_eq!(service.until_ended(&id).await.parts, 1);
    // One second of sound, and the older turn's write.
    let now = since_start(&service, &id).await;
    until_old(&service, &id, now + Duration::from_millis(1_500)).await;
    let (_, answer) = begin(&service, &mut asked, says("Thanks."), "You are welcome. ").await;
    let turns: Vec<_> =
        answer.prompt.turns.iter().map(|turn| (turn.caller.as_str(), turn.answer.as_str())).collect();
    assert_eq!(turns, [("Stop.", "I am quiet now.")]);
}

#[tokio::test]
async fn an_old_talk_is_forgotten() {
    let (service, mut asked) = talking().await;
    begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
    service.until(async || service.object("contacts/c/talk.json").await).await;
    service.let_bucket_time_pass(TALK_AGE);
    service.until(async || service.get("/readyz").await.status().is_success().then_some(())).await;
    let (_, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning again. ").await;
    assert!(answer.prompt.turns.is_empty());
}

#[tokio::test]
async fn requests_that_no_model_can_answer_are_refused() {
    let (service_with, _asked) = talking().await;
    let code = async |body: Value| error_code(service_with.post("/chat_stream", body).await).await;
    assert_eq!(code(says(" ")).await, "nothing_to_say");
    assert_eq!(code(says(&"a".repeat(1001))).await, "text_too_long");
    let long = json!({"text": "Hello", "system": "a".repeat(1001)});
    assert_eq!(code(long).await, "system_too_long");
    let without = service(PLAIN).await;
    let refused = without.post("/chat_stream", says("Hello")).await;
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
}

#[tokio::test]
async fn a_memory_that_cannot_be_read_is_an_empty_one() {
    let (service, mut asked) = talking().await;
    for document in ["", "{", r#"{"version":99}"#, "[]"] {
        service.put("contacts/c/talk.json", document.as_bytes().to_vec()).await;
        let (_, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
        assert!(answer.prompt.turns.is_empty());
    }
}

#[tokio::test]
async fn the_record_agrees_with_what_the_client_and_the_model_see() {
    let (service, mut asked) = talking().await;
    let recorded =
        [Moment::RequestReceived, Moment::LlmStart, Moment::LlmFirstToken, Moment::FirstClipHandedOut];
    let mut differences = recorded.map(|_| Vec::new());
    for _ in 0..TURNS {
        let (id, _answer, seen) =
            begin_seen(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
        let timeline = service.status(&id).await.timeline.expect("made here");
        for ((moment, seen), differences) in recorded.iter().zip(seen).zip(&mut differences) {
            let at = timeline.began_at_ms + timeline.at(*moment).expect("it has happened");
            differences.push((at - seen).abs());
        }
    }
    for (moment, mut differences) in recorded.iter().zip(differences) {
        differences.sort_by(f64::total_cmp);
        // A busy machine may hold up any single turn.
        assert!(differences[TURNS / 2] <= AGREES_WITHIN_MS, "{moment:?}: {differences:?} ms");
    }
}

#[tokio::test]
async fn the_timeline_is_in_the_bucket_before_the_sentinel_and_any_host_shows_it() {
    let (service, mut asked) = talking().await;
    let (entrance, _) = with_model();
    let other = beside_behind(&service, entrance, PLAIN).await;
    let (id, answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. How").await;
    answer.write(" may I help you today?");
    drop(answer);
    let made = service.until_ended(&id).await.timeline.expect("made here");
    let stored = service.object(&keys::timeline(&id)).await.expect("written");
    let stored = Timeline::parse(&stored).expect("is valid");
    let mut without_sentinel = made.clone();
    without_sentinel.moments.retain(|timed| timed.moment != Moment::Sentinel);
    assert_eq!(stored, without_sentinel);
    assert_eq!(other.status(&id).await.timeline, Some(stored));
    let order = [
        (Moment::RequestReceived, None),
        (Moment::LlmStart, None),
        (Moment::LlmFirstToken, None),
        (Moment::SentenceCertain, Some(0)),
        (Moment::TtsStart, Some(0)),
        (Moment::TtsComplete, Some(0)),
        (Moment::PartStored, Some(0)),
        (Moment::FirstClipHandedOut, None),
        (Moment::SentenceCertain, Some(1)),
        (Moment::TtsStart, Some(1)),
        (Moment::TtsComplete, Some(1)),
        (Moment::PartStored, Some(1)),
        (Moment::Sentinel, None),
    ];
    let happened: Vec<_> = made.moments.iter().map(|timed| (timed.moment, timed.n)).collect();
    assert_eq!(happened, order);
}

#[tokio::test]
async fn a_cancel_is_in_the_record_and_the_sentinel_follows_it() {
    let (service, mut asked) = talking().await;
    let (id, _answer) = begin(&service, &mut asked, says("Hello?"), "Good morning to you. ").await;
    let cancelled = service.post("/synthesize_stream_cancel", json!({"stream_id": id})).await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    let timeline = service.until_ended(&id).await.timeline.expect("made here");
    let (cancelled, sentinel) = (timeline.at(Moment::Cancelled), timeline.at(Moment::Sentinel));
    assert!(cancelled.is_some() && cancelled < sentinel, "{timeline:?}");
    assert!(timeline.cancel_ms() < sentinel, "{timeline:?}");
}
