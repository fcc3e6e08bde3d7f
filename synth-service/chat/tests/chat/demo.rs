//! The demo model: a talk that is worth hearing, at a set pace.

use std::{sync::Arc, time::Duration};

use chat::{ChatSettings, Demo, DemoError, Event, Limits, Prompt, Turn, Writer};
use futures::StreamExt;
use tokio::time::Instant;

use crate::{ENDED, outcome};

/// The answers of the built-in script to these words of a caller, who hears each answer whole.
async fn talk(words: &[&str]) -> Vec<String> {
    let writer = chat::open(&ChatSettings::default()).expect("the defaults are valid");
    let mut prompt = Prompt::default();
    for word in words {
        prompt.text = (*word).into();
        let (answer, last) = outcome(writer.write(prompt.clone())).await;
        assert_eq!(last, ENDED);
        prompt.turns.push(Turn { id: String::new(), caller: prompt.text.clone(), answer });
    }
    prompt.turns.into_iter().map(|turn| turn.answer).collect()
}

#[tokio::test(start_paused = true)]
async fn a_caller_gets_each_kind_of_answer() {
    for (words, expected) in [
        ("Hello!", "How can I help"),
        ("When are you open?", "nine in the morning"),
        ("What are your opening hours on weekends?", "nine in the morning"),
        ("I'd like to talk to a person.", "put you through"),
        ("Get me an agent", "put you through"),
        ("Thanks, bye.", "Thank you for calling"),
        ("Where is my order 4711?", "order 4711."),
        ("The moon is made of cheese", "didn't catch that"),
        ("1234", "didn't catch that"),
        ("안녕하세요", "무엇을 도와드릴까요"),
        ("영업시간이 어떻게 되나요?", "오전 아홉 시"),
        ("상담원이랑 통화하고 싶어요", "상담원에게 연결"),
        ("주문 4711번 어디쯤 왔나요?", "주문 번호 4711"),
        ("감사합니다", "천만에요"),
        ("달은 치즈로 만들어졌다", "잘 알아듣지 못했어요"),
    ] {
        let answers = talk(&[words]).await;
        assert!(answers[0].contains(expected), "{words}: {answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_orders_number_is_asked_for_and_repeated() {
    let answers =
        talk(&["Where's my parcel?", "Er, just a second.", "It's 47 11 08.", "And when do you close?"]).await;
    for (answer, expected) in answers.iter().zip([
        "What is your order number?",
        "digit by digit",
        "order 47 11 08.",
        "nine in the morning",
    ]) {
        assert!(answer.contains(expected), "{answers:?}");
    }
    let answers = talk(&["Where's my parcel?", "four seven one one"]).await;
    assert!(answers[1].contains("order four seven one one."), "{answers:?}");

    let answers = talk(&["택배가 안 왔어요.", "잠깐만요", "4711 0815", "고마워요"]).await;
    for (answer, expected) in
        answers.iter().zip(["주문 번호를", "숫자로 천천히", "주문 번호 4711 0815", "천만에요"])
    {
        assert!(answer.contains(expected), "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_repeated_as_far_as_it_was_heard() {
    let writer = chat::open(&ChatSettings::default()).expect("the defaults are valid");
    let heard = Turn { id: String::new(), caller: "When are you open?".into(), answer: "We are open".into() };
    let prompt = Prompt { turns: vec![heard], text: "What did you say?".into(), ..Prompt::default() };
    assert_eq!(outcome(writer.write(prompt)).await, ("I said: We are open".into(), ENDED));
}

#[tokio::test(start_paused = true)]
async fn the_pace_is_kept_even_by_a_late_reader() {
    let demo = Demo::built_in(Duration::from_millis(300), 50.0).expect("a good pace");
    let writer = Writer::new(Arc::new(demo), None, Limits::default());
    let start = Instant::now();
    let prompt = Prompt { text: "When are you open?".into(), ..Prompt::default() };
    let mut writing = writer.write(prompt);
    let mut times = Vec::new();
    while let Some(event) = writing.next().await {
        if let Event::Text(token) = event {
            assert!(token.trim().chars().count() <= 6, "{token:?} is no token");
            times.push(start.elapsed().as_millis());
        }
        if times.len() == 5 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(times[..5], [300, 320, 340, 360, 380]);
    assert_eq!(times[5..10], [430, 430, 440, 460, 480], "it goes on writing while nobody reads");
    assert!(times.len() > 30, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_script_may_set_the_times_of_an_answer() {
    let script = "[[languages]]\nletters=''\notherwise=[]\n[[languages.rules]]\npattern=''\nanswer=[\n\
                  {text='Hello there!', by_ms=500},{text='{heard}Would you like to go for a long walk?', by_ms=1000},\n\
                  {text='You will like it.', by_ms=1500}]";
    let demo = Demo::new(script, Duration::from_millis(300), 50.0).expect("a good script");
    let writer = Writer::new(Arc::new(demo), None, Limits::default());
    let start = Instant::now();
    let mut writing = writer.write(Prompt { text: "Hello?".into(), ..Prompt::default() });
    let (mut text, mut ends) = (String::new(), Vec::new());
    while let Some(event) = writing.next().await {
        if let Event::Text(token) = event {
            text.push_str(&token);
            if token.ends_with(['!', '?', '.']) {
                ends.push(start.elapsed().as_millis());
            }
        }
    }
    assert_eq!(text, "Hello there! Would you like to go for a long walk? You will like it.");
    assert_eq!(ends, [500, 1000, 1500]);
}

#[test]
fn a_fault_in_a_script_is_named() {
    let built_in = |pace| Demo::built_in(Duration::ZERO, pace).map(|_| ());
    for pace in [0.0, -1.0, 1e-9, f64::NAN] {
        assert_eq!(built_in(pace), Err(DemoError::NoPace));
    }
    let language = |rule: &str| format!("[[languages]]\nletters='[a-z]'\notherwise=['No.']\n{rule}");
    let rule = |pattern: &str, answer: &str| {
        language(&format!("[[languages.rules]]\npattern='{pattern}'\nanswer='{answer}'"))
    };
    for (script, expected) in [
        ("", "is not valid"),
        ("languages=[]", "has no language"),
        ("x=1", "is not valid"),
        (&language("rules=[{pattern='a',answr='b'}]"), "is not valid"),
        (&language("rules=[{pattern='a',answer=[{text='b'}]}]"), "is not valid"),
        (&rule("(", "a"), "no regular expression"),
        (&rule("(?<n>a)", "{m}"), "has {m}"),
    ] {
        let error = Demo::new(script, Duration::ZERO, 50.0).map(|_| ()).expect_err(script).to_string();
        assert!(error.contains(expected) && !error.contains('\n'), "{script}: {error}");
    }
    assert!(Demo::new(&rule("(?<n>a)", "{n} {heard}"), Duration::ZERO, 50.0).is_ok());
}
