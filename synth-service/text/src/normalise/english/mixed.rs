//! The numbers that are left: in words of letters and digits, in codes, and alone. Leaves no digit behind.

use std::sync::LazyLock;

use super::Region;
use super::letters::spell;
use super::number::{amount, digit_groups, digits, pairs};
use super::quantities::points;
use super::rule::{Found, Rule, remains, rules};
use super::telephone::groups;

/// Most digits of a name; with more, letters and digits are a code.
const LONGEST_IN_NAME: usize = 2;

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b[0-9]{1,3}(?: [0-9]{3})+\b", spaced_thousands),
        // "1.5t", "2.1b"
        (r"\b([0-9]+(?:\.[0-9]+)+)([A-Za-z]{1,3})\b", |found| {
            let dots = found.get(1).matches('.').count();
            let number = if dots == 1 {
                amount(found.region, found.get(1))
            } else {
                points(found.region, found.get(1))
            };
            (found.get(1).len() < 16).then(|| format!("{number} {}", spell(found.get(2))))
        }),
        // "H.264"
        (r"\b([A-Z])\.([0-9]{1,4})\b", |found| {
            Some(format!("{} {}", found.get(1), pairs(found.region, found.get(2))))
        }),
        (r"[0-9]+(?:-[0-9]+){2,}", |found| Some(groups(found.get(0)))),
        (r"(?:\p{L}+[-_])*\p{L}*[0-9][\p{L}0-9]*(?:[-_][\p{L}0-9]+)*", token),
    ])
});

/// Numbers that no rule has owned as a whole, such as those with every separator mixed: part by part.
pub(super) static REMAINS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    remains(&[
        (r"[0-9]+(?:[.,:/'][0-9]+){1,40}", separated),
        (r"AMOUNT", |found| {
            let whole = !found.after().starts_with(|next: char| next.is_ascii_digit())
                && !found.before().ends_with(|last: char| last.is_ascii_digit());
            let dotted = found.get(0).starts_with('.') && found.before().ends_with(char::is_alphanumeric);
            (whole && !dotted).then(|| apart(found, amount(found.region, found.get(0))))
        }),
        (r"[0-9]+", |found| Some(apart(found, digit_groups(found.get(0))))),
    ])
});

/// The words with a space to the letters that touch the number.
fn apart(found: &Found<'_>, words: String) -> String {
    let gap = |touches: bool| if touches { " " } else { "" };
    let before = gap(found.before().ends_with(char::is_alphabetic));
    let after = gap(found.after().starts_with(char::is_alphabetic));
    format!("{before}{words}{after}")
}

/// Separators that form no number, such as those of a list without spaces: each part by itself.
fn separated(found: &Found<'_>) -> Option<String> {
    let written = found.get(0);
    let torn = found.before().ends_with(|last: char| last.is_alphanumeric() || ".,".contains(last))
        || found.after().starts_with(|next: char| next.is_alphanumeric());
    let thousands = written.contains(',')
        && !written.contains([':', '/', '\''])
        && written.split('.').count() < 3
        && are_thousands(written.split('.').next()?)
        && !written.split_once('.').is_some_and(|(_, fraction)| fraction.contains(','));
    let decimal = written.matches('.').count() == 1 && !written.contains([',', ':', '/', '\'']);
    if torn || thousands || decimal {
        return None;
    }
    let mut read = String::new();
    let mut decimal = false;
    for part in written.split_inclusive(['.', ',', ':', '/', '\'']) {
        let (number, mark) = part.split_at(part.trim_end_matches(|mark: char| !mark.is_ascii_digit()).len());
        read.push_str(&if decimal { digits(number) } else { amount(found.region, number) });
        decimal = mark == ".";
        read.push_str(match mark {
            "." => " point ",
            "/" => " slash ",
            "" => "",
            ":" => " ",
            _ => ", ",
        });
    }
    Some(read)
}

/// "1,250" and "1,00,000", but no list such as "50,60".
fn are_thousands(written: &str) -> bool {
    let groups: Vec<usize> = written.split(',').map(str::len).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return false };
    (1..=3).contains(first) && middle.iter().all(|length| matches!(length, 2 | 3)) && *last == 3
}

/// "1 000 000"
fn spaced_thousands(found: &Found<'_>) -> Option<String> {
    let number = found.get(0);
    let zeros = number.split(' ').skip(1).all(|group| group == "000");
    (zeros && number.len() < 24).then(|| amount(found.region, &number.replace(' ', "")))
}

fn token(found: &Found<'_>) -> Option<String> {
    let token = found.get(0);
    let has = |kind: fn(&char) -> bool| token.chars().any(|character| kind(&character));
    if !has(char::is_ascii_digit) || !token.contains(char::is_alphabetic) {
        return None;
    }
    // "5.2k": the part before the dot is not a word of its own.
    Some(if is_code(token) { spell(token) } else { name(found.region, token) })
}

/// Whether a person would spell it: capitals with many digits, or letters and digits in turns.
fn is_code(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let lower = token.chars().filter(|letter| letter.is_lowercase()).count();
    let turns = runs(token).filter(|run| !run.starts_with(['-', '_'])).count();
    let capitals = longest_word(token);
    if lower > 0 {
        return turns > 4 && longest_word(token) < 4;
    }
    (digits > LONGEST_IN_NAME || turns > 3) && capitals < 4
}

fn longest_word(token: &str) -> usize {
    runs(token)
        .filter(|run| run.starts_with(char::is_alphabetic))
        .map(|run| run.chars().count())
        .max()
        .unwrap_or_default()
}

/// The token cut where letters, digits and marks meet.
fn runs(token: &str) -> impl Iterator<Item = &str> {
    let kind = |character: char| (character.is_ascii_digit(), character.is_alphabetic());
    let mut rest = token;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let end = rest.find(|next: char| kind(next) != first).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        Some(run)
    })
}

/// "MP three", "covid nineteen", "three-year-old"
fn name(region: Region, token: &str) -> String {
    let mut read = String::new();
    let (mut mark, mut previous_digit) = ("", false);
    for run in runs(token) {
        if run.starts_with(['-', '_']) {
            mark = run;
            continue;
        }
        let digit = run.starts_with(|first: char| first.is_ascii_digit());
        let word = run.chars().count() > 1 && !digit;
        read.push_str(match mark {
            _ if read.is_empty() => "",
            mark if mark.starts_with('_') => " underscore ",
            // A hyphen stays between words, a letter or a number stands alone.
            mark if mark.starts_with('-') && word => "-",
            _ if mark.is_empty() && !digit && !previous_digit => "",
            _ => " ",
        });
        match run {
            // "Blink-182", "Cs-137"
            _ if digit && mark == "-" && run.len() == 3 && token.starts_with(char::is_uppercase) => {
                read.push_str(&pairs(region, run));
            }
            _ if digit => read.push_str(&number(region, run)),
            _ if word => read.push_str(run),
            _ => read.extend(run.chars().flat_map(char::to_uppercase)),
        }
        (mark, previous_digit) = ("", digit);
    }
    read
}

fn number(region: Region, run: &str) -> String {
    if run.len() > 4 {
        digit_groups(run)
    } else if run.starts_with('0') {
        digits(run)
    } else {
        amount(region, run)
    }
}
