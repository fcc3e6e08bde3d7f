//! Times of day and lengths of time. Never dates.

use std::sync::LazyLock;

use super::Region;
use super::context::{is_attributive, is_end, is_glued, is_in, last_word, next_word, range_word};
use super::counted::counts;
use super::number::cardinal;
use super::rule::{Found, Rule, rules};

/// Words of a sentence about a length of time, not about a time of day.
const LASTING: &str = "took takes take lasts lasted last long length duration runtime run ran runs running elapsed finish finished timer countdown lap pace record marathon race video film movie song track playback uptime downtime remaining left recording total hours";

/// Words before a time of day.
const LEAVING: &str =
    "at by from until till before after departs depart leaves arrives lands boards sails starts opens";

/// Words near a time of a timetable, which may lack its colon.
const TRAVELLING: &str = "departs depart departing departure leaves leave leaving arrives arrive arriving arrival boards boarding lands bus train ferry flight shuttle coach";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // "8a–8p"
        (r"\b([0-9]{1,2}(?::[0-5][0-9])?)([ap])\s?[-–]\s?([0-9]{1,2}(?::[0-5][0-9])?)([ap])\b", |found| {
            Some(format!("{}{}m to {}{}m", found.get(1), found.get(2), found.get(3), found.get(4)))
        }),
        // "10a to 2p"
        (
            r"\b([0-9]{1,2}(?::[0-5][0-9])?)([ap])(?<next>\s(?:to|until|till?)\s[0-9]{1,2}(?::[0-5][0-9])?[ap]\b)",
            |found| Some(format!("{}{}m", found.get(1), found.get(2))),
        ),
        // "until 8p"; "at 8p a unit" is a price.
        (
            r"\b((?i:at|by|until|till?|from|before|after|around|about|to|opens?|closes?|closed)\s)(1[0-2]|[1-9])([ap])(?<next>[,;!?)]|\.(?:\s|$)|$|\s(?:and|or|to|on|till|until|today|tonight|tomorrow|daily|sharp|for|if|but|with|[A-Z]))",
            |found| Some(format!("{}{} {}m", found.get(1), found.get(2), found.get(3))),
        ),
        (
            r"\b([0-9]{1,2})(?:[:.]([0-5][0-9]))?\s?(MERIDIEM)?DASH([0-9]{1,2})(?:[:.]([0-5][0-9]))?\s?(MERIDIEM)",
            range,
        ),
        (r"\b([0-9]{1,2}):([0-5][0-9])DASH([0-9]{1,2}):([0-5][0-9])\b", |found| {
            let (from, to) = ((found.get(1), found.get(2)), (found.get(3), found.get(4)));
            Some(format!(
                "{} {} {}",
                clock(found.region, from.0, from.1, false),
                range_word(found.before()),
                clock(found.region, to.0, to.1, false)
            ))
        }),
        // "around 11:30ish"
        (r"\b([0-9]{1,2}):([0-5][0-9])-?ish\b", |found| {
            let time = clock(found.region, found.get(1), found.get(2), true);
            (!is_part(found.before())).then(|| format!("{time} ish"))
        }),
        // "9–5:30"
        (r"\b([0-9]{1,2})DASH([0-9]{1,2}):([0-5][0-9])\b", |found| {
            let hour =
                |group: usize| found.get(group).parse::<u64>().is_ok_and(|hour| (1..=24).contains(&hour));
            let cut = is_part(found.before()) || found.after().starts_with([':', '/', '-', '–']);
            (hour(1) && hour(2) && !cut).then(|| {
                let from = clock(found.region, found.get(1), "00", true);
                let to = clock(found.region, found.get(2), found.get(3), true);
                format!("{from} {} {to}", range_word(found.before()))
            })
        }),
        (r"\b([0-9]{1,2}):([0-5][0-9])\s?(MERIDIEM)?DASH([0-9]{1,2})()\b", open_range),
        (r"\b([0-9]{1,2})()\s?(MERIDIEM)DASH([0-9]{1,2})(?::([0-5][0-9]))?\b", open_range),
        (r"\b([0-9]{1,2})[:.]([0-5][0-9])(?::([0-5][0-9]))?\s?(MERIDIEM)", with_meridiem),
        (r"\b([0-9]{1,2})\s?(MERIDIEM)", |found| {
            let hour: u64 = found.get(1).parse().ok()?;
            let fits = hour <= 24 && !is_part(found.before());
            fits.then(|| format!("{} {}", cardinal(found.region, hour), meridiem(found.get(2))))
        }),
        (r"\b([0-9]{1,3}):([0-5][0-9])\s(?:minutes?|mins?)\b", |found| {
            let minutes = several(found, 1, "minute")?;
            let seconds = several(found, 2, "second").filter(|_| found.get(2) != "00");
            (!is_part(found.before()))
                .then(|| format!("{minutes} {}", seconds.unwrap_or_default()).trim_end().to_owned())
        }),
        (r"\b([0-9]{1,3}):([0-5][0-9])\s(?:hours?|hrs?)\b", |found| {
            // "13:00 hrs" is a time of day.
            let is_clock = found.get(1).parse::<u64>().is_ok_and(|hour| (13..24).contains(&hour));
            let is_clock =
                is_clock || found.get(1).starts_with('0') && is_in(LEAVING, &last_word(found.before()));
            if is_clock && found.get(0).ends_with("hrs") && !is_part(found.before()) {
                return Some(format!("{} hours", clock(found.region, found.get(1), found.get(2), false)));
            }
            let minutes = several(found, 2, "minute").filter(|_| found.get(2) != "00").unwrap_or_default();
            (!is_part(found.before()))
                .then(|| Some(format!("{} {minutes}", several(found, 1, "hour")?).trim_end().to_owned()))?
        }),
        (r"\b([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])\b", duration),
        (r"\b([0-9]{1,2}):([0-5][0-9])\s?/\s?(mi|mile|km|k)\b", |found| {
            let each = if found.get(3).starts_with('m') { "mile" } else { "kilometer" };
            let each = found.region.spelling(each);
            let pace = clock(found.region, found.get(1), found.get(2), true);
            (!is_part(found.before())).then(|| format!("{pace} per {each}"))
        }),
        (r"\b(2[5-9]|[3-5][0-9]):([0-5][0-9])\b", lap),
        (r"\b([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?\b", plain),
        (r"\b([01][0-9]|2[0-3])([0-5][0-9])\s?(?:hours|hrs\.?|h)\b", military),
        // "The bus leaves at 0615."
        (r"\b(at|by|until|from)\s(0[0-9])([0-5][0-9])\b", |found| {
            let near = found.before().to_lowercase();
            let travels =
                near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(TRAVELLING, word));
            let after = found.after();
            let ends = after.is_empty() || after.starts_with([',', '.', ';', ' ']) && !counts(after);
            let more =
                after.get(1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
            let minutes = match found.get(3) {
                "00" => "hundred".to_owned(),
                minutes if minutes.starts_with('0') => {
                    format!("oh {}", cardinal(found.region, minutes.parse().ok()?))
                }
                minutes => cardinal(found.region, minutes.parse().ok()?),
            };
            let hour = cardinal(found.region, found.get(2).parse().ok()?);
            let hour = if hour == "zero" { "zero zero".to_owned() } else { format!("zero {hour}") };
            (travels && ends && !more).then(|| format!("{} {hour} {minutes}", found.get(1)))
        }),
        (r"\b(UTC|GMT)\s?([-+–])\s?([0-9]{1,2})(?::?([0-9]{2}))?\b", |found| {
            let sign = if found.get(2) == "+" { "plus" } else { "minus" };
            let minutes = found.get(4).parse().ok().filter(|minutes| *minutes > 0);
            let minutes =
                minutes.map(|minutes| format!(" {}", cardinal(found.region, minutes))).unwrap_or_default();
            Some(format!(
                "{} {sign} {}{minutes}",
                found.get(1),
                cardinal(found.region, found.get(3).parse().ok()?)
            ))
        }),
        (
            r"\b([0-9]{1,3})\s?h(?:rs?|ours?)?\.?\s?(?:and\s)?([0-9]{1,2})\s?m(?:ins?|inutes?)?\b\.?(?:\s?([0-9]{1,2})\s?s(?:ecs?|econds?)?\b\.?)?",
            length,
        ),
        (r"\b([0-9]{1,3})\s?m(?:ins?)?\.?\s([0-9]{1,2})\s?s(?:ecs?)?\b\.?", |found| {
            let end = if found.get(0).ends_with('.') && is_end(found.after()) { "." } else { "" };
            Some(format!("{} {}{end}", several(found, 1, "minute")?, several(found, 2, "second")?))
        }),
    ])
});

