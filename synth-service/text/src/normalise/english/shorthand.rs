//! Shorthand of trades: of doctors, sellers and analysts. Never units or codes.

use std::sync::LazyLock;

use super::context::{end_of_short, is_in, last_word, named, next_word};
use super::rule::{Found, Rule, rules};

/// As written, without dots; its words.
const DOSES: [(&str, &str); 10] = [
    ("bid", "twice a day"),
    ("tid", "three times a day"),
    ("qid", "four times a day"),
    ("qd", "once a day"),
    ("qhs", "at bedtime"),
    ("qam", "every morning"),
    ("qpm", "every evening"),
    ("qod", "every other day"),
    ("prn", "as needed"),
    ("po", "by mouth"),
];

const PERIODS: [(&str, &str); 5] =
    [("Y", "year"), ("Q", "quarter"), ("M", "month"), ("W", "week"), ("D", "day")];

/// Read with the words, before dots and digits are taken for something else.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b([YQMWD])o([YQMWD])\b|\b([yqm])/([yqm])\b", |found| {
            let first = format!("{}{}", found.get(1), found.get(3).to_uppercase());
            let same = first == format!("{}{}", found.get(2), found.get(4).to_uppercase());
            let period = named(&PERIODS, &first).filter(|_| same)?;
            Some(format!("{period} over {period}"))
        }),
        (r"\bbus\.\s(?<next>(?:days?|hrs?|hours)\b)", |_| Some("business ".to_owned())),
        // "BID x 7 days"
        (
            r"\s[x×]\s?(?<next>[0-9]{1,3}\s(?:days?|weeks?|wks?|months?|mos?|nights?|hours?|hrs?)\b)",
            |found| {
                let sized = found.before().ends_with(|last: char| last.is_ascii_digit());
                let sum = found
                    .before()
                    .rsplit(' ')
                    .next()
                    .is_some_and(|word| word.starts_with(['$', '€', '£', '₹', '¥']));
                if sum {
                    return Some(" times ".to_owned());
                }
                (!sized).then(|| " for ".to_owned())
            },
        ),
        (r"\b([Hh])rs(?<next>:|\s(?:are|is|of)\b)", |found| Some(format!("{}ours", found.get(1)))),
        // "$500 ind./$1,500 family"
        (r"\b(ind|indiv|fam|adv)\.?\s?/\s?(?<next>[$£€])", |found| {
            let word = match found.get(1) {
                "fam" => "family, ",
                "adv" => "advance, ",
                _ => "individual, ",
            };
            Some(word.to_owned())
        }),
        // "0.5 ac"
        (
            r"\b(AMOUNT)\sac\b(\.?)(?<next>\s(?:lots?|parcels?|sites?|with|of|on|in|and|at|for|is|was)\b|[,;)]|\s?$)",
            |found| {
                let single = found.get(1) == "1" || is_in("lot parcel site", next_word(found.after()));
                let end = end_of_short(found.get(2), found.after());
                Some(format!("{} acre{}{end}", found.get(1), if single { "" } else { "s" }))
            },
        ),
        (r"\bcal\.\s(?<next>(?:yr|year|month|mo|day)s?\b)", |_| Some("calendar ".to_owned())),
        (r"\b([Hh]alf(?:-|\s)(?:a\s)?)doz\b(\.?)", |found| {
            Some(format!("{}dozen{}", found.get(1), end_of_short(found.get(2), found.after())))
        }),
        (r"\b([Uu]nlimited|[Ee]xtra|[Aa]dditional|[Ff]ree)\s(km|mi)\b", |found| {
            let unit = if found.get(2) == "km" { "kilometers" } else { "miles" };
            Some(format!("{} {unit}", found.get(1)))
        }),
        (r"\b([0-9]{3}|[0-9]{1,3},?[0-9]{3})\s(?:sf|SF)\b", |found| Some(format!("{} sq ft", found.get(1)))),
        // "$35+ orders"
        (r"([$€£]\s?AMOUNT)\+\s(orders|purchases)\b", |found| {
            Some(format!("{} of {} or more", found.get(2), found.get(1)))
        }),
        (r"\b([Ss]izes?\s[0-9]{1,2}(?:\.5)?)W\b", |found| Some(format!("{} wide", found.get(1)))),
        (r"\bH\.\s?No\.?\s?(?<next>[0-9])", |_| Some("House number ".to_owned())),
        (r"\b([Rr])eq'd\b", |found| Some(format!("{}equired", found.get(1)))),
        (r"\b([Rr])ec'd\b", |found| Some(format!("{}eceived", found.get(1)))),
        (r"\bcr\.\s?(?<next>(?:hrs?|hours?)\b)", |_| Some("credit ".to_owned())),
        (r"\bmed\.\s(?<next>(?:is|are|for|pizzas?|drinks?|fries|coffees?|soda|size|rare|heat)\b)", |found| {
            (!is_in("my your the our his her", &last_word(found.before()))).then(|| "medium ".to_owned())
        }),
        // "2 x AA batteries"
        (r"\b([0-9]{1,3})\s?[x×]\s(?<next>A{2,4}\b)", |found| Some(format!("{} ", found.get(1)))),
        (r"\b(AA|AAA)(?<next>[\s-](?:batter|cell|(?:and|or)\s[^.]{0,12}batter))", |found| {
            Some(if found.get(1) == "AA" { "double A" } else { "triple A" }.to_owned())
        }),
        (r"\bw/in\b", |_| Some("within".to_owned())),
        (r"\bp/u\b", |_| Some("pickup".to_owned())),
        (r"\b([a-z]{3,})\s#(?<next>\s(?:is|was)\b)", |found| {
            let key = is_in("press hit key the dial then pound hash sign", found.get(1));
            (!key).then(|| format!("{} number", found.get(1)))
        }),
        (r"\bp/w\b", |_| Some("password".to_owned())),
        (r"\breq/(?<next>(?:min|minute|s|sec|second|hr|hour|day)\b)", |_| Some("requests/".to_owned())),
        // "2 1/4 c flour"
        (r"\b([0-9]{1,2}\s[0-9]/[0-9]|[0-9]/[0-9])\sc\s(?<next>[a-z])", |found| {
            let plural = if found.get(1).contains(' ') { "s" } else { "" };
            Some(format!("{} cup{plural} ", found.get(1)))
        }),
        (r"\bb/[wt]\b", |_| Some("between".to_owned())),
        (r"\b([Tt])hru\b", |found| Some(format!("{}hrough", found.get(1)))),
        (
            r"\b(b\.i\.d|t\.i\.d|q\.i\.d|q\.d|q\.h\.s|q\.a\.m|q\.p\.m|q\.o\.d|p\.r\.n|p\.o|[btq]id|qd|PO|BID|TID|QID|qhs|prn|PRN)\b(\.?)",
            dose,
        ),
        (
            r"\bq\.?\s?([0-9]{1,2})(?:[-–]([0-9]{1,2}))?\s?(h|hrs?|hours?|min|mins|minutes?|d|days?)\b(\.?)",
            |found| {
                let until =
                    if found.get(2).is_empty() { String::new() } else { format!(" to {}", found.get(2)) };
                let unit = match found.get(3).as_bytes() {
                    [b'm', ..] => "minutes",
                    [b'd', ..] => "days",
                    _ => "hours",
                };
                let end = end_of_short(found.get(4), found.after());
                Some(format!("every {}{until} {unit}{end}", found.get(1)))
            },
        ),
        (
            r"\bT\s?([-–+])\s?(?<next>[0-9]{1,3}\s(?:seconds?|minutes?|hours?|days?|mins?|secs?|hrs?)\b)",
            |found| Some(format!("T {} ", if found.get(1) == "+" { "plus" } else { "minus" })),
        ),
        (r"\b([Oo])p\.\s?(?<next>[0-9])", |found| {
            Some(if found.get(1) == "O" { "Opus " } else { "opus " }.to_owned())
        }),
        (r"\bc(?:irc)?a?\.\s?(?<next>1[0-9]{3}\b|20[0-9]{2}\b)", |_| Some("circa ".to_owned())),
    ])
});

/// "500 mg b.i.d."
fn dose(found: &Found<'_>) -> Option<String> {
    let short = found.get(1).replace('.', "").to_lowercase();
    let dotted = found.get(1).contains('.');
    let words = named(&DOSES, &short)?;
    let before = last_word(found.before());
    let measured = before.ends_with(|last: char| last.is_ascii_digit())
        || is_in(
            "mg mcg ml g tab tabs tablet tablets cap caps capsule capsules drops puffs units dose daily po mouth cream",
            &before,
        );
    let word = matches!(short.as_str(), "bid" | "po");
    (dotted || measured || !word).then(|| format!("{words}{}", end_of_short(found.get(2), found.after())))
}
