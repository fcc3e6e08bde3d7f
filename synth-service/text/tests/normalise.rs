//! Checks the tables of `tests/data`: written texts and their spoken forms.

#![allow(clippy::expect_used, reason = "a test whose table can't be read can only stop")]

use std::collections::BTreeSet;

use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    language: String,
    case: Vec<Case>,
}

/// One row. `name` is the reading habit that the row tests.
#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    spoken: String,
}

/// Least number of rows in a table.
const ROWS: usize = 150;

/// Least percentage of rows that are one sentence, so that they can be checked in the form in which callers hear them.
const ONE_SENTENCE: usize = 80;

fn check(table: &str) {
    let table: Table = toml::from_str(table).expect("a valid table");
    let names: BTreeSet<_> = table.case.iter().map(|case| &case.name).collect();
    assert_eq!(names.len(), table.case.len(), "every row has a name of its own");
    assert!(table.case.len() >= ROWS, "only {} rows", table.case.len());
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for Case { name, text, spoken } in &table.case {
        let found = text::normalise(&table.language, text);
        if found != *spoken {
            wrong.push(format!("{name}: {text:?}\n  expected {spoken:?}\n  found    {found:?}"));
        }
        if let Some(cleaned) = only_sentence(&table.language, text) {
            compared += 1;
            let found = text::normalise(&table.language, &cleaned);
            if found != *spoken {
                wrong.push(format!("{name}: {text:?} is split to {cleaned:?}\n  found    {found:?}"));
            }
        }
        let again = text::normalise(&table.language, &found);
        if again != found {
            wrong.push(format!("{name}: {found:?} changes again\n  into {again:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), table.case.len(), wrong.join("\n"));
    let least = table.case.len() * ONE_SENTENCE / 100;
    assert!(compared >= least, "only {compared} of {} rows are one sentence", table.case.len());
}

/// The text as the splitter returns it, if it is one sentence.
fn only_sentence(language: &str, text: &str) -> Option<String> {
    let sentences = text::sentences(language, text).expect("plain text");
    if let [sentence] = &sentences[..] { Some(sentence.text()) } else { None }
}

#[test]
fn english_is_read_as_a_person_reads_it() {
    check(include_str!("data/normalise-en.toml"));
}

#[test]
fn korean_is_read_as_a_person_reads_it() {
    check(include_str!("data/normalise-ko.toml"));
}
