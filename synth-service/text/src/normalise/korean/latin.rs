//! Latin letters: well-known words as Korean says them, capitals letter by letter. Other words stay as they are.

use std::sync::LazyLock;

use super::{
    letters::{has_no_vowel, spell},
    numerals::english_digit,
    rule::{Found, Rule, Text, apply, compile},
    units, words,
};

/// Capitals in a row that are read letter by letter; more of them are a shouted word.
const LONGEST_ACRONYM: usize = 5;

static KNOWN: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"(?i:covid)[- ]?19|코로나[- ]?(?:바이러스[- ]?)?19", |found| {
            found.stands_alone().then(|| "코로나일구".to_owned())
        }),
        (r"VS ?(Code|CODE|code)", |_| Some("브이에스 코드".to_owned())),
        // Buy one, get one: 원 플러스 원.
        (r"([1-3])\+1", |found| {
            let is_sum = found.after().trim_start().starts_with('=');
            let bought = found.group(1).chars().next().and_then(english_digit)?;
            (found.stands_alone() && !is_sum).then(|| format!("{bought} 플러스 원"))
        }),
        (r"(?i:(dr|mr|mrs|ms|prof)\.) ?", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_alphanumeric());
            let title = words::reading(found.group(1))?;
            (!is_part && found.after().starts_with(char::is_alphabetic)).then(|| format!("{title} "))
        }),
        (r"Q([1-4])", |found| {
            let is_year =
                found.after().is_empty() || found.after().starts_with([' ', '~', '-', ',', '에', '은']);
            (found.stands_alone() && is_year).then(|| format!("{}분기", found.group(1)))
        }),
        // Names of products and versions: Flip6, V3, GPT-4.
        (r"([A-Za-z]+)(-?)([1-9])", numbered),
        (r"([A-Za-z]{2,})(\d{2,4})", |found| {
            let name = words::reading(found.group(1))?;
            found.stands_alone().then(|| format!("{name} {}", found.group(2)))
        }),
        (r"([1-4])Q", |found| found.stands_alone().then(|| format!("{}분기", found.group(1)))),
        (r"D([-+])(\d+)", |found| {
            let sign = if found.group(1) == "-" { "마이너스" } else { "플러스" };
            found.stands_alone().then(|| format!("디 {sign} {}", found.group(2)))
        }),
    ])
});

/// Words with signs or digits in them, and all others.
static WORDS: LazyLock<Vec<Rule>> =
    LazyLock::new(|| compile(&[(r"[A-Za-z0-9]+(?:[-&/.+'][A-Za-z0-9]+)*\+?", known)]));

static LETTERS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"([A-Z]{1,5})((?: ?& ?[A-Z]{1,5})+)([^a-z]|$)", |found| {
            let first = spell(found.group(1));
            let others: Vec<String> = found.group(2).split('&').map(|part| spell(part.trim())).collect();
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphabetic());
            (!is_part).then(|| format!("{first}{}{}", others.join("앤"), found.group(3)))
        }),
        (r"°([CF])", |found| Some(if found.group(1) == "C" { "섭씨 도" } else { "화씨 도" }.to_owned())),
        (r"\p{Latin}+[²³]?", letters),
    ])
});

/// The text with well-known words in Hangul, also those that hold digits: "MP3".
pub(super) fn read_words(text: &mut Text) {
    apply(&KNOWN, text);
    if text.contains(|it: char| it.is_ascii_alphabetic()) {
        apply(&WORDS, text);
    }
}

/// The text with acronyms and single letters spelled. Digits must be words already.
pub(super) fn read_letters(text: &mut Text) {
    apply(&LETTERS, text);
}

/// A known word, or the longest known parts of a word with signs in it.
fn known(found: &Found<'_>) -> Option<String> {
    let written = found.group(0);
    let is_number = !written.contains(|it: char| it.is_ascii_alphabetic());
    // "5g" and "453.6g" are weights.
    if is_number || is_decimal(written) {
        return None;
    }
    if let Some(reading) = words::reading(written) {
        return is_apart(found).then(|| reading.to_owned());
    }
    let mut spoken = String::with_capacity(written.len());
    let mut changed = false;
    for part in written.split_inclusive(['-', '&', '/', '.', '+', '\'']) {
        let word = part.trim_end_matches(['-', '&', '/', '.', '+', '\'']);
        let reading = words::reading(word);
        changed |= reading.is_some();
        spoken.push_str(reading.unwrap_or(word));
        spoken.push_str(&part[word.len()..]);
    }
    (changed && is_apart(found)).then_some(spoken)
}

