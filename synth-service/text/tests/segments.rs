//! Checks the tables of `tests/data` that define where sentences end, and feeds each row in every way in which a text
//! can arrive.

#![allow(clippy::expect_used, reason = "a test whose table can't be read can only stop")]

use std::{collections::BTreeSet, fmt::Write as _, time::Instant};

use serde::Deserialize;
use text::{FirstPart, GrowingText, Sentence, SentenceSplitter, clean, estimated_seconds, shape};

#[derive(Deserialize)]
struct Table {
    language: String,
    case: Vec<Case>,
}

/// One row. `name` is the habit that the row tests.
#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    sentences: Vec<String>,
}

/// The table of the parts of growing texts.
#[derive(Deserialize)]
struct Growing {
    case: Vec<Growth>,
}

/// One row: `parts` come of any way in which the text grows, and `short` for a voice whose first part is to be short.
#[derive(Deserialize)]
struct Growth {
    name: String,
    language: String,
    text: String,
    parts: Vec<String>,
    short: Option<Vec<String>>,
}

/// A row of the table of shapes: sentences, and their parts when all sentences are known, or when the text grows, with
/// each sentence in a paragraph.
#[derive(Deserialize)]
struct Shapes {
    case: Vec<Shape>,
}

#[derive(Deserialize)]
struct Shape {
    name: String,
    language: String,
    sentences: Vec<String>,
    complete: Option<Vec<String>>,
    growing: Option<Vec<String>>,
    /// The parts when all sentences arrive at once, for a voice whose first part is to be short.
    short: Option<Vec<String>>,
}

/// Least number of rows in a table.
const ROWS: usize = 150;

/// Number of random divisions into pieces for each row.
const CHUNKINGS: u64 = 40;

/// A simple generator is random enough, and gives the same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

fn split<'a>(language: &str, pieces: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut splitter = SentenceSplitter::new(language);
    let mut sentences: Vec<String> = pieces.into_iter().flat_map(|piece| splitter.push(piece)).collect();
    sentences.extend(splitter.finish());
    sentences
}

fn grow<'a>(language: &str, first: FirstPart, pieces: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut text = GrowingText::new(language, first);
    let mut parts: Vec<Sentence> = pieces.into_iter().flat_map(|piece| text.push(piece)).collect();
    parts.extend(text.finish());
    parts.iter().map(Sentence::text).collect()
}

fn characters(text: &str) -> Vec<&str> {
    text.char_indices().map(|(at, character)| &text[at..at + character.len_utf8()]).collect()
}

fn chunks<'a>(text: &'a str, dice: &mut Dice) -> Vec<&'a str> {
    let most = 1 + dice.roll(24);
    let mut rest = text;
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let length = 1 + dice.roll(most);
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        let (chunk, behind) = rest.split_at(end);
        chunks.push(chunk);
        rest = behind;
    }
    chunks
}

/// The differences from `expected` when the text arrives in pieces.
fn differences(language: &str, text: &str, expected: &[String], dice: &mut Dice) -> String {
    let mut wrong = String::new();
    let mut compare = |way: &str, pieces: Vec<&str>| {
        let found = split(language, pieces);
        if found != expected {
            let _ = write!(wrong, "\n  {way}: {found:?}");
        }
    };
    compare("character by character", characters(text));
    compare("by words", text.split_inclusive(' ').collect());
    for _ in 0..CHUNKINGS {
        compare("by chunks", chunks(text, dice));
    }
    wrong
}

