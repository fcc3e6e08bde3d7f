//! Days of the week in full: shortened ones, lists and ranges of them. Never dates.

use std::sync::LazyLock;

use super::context::{end_of_short, is_in, last_word, next_word};
use super::dates::month;
use super::rule::{Found, Rule, rules};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\s(?<next>[0-9]{1,2}(?:/[0-9]{1,2}\b|(?::[0-9]{2})?\s?(?:am|pm|a|p)?\s?[-–]\s?[0-9]))",
            |found| Some(format!("{} ", WEEKDAYS.iter().find(|day| day.starts_with(found.get(1)))?)),
        ),
        (r"\b(Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun|MON|TUE|WED|THU|FRI|SAT|SUN)s?\b(\.?)", weekday),
        (r"\b([A-Z][a-z]+day) (?:and|slash) ([A-Z][a-z]+day) ?(?:/|slash) ?([A-Z][a-z]+day)\b", |found| {
            let days = [1, 2, 3].map(|group| found.get(group));
            days.iter()
                .all(|day| WEEKDAYS.contains(day))
                .then(|| format!("{}, {} and {}", days[0], days[1], days[2]))
        }),
        (r"\b([A-Z][a-z]+day)(?:\s?[-–]\s?|/)([A-Z][a-z]+day)\b", |found| {
            let days = [found.get(1), found.get(2)].iter().all(|day| WEEKDAYS.contains(day));
            let word = if found.get(0).contains('/') { "and" } else { "to" };
            days.then(|| format!("{} {word} {}", found.get(1), found.get(2)))
        }),
    ])
});

fn weekday(found: &Found<'_>) -> Option<String> {
    let written = found.get(1);
    let (before, after) = (found.before(), found.after());
    let ahead = after.trim_start_matches([' ', ',']);
    let starts = |word: &str| ahead.starts_with(word);
    let joints = ['-', '–', '/', '&', ' '];
    // "Sun&Sea"
    let named = after.starts_with('&') && !is_weekday(next_word(&after[1..]));
    let range = !named
        && ahead.starts_with(joints)
        && ahead.trim_start_matches(joints).starts_with(char::is_uppercase);
    let dated = !ahead.is_empty()
        && (ahead.starts_with(|next: char| next.is_ascii_digit()) || month(next_word(ahead)).is_some());
    let joined = starts("to ")
        || starts("through ")
        || starts("at ")
        || starts("and ")
        || starts("morning")
        || starts("afternoon");
    let described = starts("closed") || starts("@") || starts("only") || starts("hours");
    let introduced = is_in(
        "on every next this last by until starts begins ends from before after since till due closed open hours monday tuesday wednesday thursday friday saturday through to and",
        &last_word(before),
    );
    // "9 M–F and 6 Sat."
    let introduced = introduced
        || written == "Sat"
            && !found.get(2).is_empty()
            && last_word(before).ends_with(|last: char| last.is_ascii_digit());
    let from = before.trim_end();
    let behind_range = from.ends_with(|mark: char| "-–/".contains(mark))
        && (from.len() == before.len()
            || WEEKDAYS.iter().any(|day| {
                let first =
                    last_word(from.trim_end_matches(['-', '–', '/']).trim_end().trim_end_matches('.'));
                first.len() > 2 && day.to_lowercase().starts_with(&first)
            }));
    let dotted = !found.get(2).is_empty() && !ahead.is_empty();
    let timed = dotted && starts("at ");
    let list = before.trim_end_matches([',', ' ', '&']);
    let listed = ahead.len() < after.len() && is_weekday(next_word(ahead))
        || list.len() < before.len() && is_weekday(list.rsplit([' ', ',']).next().unwrap_or_default());
    // No words: they need no evidence.
    let sure = matches!(written, "Tue" | "Tues" | "Thu" | "Thur" | "Thurs" | "Weds");
    let word = matches!(written, "Sun" | "Sat" | "SUN" | "SAT" | "Wed" | "WED" | "Fri");
    if !(range
        || sure
        || listed
        || dated
        || joined && !word
        || introduced
        || described
        || timed
        || behind_range
        || dotted && !matches!(written, "Sun" | "SUN"))
    {
        return None;
    }
    let prefix = written.get(..2)?.to_lowercase();
    let day = WEEKDAYS.iter().find(|day| day.to_lowercase().starts_with(&prefix))?;
    Some(format!("{day}{}", end_of_short(found.get(2), after)))
}

/// "Mon", "Monday"
fn is_weekday(word: &str) -> bool {
    word.len() > 2 && WEEKDAYS.iter().any(|day| *day == word || word.len() < 6 && day.starts_with(word))
}
