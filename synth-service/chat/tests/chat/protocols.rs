//! The questions in each protocol, and the answers to them.

use chat::{Event, Key, ModelKind, Prompt, Turn};
use serde_json::{Value, json};

use crate::{
    ENDED, outcome,
    server::{Question, Reply, Server, Step},
    settings,
};

/// The trace of the talk.
const TRACE: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

/// A talk with a turn before, of which nothing was heard, and one that was heard.
fn talk() -> Prompt {
    let turn = |id: &str, caller: &str, answer: &str| Turn {
        id: id.into(),
        caller: caller.into(),
        answer: answer.into(),
    };
    Prompt {
        contact: "c-1".into(),
        traceparent: Some(TRACE.into()),
        turn: "s-3".into(),
        system: "Be brief.".into(),
        turns: vec![turn("s-1", "Hello?", "Hello! How"), turn("s-2", "I want", "")],
        text: "an order.".into(),
    }
}

/// Asks a server that gives this reply, and returns the question that it got.
async fn ask(kind: ModelKind, reply: Reply) -> (Question, (String, Event)) {
    let mut server = Server::start(vec![reply]).await;
    let mut model = settings(kind, &server);
    model.key = Some(Key::new("the-key\n"));
    model.extra = Some(r#"{"temperature": 0.5}"#.into());
    model.model = Some("maker/m:1".into());
    let settings = chat::ChatSettings { model, ..chat::ChatSettings::default() };
    let writer = chat::open(&settings).expect("valid settings");
    let outcome = outcome(writer.write(talk())).await;
    let question = server.question().await;
    assert_eq!(header(&question, "traceparent"), TRACE);
    (question, outcome)
}

fn header<'a>(question: &'a Question, name: &str) -> &'a str {
    question.headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn openai() {
    let reply = Reply::events(&["data: {\"choices\":[{\"delta\":{\"content\":\"Which one?\"}}]}\n\n"]);
    let (question, outcome) = ask(ModelKind::OpenAi, reply).await;
    assert_eq!(outcome, ("Which one?".into(), ENDED));
    assert_eq!(question.target, "/v1/chat/completions");
    assert_eq!(header(&question, "authorization"), "Bearer the-key");
    let expected = json!({
        "model": "maker/m:1",
        "stream": true,
        "temperature": 0.5,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": "Hello! How"},
            {"role": "user", "content": "I want\nan order."},
        ],
    });
    assert_eq!(question.body, expected);
}

#[tokio::test]
async fn gemini() {
    let part =
        |part: Value| format!("data: {}\r\n\r\n", json!({"candidates": [{"content": {"parts": [part]}}]}));
    let reply = Reply::events(&[
        &part(json!({"text": "The caller wants…", "thought": true})),
        &part(json!({"text": "Which "})),
        "data: {\"usageMetadata\":{}}\r\n\r\n",
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"one?\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n",
    ]);
    let (question, outcome) = ask(ModelKind::Gemini, reply).await;
    assert_eq!(outcome, ("Which one?".into(), ENDED));
    assert_eq!(question.target, "/v1/models/maker%2Fm:1:streamGenerateContent?alt=sse");
    assert_eq!(header(&question, "x-goog-api-key"), "the-key");
    let expected = json!({
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "temperature": 0.5,
        "contents": [
            {"role": "user", "parts": [{"text": "Hello?"}]},
            {"role": "model", "parts": [{"text": "Hello! How"}]},
            {"role": "user", "parts": [{"text": "I want\nan order."}]},
        ],
    });
    assert_eq!(question.body, expected);
}

#[tokio::test]
async fn gemini_refuses_a_prompt() {
    let (_, outcome) = ask(
        ModelKind::Gemini,
        Reply::events(&["data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n"]),
    )
    .await;
    let Event::Failed(error) = outcome.1 else { panic!("{outcome:?}") };
    assert!(error.to_string().contains("an answer, SAFETY: look"), "{error}");
}