fn is_part(before: &str) -> bool {
    is_glued(before) || before.ends_with(|mark: char| "$€£:,/-#".contains(mark))
}

/// "a.m." or "p.m.", as the voices' dictionaries read them letter by letter.
fn meridiem(written: &str) -> &'static str {
    if written.starts_with(['a', 'A']) { "a.m." } else { "p.m." }
}

/// Hour and minutes as they are said; without minutes but with a.m. or p.m., the hour alone.
pub(super) fn clock(region: Region, hour: &str, minutes: &str, named: bool) -> String {
    let (hour, minutes) =
        (hour.parse::<u64>().unwrap_or_default(), minutes.parse::<u64>().unwrap_or_default());
    let words = cardinal(region, hour);
    match (hour, minutes) {
        (_, 0) if named => words,
        (0, 0) => "midnight".to_owned(),
        (1..=12, 0) => format!("{words} o'clock"),
        (_, 0) => format!("{words} hundred"),
        (_, 1..10) => format!("{words} oh {}", cardinal(region, minutes)),
        _ => format!("{words} {}", cardinal(region, minutes)),
    }
}

fn seconds(region: Region, written: &str) -> String {
    match written.parse::<u64>() {
        Ok(1) => " and one second".to_owned(),
        Ok(seconds) if seconds > 0 => format!(" and {} seconds", cardinal(region, seconds)),
        _ => String::new(),
    }
}

