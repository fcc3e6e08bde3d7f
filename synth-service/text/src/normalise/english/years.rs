//! Years and decades, where the words around show that nothing is counted. Never days.

use std::sync::LazyLock;

use super::context::{is_glued, is_in, is_plural, last_word, next_word};
use super::counted::counts;
use super::dates::century;
use super::number::{cardinal, plural, year};
use super::rule::{Found, Rule, rules};

/// Words after which a number of four digits is always a year.
const BEFORE_YEARS: &str = "in since during year years fiscal fy early late mid summer winter spring autumn fall circa copyright season class january february march april may june july august september october november december q1 q2 q3 q4 quarter tax until of from by before after between calendar";

/// Words in front of a thing that a year describes.
const POSSESSIVE: &str = "the this your our my his her their its a";

/// Words after which it is always an amount.
const BEFORE_AMOUNTS: &str = "over about nearly almost approximately approx around than least most exactly roughly only another total all up plus minus point times some costs cost pay paid save saved earn earned owe owed have has had need needs contains holds seats weighs measures equals number worth for reached hit limit";

/// Things that are named by their years.
const DATED: &str = "models vehicles cars trucks seasons editions taxes returns";

/// Words after a year's preposition that show that things are counted.
const UNITS: &str = "won percent miles kilometers kilometres meters metres feet dollars euros pounds grams calories square people users customers points steps words characters hours minutes seconds days weeks months years times items units copies pages";

/// Decades, before an "s" can be taken for seconds.
pub(super) static DECADES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"'?\b((?:1[0-9]|20)[0-9])0'?s\b", |found| decade(&format!("{}0", found.get(1)), found)),
        (r"('?)\b([1-9]0)'?s\b", short_decade),
    ])
});

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\bFY\s?((?:19|20)[0-9]{2})[-–/]([0-9]{2})\b", |found| {
            let words = [
                year(found.region, found.get(1).parse().ok()?),
                cardinal(found.region, found.get(2).parse().ok()?),
            ];
            Some(format!("F Y {} to {}", words[0], words[1]))
        }),
        (r"\b([1-4])Q'?((?:20)?[0-9]{2})\b", |found| {
            let number: u64 = found.get(2).parse().ok()?;
            Some(format!(
                "Q {} {}",
                cardinal(found.region, found.get(1).parse().ok()?),
                year(found.region, century(number))
            ))
        }),
        (r"\b(Q[1-4]|FY|H[12])(\s?)'?((?:19|20)[0-9]{2}|[0-9]{2})\b", |found| {
            let name = match found.get(1).split_at(1) {
                ("F", _) => "F Y".to_owned(),
                (letter, digit) => format!("{letter} {}", cardinal(found.region, digit.parse().ok()?)),
            };
            let short = found.get(3).len() == 2;
            if short && !found.get(2).is_empty() && found.get(1) != "FY" {
                return None;
            }
            let number = found.get(3).parse().ok()?;
            Some(format!(
                "{name} {}",
                if short { cardinal(found.region, number) } else { year(found.region, number) }
            ))
        }),
        (r"\b((?:19|20)[0-9]{2})\s?[-–/]\s?([0-9]{2}|(?:19|20)[0-9]{2})\b", |found| {
            let (from, to) = (found.get(1).parse().ok()?, found.get(2).parse::<u64>().ok()?);
            let ends = !is_glued(found.before())
                && !found.after().starts_with(['-', '/', '.', ','])
                && !found.before().ends_with(['-', '/', '$', ',']);
            if counts(found.after())
                && !names_years(found.before())
                && !is_in(DATED, next_word(found.after()))
            {
                return None;
            }
            let to = if to < 100 { cardinal(found.region, to) } else { year(found.region, to) };
            (ends
                || found.after().len() < 2
                || found.after().starts_with(", ")
                || found.after().starts_with(". "))
            .then(|| format!("{} to {to}", year(found.region, from)))
        }),
        (r"(^|\s)'([0-9]{2})\b", |found| {
            let number: u64 = found.get(2).parse().ok()?;
            let digits = if number < 10 {
                format!("oh {}", cardinal(found.region, number))
            } else {
                cardinal(found.region, number)
            };
            let quoted = found.after().starts_with(|next: char| next.is_alphanumeric() || next == '\'');
            (!quoted && century(number) > 0).then(|| format!("{}{digits}", found.get(1)))
        }),
        (r"\b(1[1-9]|20)([0-9]{2})\b", lone),
        (r"\b([0-9]{1,4})\s?(BC|AD|BCE|CE)\b|\b(AD)\s([0-9]{1,4})\b", |found| {
            let (number, behind) =
                if found.get(1).is_empty() { (found.get(4), false) } else { (found.get(1), true) };
            let read = year(found.region, number.parse().ok()?);
            Some(if behind { format!("{read} {}", found.get(2)) } else { format!("AD {read}") })
        }),
    ])
});

