//! All numbers that are left in a text, each with its sign, range and counter. Whole dates, codes and addresses
//! are read before.

use super::{
    amount::{self, Amount},
    hangul::{head, is_syllable, tail, word_ends_before},
    measure::Measure,
    numerals::{self, Zero},
    rule::{Text, push_apart, push_particle},
};

/// Digits in a row that are a code when no counter follows.
const CODE_DIGITS: usize = 9;

/// How far after a range its 까지 may stand, in characters.
const UNTIL_WITHIN: usize = 16;

/// Counters that 제 may stand before with a space between: "제 3회".
const RANKED: [&str; 12] = ["회", "차", "조", "항", "호", "장", "기", "대", "과", "권", "편", "부"];

/// The text with every number in words.
pub(super) fn read(text: &mut Text) {
    if text.contains(|it: char| it.is_ascii_digit()) {
        text.set(in_words(text));
    }
}

fn in_words(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len() * 2);
    let mut at = 0;
    while let Some(digit) = text[at..].find(|it: char| it.is_ascii_digit()) {
        let start = at + digit;
        spoken.push_str(&text[at..start]);
        let place = Place { before: &text[..start], rest: &text[start..] };
        part_from_letters(&mut spoken);
        // "×2": the word for two is no particle of the sign.
        if spoken.ends_with(['×', '÷', '*', '&', '@', '#', '%', '°', '§']) {
            spoken.push(' ');
        }
        let sign = take_sign(&mut spoken);
        let Some(reading) = place.read(sign) else { break };
        let written = &text[start..start + reading.length];
        at = start + reading.length;
        let joins_rank = reading.is_rank && sign.is_none();
        if joins_rank {
            spoken.truncate(spoken.trim_end().len());
            spoken.push_str(&reading.words);
        } else {
            push_apart(&mut spoken, &reading.words, &text[at..]);
        }
        // 3과 and 3가 may be a lesson and a part of a street.
        if !text[at..].starts_with(['과', '가']) {
            at += push_particle(&mut spoken, written, &text[at..]);
        }
        if needs_space(&text[at..], reading.has_counter) {
            spoken.push(' ');
        }
        at += push_joint(&mut spoken, &text[at..]);
    }
    spoken.push_str(&text[at..]);
    spoken
}

/// "7,8월" is a list; a full stop that leads to more digits is said. Returns the bytes consumed.
fn push_joint(spoken: &mut String, rest: &str) -> usize {
    let joint = match rest.chars().next() {
        Some(',') => ", ",
        Some('.') => " 점 ",
        _ => return 0,
    };
    let is_joint = rest[1..].starts_with(|it: char| it.is_ascii_digit());
    if is_joint {
        spoken.push_str(joint);
    }
    usize::from(is_joint)
}

/// "A-12" is a letter and a number.
fn part_from_letters(spoken: &mut String) {
    let is_hyphen = spoken.ends_with('-');
    if is_hyphen && spoken[..spoken.len() - 1].ends_with(|it: char| it.is_ascii_alphabetic()) {
        spoken.pop();
        spoken.push(' ');
    }
}

/// A noun after a number is a separate word; a particle is not, nor a syllable that continues a counter.
fn needs_space(rest: &str, has_counter: bool) -> bool {
    let syllables = rest.chars().take(2).take_while(|&it| is_syllable(it)).count();
    syllables > usize::from(has_counter) && !word_ends_before(rest)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Minus,
    Plus,
    PlusMinus,
}

/// Takes a sign from the end of `spoken` if it belongs to the number after it, and not to two numbers or words.
fn take_sign(spoken: &mut String) -> Option<Sign> {
    let mut last = spoken.chars().rev();
    let sign = match last.next()? {
        '-' => Sign::Minus,
        '+' => Sign::Plus,
        '±' => Sign::PlusMinus,
        _ => return None,
    };
    let before = last.next();
    let belongs = before.is_none_or(|it| {
        it.is_whitespace() || "([{<,~:/'\"".contains(it) || (is_syllable(it) && sign != Sign::Minus)
    });
    belongs.then(|| {
        spoken.pop();
        sign
    })
}

/// A number with the text before it.
struct Place<'t> {
    before: &'t str,
    rest: &'t str,
}

struct Reading {
    words: String,
    length: usize,
    has_counter: bool,
    /// After 제, to which the numeral is joined.
    is_rank: bool,
}

