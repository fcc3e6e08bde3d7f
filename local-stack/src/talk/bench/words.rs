//! The error rate of recognised words.

/// Errors of recognition among the words of references.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Errors {
    errors: usize,
    words: usize,
}

impl Errors {
    /// Adds a text and its recognition. Words of a language without spaces between its words, and Korean, whose spaces
    /// are a matter of taste, are counted by characters.
    pub(super) fn add(&mut self, language: &str, reference: &str, heard: &str) {
        let by_characters = ["ko", "ja", "zh"].iter().any(|one| language.starts_with(one));
        let (reference, heard) = (words(reference, by_characters), words(heard, by_characters));
        self.errors += strsim::generic_levenshtein(&reference, &heard);
        self.words += reference.len();
    }

    /// Errors among all words; `None` without words.
    pub(super) fn rate(self) -> Option<f64> {
        (self.words > 0).then(|| self.errors as f64 / self.words as f64)
    }
}

/// Words without case and marks, each digit a word of its own.
fn words(text: &str, by_characters: bool) -> Vec<String> {
    let mut spaced = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            digit if digit.is_ascii_digit() => spaced.extend([' ', digit, ' ']),
            letter if letter.is_alphanumeric() && by_characters => spaced.extend([' ', letter]),
            letter if letter.is_alphanumeric() || letter == '\'' => spaced.push(letter),
            _ => spaced.push(' '),
        }
    }
    spaced.split_whitespace().map(digit).collect()
}

/// A digit that is written as a word, as a digit.
fn digit(word: &str) -> String {
    const DIGITS: [&str; 10] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    DIGITS.iter().position(|digit| *digit == word).map_or_else(|| word.to_owned(), |digit| digit.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(language: &str, reference: &str, heard: &str) -> f64 {
        let mut errors = Errors::default();
        errors.add(language, reference, heard);
        errors.rate().unwrap()
    }

    #[test]
    fn case_marks_and_the_way_of_writing_digits_are_no_errors() {
        assert_eq!(rate("en", "It is 4 7 1 1.", "it is four seven eleven"), 2.0 / 6.0);
        assert_eq!(rate("en", "It is 4 7 1 1.", "It is 4711"), 0.0);
        assert_eq!(rate("en", "We're open, today!", "we're open today"), 0.0);
        assert_eq!(rate("en", "where is my parcel", "where my big parcel"), 0.5);
        assert_eq!(rate("en", "yes", ""), 1.0);
        assert_eq!(Errors::default().rate(), None);
    }

    #[test]
    fn korean_is_counted_by_characters_without_spaces() {
        assert_eq!(rate("ko", "영업 시간이요?", "영업시간이요"), 0.0);
        assert_eq!(rate("ko-KR", "감사합니다", "감사합니까"), 0.2);
    }
}
