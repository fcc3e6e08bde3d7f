//! The default instructions, and questions of any length.

use chat::{ModelKind, system_prompt};

use crate::{
    ENDED, outcome, prompt,
    server::{Reply, Server},
    writer,
};

#[tokio::test]
async fn long_instructions_and_long_words_arrive_whole() {
    let answer = "data: {\"choices\":[{\"delta\":{\"content\":\"Yes.\"}}]}\n\ndata: [DONE]\n\n";
    let mut server = Server::start(vec![Reply::events(&[answer])]).await;
    let mut prompt = prompt(&"안 ".repeat(5_000));
    prompt.system = "Be brief. ".repeat(5_000);
    assert_eq!(
        outcome(writer(ModelKind::OpenAi, &server).write(prompt.clone())).await,
        ("Yes.".into(), ENDED)
    );
    let messages = &server.question().await.body["messages"];
    assert_eq!(
        (&messages[0]["content"], &messages[1]["content"]),
        (&prompt.system.into(), &prompt.text.into())
    );
}

#[test]
fn answers_are_asked_for_that_can_be_spoken_in_the_callers_language() {
    for (language, expected) in [
        (None, "in the language that the caller speaks"),
        (Some(""), "in the language that the caller speaks"),
        (Some("ko"), "in Korean"),
        (Some("ko-KR"), "in Korean"),
        (Some("EN_us"), "in English"),
        (Some("nl"), "in nl"),
    ] {
        let prompt = system_prompt(language);
        assert!(prompt.contains(&format!("Answer {expected}. ")), "{prompt}");
        for wish in ["short, complete sentences", "no lists", "markup", "read aloud"] {
            assert!(prompt.contains(wish), "{prompt}");
        }
    }
}
