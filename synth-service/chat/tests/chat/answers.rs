//! OpenAI-compatible servers in all the forms in which they write their answers.

use chat::{Event, ModelError, ModelKind::OpenAi};

use crate::{
    ENDED, outcome, prompt,
    server::{Reply, Server, Step},
    writer,
};

/// The outcome of a server's reply to a question, and to its repetition.
async fn answer(reply: Reply) -> (String, Event) {
    let server = Server::start(vec![reply]).await;
    outcome(writer(OpenAi, &server).write(prompt("Hello?"))).await
}

const HI: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi \"}}]}\n\n";
const THERE: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"there.\"}}]}\n\n";
const DONE: &str = "data: [DONE]\n\n";

#[tokio::test]
async fn servers_that_are_loose_with_the_format_are_understood() {
    for (name, chunks) in [
        ("as OpenAI writes it", &[HI, THERE, DONE][..]),
        ("several events in one chunk", &[&format!("{HI}{THERE}{DONE}")]),
        ("comments", &[": OPENROUTER PROCESSING\n\n", HI, ":\n\n: ping\n", THERE, DONE]),
        ("CRLF", &[&format!("{HI}{THERE}{DONE}").replace('\n', "\r\n")]),
        ("CR", &[&format!("{HI}{THERE}{DONE}").replace('\n', "\r")]),
        ("a CRLF cut in two", &[HI.trim_end(), "\r", "\n\r", "\n", &THERE.replace('\n', "\r\n"), DONE]),
        ("a byte order mark", &["\u{feff}", HI, THERE, DONE]),
        ("no space behind data:", &[&HI.replace(": {", ":{"), THERE, "data:[DONE]\n\n"]),
        ("names of events", &["event: message\nid: 7\nretry: 10\n", HI, THERE, DONE]),
        (
            "null content, empty choices, an empty reason",
            &[
                "data: {\"choices\":[]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":\"\"}]}\n\n",
                HI,
                "data: {\"choices\":[{\"delta\":{}}]}\n\ndata: {\"choices\":[{\"delta\":null}]}\n\ndata: {}\n\n",
                THERE,
                "data: {\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\n",
                DONE,
            ],
        ),
        (
            "unknown fields, and a null error",
            &[
                "data: {\"x\":[{}],\"error\":null,\"choices\":[{\"y\":1,\"delta\":{\"z\":{},\"content\":\"Hi \"}}]}\n\n",
                THERE,
                DONE,
            ],
        ),
        (
            "the reason with the last piece",
            &[
                HI,
                "data: {\"choices\":[{\"delta\":{\"content\":\"there.\"},\"finish_reason\":\"stop\"}]}\n\n",
            ],
        ),
        ("no [DONE]", &[HI, THERE]),
        ("no empty line at the end", &[HI, THERE.trim_end()]),
        (
            "parts",
            &[
                "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"Hi \"}]}}]}\n\n",
                THERE,
                DONE,
            ],
        ),
        (
            "reasoning in fields of its own",
            &[
                "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\",\"content\":null}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\",\"content\":\"\"}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]}]}}]}\n\n",
                HI,
                THERE,
                DONE,
            ],
        ),
        (
            "a space in front",
            &["data: {\"choices\":[{\"delta\":{\"content\":\"\\n \"}}]}\n\n", HI, THERE, DONE],
        ),
    ] {
        assert_eq!(answer(Reply::events(chunks)).await, ("Hi there.".into(), ENDED), "{name}");
    }
}

#[tokio::test]
async fn bytes_may_be_cut_anywhere() {
    let events = "data: {\"choices\":[{\"delta\":{\"content\":\"안녕하세요 👋 \"}}]}\r\n\r\n\
                  data: {\"choices\":[{\"delta\":{\"content\":\"\\uc548\\ub155\"}}]}\r\n\r\ndata: [DONE]\r\n\r\n";
    let steps = events.bytes().map(|byte| Step::Send(vec![byte])).collect();
    assert_eq!(answer(Reply::new("text/event-stream", steps)).await, ("안녕하세요 👋 안녕".into(), ENDED));
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let body =
        br#"{"choices":[{"message":{"role":"assistant","content":"Hi there."},"finish_reason":"stop"}]}"#;
    let reply = Reply::new("application/json; charset=utf-8", vec![Step::Send(body.to_vec())]);
    assert_eq!(answer(reply).await, ("Hi there.".into(), ENDED));
}

