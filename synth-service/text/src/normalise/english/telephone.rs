//! Telephone numbers, extensions and dialled digits. Never guesses that a lone number is a telephone's.

use std::sync::LazyLock;

use super::context::{is_glued, is_in, is_plural, last_word, next_word};
use super::counted;
use super::number::{digit_groups, digit_lists, digits};
use super::rule::{Found, Rule, rules};

/// Digits of an international number, country included.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Behind a number, also glued to it: "555-0199x22".
const EXTENSION: &str = r"(?:x[0-9]{1,6}\b|\b(?:,?\s*(?:(?i:ext\.?|extension)\s?|\bx\s?|#)[0-9]{1,6}\b)?)";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let american = format!(
        r"(\+?1[-–. ]{{0,2}})?(\([0-9]{{3}}\)[-–. /]{{0,2}}|[0-9]{{3}}[-–. /])[0-9]{{3}}[-–. ][0-9]{{4}}{EXTENSION}"
    );
    let international = format!(r"\+[0-9]{{1,3}}(?:[-–. /]?\(?[0-9]{{1,12}}\)?){{1,7}}{EXTENSION}");
    let british = format!(
        r"\(?\b0[0-9]{{2,4}}(?:\)[-– ]?|[-– ])[0-9]{{3,4}}[-– ]?[0-9]{{3,4}}{EXTENSION}|\b0[0-9]{{2,4}}[-– ][0-9]{{5,8}}{EXTENSION}|\(?\b0[0-9](?:\)[- ]?|[- ])[0-9]{{4}}[- ]?[0-9]{{4}}{EXTENSION}|\(?\b0[1-9](?:\)[- ]?|[- ])[0-9]{{3}}[- ][0-9]{{4}}{EXTENSION}|\b0[1-9](?:[ .][0-9]{{2}}){{4}}{EXTENSION}|\b0800 [0-9]{{2}} [0-9]{{2,3}}(?: [0-9]{{2}})?{EXTENSION}|\b1[38]00[- ][0-9]{{3}}[- ][0-9]{{3}}{EXTENSION}|\b00\s?[1-9][0-9]{{0,2}}(?:[ -][0-9]{{2,5}}){{2,5}}{EXTENSION}"
    );
    let local = format!(r"\b[0-9]{{3}}[-–][0-9]{{4}}{EXTENSION}");
    rules(&[
        (&international, international_number),
        (&american, number),
        (r"\b(?:(1)[-. ])?\(?([0-9]{3})\)?[-. ]([A-Z0-9]{2,10}(?:-[A-Z0-9]{1,10}){0,3})\b", vanity),
        (r"\b([0-9]{3})-([A-Z]{4})\b", |found| {
            let introduced = is_in("call dial text at on phone number", &last_word(found.before()));
            let local = found.get(1) == "555" || introduced;
            (local && !is_glued(found.before()) && !found.before().ends_with('-'))
                .then(|| format!("{}, {}", digits(found.get(1)), vanity_word(found.get(2))))
        }),
        (r"\b1[5-8][0-9]{2}-([0-9]{4})\b", |found| {
            let range =
                (1000..2100).contains(&found.get(1).parse::<u64>().ok()?) && found.get(0) < found.get(1);
            if range || counted::counts(found.after()) { None } else { number(found) }
        }),
        (r"\b13 [0-9]{2} [0-9]{2}\b", |found| {
            is_in("call on dial at phone ring number", &last_word(found.before()))
                .then(|| groups(found.get(0)))
        }),
        (&british, |found| {
            // Four digits of a card may look like the beginning of a number.
            let inside = found.before().ends_with(' ')
                && found.before().trim_end().ends_with(|last: char| last.is_ascii_digit());
            // So may four groups of a parcel's number.
            let more = found
                .after()
                .strip_prefix(' ')
                .is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() >= 4);
            if inside || more { None } else { number(found) }
        }),
        // Mobile numbers of India
        (r"\b[6-9][0-9]{4}[ -][0-9]{5}\b", |found| {
            let counted = counted::counts(found.after());
            if counted { None } else { number(found) }
        }),
        (&local, local_number),
        // "Visa x8841": the end of a card's or an account's number.
        (r"\bx-?([0-9]{4})\b", |found| {
            is_account(found.before()).then(|| format!("ending in {}", digits(found.get(1))))
        }),
        (r"\bx([0-9]{3,6})\b", extension_alone),
        // "#0420*": a code at a gate
        (r"#([0-9]{3,8})([*#])(?<next>[\s.,;!?)]|$)", |found| {
            let first = found.before().is_empty() || found.before().ends_with([' ', '(', '"']);
            let key = if found.get(2) == "*" { " star" } else { hash(found, 2) };
            first.then(|| format!("{} {}{key}", found.region.pick("pound", "hash"), digits(found.get(1))))
        }),
        (r"#([0-9]{2,4})\b", dialled_hash),
        // "Enter 4471#", but "a 50# bag"
        (r"\b([0-9]{3,8})(#)(?<next>[\s.,;!?)]|$)", |found| {
            let before = found.before();
            let keyed = is_in("enter type key in code pin passcode press dial", &last_word(before));
            let long = found.get(1).len() > 3 && !found.get(1).ends_with("00");
            let first = before.is_empty() || before.ends_with([' ', '(', '"']);
            (first && (keyed || long) && !counted::counts(found.after()))
                .then(|| format!("{}{}", digits(found.get(1)), hash(found, 2)))
        }),
        // A number whose first zero is written as it is said
        (r"\b([Oo]h|[Zz]ero)\s([1-9][0-9]{2,3}(?:[ -][0-9]{3,4}){2,3})\b", |found| {
            (!counted::counts(found.after()) && !goes_on(found.after()))
                .then(|| format!("{} {}", found.get(1), groups(found.get(2))))
        }),
        (
            r"\b([2-9]11|988|911|999|112)((?:,\s|,?\s(?:or|and)\s)[2-9]11|(?:,\s|,?\s(?:or|and)\s)(?:988|999|112))*\b",
            short_codes,
        ),
        (
            r"\b(?i:(call|phone|dial|number|at|tel|telephone|fax|mobile|cell|text))(:?\s)([0-9]{3} [0-9]{4})\b",
            |found| Some(format!("{}{}{}", found.get(1), found.get(2), groups(found.get(3)))),
        ),
        (
            r"\b((?i:ext\.?|extension|extn\.?|(exts\.?|extensions)))\s?#?:?\s?([0-9]{1,6}\b(?:(?:,\s|,?\s(?:and|or|to|through)\s)[0-9]{3,6}\b)*)",
            |found| {
                let plural = if found.get(2).is_empty() { "" } else { "s" };
                // "extension 4-0-2-2" is dictated.
                (!goes_on(found.after())).then(|| format!("extension{plural} {}", digit_lists(found.get(3))))
            },
        ),
        (
            r"\b((?i:call(?:ing)?|dial(?:ing)?|text(?:ing)?|press(?:ing)?|ring))(\s\*?\s?)([0-9]{1,6})(#?)(?:(\s(?:or|and)\s)([0-9]{3})\b)?",
            dialled,
        ),
        (r"\b((?i:text(?:ing)?|reply|send|sms|message)\s[^.;]{1,40}?\sto\s)([0-9]{4,6})\b", |found| {
            Some(format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        (r"\b((?i:text)(?:\sus)?\sat\s)([0-9]{5,6})\b", |found| {
            (!goes_on(found.after())).then(|| format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        (r"(#)([0-9]{1,4})(#)", |found| {
            let is_first = !found.before().ends_with(|before: char| !before.is_whitespace());
            let read = || format!("{} {}{}", hash(found, 1).trim(), digits(found.get(2)), hash(found, 3));
            is_first.then(read)
        }),
        (r"\*([0-9]{2,4})(#?)", |found| {
            let star = !found.before().ends_with(|before: char| !before.is_whitespace());
            star.then(|| format!("star {}{}", digits(found.get(1)), hash(found, 2)))
        }),
        (r"\b(9-1-1|911|9-8-8)\b", |found| {
            let part = is_glued(found.before()) || found.before().ends_with(['$', '-', '#', '/']);
            let asked = found.before().trim().is_empty()
                || is_dialling(found.before())
                || is_in(BEFORE_EMERGENCY, &last_word(found.before()))
                || is_in(BEHIND_EMERGENCY, next_word(found.after()));
            let sure = found.get(1).contains('-') || asked && !counted::counts(found.after());
            (!part && sure).then(|| digits(found.get(1)))
        }),
    ])
});

/// "x4471"; "x100" multiplies.
fn extension_alone(found: &Found<'_>) -> Option<String> {
    // "ending in x8820": a hidden digit stands for all in front.
    let before = found.before().to_lowercase();
    if ["ending in ", "ends in ", "ending ", "ending with "].iter().any(|words| before.ends_with(words)) {
        return Some(digit_groups(found.get(1)));
    }
    // "my card (x8820)"
    if before.strip_suffix(" (").is_some_and(|name| is_in(NUMBERED_BY_LAST, &last_word(name))) {
        return Some(format!("ending in {}", digit_groups(found.get(1))));
    }
    let introduced = is_in("at for on dial ask extension number", &last_word(found.before()));
    let behind_number = found.before().trim_end().ends_with(|last: char| last.is_ascii_digit());
    let fits = !behind_number && (introduced || found.get(1).len() > 3);
    fits.then(|| format!("extension {}", digits(found.get(1))))
}

/// Things that are named by the last four digits of their number.
const NUMBERED_BY_LAST: &str =
    "visa mastercard amex discover maestro debit credit card checking savings chequing account acct";

/// Whether a card or an account is the last thing in the text.
fn is_account(before: &str) -> bool {
    is_in(NUMBERED_BY_LAST, &last_word(before))
}

/// Words around 911 where help is asked for.
const BEFORE_EMERGENCY: &str =
    "call calling called dial dialing dialling text ring contact phone to emergency via";
const BEHIND_EMERGENCY: &str = "operator operators dispatch dispatcher dispatchers emergency call caller center services service right immediately";

/// Bytes before a number in which a word that asks to dial is looked for.
const REACH: usize = 60;

/// Whether somebody is asked to dial, a few words before.
fn is_dialling(before: &str) -> bool {
    let near = before.char_indices().rev().take(REACH).last().map_or("", |(at, _)| &before[at..]);
    let words = near.split(|mark: char| !mark.is_alphanumeric());
    words
        .into_iter()
        .any(|word| matches!(word, "dial" | "Dial" | "call" | "Call" | "press" | "Press" | "text" | "Text"))
}

/// "#77" among keys to press
fn dialled_hash(found: &Found<'_>) -> Option<String> {
    let first = !found.before().ends_with(|last: char| !last.is_whitespace());
    (first && is_dialling(found.before()))
        .then(|| format!("{} {}", found.region.pick("pound", "hash"), digits(found.get(1))))
}

/// "311, 988 or 411"
fn short_codes(found: &Found<'_>) -> Option<String> {
    let listed = is_dialling(found.before());
    let counted = counted::counts(found.after()) || found.after().starts_with('-');
    let key = found.before().ends_with(['*', '#', '$', '-']);
    if !listed || counted || key {
        return None;
    }
    let words = found.get(0).split(' ').map(|word| match word.trim_end_matches(',') {
        code if code.starts_with(|first: char| first.is_ascii_digit()) => {
            digits(code) + if word.ends_with(',') { "," } else { "" }
        }
        word => word.to_owned(),
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

fn hash(found: &Found<'_>, group: usize) -> &'static str {
    if found.get(group).is_empty() { "" } else { found.region.pick(" pound", " hash") }
}

fn international_number(found: &Found<'_>) -> Option<String> {
    let extension = extension(found);
    let number = &found.get(0)[..found.get(0).len() - extension.len()];
    let count = number.chars().filter(char::is_ascii_digit).count();
    let ends = !found.after().starts_with(|next: char| next.is_alphanumeric());
    (DIGITS.contains(&count) && ends && !is_glued(found.before())).then(|| with_extension(number, extension))
}

fn number(found: &Found<'_>) -> Option<String> {
    let extension = extension(found);
    let number = &found.get(0)[..found.get(0).len() - extension.len()];
    let glued = is_glued(found.before()) || found.before().ends_with(['-', '$', '/']);
    (!glued && !goes_on(found.after())).then(|| with_extension(number, extension))
}

/// Three and four digits are a local number, unless both are round: a range.
fn local_number(found: &Found<'_>) -> Option<String> {
    let (first, second) = found.get(0).split_at(3);
    let second = second.trim_start_matches(['-', '–']);
    let range = first.ends_with('0') && second.get(..4).is_some_and(|last| last.ends_with("00"));
    let asked = is_in("call at on dial text phone number", &last_word(found.before()));
    if range && !asked || is_plural(next_word(found.after())) { None } else { number(found) }
}

/// The part of the match that is the extension, separator included.
fn extension<'t>(found: &Found<'t>) -> &'t str {
    let whole = found.get(0);
    let letters = whole.find(|character: char| character.is_ascii_alphabetic() || ",#".contains(character));
    letters.map_or("", |at| &whole[at..])
}

fn with_extension(number: &str, extension: &str) -> String {
    match digits(extension).as_str() {
        "" => groups(number),
        extension => format!("{}, extension {extension}", groups(number)),
    }
}

/// Whether more digits of the same number follow the match.
fn goes_on(after: &str) -> bool {
    let rest = after.strip_prefix(['-', '.', '/', ',', ':']).unwrap_or(after);
    rest.starts_with(|next: char| next.is_ascii_digit())
}

/// Letters in place of digits are read as the words they are.
fn vanity(found: &Found<'_>) -> Option<String> {
    let name = found.get(3);
    let letters = name.chars().filter(char::is_ascii_uppercase).count();
    let toll_free = found.get(2).starts_with('8') || found.get(2) == "900";
    if letters < 3 || is_glued(found.before()) || found.get(1).is_empty() && !toll_free {
        return None;
    }
    let mut words: Vec<String> = Vec::new();
    for part in name.split('-') {
        let cut = part.find(|next: char| {
            next.is_ascii_digit() != part.starts_with(|first: char| first.is_ascii_digit())
        });
        let (first, second) = part.split_at(cut.unwrap_or(part.len()));
        words
            .extend([first, second].iter().filter(|piece| !piece.is_empty()).map(|piece| vanity_word(piece)));
    }
    let prefix = if found.get(1).is_empty() { String::new() } else { format!("{}, ", digits(found.get(1))) };
    Some(format!("{prefix}{}, {}", digits(found.get(2)), words.join(" ")))
}

fn vanity_word(piece: &str) -> String {
    if piece.contains(|letter: char| letter.is_ascii_digit()) {
        return super::letters::spell(piece);
    }
    let sayable = piece.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
    if sayable { piece.to_lowercase() } else { super::letters::spell(piece) }
}

/// "call 911" is dialled; "call 100 customers" is not.
fn dialled(found: &Found<'_>) -> Option<String> {
    let key = found.get(2).contains('*');
    let counted = found.get(3).len() != 3
        && found.get(3).len() > 1
        && !found.get(1).to_lowercase().starts_with(['d', 'p']);
    let rest = found.after();
    let cut = rest.starts_with(|next: char| next.is_alphanumeric() || "%°/".contains(next))
        || goes_on(rest)
        || rest.starts_with('-')
        || rest.starts_with(" x ");
    if !key && (counted && found.get(3).len() < 5 || is_plural(next_word(rest))) || cut {
        return None;
    }
    let star = if key { " star " } else { " " };
    let second = format!("{}{}", found.get(5), digits(found.get(6)));
    Some(format!("{}{star}{}{}{second}", found.get(1), digits(found.get(3)), hash(found, 4)))
}

/// The groups as they are written, each digit by digit.
pub(super) fn groups(number: &str) -> String {
    let plus = if number.trim_start().starts_with('+') { "plus " } else { "" };
    let groups: Vec<String> = number
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(digit_groups)
        .collect();
    format!("{plus}{}", groups.join(", "))
}