fn range(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let from = clock(found.region, found.get(1), found.get(2), true);
    let half = if found.get(3).is_empty() { String::new() } else { format!(" {}", meridiem(found.get(3))) };
    let to = clock(found.region, found.get(4), found.get(5), true);
    let word = range_word(found.before());
    Some(format!("{from}{half} {word} {to} {}", meridiem(found.get(6))))
}

/// "8:30am-12", "9:30-12": ranges whose end has neither a.m. nor p.m.
fn open_range(found: &Found<'_>) -> Option<String> {
    let is_hour = |group: usize| found.get(group).parse::<u64>().is_ok_and(|hour| hour <= 24);
    let after = found.after().strip_prefix(['.', ',']).unwrap_or(found.after());
    let goes_on = after.starts_with(|next: char| next.is_alphanumeric() || ":%/-".contains(next));
    if is_part(found.before()) || !is_hour(1) || !is_hour(4) || goes_on {
        return None;
    }
    let from = clock(found.region, found.get(1), found.get(2), true);
    let half = if found.get(3).is_empty() { String::new() } else { format!(" {}", meridiem(found.get(3))) };
    let to = clock(found.region, found.get(4), found.get(5), true);
    Some(format!("{from}{half} {} {to}", range_word(found.before())))
}

fn with_meridiem(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let time = clock(found.region, found.get(1), found.get(2), true);
    Some(format!("{time}{} {}", seconds(found.region, found.get(3)), meridiem(found.get(4))))
}