fn check(table: &str) {
    let table: Table = toml::from_str(table).expect("a valid table");
    let names: BTreeSet<_> = table.case.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), table.case.len(), "every row has a name of its own");
    assert!(table.case.len() >= ROWS, "only {} rows", table.case.len());
    let mut dice = Dice(7);
    let mut wrong = Vec::new();
    for Case { name, text, sentences } in &table.case {
        let found = split(&table.language, [text.as_str()]);
        if found != *sentences {
            wrong.push(format!("{name}: {text:?}\n  expected {sentences:?}\n  found    {found:?}"));
        }
        let arriving = differences(&table.language, text, &found, &mut dice);
        if !arriving.is_empty() {
            wrong.push(format!("{name}: {text:?} at once {found:?}{arriving}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), table.case.len(), wrong.join("\n"));
}

#[test]
fn english_is_split_where_a_reader_pauses() {
    check(include_str!("data/segments-en.toml"));
}

#[test]
fn korean_is_split_where_a_reader_pauses() {
    check(include_str!("data/segments-ko.toml"));
}

/// Pieces of markup, marks and words in any order, beyond the rows of the tables.
#[test]
fn the_same_sentences_come_of_any_text_however_it_arrives() {
    const PIECES: [&str; 71] = [
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        ".",
        ". ",
        "...",
        "?",
        "! ",
        "?!",
        "…",
        "。",
        "！",
        ",",
        ": ",
        "\"",
        "'",
        "’",
        "”",
        "(",
        ")",
        "[",
        "](",
        "]",
        "**",
        "*",
        "_",
        "`",
        "```\n",
        "~~",
        "# ",
        "#",
        "- ",
        "1. ",
        "2. ",
        "1)",
        "(2) ",
        "|",
        "---\n",
        "<b>",
        "</p>",
        "<",
        "<br",
        ">",
        "&amp;",
        "&",
        "😊",
        "\u{200d}",
        "1️⃣",
        "Dr",
        "Mr. ",
        "U.S.",
        "p.m. ",
        "No. ",
        "word",
        "Then",
        "I",
        "Yes",
        "가",
        "감사합니다",
        "다음은 ",
        "「",
        "」",
        "3.5",
        "www.example.com",
        " the order of last week, ",
        "and it is here ",
        "please, let us ",
        "주문하신 상품은 출고되었으며, ",
        "고객님께서 확인하고 ",
    ];
    let mut dice = Dice(11);
    for round in 0..1500 {
        let length = 2 + dice.roll(40);
        let text: String = (0..length).map(|_| PIECES[dice.roll(PIECES.len())]).collect();
        let language = ["en-US", "ko-KR", "de", "ja"][round % 4];
        let at_once = split(language, [text.as_str()]);
        let first = [FirstPart::Usual, FirstPart::Short][round / 4 % 2];
        let grown = grow(language, first, [text.as_str()]);
        for pieces in [characters(&text), chunks(&text, &mut dice), chunks(&text, &mut dice)] {
            assert_eq!(split(language, pieces.clone()), at_once, "{language} {text:?}");
            assert_eq!(grow(language, first, pieces), grown, "{language} {first:?} {text:?}");
        }
        let cleaned = clean(&text);
        let words =
            |text: &str| text.chars().filter(|character| character.is_alphanumeric()).collect::<String>();
        assert_eq!(words(&at_once.concat()), words(&cleaned), "{text:?}");
        assert_eq!(words(&grown.concat()), words(&cleaned), "{text:?}");
    }
}

/// In an optimised build each text takes about a hundredth of a second.
#[test]
fn a_long_text_takes_no_longer_than_its_length() {
    const LONG: usize = 50_000;
    for unit in [
        "Your order has shipped and will be there soon. ",
        "word ",
        "a. ",
        "x",
        ".",
        "\"",
        "(",
        "[",
        "[a](",
        "<b ",
        "*",
        "`",
        "#",
        "감사합니다 ",
        "가",
        "1. ",
        "\n",
        " ",
        "- ",
        "😊",
        "U.S. ",
        "&",
        "…",
        "|",
        "a.b",
        "**1 ",
        "*1 ",
        "<!--",
        "Thank you.Your ",
        "e.g.x.",
        "\"a.\" ",
    ] {
        let text: String = unit.chars().cycle().take(LONG).collect();
        let begun = Instant::now();
        let at_once = split("en-US", [text.as_str()]);
        let one_by_one = split("en-US", characters(&text));
        let sentences = at_once.iter().map(Sentence::plain).collect();
        let parts = shape("en-US", sentences, FirstPart::Usual);
        let took = begun.elapsed();
        assert_eq!(one_by_one, at_once, "{unit:?}");
        assert!(took.as_secs() < 20, "{unit:?} took {took:?}");
        assert!(parts.iter().all(|part| part.text().chars().count() <= 401), "{unit:?}");
    }
}

#[test]
fn parts_have_a_length_that_plays_well() {
    let table: Shapes = toml::from_str(include_str!("data/shape.toml")).expect("a valid table");
    let names: BTreeSet<_> = table.case.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), table.case.len(), "every row has a name of its own");
    assert!(table.case.len() >= 30, "only {} rows", table.case.len());
    let mut wrong = Vec::new();
    for Shape { name, language, sentences, complete, growing, short } in &table.case {
        let plain = || sentences.iter().map(Sentence::plain);
        let texts = |parts: Vec<Sentence>| parts.iter().map(Sentence::text).collect::<Vec<_>>();
        let found_growing = grow(language, FirstPart::Usual, [sentences.join("\n\n").as_str()]);
        for (way, expected, found) in [
            ("complete", complete, texts(shape(language, plain().collect(), FirstPart::Usual))),
            ("growing", growing, found_growing),
            ("with a short first part", short, texts(shape(language, plain().collect(), FirstPart::Short))),
        ] {
            if expected.as_ref().is_some_and(|expected| *expected != found) {
                let seconds: Vec<f32> = found.iter().map(|part| estimated_seconds(language, part)).collect();
                wrong.push(format!(
                    "{name}, {way}:\n  expected {expected:?}\n  found    {found:?}\n  {seconds:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Least number of rows of a language in the table of growing texts.
const GROWING_ROWS: usize = 80;

#[test]
fn a_growing_text_has_the_same_parts_however_it_grows() {
    let table: Growing = toml::from_str(include_str!("data/growing.toml")).expect("a valid table");
    let names: BTreeSet<_> = table.case.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), table.case.len(), "every row has a name of its own");
    for language in ["en-US", "ko-KR"] {
        let rows = table.case.iter().filter(|case| case.language == language).count();
        assert!(rows >= GROWING_ROWS, "only {rows} rows of {language}");
    }
    let mut dice = Dice(5);
    let mut wrong = Vec::new();
    for Growth { name, language, text, parts, short } in &table.case {
        let mut compare = |way: &str, pieces: Vec<&str>| {
            for (first, expected) in [(FirstPart::Usual, Some(parts)), (FirstPart::Short, short.as_ref())] {
                let found = grow(language, first, pieces.clone());
                if expected.is_some_and(|expected| found != *expected) {
                    wrong.push(format!(
                        "{name}, {way}, {first:?}:\n  expected {expected:?}\n  found    {found:?}"
                    ));
                }
            }
        };
        compare("at once", vec![text]);
        compare("character by character", characters(text));
        compare("by words", text.split_inclusive(' ').collect());
        for _ in 0..CHUNKINGS {
            compare("by chunks", chunks(text, &mut dice));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
