//! English words, without differences of style.

/// The words of a reading.
pub(crate) fn words(reading: &str) -> Vec<String> {
    let lower = reading.to_lowercase().replace('’', "'");
    let mut words = Vec::new();
    for token in lower.split_whitespace() {
        // "p.m." is "pm".
        let token = if is_dotted(token) { token.replace('.', "") } else { token.to_owned() };
        split(&token, &mut words);
    }
    let mut kept: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let next_is_number = words.get(index + 1).is_some_and(|word| is_number(word));
        match kept.last_mut() {
            // "One hundred and five" and "two dollars and five cents" are numbers without the "and" as well.
            Some(before) if word == "and" && next_is_number && BEFORE_AND.contains(&before.as_str()) => {}
            // Letters apart are those letters together.
            Some(before) if is_letter(word) && is_letter(&words[index - 1]) => {
                before.push_str(word);
            }
            // A zero among digits is "oh", which the oracle spells "o" in a time.
            _ if word == "oh" || word == "o" && next_is_number => kept.push("zero".to_owned()),
            _ => kept.push(word.clone()),
        }
    }
    kept
}

/// Words of an amount behind which some readers say "and".
const BEFORE_AND: [&str; 10] =
    ["hundred", "thousand", "million", "billion", "dollar", "dollars", "pound", "pounds", "euro", "euros"];

fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether a word is a part of a number.
pub(crate) fn is_number(word: &str) -> bool {
    number(word).is_some() || word == "point"
}

/// Letters that each have a stop behind them.
fn is_dotted(token: &str) -> bool {
    let token = token.trim_end_matches([',', ';', ':', '?', '!', ')']);
    let letters: Vec<_> = token.split_terminator('.').collect();
    letters.len() > 1
        && letters.iter().all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

/// Splits a token at its punctuation. Signs that have a name are words of their own.
fn split(token: &str, words: &mut Vec<String>) {
    let mut word = String::new();
    for character in token.chars() {
        if character.is_alphanumeric() || character == '\'' {
            word.push(character);
            continue;
        }
        words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        if !is_silent(character) {
            words.push(character.to_string());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words.retain(|word| word.chars().any(|character| character != '\''));
}

/// Whether no reader says a sign.
pub(crate) fn is_silent(character: char) -> bool {
    character.is_whitespace() || ".,;:!?()[]{}\"“”‘’…-‐‑–—·•`*_|>\u{200b}\u{200e}\u{200f}".contains(character)
}

/// The digits that words say, those of one number behind those of the one before.
pub(crate) fn digits(words: &[String]) -> String {
    let mut digits = String::new();
    let mut begun = Number::default();
    for word in words {
        let value = number(word);
        if !value.is_some_and(|value| begun.takes(value)) {
            digits.push_str(&std::mem::take(&mut begun).digits());
        }
        match value {
            Some(value) => begun.take(value),
            None => digits.extend(word.chars().filter(char::is_ascii_digit)),
        }
    }
    digits + &begun.digits()
}

/// A number that is being said.
#[derive(Default)]
struct Number {
    /// Whole thousands, millions and so on.
    whole: u64,
    rest: Option<u64>,
}

impl Number {
    /// Whether a word with this value goes on with the number.
    fn takes(&self, value: u64) -> bool {
        match (value, self.rest) {
            (0, None) => self.whole == 0,
            (_, None) => true,
            (0, Some(_)) => false,
            (1..10, Some(rest)) => rest > 0 && rest.is_multiple_of(10) && rest % 100 != 10,
            (10..100, Some(rest)) => rest > 0 && rest.is_multiple_of(100),
            (100, Some(rest)) => (1..100).contains(&rest),
            (_, Some(_)) => self.whole.is_multiple_of(value * 1_000),
        }
    }

    fn take(&mut self, value: u64) {
        match value {
            0..100 => self.rest = Some(self.rest.unwrap_or(0) + value),
            100 => self.rest = Some(self.rest.unwrap_or(1) * value),
            _ => self.whole += self.rest.take().unwrap_or(1).saturating_mul(value),
        }
    }

    fn digits(&self) -> String {
        let value = self.whole + self.rest.unwrap_or(0);
        if self.whole > 0 || self.rest.is_some() { value.to_string() } else { String::new() }
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const LARGE: [(&str, u64); 5] = [
    ("hundred", 100),
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("trillion", 1_000_000_000_000),
];
const ORDINALS: [(&str, &str); 8] = [
    ("first", "one"),
    ("second", "two"),
    ("third", "three"),
    ("fifth", "five"),
    ("eighth", "eight"),
    ("ninth", "nine"),
    ("twelfth", "twelve"),
    ("half", "two"),
];

/// The value of one word of a number, also of an ordinal or a plural.
fn number(word: &str) -> Option<u64> {
    let word = ORDINALS.iter().find(|(ordinal, _)| *ordinal == word).map_or(word, |(_, cardinal)| cardinal);
    let place =
        |names: &[&str], word: &str| names.iter().position(|name| *name == word).map(|place| place as u64);
    let ty = |word: &str| word.strip_suffix("ie").map_or_else(|| word.to_owned(), |stem| format!("{stem}y"));
    let plain = |word: &str| {
        let large = LARGE.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        place(&SMALL, word).or_else(|| place(&TENS, word).map(|tens| tens * 10 + 20)).or(large)
    };
    let stem = ["ths", "th", "s"].iter().find_map(|suffix| word.strip_suffix(suffix));
    plain(word).or_else(|| plain(&ty(stem?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_is_no_difference() {
        for (ours, theirs) in [
            ("Thirty-five, please.", "thirty five please"),
            ("one hundred five dollars and two cents", "one hundred and five dollars two cents"),
            ("at nine oh five p.m.", "at nine o five PM"),
            ("call the F B I, now", "call the FBI now"),
        ] {
            assert_eq!(words(ours), words(theirs));
        }
        assert_ne!(words("bread and butter for two"), words("bread butter for two"));
        assert_ne!(words("minus two"), words("two"));
    }

    #[test]
    fn numbers_have_digits() {
        for (text, expected) in [
            ("nine one one", "911"),
            ("nine hundred eleven", "911"),
            ("twenty twenty-four", "2024"),
            ("one million two hundred thousand thirty", "1200030"),
            ("the twenty-first of two", "212"),
            ("nineteen nineties or 45", "199045"),
            ("no number", ""),
        ] {
            assert_eq!(digits(&words(text)), expected, "{text}");
        }
    }
}
