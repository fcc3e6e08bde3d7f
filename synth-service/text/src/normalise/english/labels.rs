//! Numbers in names and records: episodes, cells of a sheet, flats, results, decimals behind letters.

use std::sync::LazyLock;

use super::context::{is_attributive, is_glued, is_in, last_word, next_word};
use super::number::{amount, pairs};
use super::rule::{Found, Rule, rules};

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // "M5.6", "USB3.2"
        (r"\b([A-Z][A-Za-z]{0,9})([0-9]{1,3}\.[0-9]{1,2})\b", |found| {
            let apart = !is_glued(found.before())
                && !found.before().ends_with(['-', '/'])
                && !found.after().starts_with(['-', '.', ':']);
            let version = matches!(found.get(1), "V" | "Ver");
            (apart && !version).then(|| format!("{} {}", found.get(1), amount(found.region, found.get(2))))
        }),
        // "½bh"
        (r"\b([0-9]{1,2}/[0-9]{1,2})([a-z]{1,4})\b", |found| {
            let ordinal = is_in("st nd rd th rds ths s c", found.get(2));
            (!ordinal && !is_glued(found.before())).then(|| format!("{} {}", found.get(1), found.get(2)))
        }),
        (r"\b([0-9]{1,3}):([0-9]{1,3}(?:,[0-9]{3})+)\b", |found| {
            Some(format!("{} to {}", number(found, 1), number(found, 2)))
        }),
        // Cells of a sheet
        (r"\b([A-Z]{1,2}[0-9]{1,4}):(?<next>[A-Z]{1,2}[0-9]{1,4}\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (r"\bS([0-9]{1,2})\s?E([0-9]{1,2})\b", |found| {
            let words = |group: usize| amount(found.region, found.get(group).trim_start_matches('0'));
            Some(format!("season {} episode {}", words(1), words(2)))
        }),
        // "2BR/1BA"
        (r"\b([0-9]{1,2})\s?BR(/|\b)", |found| {
            let joint = if found.get(2).is_empty() { "" } else { ", " };
            let single = found.get(1) == "1" || is_attributive(found.before(), found.after());
            let plural = if single { "" } else { "s" };
            Some(format!("{} bedroom{plural}{joint}", number(found, 1)))
        }),
        (r"\b([0-9]{1,2}(?:\.5)?)\s?BA\b", |found| {
            let single = found.get(1) == "1" || is_attributive(found.before(), found.after());
            Some(format!("{} bath{}", number(found, 1), if single { "" } else { "s" }))
        }),
        // A mortgage whose rate changes
        (r"\b([0-9]{1,2})/([0-9])\s(?<next>ARM\b)", |found| {
            Some(format!("{} {} ", number(found, 1), number(found, 2)))
        }),
        (r"\b([0-9]{1,2})-([0-9]{1,2})-([0-9]{1,2})\b", |found| {
            let record =
                is_in("record went they're season start started finished are", &last_word(found.before()))
                    || is_in("record triangle season", next_word(found.after()))
                    || found.after().starts_with(" this season");
            record.then(|| format!("{}, {}, {}", number(found, 1), number(found, 2), number(found, 3)))
        }),
        (r"(\s)\.([0-9]{3})\b", |found| {
            let bats =
                is_in("batting hitting average avg slugging slugged bats hit", &last_word(found.before()));
            bats.then(|| format!(" {}", pairs(found.region, found.get(2))))
        }),
    ])
});

fn number(found: &Found<'_>, group: usize) -> String {
    amount(found.region, found.get(group))
}
