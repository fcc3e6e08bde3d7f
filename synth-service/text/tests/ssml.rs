//! SSML in, sentences out: checks the tables of `tests/data/ssml.toml`, and rules for every text.

#![allow(clippy::expect_used, reason = "a test whose table can't be read can only stop")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Deserialize;
use text::{DateOrder, SayAs, SsmlError, ssml};
use text::{Sentence, Span};

#[derive(Deserialize)]
struct Table {
    good: Vec<Good>,
    malformed: Vec<Malformed>,
}

#[derive(Deserialize)]
struct Good {
    name: String,
    #[serde(default = "english")]
    language: String,
    ssml: String,
    sentences: Vec<String>,
}

#[derive(Deserialize)]
struct Malformed {
    name: String,
    ssml: String,
    line: usize,
    column: usize,
    message: String,
}

fn english() -> String {
    "en-US".to_owned()
}

fn table() -> Table {
    let table: Table = toml::from_str(include_str!("data/ssml.toml")).expect("a valid table");
    let names: BTreeSet<_> =
        table.good.iter().map(|row| &row.name).chain(table.malformed.iter().map(|row| &row.name)).collect();
    assert_eq!(names.len(), table.good.len() + table.malformed.len(), "every row has a name of its own");
    table
}

/// The sentence in the notation of the table.
fn written(sentence: &Sentence) -> String {
    sentence.spans.iter().map(written_span).collect::<Vec<_>>().join(" | ")
}

fn written_span(span: &Span) -> String {
    let mut written = span.text.clone();
    if let Some(ipa) = &span.ipa {
        written += &format!(" {{/{ipa}/}}");
    }
    if (span.rate - 1.0).abs() > 1e-4 {
        written += &format!(" {{x{}}}", (span.rate * 1000.0).round() / 1000.0);
    }
    if span.pause_ms > 0 {
        written += &format!(" {{{}ms}}", span.pause_ms);
    }
    written
}

/// Replaces each `«digits:123»` with its spoken words.
fn with_sayings(language: &str, expected: &str) -> String {
    let mut spoken = String::new();
    let mut rest = expected;
    while let Some((before, behind)) = rest.split_once('«') {
        let (inside, behind) = behind.split_once('»').expect("a closing mark");
        let (kind, words) = inside.split_once(':').expect("a kind and words");
        spoken += before;
        spoken += &text::say_as(language, kind_of(kind), words);
        rest = behind;
    }
    spoken + rest
}

fn kind_of(kind: &str) -> SayAs {
    match kind {
        "cardinal" => SayAs::Cardinal,
        "ordinal" => SayAs::Ordinal,
        "digits" => SayAs::Digits,
        "characters" => SayAs::Characters,
        "telephone" => SayAs::Telephone,
        "time" => SayAs::Time,
        "currency" => SayAs::Currency,
        "date" => SayAs::Date(DateOrder::Customary),
        "date-mdy" => SayAs::Date(DateOrder::MonthDayYear),
        "date-dmy" => SayAs::Date(DateOrder::DayMonthYear),
        "date-ymd" => SayAs::Date(DateOrder::YearMonthDay),
        _ => panic!("unknown kind {kind:?}"),
    }
}

