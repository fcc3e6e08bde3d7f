//! Numbered places: rooms, gates, floors, roads. Never houses of a street.

use std::sync::LazyLock;

use super::context::{is_capitalised, is_glued, is_plural, last_word, named, next_word};
use super::letters::spell;
use super::number::{digits, pairs};
use super::rule::{Found, Rule, rules};
use super::streets::DIRECTIONS;

/// Words whose number is a name: "room three oh five". Shortened ones with their words.
const PLACES: [(&str, &str); 10] = [
    ("rm", "room"),
    ("ste", "suite"),
    ("apt", "apartment"),
    ("rte", "route"),
    ("bldg", "building"),
    ("hwy", "highway"),
    ("rt", "route"),
    ("flt", "flight"),
    ("fl", "floor"),
    ("us", "U S"),
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b(I|US|SR|CR|M|A)-([0-9]{1,3})(?:\s([NSEW]|NE|NW|SE|SW)\b)?", |found| {
            let road = if found.get(1).len() == 2 { spell(found.get(1)) } else { found.get(1).to_owned() };
            let direction =
                named(&DIRECTIONS, found.get(3)).map(|name| format!(" {name}")).unwrap_or_default();
            Some(format!("{road} {}{direction}", pairs(found.region, found.get(2))))
        }),
        (
            r"\b(?i:(room|rm|suite|ste|apartment|apt|unit|gate|seat|row|building|bldg|floor|fl|platform|terminal|door|bay|aisle|stall|locker|pier|dock|highway|hwy|route|rte|rt|interstate|exit|bus|train|track|channel|cabin|ward|concourse|lane|table|studio|zone|hall|form)\b)(\.?)\s?#?\s?(?:([A-Z]{1,2})-?([0-9]{1,4})|([0-9]{1,4})-?([A-Z]{1,2})|([0-9]{1,5}))\b",
            place,
        ),
        (r"\b((?i:room|rm\.?|suite|ste\.?|unit|apt\.?|apartment)\s)#?([0-9]{1,2})-([0-9]{2,4})\b", |found| {
            let read = |group: usize| pairs(found.region, found.get(group));
            Some(format!("{}{}, {}", found.get(1), read(2), read(3)))
        }),
        (r"\b((?i:area code)s?\s)([0-9]{3})\b", |found| {
            Some(format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        (r"\b(Apt|Ste|Bldg|Hwy|Rm|Fl)\b\.?", |found| {
            let words = named(&PLACES, &found.get(1).to_lowercase())?;
            let numbered =
                next_word(found.after()).chars().count() <= 4 && is_capitalised(next_word(found.after()));
            numbered.then(|| capital(words))
        }),
    ])
});

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn place(found: &Found<'_>) -> Option<String> {
    // "platform 9 3/4"
    if found.after().get(1..4).is_some_and(|next| {
        next.starts_with(|digit: char| digit.is_ascii_digit()) && next[1..].starts_with('/')
    }) {
        return None;
    }
    let (written, after) = (found.get(1), found.after());
    let lower = written.to_lowercase();
    let short = named(&PLACES, &lower);
    let goes_on = after.starts_with(|next: char| "%:/°".contains(next))
        || after
            .strip_prefix(['.', ',', '-', '–'])
            .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let counted =
        is_plural(next_word(after)) && found.get(7).len() < 3 || !found.get(2).is_empty() && short.is_none();
    let ambiguous = matches!(lower.as_str(), "unit" | "fl" | "rt" | "door" | "row" | "lane" | "table")
        && last_word(found.before()) == "per";
    if goes_on || counted || ambiguous || is_glued(found.before()) {
        return None;
    }
    let word = match short {
        Some(words) if is_capitalised(written) => capital(words),
        Some(words) => words.to_owned(),
        None => written.to_owned(),
    };
    let read = |number: &str| pairs(found.region, number);
    Some(match (found.get(7), found.get(3), found.get(5)) {
        ("", "", number) => format!("{word} {} {}", read(number), spell(found.get(6))),
        ("", letters, _) => format!("{word} {} {}", spell(letters), read(found.get(4))),
        (number, ..) => format!("{word} {}", read(number)),
    })
}