#[tokio::test]
async fn a_fault_in_mid_answer_ends_it_and_the_text_before_counts() {
    let reported = |code: &str| format!("the model reported an error instead of an answer{code}: look");
    for (name, reply, expected) in [
        (
            "an error",
            Reply::events(&[
                HI,
                "data: {\"error\":{\"message\":\"Hi\",\"code\":\"server_error\"}}\n\n",
                THERE,
                DONE,
            ]),
            reported(", server_error"),
        ),
        (
            "an error that is a text",
            Reply::events(&[HI, "data: {\"error\":\"you said hi\"}\n\n"]),
            reported(""),
        ),
        (
            "no JSON",
            Reply::events(&[HI, "data: {\"choices\":\n\n", THERE, DONE]),
            "the model's answer can't".into(),
        ),
        ("half a frame", Reply::events(&[HI, "data: {\"choices\":"]), "the model's answer can't".into()),
        (
            "no UTF-8",
            Reply::events(&[HI])
                .then(Step::Send(b"data: {\"choices\":[{\"delta\":{\"content\":\"\xff\"}}]}\n\n".into())),
            "the model's answer can't".into(),
        ),
        (
            "a broken connection",
            Reply::events(&[HI]).then(Step::Break),
            "the model's connection broke".into(),
        ),
    ] {
        let (text, last) = answer(reply).await;
        let Event::Failed(error) = last else { panic!("{name}: {last:?}") };
        assert!(error.to_string().starts_with(&expected), "{name}: {error}");
        assert_eq!(text, "Hi ", "{name}");
    }
}

#[tokio::test]
async fn a_connection_that_closes_without_any_mark_of_an_end_has_broken() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    for (last, expected) in [("", Event::Failed(ModelError::Broken)), (DONE, ENDED)] {
        let bytes = format!("{head}{HI}{last}").leak();
        let server = Server::raw(bytes.as_bytes()).await;
        let outcome = outcome(writer(OpenAi, &server).write(prompt("Hello?"))).await;
        assert_eq!(outcome, ("Hi ".into(), expected));
    }
}

#[tokio::test]
async fn a_long_token_is_passed_on() {
    let token = "word ".repeat(1000);
    let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{token}\"}}}}]}}\n\n");
    let server = Server::start(vec![Reply::events(&[&event, DONE])]).await;
    let limits = chat::Limits { characters: 6000, ..chat::Limits::default() };
    let model = crate::settings(OpenAi, &server);
    let writer = chat::open(&chat::ChatSettings { model, limits, fall_back: None }).expect("valid settings");
    assert_eq!(outcome(writer.write(prompt("Hello?"))).await, (token, ENDED));
}

#[tokio::test]
async fn ten_megabytes_are_cut_behind_a_word() {
    let event =
        |content: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n");
    let one = event(&"words ".repeat(1_700_000));
    let many = event("words ").repeat(1_700_000);
    for (name, events) in [("in one token", one), ("in many", many)] {
        let steps = events.as_bytes().chunks(65536).map(|chunk| Step::Send(chunk.to_vec())).collect();
        let mut server = Server::start(vec![Reply::new("text/event-stream", steps)]).await;
        // Without optimisation, reading as much may take its time.
        let limits =
            chat::Limits { first_token: std::time::Duration::from_secs(60), ..chat::Limits::default() };
        let model = crate::settings(OpenAi, &server);
        let writer =
            chat::open(&chat::ChatSettings { model, limits, fall_back: None }).expect("valid settings");
        let (text, last) = outcome(writer.write(prompt("Hello?"))).await;
        assert_eq!(last, Event::Ended { cut: true }, "{name}");
        let length = text.chars().count();
        assert!((3990..=4000).contains(&length) && text.trim_end().ends_with("words"), "{name}: {length}");
        if name == "in many" {
            // The rest is not read: the connection is closed, though the client would keep it.
            server.closed().await;
        }
    }
}

#[tokio::test]
async fn a_frame_without_an_end_is_given_up() {
    let steps = vec![Step::Send(vec![b'x'; 1024 * 1024]); 17];
    let (text, last) = answer(Reply::new("text/event-stream", steps).then(Step::Hang)).await;
    assert!(matches!(last, Event::Failed(ModelError::Malformed(_))), "{text} {last:?}");
}

#[tokio::test]
async fn an_answer_without_a_word_is_a_failure() {
    let spaces = "data: {\"choices\":[{\"delta\":{\"content\":\" \\n\"}}]}\n\n".repeat(50);
    for chunks in [
        &[DONE][..],
        &[&spaces, DONE],
        &["data: {\"choices\":[{\"delta\":{\"content\":\"...\"}}]}\n\n", DONE],
    ] {
        let (_, last) = answer(Reply::events(chunks)).await;
        assert_eq!(last, Event::Failed(ModelError::Empty), "{chunks:?}");
    }
}
