//! Ranges of dates, days, divisions and other things than plain numbers: the dash becomes "to", and what it joins is
//! read by the rules of its own kind.

use std::sync::LazyLock;

use super::rule::{Rule, rules};

/// Letters of weekdays in opening hours.
const DAYS: [(&str, &str); 9] = [
    ("M", "Monday"),
    ("Tu", "Tuesday"),
    ("T", "Tuesday"),
    ("W", "Wednesday"),
    ("Th", "Thursday"),
    ("F", "Friday"),
    ("Sa", "Saturday"),
    ("S", "Saturday"),
    ("Su", "Sunday"),
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const DAY: &str = r"[0-3]?[0-9](?:st|nd|rd|th)?";
    let month_first = format!(r"\b(MONTH\s{DAY}(?:,?\s(?:19|20)[0-9]{{2}})?)DASH(?<next>MONTH\s[0-9])");
    let day_first = format!(r"\b({DAY}\sMONTH(?:\s(?:19|20)[0-9]{{2}})?)DASH(?<next>{DAY}\sMONTH)");
    rules(&[
        (&month_first, |found| Some(format!("{} to ", found.get(1)))),
        (&day_first, |found| Some(format!("{} to ", found.get(1)))),
        (
            r"\b([0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s?[–—]\s?|\s-\s|-)(?<next>[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}\b)",
            |found| Some(format!("{} to ", found.get(1))),
        ),
        (r"(?i)\b([0-9]{1,3}(?:st|nd|rd|th))DASH(?<next>[0-9]{1,3}(?:st|nd|rd|th)\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (r"\b((?:1[0-9]|20)[0-9]0s)DASH(?<next>'?[0-9]{2,4}s\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (r"\b([QH][1-4])DASH(?<next>[QH][1-4]\b)", |found| Some(format!("{} to ", found.get(1)))),
        (r"('[0-9]{2})DASH(?<next>'[0-9]{2}\b)", |found| Some(format!("{} to ", found.get(1)))),
        (r"\b(noon|midnight)DASH(?<next>[0-9])", |found| Some(format!("{} to ", found.get(1)))),
        (r"\b([0-9]{1,2}(?::[0-9]{2})?\s?(?:MERIDIEM)?)DASH(?<next>(?:noon|midnight)\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (r"\b((?:19|20)[0-9]{2})DASH(?<next>(?:[Pp]resent|now|today|date)\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (
            r"\b((?i:seats?|rows?|gates?|units?|apartments?|rooms?|places?)\s[0-9]{1,3}[A-Z])\s?[-–]\s?(?<next>[A-Z]\b|[0-9]{1,3}[A-Z]\b)",
            |found| Some(format!("{} to ", found.get(1))),
        ),
        (r"\b([A-Z][0-9]{1,3})\s?–\s?(?<next>[A-Z][0-9]{1,3}\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
    ])
});

/// Ranges without a digit.
pub(super) static LETTERS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"\b((?i:rows?|sections?|seats?|gates?|zones?|groups?|columns?|appendix|appendices|levels?|blocks?|bays?|aisles?|exhibits?|parts?|options?|from|letters?)\s[A-Z])DASH(?<next>[A-Z]\b)",
            |found| Some(format!("{} to ", found.get(1))),
        ),
        (r"\b(M|Tu|T|W|Th|F|Sa)\s?[-–]\s?(F|Th|Sa|Su|S|W)\b", |found| {
            let named = |letter: &str| DAYS.iter().find(|(short, _)| *short == letter).map(|(_, day)| *day);
            let sure = found.get(1) == "M" || found.get(1).len() + found.get(2).len() > 2;
            let glued = found.before().ends_with(['-', '–', '&', '/'])
                || found.after().starts_with(['-', '–', '&', '/']);
            (sure && !glued).then(|| Some(format!("{} to {}", named(found.get(1))?, named(found.get(2))?)))?
        }),
        (
            r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s[a-z-]+)?)\s?[–—]\s?(?<next>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)",
            |found| Some(format!("{} to ", found.get(1))),
        ),
    ])
});
