//! A slash behind a counted thing: "five dollars/month". Never the amounts themselves, which are in words by now.

use std::sync::LazyLock;

use super::Region;
use super::context::{end_of_last, is_in, is_plural, named};
use super::rule::{Found, Rule, rules};
use super::units::{PER, PER_WORDS, UNITS, is_unit};

/// Things of which there are some in a time.
const THINGS: [&str; 13] = [
    "calls", "time", "times", "users", "texts", "messages", "meals", "doses", "tablets", "visits",
    "requests", "hours", "pages",
];

const MONEY: [&str; 13] = [
    "dollars", "dollar", "cents", "euros", "pounds", "euro", "pence", "yen", "won", "each", "percent",
    "thousand", "million",
];

/// Read with the words: "per kg".
pub(super) static WORDS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[(r"\b([Pp]er\s)(\p{L}{1,4}\^?[23]?)\b", |found| {
        let unit = per_unit(found.get(2))?;
        Some(format!("{}{unit}", found.get(1)))
    })])
});

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let per = PER.iter().map(|(short, _)| regex::escape(short)).collect::<Vec<_>>().join("|");
    let again = format!(r"\b(per [a-z]+(?: foot| meter| inch)?)\s?/\s?({per}|{PER_WORDS})\b(\.?)");
    let anything = format!(r"\b([a-z]+s?|each)\s?/\s?({per}|{PER_WORDS})\b(\.?)");
    let more = format!(r"\+\s?/\s?({per}|{PER_WORDS})\b");
    rules(&[
        // "$500+/mo"
        (&more, |found| Some(format!(" plus {}", per_words(found.region, found.get(1))?))),
        (&anything, read),
        (&again, |found| {
            let end = end(found);
            Some(format!("{} {}{end}", found.get(1), per_words(found.region, found.get(2))?))
        }),
        (r"\b(dollars?|cents?|euros?|pounds?|pence|yen|won|rupees?)/(?<next>[a-z]{3,})", |found| {
            Some(format!("{} per ", found.get(1)))
        }),
    ])
});

fn read(found: &Found<'_>) -> Option<String> {
    let counted = found.get(1);
    let often =
        is_plural(counted) && is_in("mo mth yr hr wk min day week month year hour minute", found.get(2));
    let fits = often || MONEY.contains(&counted) || is_unit(counted) || THINGS.contains(&counted);
    let per = per_words(found.region, found.get(2)).filter(|_| fits)?;
    Some(format!("{counted} {per}{}", end(found)))
}

/// The dot of a shortened unit: "$5/mo."
fn end(found: &Found<'_>) -> &'static str {
    let short = PER.iter().any(|(short, _)| *short == found.get(2));
    if short {
        end_of_last(found.get(3), found.after())
    } else if found.get(3).is_empty() {
        ""
    } else {
        "."
    }
}

/// "per month"
pub(super) fn per_words(region: Region, written: &str) -> Option<String> {
    match PER.iter().find(|(short, _)| *short == written) {
        Some((_, "each")) => Some("each".to_owned()),
        Some((_, words)) => Some(format!("per {}", region.spelling(words))),
        None => (!written.is_empty()).then(|| format!("per {written}")),
    }
}

/// The unit after "per", where it is no word.
fn per_unit(written: &str) -> Option<&'static str> {
    let is_word =
        matches!(written, "in" | "min" | "sec" | "mo" | "d" | "h" | "s" | "cal" | "pt" | "pc" | "ct");
    named(&PER, written)
        .or_else(|| UNITS.iter().find(|(unit, ..)| *unit == written).map(|(_, one, _)| *one))
        .filter(|_| !is_word)
}