impl Place<'_> {
    fn read(&self, sign: Option<Sign>) -> Option<Reading> {
        let is_rank = self.is_rank();
        let first = amount::parse(self.rest, !is_rank)?;
        let behind = &self.rest[first.written.len()..];
        let is_place = behind.starts_with(['번', '호', '동', '층']);
        if self.follows_letters() && !is_place && first.digits.is_some_and(|it| it.len() > 2) {
            return Some(Reading::bare(numerals::one_by_one(first.written, Zero::Gong), first.written.len()));
        }
        if let Some(range) = self.range(&first, sign) {
            return Some(range);
        }
        let (words, length, has_counter) = match Measure::find(self.before, &first, behind) {
            Some(measure) => {
                let measure = if is_rank { measure.ranked() } else { measure };
                let sign_word = sign_word(sign, measure.is_temperature(), self.before);
                let words = if sign == Some(Sign::Minus)
                    && measure.is_temperature()
                    && !measure.before().starts_with("화씨")
                {
                    format!("{sign_word}{}", measure.say_inside(&first))
                } else {
                    format!("{sign_word}{}", measure.say(&first))
                };
                (words, first.written.len() + measure.length, measure.is_counter())
            }
            None => (format!("{}{}", sign_word(sign, false, ""), bare(&first)), first.written.len(), false),
        };
        Some(Reading { words, length, has_counter, is_rank })
    }

    /// "제3회" and "제 3회", but not "과제 3".
    fn is_rank(&self) -> bool {
        let word = tail(self.before, 3);
        let stem = word.trim_end();
        let Some(before) = stem.strip_suffix('제') else { return false };
        if before.ends_with(is_syllable) {
            return false;
        }
        let digits = self.rest.trim_start_matches(|it: char| it.is_ascii_digit());
        stem.len() == word.len()
            || RANKED.iter().any(|counter| digits.starts_with(counter)) && !digits.starts_with("번")
    }

    fn follows_letters(&self) -> bool {
        self.before.trim_end_matches('-').ends_with(|it: char| it.is_ascii_alphabetic())
    }

    fn range(&self, first: &Amount<'_>, sign: Option<Sign>) -> Option<Reading> {
        let behind = &self.rest[first.written.len()..];
        let (separator, is_tilde) = separator(behind)?;
        // B2-34 is a place.
        let is_named = self.follows_letters();
        let start = first.written.len() + separator;
        let has_sign = self.rest[start..].starts_with('-');
        let second = amount::parse(&self.rest[start + usize::from(has_sign)..], true)?;
        let end = start + usize::from(has_sign) + second.written.len();
        let measure = Measure::find(self.before, &second, &self.rest[end..]);
        let has_counter = measure.as_ref().is_some_and(Measure::is_counter);
        let end = end + measure.as_ref().map_or(0, |measure| measure.length);
        let is_until = is_until(&self.rest[end..]);
        let rescaled = rescaled(first, &second);
        let first = rescaled.as_ref().unwrap_or(first);
        let words = match measure {
            Some(measure) if sign.is_some() || has_sign => {
                signed_range(first, &second, &measure, (sign, has_sign), self.before)
            }
            Some(measure)
                if is_tilde
                    || (!is_named
                        && !measure.is_address()
                        && !measure.is_label()
                        && rises(first, &second)) =>
            {
                measure.say_range(first, &second, is_until)
            }
            Some(measure) => format!("{} 다시 {}", bare(first), measure.say(&second)),
            None if is_tilde => {
                format!("{}{}{} {}", sign_word(sign, false, ""), bare(first), from(is_until), bare(&second))
            }
            None => format!("{} 다시 {}", bare(first), bare(&second)),
        };
        Some(Reading { words, length: end, has_counter, is_rank: false })
    }
}

impl Reading {
    fn bare(words: String, length: usize) -> Self {
        Self { words, length, has_counter: false, is_rank: false }
    }
}

/// The length in bytes of the separator between the two ends of a range, and whether it is a tilde.
fn separator(behind: &str) -> Option<(usize, bool)> {
    let tilde = behind.trim_start_matches(' ');
    if let Some(second) = tilde.strip_prefix('~') {
        let second = second.trim_start_matches([' ', '~']);
        return Some((behind.len() - second.len(), true));
    }
    behind.starts_with('-').then_some((1, false))
}

/// "1~3만" means 10,000 to 30,000.
fn rescaled<'t>(first: &Amount<'t>, second: &Amount<'_>) -> Option<Amount<'t>> {
    if second.scale.is_empty() || first.count().is_none() {
        return None;
    }
    let spoken = format!("{}{}", first.spoken, second.scale);
    Some(Amount { written: first.written, spoken, digits: None, scale: "" })
}

fn rises(first: &Amount<'_>, second: &Amount<'_>) -> bool {
    let value = |amount: &Amount<'_>| amount.written.replace(',', "").parse::<f64>().ok();
    match (value(first), value(second)) {
        (Some(first), Some(second)) => first < second,
        _ => true,
    }
}

fn signed_range(
    first: &Amount<'_>,
    second: &Amount<'_>,
    measure: &Measure,
    signs: (Option<Sign>, bool),
    before: &str,
) -> String {
    let is_temperature = measure.is_temperature();
    let from = format!("{}{}", sign_word(signs.0, is_temperature, before), measure.say_inside(first));
    let second_sign = match signs.1 {
        true => sign_word(Some(Sign::Minus), is_temperature, ""),
        false if is_temperature => "영상 ",
        false => "",
    };
    format!("{from}에서 {second_sign}{}", measure.say_inside(second))
}

/// The particle that joins the two ends of a range: with 까지 after it, 부터.
pub(super) fn from(is_until: bool) -> &'static str {
    if is_until { "부터" } else { "에서" }
}

/// Whether the words after a range lead to a 까지 before anything else begins.
pub(super) fn is_until(rest: &str) -> bool {
    let near = head(rest, UNTIL_WITHIN);
    let clause = near.split([',', '.', '~', '?', '!', ')', '(']).next().unwrap_or_default();
    clause.contains("까지") || clause.contains("사이")
}

/// The number without a counter.
fn bare(amount: &Amount<'_>) -> String {
    let is_code = amount.digits.is_some_and(|it| it.len() >= CODE_DIGITS && !it.ends_with("000"));
    match amount.digits {
        Some(digits) if is_code || amount.has_leading_zero() => numerals::one_by_one(digits, Zero::Gong),
        _ => amount.spoken.clone(),
    }
}

fn sign_word(sign: Option<Sign>, is_temperature: bool, before: &str) -> &'static str {
    match sign {
        Some(Sign::Minus) if is_temperature && before.trim_end_matches(['-', ' ']).ends_with("영하") => "",
        Some(Sign::Minus) if is_temperature => "영하 ",
        Some(Sign::Minus) => "마이너스 ",
        Some(Sign::Plus) => "플러스 ",
        Some(Sign::PlusMinus) => "플러스마이너스 ",
        None => "",
    }
}