#[tokio::test]
async fn anthropic() {
    let event = |kind: &str, data: Value| format!("event: {kind}\ndata: {data}\n\n");
    let delta = |delta: Value| {
        event("content_block_delta", json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    };
    let start = json!({"type": "message_start", "message": {"content": []}});
    let reply = Reply::events(&[
        &event("message_start", start),
        &event("ping", json!({"type": "ping"})),
        &delta(json!({"type": "thinking_delta", "thinking": "The caller wants…"})),
        &delta(json!({"type": "text_delta", "text": "Which "})),
        &delta(json!({"type": "text_delta", "text": "one?"})),
        &event("a_new_one", json!({"type": "a_new_one"})),
        &event("message_stop", json!({"type": "message_stop"})),
    ]);
    let (question, outcome) = ask(ModelKind::Anthropic, reply).await;
    assert_eq!(outcome, ("Which one?".into(), ENDED));
    assert_eq!(question.target, "/v1/messages");
    assert_eq!(header(&question, "x-api-key"), "the-key");
    assert_eq!(header(&question, "anthropic-version"), "2023-06-01");
    let expected = json!({
        "model": "maker/m:1",
        "max_tokens": 1024,
        "stream": true,
        "system": "Be brief.",
        "temperature": 0.5,
        "messages": [
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": "Hello! How"},
            {"role": "user", "content": "I want\nan order."},
        ],
    });
    assert_eq!(question.body, expected);
}

#[tokio::test]
async fn anthropic_is_overloaded_in_mid_answer() {
    let text = json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Which "}});
    let error = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    let reply = Reply::events(&[&format!("data: {text}\n\n"), &format!("event: error\ndata: {error}\n\n")]);
    let (_, (text, last)) = ask(ModelKind::Anthropic, reply).await;
    let Event::Failed(error) = last else { panic!("{last:?}") };
    assert_eq!(text, "Which ");
    assert!(error.to_string().contains("an answer, overloaded_error: look"), "{error}");
}

/// A message of Amazon's event stream.
fn message(kind: &str, name: &str, payload: &str) -> Vec<u8> {
    let headers: Vec<u8> = [(":message-type", kind), (&format!(":{kind}-type")[..], name)]
        .iter()
        .flat_map(|(name, value)| {
            let lengths = ([name.len() as u8], (value.len() as u16).to_be_bytes());
            [&lengths.0[..], name.as_bytes(), &[7], &lengths.1, value.as_bytes()].concat()
        })
        .collect();
    let length = (16 + headers.len() + payload.len()) as u32;
    let mut message = [length.to_be_bytes(), (headers.len() as u32).to_be_bytes()].concat();
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend([&headers, payload.as_bytes()].concat());
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message
}

fn delta(delta: Value) -> Vec<u8> {
    message("event", "contentBlockDelta", &json!({"contentBlockIndex": 0, "delta": delta}).to_string())
}

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

#[tokio::test]
async fn bedrock() {
    let messages = [
        message("event", "messageStart", r#"{"role":"assistant"}"#),
        delta(json!({"reasoningContent": {"text": "The caller wants…"}})),
        delta(json!({"text": "어떤 "})),
        delta(json!({"text": "거요?"})),
        message("event", "contentBlockStop", r#"{"contentBlockIndex":0}"#),
        message("event", "messageStop", r#"{"stopReason":"end_turn"}"#),
        message("event", "metadata", r#"{"usage":{}}"#),
    ]
    .concat();
    for size in [1, 7, messages.len()] {
        let steps = messages.chunks(size).map(|chunk| Step::Send(chunk.to_vec())).collect();
        let (question, outcome) = ask(ModelKind::Bedrock, Reply::new(EVENT_STREAM, steps)).await;
        assert_eq!(outcome, ("어떤 거요?".into(), ENDED));
        assert_eq!(question.target, "/v1/model/maker%2Fm:1/converse-stream");
        assert_eq!(header(&question, "authorization"), "Bearer the-key");
        let expected = json!({
            "system": [{"text": "Be brief."}],
            "temperature": 0.5,
            "messages": [
                {"role": "user", "content": [{"text": "Hello?"}]},
                {"role": "assistant", "content": [{"text": "Hello! How"}]},
                {"role": "user", "content": [{"text": "I want\nan order."}]},
            ],
        });
        assert_eq!(question.body, expected);
    }
}

#[tokio::test]
async fn bedrock_fails_in_mid_answer() {
    let which = delta(json!({"text": "Which "}));
    let mut damaged = which.clone();
    damaged[40] ^= 1;
    for (bytes, expected) in [
        (
            message("exception", "throttlingException", r#"{"message":"Which"}"#),
            ", throttlingException: look",
        ),
        (damaged, "an event is damaged"),
        (which[..20].to_vec(), "the model's connection broke"),
        (vec![0xff; 12], "an event is damaged"),
    ] {
        let reply = Reply::new(EVENT_STREAM, vec![Step::Send(which.clone()), Step::Send(bytes)]);
        let (_, (text, last)) = ask(ModelKind::Bedrock, reply).await;
        let Event::Failed(error) = last else { panic!("{last:?}") };
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(text, "Which ");
    }
}

#[tokio::test]
async fn chat_url_with_json() {
    let reply =
        Reply::new("application/json", vec![Step::Send(br#"{"answer":"Which one?","x":1}"#.to_vec())]);
    let (question, outcome) = ask(ModelKind::ChatUrl, reply).await;
    assert_eq!(outcome, ("Which one?".into(), ENDED));
    assert_eq!(question.target, "/v1");
    assert_eq!(header(&question, "authorization"), "Bearer the-key");
    let expected = json!({
        "contact_id": "c-1",
        "text": "an order.",
        "temperature": 0.5,
        "history": [{"caller": "Hello?", "answer": "Hello! How"}, {"caller": "I want", "answer": ""}],
    });
    assert_eq!(question.body, expected);
}

#[tokio::test]
async fn chat_url_learns_that_a_retry_is_the_same_turn() {
    let answer = Reply::new("text/plain", vec![Step::Send(b"Which one?".to_vec())]);
    let busy = Reply::error(503, "").header("retry-after", "0");
    let mut server = Server::start(vec![busy, answer]).await;
    let model = settings(ModelKind::ChatUrl, &server);
    let writer = chat::open(&chat::ChatSettings { model, ..chat::ChatSettings::default() }).expect("valid");
    assert_eq!(outcome(writer.write(talk())).await, ("Which one?".into(), ENDED));
    for _ in 0..2 {
        assert_eq!(header(&server.question().await, "idempotency-key"), "s-3");
    }
}

#[tokio::test]
async fn chat_url_with_text_as_it_comes() {
    let steps = "어떤 거요?".bytes().map(|byte| Step::Send(vec![byte])).collect();
    let (_, outcome) = ask(ModelKind::ChatUrl, Reply::new("text/plain; charset=utf-8", steps)).await;
    assert_eq!(outcome, ("어떤 거요?".into(), ENDED));
}

#[tokio::test]
async fn chat_url_with_anything_else_is_not_read_aloud() {
    for (content_type, body, expected) in [
        ("text/html", "<h1>Welcome</h1>", "it is neither application/json nor text/plain"),
        ("application/json", r#"{"reply":"Which one?"}"#, "it has no answer"),
        ("application/json", r#"{"error":{"code":"no_route"}}"#, "an answer, no_route: look"),
        ("text/plain", "", "the model wrote nothing that can be spoken"),
    ] {
        let (_, (_, last)) =
            ask(ModelKind::ChatUrl, Reply::new(content_type, vec![Step::Send(body.into())])).await;
        let Event::Failed(error) = last else { panic!("{last:?}") };
        assert!(error.to_string().contains(expected), "{error}");
    }
}