#[test]
fn markup_becomes_spans() {
    let rows = table().good;
    assert!(rows.len() >= 50, "only {} rows", rows.len());
    let mut wrong = Vec::new();
    for Good { name, language, ssml, sentences } in &rows {
        assert!(ssml::is_ssml(ssml), "{name}");
        let expected: Vec<_> = sentences.iter().map(|sentence| with_sayings(language, sentence)).collect();
        let found = match ssml::sentences(language, ssml) {
            Ok(found) => found.iter().map(written).collect(),
            Err(error) => vec![error.to_string()],
        };
        if found != expected {
            wrong.push(format!("{name}:\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn malformed_text_is_found_at_its_place() {
    let rows = table().malformed;
    assert!(rows.len() >= 30, "only {} rows", rows.len());
    let mut wrong = Vec::new();
    for Malformed { name, ssml, line, column, message } in &rows {
        let found = text::sentences("en-US", ssml);
        let is_right = matches!(&found, Err(error)
            if (error.line, error.column) == (*line, *column)
                && error.to_string().starts_with(&format!("SSML line {line}, column {column}: "))
                && error.to_string().contains(message)
                && !error.to_string().contains('\n'));
        if !is_right {
            wrong.push(format!("{name}:\n  expected {line}:{column} {message}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn one_function_takes_plain_text_and_ssml() {
    let spoken = |text: &str| -> Vec<String> {
        text::sentences("en-US", text).expect("well-formed").iter().map(Sentence::text).collect()
    };
    assert_eq!(spoken("Please <b>hold</b> & wait."), ["Please hold & wait."]);
    assert_eq!(spoken("<speak>Please <b>hold</b> &amp; wait.</speak>"), ["Please hold & wait."]);
    assert_eq!(spoken("<speaker>Please hold.</speaker>"), ["Please hold."]);
    assert_eq!(spoken("<speak><break time=\"2s\"/></speak>"), Vec::<String>::new());
}

/// Checks that the error's place is inside the text.
fn assert_inside(text: &str, error: &SsmlError) {
    let line = text.split('\n').nth(error.line - 1);
    let columns = line.map(|line| line.chars().count() + 1);
    assert!(columns.is_some_and(|columns| (1..=columns).contains(&error.column)), "{error} in {text:?}");
}

#[test]
fn a_text_that_breaks_off_is_read_or_refused_at_a_place_it_has() {
    for row in table().good {
        for (end, _) in row.ssml.char_indices() {
            let text = &row.ssml[..end];
            if let Err(error) = text::sentences(&row.language, text) {
                assert_inside(text, &error);
            }
        }
    }
}

#[test]
fn no_text_makes_it_panic() {
    let parts = [
        "<speak>",
        "</speak>",
        "<break time=\"1s\"/>",
        "<p>",
        "</p>",
        "<",
        ">",
        "&",
        ";",
        "&amp;",
        "&#",
        "\"",
        "'",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<!",
        "<!-->",
        "<!DOCTYPE",
        "=",
        "/",
        "/>",
        "</",
        "가",
        "é",
        "\u{301}",
        "🎉",
        "\n",
        " ",
        "\0",
        "a. B",
        "1",
        "<phoneme ph=\"a\">",
        "</phoneme>",
        "<sub alias=\"x.\">",
        "</sub>",
        "<say-as interpret-as=\"digits\">",
        "</say-as>",
        "<prosody rate=\"slow\">",
        "</prosody>",
        "<s/>",
        "\u{feff}",
        "<a b",
        "<?xml",
        "[",
        "]",
        "-",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let mut text = "<speak>".to_owned();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let choice = usize::try_from(state >> 33).expect("31 bits") % parts.len();
            text.push_str(parts[choice]);
        }
        if let Err(error) = text::sentences("en-US", &text) {
            assert_inside(&text, &error);
        }
    }
}

#[test]
fn elements_are_nested_at_most_64_deep() {
    let deep = |depth: usize| format!("<speak>{}Hello{}</speak>", "<p>".repeat(depth), "</p>".repeat(depth));
    assert!(text::sentences("en-US", &deep(60)).is_ok());
    let error = text::sentences("en-US", &deep(10_000)).expect_err("too deep");
    assert!(error.to_string().contains("nested more than 64 deep"), "{error}");
    assert_eq!((error.line, error.column), (1, "<speak>".len() + 63 * "<p>".len() + 1));
}

#[test]
fn long_texts_are_read_quickly() {
    let bodies = [
        "Please hold <break time=\"1s\"/> the line. ".repeat(1_200),
        "<p><s>One &amp; two.</s></p>".repeat(1_800),
        "<prosody rate=\"slow\">wait</prosody> and ".repeat(1_200),
        "a".repeat(50_000),
        "<break/>".repeat(6_000),
        "<phoneme ph=\"a\">x.</phoneme> ".repeat(1_700),
        "&lt;".repeat(12_000),
        "< ".repeat(25_000),
        format!("<w {}>x</w>", (0..4_000).map(|name| format!("a{name}='b' ")).collect::<String>()),
        format!("<w a='{}'>x</w>", "&".repeat(40_000)),
        format!("<sub alias=\"{}\">x</sub>", "&amp;".repeat(9_000)),
    ];
    for body in bodies {
        let started = Instant::now();
        let _ = text::sentences("en-US", &format!("<speak>{body}</speak>"));
        let taken = started.elapsed();
        assert!(taken < Duration::from_secs(10), "{taken:?} for {}", &body[..30]);
    }
}
