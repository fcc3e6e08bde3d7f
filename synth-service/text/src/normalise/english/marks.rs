//! Marks that assistants and chats write around words: citations, arrows, stars of a rating, faces. Never numbers.

use std::sync::LazyLock;

use super::context::{is_in, last_word};
use super::number::cardinal;
use super::rule::{Found, Rule, rules};

/// Words behind which a number in brackets is a key or a place, not a citation.
const BEFORE_KEYS: &str = "press dial enter hit select push option key keys step number choose type item button array list set vector tuple range interval matrix values ci";

/// Words that a citation does not follow: "[1,2] and [10,20]".
const JOINING: &str =
    "and or with of the is are was from to than between equals returns gives plus minus contains";

/// Words behind which a triangle says nothing new: "rose ▲ 5%".
const MOVING: &str = "up down rose risen rise rises rising fell fallen fall falls falling grew grown grow grows gained gain gains dropped drop drops lost climbed slipped increased increase increases decreased decrease decreases declined decline by";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let day = "(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?";
    let days = format!(r"\b({day}|MONTH)\s?→\s?(?<next>(?:{day}\b|MONTH))");
    rules(&[
        // "**Basic** – $9.99": no minus
        (r"\s[–—]\s(?<next>[$€£₹])", |found| {
            found.before().ends_with(|last: char| last.is_lowercase()).then(|| ", ".to_owned())
        }),
        (
            r"\b((?i:see|refs?|references?|sources?))\s(\[[0-9]{1,3}(?:\s?[-–,]\s?[0-9]{1,3})*\](?:(?:,\s?|,?\sand\s)\[[0-9]{1,3}(?:\s?[-–,]\s?[0-9]{1,3})*\])*)",
            |found| Some(format!("{} {}", found.get(1), found.get(2).replace(['[', ']'], ""))),
        ),
        (
            r"\s?\[[0-9]{1,3}(?:\s?[-–,]\s?[0-9]{1,3}){0,5}\](?:(?:,\s?|,?\s(?:and|or|&)\s)\[[0-9]{1,3}(?:\s?[-–,]\s?[0-9]{1,3}){0,5}\])*",
            citation,
        ),
        // "C#m7", "B♭"
        (r"\b([A-G])(♯|♭|#(?<next>m))", |found| {
            Some(format!("{} {}", found.get(1), if found.get(2) == "♭" { "flat " } else { "sharp " }))
        }),
        (r"\b(sharp|flat) m(?<next>[0-9]{0,2}\b)", |found| Some(format!("{} minor ", found.get(1)))),
        (r"\|\s?([^|\s][^|]{0,12})\|", absolute),
        (r"([▲△▼▽])\s?(?<next>[$€£¥₩+]?[0-9])", |found| {
            let up = matches!(found.get(1), "▲" | "△");
            let word = if up { "up " } else { "down " };
            let said = is_in(MOVING, &last_word(found.before()));
            Some(if said { String::new() } else { word.to_owned() })
        }),
        (r"\b([0-9](?:\.[0-9])?)\s?/\s?(5|10)\s?★", |found| {
            Some(format!("{} out of {} stars", found.get(1), found.get(2)))
        }),
        (r"\b([0-9](?:\.[0-9])?)\s?★(?:\s(hotels?|resorts?|reviews?|ratings?|restaurants?)\b)?", |found| {
            let stars = if found.get(2).is_empty() && found.get(1) != "1" { "stars" } else { "star" };
            Some(format!("{} {stars} {}", found.get(1), found.get(2)))
        }),
        (r"[★☆]{2,10}", stars),
        (r"(^|\s)[:;=]'?-?[)(DPp|/](\s|$)", |found| Some(found.get(1).to_owned() + found.get(2))),
        // "2H2 + O2 → 2H2O"
        (r"\b([A-Z][A-Za-z]{0,5}[0-9]?)\s?→\s?(?<next>[0-9]?[A-Z])", |found| {
            let reaction = found.before().contains('+') || found.after().contains('+');
            reaction.then(|| format!("{} yields ", found.get(1)))
        }),
        (r"°([CF])\b", |found| {
            let scale = if found.get(1) == "C" { "Celsius" } else { "Fahrenheit" };
            let number = found.before().trim_end().ends_with(|last: char| last.is_ascii_digit());
            (!number).then(|| format!("degrees {scale}"))
        }),
        (r"\b([a-z])\s?→\s?(?<next>[-+]?(?:∞|[0-9]))", |found| {
            let limit = found.before().contains("lim") || found.before().ends_with("as ");
            limit.then(|| format!("{} approaches ", found.get(1)))
        }),
        (r"\s?→\s?(?<next>-?[$€£]?[0-9])", |found| {
            let behind = |last: char| last.is_ascii_digit() || "%€£".contains(last);
            // A step of a solution is no change: "2x = 6 → x = 3".
            let step = found.before().contains('=') && found.after().contains('=');
            (found.before().ends_with(behind) && !step).then(|| " to ".to_owned())
        }),
        (&days, |found| Some(format!("{}–", found.get(1)))),
        (r"\s*→\s*", |found| Some(if found.before().is_empty() { "" } else { ", " }.to_owned())),
    ])
});

/// "the docs [1]", "[2, 3]"
fn citation(found: &Found<'_>) -> Option<String> {
    let before = found.before();
    let cites = before.ends_with(|last: char| last.is_alphanumeric() || ".,;:!?)\"'%]".contains(last));
    let word = last_word(before);
    // "y[0]" in code
    let index = !found.get(0).starts_with(' ')
        && before.ends_with(char::is_alphabetic)
        && (word.len() == 1 || found.get(0).contains("[0") || found.after().trim_start().starts_with('='));
    let names = is_in(BEFORE_KEYS, &word) || is_in(JOINING, &word) || before.ends_with(['[', '_']) || index;
    let ends =
        !found.after().starts_with(|next: char| next.is_alphanumeric() || "([".contains(next) && next == '(');
    (cites && !names && ends).then(String::new)
}

/// "|-5|", "|x - 2|"
fn absolute(found: &Found<'_>) -> Option<String> {
    let inside = found.get(1);
    let letters = inside.split(|part: char| !part.is_alphabetic()).all(|word| word.chars().count() < 2);
    let is_term = inside.starts_with(|first: char| first == '-' || first.is_alphanumeric());
    let apart =
        !found.before().ends_with(char::is_alphanumeric) && !found.after().starts_with(char::is_alphabetic);
    let named = found.before().trim_end().ends_with("absolute value");
    let words = match () {
        () if named => "of",
        () if found.before().trim_end().ends_with("absolute value of") => "",
        () => "the absolute value of",
    };
    (letters && is_term && apart).then(|| format!("{words} {inside}"))
}

/// "★★★★☆"
fn stars(found: &Found<'_>) -> Option<String> {
    let given = found.get(0).chars().filter(|star| *star == '★').count() as u64;
    let all = found.get(0).chars().count() as u64;
    let given_words = cardinal(found.region, given);
    Some(match all {
        _ if all == given => format!(" {given_words} stars "),
        _ => format!(" {given_words} of {} stars ", cardinal(found.region, all)),
    })
}
