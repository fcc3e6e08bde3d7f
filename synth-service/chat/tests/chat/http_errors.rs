//! Servers that refuse a question.

use chat::{ChatSettings, Event, ModelKind::OpenAi};

use crate::{
    ENDED, outcome, prompt,
    server::{Reply, Server},
    settings, writer,
};

const ANSWER: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"}}]}\n\ndata: [DONE]\n\n";

/// The message of the failure, and the number of questions that the server got.
async fn failure(reply: Reply) -> (String, usize) {
    let mut server = Server::start(vec![reply]).await;
    let (text, last) = outcome(writer(OpenAi, &server).write(prompt("Hello?"))).await;
    let Event::Failed(error) = last else { panic!("{text} {last:?}") };
    let mut questions = 0;
    while !server.has_no_question() {
        questions += 1;
    }
    (error.to_string(), questions)
}

#[tokio::test]
async fn each_refusal_names_its_remedy_and_only_a_moments_fault_is_tried_again() {
    let body = r#"{"error":{"message":"Hello? is no good","type":"x_error","code":"some_code"}}"#;
    let at_once = |status| Reply::error(status, body).header("retry-after", "0");
    for (reply, tries, expected) in [
        (Reply::error(400, body), 1, "the model refuses the request (status 400, some_code): check"),
        (Reply::error(401, body), 1, "the model refuses the key (status 401, some_code): set"),
        (Reply::error(403, "no JSON"), 1, "the model refuses the key (status 403): set"),
        (
            Reply::error(404, r#"{"error":"Hello? not found"}"#),
            1,
            "the model refuses the request (status 404): check",
        ),
        (at_once(429), 2, "the model is over its rate limit (status 429, some_code): raise"),
        (at_once(500), 2, "the model is out of service (status 500, some_code): look"),
        (at_once(503), 2, "the model is out of service (status 503, some_code): look"),
    ] {
        let (message, questions) = failure(reply).await;
        assert!(message.starts_with(expected), "{message}");
        assert_eq!(questions, tries, "{message}");
    }
}

#[tokio::test]
async fn a_wait_that_does_not_fit_is_not_waited_for() {
    for (name, value) in
        [("retry-after", "60"), ("retry-after", "Wed, 21 Oct 2037 07:28:00 GMT"), ("retry-after-ms", "6001")]
    {
        let (message, questions) = failure(Reply::error(429, "{}").header(name, value)).await;
        assert_eq!((questions, &message[..38]), (1, "the model is over its rate limit (stat"), "{value}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut other = Server::start(vec![Reply::events(&[ANSWER])]).await;
    for status in [301, 302, 307, 308] {
        let reply = Reply::error(status, "").header("location", &other.url);
        let (message, questions) = failure(reply).await;
        assert_eq!(questions, 1, "{message}");
        assert!(message.starts_with("the model's address redirects (status 3"), "{message}");
    }
    assert!(other.has_no_question());
}

#[tokio::test]
async fn the_second_try_may_succeed() {
    let busy = Reply::error(503, "").header("retry-after", "0");
    let server = Server::start(vec![busy, Reply::events(&[ANSWER])]).await;
    assert_eq!(outcome(writer(OpenAi, &server).write(prompt("Hello?"))).await, ("Yes.".into(), ENDED));
}

#[tokio::test]
async fn the_fall_back_answers_where_the_model_refuses() {
    let mut broken = Server::start(vec![Reply::error(401, "{}")]).await;
    let good = Server::start(vec![Reply::events(&[ANSWER])]).await;
    let model = settings(OpenAi, &broken);
    let fall_back = Some(settings(OpenAi, &good));
    let writer = chat::open(&ChatSettings { model, fall_back, ..ChatSettings::default() }).expect("valid");
    assert_eq!(outcome(writer.write(prompt("Hello?"))).await, ("Yes.".into(), ENDED));
    broken.question().await;
    assert!(broken.has_no_question());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_as_such() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = Some(format!("http://{}/v1", listener.local_addr().expect("an address")));
    drop(listener);
    let model = chat::ModelSettings {
        kind: OpenAi,
        base_url,
        model: Some("m".into()),
        ..chat::ModelSettings::default()
    };
    let writer = chat::open(&ChatSettings { model, ..ChatSettings::default() }).expect("valid");
    let (_, last) = outcome(writer.write(prompt("Hello?"))).await;
    let Event::Failed(error) = last else { panic!("{last:?}") };
    assert!(error.to_string().starts_with("the model can't be reached (Connection refused"), "{error}");
}
