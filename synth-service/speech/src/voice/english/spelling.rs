//! Text in a form that the dictionary can read, and the names of letters for other words.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Names of the digits, as words.
const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// Letters that Unicode does not decompose into a plain letter and a mark, with the plain letter nearest to each.
const NEAREST: [(char, &str); 9] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ı', "i"),
];

/// The text without signs that make misaki lose words: brackets, which misaki takes for markup, digits next to letters,
/// and characters that are variants of others.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().map(plain_word).collect::<Vec<_>>().join(" ")
}

fn plain_word(word: &str) -> String {
    let mut plain = String::new();
    // Whether the last letter or digit was a digit, and the characters since then.
    let mut was_digit = None;
    let mut between = String::new();
    for character in word.nfc().flat_map(plain_characters) {
        if !character.is_alphanumeric() {
            between.push(character);
            continue;
        }
        let is_digit = character.is_numeric();
        let touches = was_digit.is_some_and(|was_digit| was_digit != is_digit);
        if touches {
            plain.push_str(between.trim_matches('-'));
            plain.push(' ');
        } else {
            plain.push_str(&between);
        }
        between.clear();
        plain.push(character);
        was_digit = Some(is_digit);
    }
    plain + &between
}

/// The plain form of a character: wide and raised digits and letters, and ligatures, as ordinary ones. Other characters
/// are unchanged, since many are marks that shape a sentence.
fn plain_characters(character: char) -> impl Iterator<Item = char> {
    let plain: String = match character {
        '[' | '{' => "(".into(),
        ']' | '}' => ")".into(),
        '_' => " ".into(),
        letter if letter.is_alphanumeric() && !letter.is_ascii() => {
            let letter: String = std::iter::once(letter).nfkc().collect();
            // A fraction such as ½ becomes two numbers with this stroke between them.
            letter.replace('\u{2044}', " over ")
        }
        other => other.into(),
    };
    plain.chars().collect::<Vec<_>>().into_iter()
}

/// The names of a word's letters and digits, as words that every dictionary has. Letters of scripts that English does
/// not spell have no name and are left out.
pub(super) fn names(word: &str) -> Vec<String> {
    let lower: String = word.to_lowercase().nfkd().filter(|mark| !is_combining_mark(*mark)).collect();
    let mut names = Vec::new();
    for character in lower.chars() {
        if let Some(digit) = character.to_digit(10) {
            names.push(DIGITS[digit as usize].to_owned());
        } else if character.is_ascii_alphabetic() {
            names.push(character.to_ascii_uppercase().into());
        } else if let Some((_, nearest)) = NEAREST.iter().find(|(letter, _)| *letter == character) {
            names.extend(nearest.chars().map(|letter| letter.to_ascii_uppercase().to_string()));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_letters_are_kept_apart_and_nothing_is_markup() {
        for (text, expected) in [
            ("covid-19 and x86_64", "covid 19 and x 86 64"),
            ("R2-D2", "R 2 D 2"),
            ("10:05am", "10:05 am"),
            ("twenty-one -40 5-10", "twenty-one -40 5-10"),
            ("[a](b) see[17]here", "(a)(b) see( 17) here"),
            ("ﬁne x² ５５", "fine x 2 55"),
            ("“Hello”… it’s 3.50—or", "“Hello”… it’s 3.50— or"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn every_letter_that_english_can_spell_has_a_name() {
        assert_eq!(names("Zoß5").join(" "), "Z O S S five");
        assert_eq!(names("Ångström").len(), 8);
        assert!(names("日本").is_empty());
    }
}
