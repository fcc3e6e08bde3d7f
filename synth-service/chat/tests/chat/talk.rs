//! The memory of a talk.

use std::time::Duration;

use chat::{Spoken, Talk, TalkError, TalkLimits, heard};

const LIMITS: TalkLimits = TalkLimits { turns: 3, characters: 60, age: Duration::from_secs(60) };

fn lines(talk: &Talk) -> Vec<String> {
    talk.turns().map(|turn| format!("{}: {} -> {}", turn.id, turn.caller, turn.answer)).collect()
}

#[test]
fn a_talk_is_stored_and_read_again() {
    let mut talk = Talk::default();
    talk.begin("s-1", " 안녕하세요? ", &LIMITS);
    assert!(talk.remember("s-1", "네, \"안녕\"하세요.", &LIMITS));
    talk.begin("s-2", "Hello?", &LIMITS);
    assert_eq!(Talk::from_json(&talk.to_json()), Ok(talk.clone()));
    assert_eq!(lines(&talk), ["s-1: 안녕하세요? -> 네, \"안녕\"하세요.", "s-2: Hello? -> "]);
    assert_eq!(talk.latest().map(|turn| turn.id.as_str()), Some("s-2"));
}

#[test]
fn a_document_that_is_damaged_or_newer_is_an_error_that_repeats_no_word() {
    let mut talk = Talk::default();
    talk.begin("s-1", "My PIN is 1234", &LIMITS);
    let good = String::from_utf8(talk.to_json()).expect("UTF-8");
    for document in [
        "",
        "{",
        "[]",
        "null",
        "\u{0}",
        "My PIN is 1234",
        r#"{"version":"My PIN is 1234"}"#,
        r#"{"version":1}"#,
        r#"{"version":1,"turns":[{"id":"s-1","caller":1234}]}"#,
        &good[..good.len() - 2],
    ] {
        let error = Talk::from_json(document.as_bytes()).expect_err(document);
        assert!(matches!(error, TalkError::Damaged { .. }), "{document}: {error:?}");
        assert!(!error.to_string().contains("1234"), "{error}");
    }
    let newer = good.replace(r#""version":1"#, r#""version":2"#);
    assert_eq!(Talk::from_json(newer.as_bytes()), Err(TalkError::OtherVersion(2)));
    let extended = good.replace(r#""version":1"#, r#""version":1,"mood":[]"#);
    assert_eq!(Talk::from_json(extended.as_bytes()), Ok(talk));
}

#[test]
fn the_oldest_turns_are_forgotten() {
    let mut talk = Talk::default();
    for number in 1..=5 {
        talk.begin(&format!("s-{number}"), "Hello?", &LIMITS);
    }
    assert_eq!(lines(&talk), ["s-3: Hello? -> ", "s-4: Hello? -> ", "s-5: Hello? -> "]);
    // With 48 characters more, only one question of six fits beside them.
    let answer = "word ".repeat(10).trim_end()[..48].to_owned();
    talk.remember("s-5", &answer, &LIMITS);
    assert_eq!(lines(&talk), ["s-4: Hello? -> ", &format!("s-5: Hello? -> {answer}")]);
}

#[test]
fn one_turn_that_is_too_long_is_cut() {
    let mut talk = Talk::default();
    talk.begin("s-1", "Hello?", &LIMITS);
    talk.begin("s-2", &"안".repeat(10_000), &LIMITS);
    talk.remember("s-2", &"녕".repeat(10_000), &LIMITS);
    let expected = format!("s-2: {} -> {}", "안".repeat(30), "녕".repeat(30));
    assert_eq!(lines(&talk), [expected]);
}

#[test]
fn a_turn_that_was_overtaken_is_not_remembered_as_said() {
    let mut talk = Talk::default();
    talk.begin("s-1", "Hello?", &LIMITS);
    let before = talk.begin("s-2", "Are you there?", &LIMITS);
    assert_eq!(before.iter().map(|turn| turn.id.as_str()).collect::<Vec<_>>(), ["s-1"]);
    assert!(!talk.remember("s-1", "Hello! How can I help?", &LIMITS));
    assert!(talk.remember("s-2", "Yes, I", &LIMITS));
    // Later news of the same turn: more of it was heard.
    assert!(talk.remember("s-2", "Yes, I am.", &LIMITS));
    assert!(!talk.remember("s-9", "Yes.", &LIMITS));
    assert_eq!(talk.begin("s-2", "Are you there?", &LIMITS), before);
    assert_eq!(lines(&talk), ["s-1: Hello? -> ", "s-2: Are you there? -> Yes, I am."]);
}

/// An answer of two parts: "One two three four." in two seconds, "Five six." in one.
fn answer() -> Vec<Spoken> {
    [("One two three four.", 2000), (" Five six. ", 1000)]
        .map(|(text, ms)| Spoken { text: text.into(), duration: Duration::from_millis(ms) })
        .into()
}

#[test]
fn an_answer_is_cut_behind_the_last_word_that_was_heard_whole() {
    for (ms, expected) in [
        (0, ""),
        (300, ""),
        (400, "One"),
        (800, "One two"),
        (1000, "One two"),
        (1900, "One two three"),
        (2000, "One two three four."),
        (2300, "One two three four."),
        (2600, "One two three four. Five"),
        (3000, "One two three four. Five six."),
        (90_000, "One two three four. Five six."),
    ] {
        assert_eq!(heard(&answer(), Duration::from_millis(ms)), expected, "{ms} ms");
    }
}

#[test]
fn more_time_never_means_less_heard_in_any_language() {
    for text in [
        "안녕하세요! 오늘 날씨가 정말 좋아요.",
        "今日はいい天気ですね。",
        "你好 world, 再见",
        "  ",
        "Supercalifragilistic",
    ] {
        let answer = [Spoken { text: text.into(), duration: Duration::from_millis(100) }];
        let mut longest = 0;
        for ms in 0..=100 {
            let heard = heard(&answer, Duration::from_millis(ms));
            assert!(text.trim().starts_with(&heard) && heard.len() >= longest, "{heard:?} at {ms} ms");
            longest = heard.len();
        }
        assert_eq!(longest, text.trim().len());
    }
}

#[test]
fn no_words_are_shown_by_debug() {
    let mut talk = Talk::default();
    talk.begin("s-1", "My PIN is 1234", &LIMITS);
    talk.remember("s-1", "Thanks for 1234", &LIMITS);
    let prompt = crate::prompt("1234");
    assert!(
        !format!("{talk:?} {prompt:?} {:?}", [Spoken { text: "1234".into(), duration: Duration::ZERO }])
            .contains("1234")
    );
}
