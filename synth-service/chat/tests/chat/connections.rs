//! Connections: kept, opened in advance, and closed as soon as an answer is not wanted any more. Time that has to pass is
//! skipped: the clock is paused once the server has done its part.

use std::time::Duration;

use chat::{Event, ModelError, ModelKind::OpenAi};
use futures::StreamExt;

use crate::{
    ENDED, outcome, prompt, read_until,
    server::{NEVER, Reply, Server, Step},
    writer,
};

const HALF: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"One moment, I\"}}]}\n\n";
const LAST: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"},\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";

#[tokio::test]
async fn a_dropped_answer_closes_its_connection() {
    let mut server = Server::start(vec![Reply::events(&[HALF]).then(Step::Hang)]).await;
    let mut writing = writer(OpenAi, &server).write(prompt("Hello?"));
    read_until(&mut writing, "I").await;
    drop(writing);
    server.closed().await;
}

#[tokio::test]
async fn a_dropped_question_closes_its_connection() {
    let mut server = Server::start(vec![Reply { status: NEVER, ..Reply::events(&[]) }]).await;
    let mut writing = writer(OpenAi, &server).write(prompt("Hello?"));
    assert!(matches!(writing.next().await, Some(Event::Asked { .. })));
    let reading = tokio::spawn(async move { writing.next().await });
    server.question().await;
    reading.abort();
    server.closed().await;
}

#[tokio::test]
async fn a_model_that_never_answers_is_given_up() {
    let mut server = Server::start(vec![Reply { status: NEVER, ..Reply::events(&[]) }]).await;
    let writing = tokio::spawn(outcome(writer(OpenAi, &server).write(prompt("Hello?"))));
    server.question().await;
    tokio::time::pause();
    let expected = ModelError::NoFirstToken(Duration::from_secs(6));
    assert_eq!(writing.await.expect("no panic"), (String::new(), Event::Failed(expected)));
    server.closed().await;
}

#[tokio::test]
async fn comments_do_not_keep_a_silent_model_alive() {
    let reply = Reply::events(&[HALF, ": ping\n\n"]).then(Step::Hang);
    let mut server = Server::start(vec![reply]).await;
    let mut writing = writer(OpenAi, &server).write(prompt("Hello?"));
    read_until(&mut writing, "I").await;
    tokio::time::pause();
    let expected = ModelError::Stalled(Duration::from_secs(5));
    assert_eq!(outcome(writing).await, (String::new(), Event::Failed(expected)));
    server.closed().await;
}

#[tokio::test]
async fn a_server_that_forgets_to_end_its_answer_is_not_waited_for() {
    let server = Server::start(vec![Reply::events(&[LAST]).then(Step::Hang)]).await;
    let mut writing = writer(OpenAi, &server).write(prompt("Hello?"));
    read_until(&mut writing, "Yes.").await;
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    assert_eq!(outcome(writing).await, (String::new(), ENDED));
    assert!(before.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_connection_is_opened_in_advance_and_kept() {
    let mut server = Server::start(vec![Reply::error(404, ""), Reply::events(&[LAST, DONE])]).await;
    let writer = writer(OpenAi, &server);
    writer.warm_up().await;
    assert_eq!(server.question().await.connection, 0);
    for number in 0..20 {
        assert_eq!(outcome(writer.write(prompt("Hello?"))).await, ("Yes.".into(), ENDED));
        // The end of one answer may still be on its way when the next question begins.
        let connection = server.question().await.connection;
        assert!(connection == 0 || number > 0 && connection == 1, "question {number}: {connection}");
    }
}