/// Whether the words in front of a number say that it is a year, even before a plural noun.
pub(super) fn names_years(before: &str) -> bool {
    let word = last_word(before);
    is_in(BEFORE_YEARS, &word) || is_in(POSSESSIVE, &word)
}

fn decade(written: &str, found: &Found<'_>) -> Option<String> {
    if is_glued(found.before())
        || (found.before().ends_with(['$', '-', '.', ',']) && !found.before().ends_with("mid-"))
    {
        return None;
    }
    Some(plural(&year(found.region, written.parse().ok()?)))
}

/// "the 90s", "'80s", "in her 30s"; "30s" elsewhere is half a minute.
fn short_decade(found: &Found<'_>) -> Option<String> {
    let apostrophe = !found.get(1).is_empty();
    let before = last_word(found.before());
    let introduced = is_in("the his her their my your our mid early late low high upper lower", &before)
        || found.before().ends_with("mid-");
    let style = is_in("music style hits fashion movies songs era theme party", next_word(found.after()));
    let tens: u64 = found.get(2).parse().ok()?;
    let fits = apostrophe || introduced || style || follows_decade(found.before());
    (fits && !is_glued(found.before())).then(|| plural(&cardinal(found.region, tens)))
}

/// Whether another decade stands before: "in their 20s and ".
fn follows_decade(before: &str) -> bool {
    let joined = [" and ", " or ", " to ", ", "].iter().find_map(|joint| before.strip_suffix(joint));
    let first = joined.and_then(|first| first.rsplit(' ').next()).unwrap_or_default();
    first.ends_with("ties") || (first.ends_with("0s") && first.len() <= 4)
}

/// Whether a number that counts things follows as the end of a range: " to 1962 steps".
fn starts_count(after: &str) -> bool {
    let end =
        [" to ", " or ", " and "].iter().find_map(|joint| after.strip_prefix(joint)).unwrap_or_default();
    let rest = end.trim_start_matches(|digit: char| digit.is_ascii_digit());
    rest.len() < end.len() && counts(rest)
}

fn lone(found: &Found<'_>) -> Option<String> {
    let (before, after) = (found.before(), found.after());
    let part = is_glued(before) || before.ends_with(|last: char| "$€£¥₩,:/+×^#-".contains(last));
    let more = after.starts_with(|next: char| next.is_alphanumeric() || "%°:/+×^$€£".contains(next))
        || after
            .strip_prefix([',', '.', '-', '–'])
            .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    // The other end of a range of four digits is read with this one.
    let range = after.trim_start().strip_prefix(['-', '–']).map(str::trim_start);
    let more = more || range.is_some_and(|end| end.bytes().take_while(u8::is_ascii_digit).count() == 4);
    if part || more {
        return None;
    }
    let (word, next) = (last_word(before), next_word(after));
    let number: u64 = format!("{}{}", found.get(1), found.get(2)).parse().ok()?;
    let introduced = is_in(BEFORE_YEARS, &word);
    let modern = matches!(found.get(1), "19" | "20");
    let possessive = is_in(POSSESSIVE, &word);
    // "the limit for 2026 is"
    let budgeted = modern && word == "for" && is_in("is are was were will and", next);
    let counted = starts_count(after)
        || is_in(UNITS, next)
        || is_in(BEFORE_AMOUNTS, &word) && !budgeted
        || before.ends_with(['=', '(']) && !modern;
    let plural_follows = after.starts_with(' ') && is_plural(next) && next.starts_with(char::is_lowercase);
    let counted = counted || word == "of" && plural_follows;
    let fits = !counted
        && (introduced && (modern || is_in("in since circa year by until", &word))
            || modern && (possessive || !plural_follows));
    fits.then(|| year(found.region, number))
}