/// One digit behind a Latin name has its English name, except in the name of a place or a version.
fn numbered(found: &Found<'_>) -> Option<String> {
    const PLACES: [&str; 12] =
        ["번", "호", "동", "층", "열", "구역", "차", "게이트", " 게이트", "블록", "단지", "관"];
    let (name, after) = (found.group(1), found.after());
    let is_place = PLACES.iter().any(|place| after.starts_with(place))
        || after.starts_with(char::is_alphanumeric) && !after.starts_with(super::hangul::is_syllable);
    let is_other = words::reading(found.group(0)).is_some() || ["v", "ver", "x", "D"].contains(&name);
    let is_measured = super::measure::is_measured(after);
    if is_place || is_other || is_measured || !found.stands_alone() {
        return None;
    }
    let digit = found.group(3).chars().next().and_then(english_digit)?;
    let name = words::reading(name).map_or_else(|| name.to_owned(), str::to_owned);
    Some(format!("{name} {digit}"))
}

/// A number with a unit, which is no name: "1.5G", "5g", but not "5G".
fn is_decimal(written: &str) -> bool {
    let unit = written.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
    let number = &written[..written.len() - unit.len()];
    let unit = unit.split('/').next().unwrap_or_default();
    !number.is_empty() && (unit == "g" || (number.contains('.') && units::word(unit).is_some()))
}

/// "5G" in "1.5G" is not a network.
fn is_apart(found: &Found<'_>) -> bool {
    let starts_with_digit = found.group(0).starts_with(|it: char| it.is_ascii_digit());
    let is_foreign = |it: char| it.is_alphabetic() && !it.is_ascii() && !super::hangul::is_syllable(it);
    let is_part = found.before().ends_with(is_foreign) || found.after().starts_with(is_foreign);
    let goes_on = starts_with_digit && found.before().ends_with(['.', ',', '~', '-']);
    !(is_part || goes_on)
}

fn letters(found: &Found<'_>) -> Option<String> {
    let written = found.group(0);
    let letters = written.trim_end_matches(['²', '³']);
    // 밀리그램/L has a unit, 블랙/M a size.
    let is_divided = found.before().strip_suffix('/').is_some_and(|before| {
        let is_measure =
            ["그램", "리터", "미터", "원", "몰", "개", "달러"].iter().any(|it| before.ends_with(it));
        is_measure || letters.len() > 1
    });
    let is_per = found.after().starts_with('당') || is_divided;
    if let Some(unit) = units::word(written).filter(|_| is_per || letters.len() < written.len()) {
        return Some(unit.to_owned());
    }
    let spoken = match words::reading(letters) {
        Some(reading) => reading.to_owned(),
        None if letters.len() == 1 && is_english(found) => return None,
        None if letters.len() == 1 || is_acronym(letters) => spell(letters),
        None if is_unit(letters) => units::word(letters)?.to_owned(),
        None if is_spelled(letters) => spell(letters),
        None => camel_case(letters)?,
    };
    Some(format!("{spoken}{}", &written[letters.len()..]))
}

/// Few letters that can't be read as a word: "npm".
fn is_spelled(written: &str) -> bool {
    written.len() <= 4 && written.is_ascii() && has_no_vowel(written)
}

/// Known words in one: "TypeError".
fn camel_case(written: &str) -> Option<String> {
    let mut spoken = String::new();
    let mut rest = written;
    while !rest.is_empty() {
        let behind = rest.char_indices().skip(1).find(|(_, it)| it.is_ascii_uppercase());
        let (word, next) = rest.split_at(behind.map_or(rest.len(), |(at, _)| at));
        spoken.push_str(words::reading(word)?);
        rest = next;
    }
    Some(spoken)
}

/// Units that nobody takes for another word: "단위는 kg입니다".
fn is_unit(written: &str) -> bool {
    const UNITS: [&str; 20] = [
        "kg", "km", "cm", "mm", "mg", "ml", "mL", "kWh", "kcal", "dB", "Hz", "kHz", "MHz", "GHz", "Mbps",
        "Gbps", "hPa", "mAh", "kW", "nm",
    ];
    UNITS.contains(&written)
}

/// Capitals that can't be taken for a word.
fn is_acronym(written: &str) -> bool {
    let is_shouted = written.bytes().all(|it| it.is_ascii_uppercase());
    // "eGFR"
    let rest = written.strip_prefix(|it: char| it.is_ascii_lowercase()).unwrap_or_default();
    let is_mixed =
        (2..LONGEST_ACRONYM).contains(&rest.len()) && rest.bytes().all(|it| it.is_ascii_uppercase());
    is_mixed || is_shouted && (written.len() <= LONGEST_ACRONYM || has_no_vowel(written))
}

/// Whether the letter is a word of an English phrase, as in "I am" and "a book", or of a word with an apostrophe.
fn is_english(found: &Found<'_>) -> bool {
    let before = found.before();
    let next = found.after().strip_prefix(' ').unwrap_or_default();
    let word = next.split(|it: char| !it.is_ascii_lowercase()).next().unwrap_or_default();
    let is_read = words::reading(word).is_some() || is_unit(word) || is_spelled(word);
    let goes_on = word.len() > 1 && !is_read;
    let is_article = ["a", "A", "I"].contains(&found.group(0)) && goes_on;
    let is_ending = before.ends_with(['\'', '’']);
    is_article || is_ending
}