/// "01:30:45" is a length of time, unless it is a time of day at which something happens.
fn duration(found: &Found<'_>) -> Option<String> {
    let near = format!("{} {}", found.before(), next_word(found.after())).to_lowercase();
    let lasts = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(LASTING, word));
    let clock = is_in(
        "at by from until till since before after on timestamp logged around it's now",
        &last_word(found.before()),
    ) || !lasts && found.get(1).parse::<u64>().is_ok_and(|hour| (6..24).contains(&hour));
    let goes_on = found.after().starts_with([':', '.', ','])
        && found.after()[1..].starts_with(|next: char| next.is_ascii_digit());
    let zoned = is_in("UTC GMT EST EDT CST CDT MST MDT PST PDT Z", next_word(found.after()));
    if clock || goes_on || zoned || is_part(found.before()) {
        return None;
    }
    let parts = [(1, "hour"), (2, "minute"), (3, "second")];
    let written = |group: &usize| found.get(*group).trim_start_matches('0');
    let words: Vec<String> = parts
        .iter()
        .filter(|(group, _)| !written(group).is_empty())
        .filter_map(|(group, unit)| several(found, *group, unit))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// "ran 10K in 41:02", which no clock shows
fn lap(found: &Found<'_>) -> Option<String> {
    let lasts = found
        .before()
        .to_lowercase()
        .split(|mark: char| !mark.is_alphanumeric())
        .any(|word| is_in(LASTING, word));
    let ratio = matches!(next_word(found.after()), "ratio" | "split" | "mix" | "odds");
    let goes_on = found.after().starts_with([':', '/']);
    if is_part(found.before()) || goes_on || ratio || !lasts && !found.get(2).starts_with('0') {
        return None;
    }
    Some(clock(found.region, found.get(1), found.get(2), false).replace(" hundred", " minutes"))
}

fn plain(found: &Found<'_>) -> Option<String> {
    let after = found.after();
    if found.get(1).parse::<u64>().ok()? > 24 || is_part(found.before()) || after.starts_with([':', '%']) {
        return None;
    }
    let behind = after.trim_start();
    let named =
        ["noon", "midnight", "o'clock", "in the ", "at night"].iter().any(|words| behind.starts_with(words));
    let time = clock(found.region, found.get(1), found.get(2), named);
    Some(format!("{time}{}", seconds(found.region, found.get(3))))
}

/// "0900 hours"
fn military(found: &Found<'_>) -> Option<String> {
    let before = found.before().trim_end();
    let introduced =
        ["at", "by", "until", "from", "to", "before", "after"].iter().any(|word| before.ends_with(word));
    let glued = !found.get(0).contains(' ') && found.get(0).ends_with(['s', 'h', '.']);
    if !(introduced || glued || found.get(1).starts_with('0')) || is_part(found.before()) {
        return None;
    }
    let zero = if found.get(1).starts_with('0') { "zero " } else { "" };
    let hour = cardinal(found.region, found.get(1).parse().ok()?);
    let minutes = match found.get(2) {
        "00" => "hundred".to_owned(),
        minutes => cardinal(found.region, minutes.parse().ok()?),
    };
    Some(format!("{zero}{hour} {minutes} hours"))
}

fn length(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let seconds =
        if found.get(3).is_empty() { String::new() } else { format!(" {}", several(found, 3, "second")?) };
    let end = if found.get(0).ends_with('.') && is_end(found.after()) { "." } else { "" };
    Some(format!("{} {}{seconds}{end}", several(found, 1, "hour")?, several(found, 2, "minute")?))
}

fn several(found: &Found<'_>, group: usize, unit: &str) -> Option<String> {
    let number = found.get(group).parse().ok()?;
    let single = number == 1 || is_attributive(found.before(), found.after());
    let plural = if single { "" } else { "s" };
    Some(format!("{} {unit}{plural}", cardinal(found.region, number)))
}
