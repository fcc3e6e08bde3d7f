//! A text's words with the marks behind them.

use unicode_normalization::UnicodeNormalization;

/// A word.
pub(super) struct Token {
    /// In small letters, without marks at its ends, with straight apostrophes.
    pub(super) word: String,
    /// The marks behind it.
    marks: String,
}

impl Token {
    fn of(piece: &str) -> Option<Self> {
        let piece: String = piece.nfc().flat_map(char::to_lowercase).map(straight).collect();
        let bare = piece.trim_start_matches(|char: char| !char.is_alphanumeric());
        let word = bare.trim_end_matches(|char: char| !char.is_alphanumeric());
        let marks = bare.get(word.len()..).unwrap_or_default();
        (!word.is_empty()).then(|| Self { word: word.to_owned(), marks: marks.to_owned() })
    }

    /// The mark that counts: the last one, closing quotes and brackets aside.
    pub(super) fn mark(&self) -> Option<char> {
        self.marks.chars().rev().find(|mark| !matches!(mark, '"' | '\'' | '”' | '’' | ')' | '»' | '」' | '~'))
    }

    /// Whether the text breaks off here: dots for the missing words.
    pub(super) fn is_cut_off(&self) -> bool {
        self.marks.contains("..") || self.marks.contains('…')
    }

    /// The number of digits of a word that has only digits and the marks between them; else 0.
    pub(super) fn digits(&self) -> usize {
        let is_number =
            self.word.chars().all(|char| char.is_numeric() || matches!(char, '-' | '.' | ',' | '/' | '+'));
        if is_number { self.word.chars().filter(|char| char.is_numeric()).count() } else { 0 }
    }
}

/// The words of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for piece in text.split_whitespace() {
        match Token::of(piece) {
            Some(token) => tokens.push(token),
            // A mark that stands alone belongs to the word before it.
            None => {
                if let Some(last) = tokens.last_mut() {
                    last.marks.push_str(piece);
                }
            }
        }
    }
    tokens
}

fn straight(char: char) -> char {
    if matches!(char, '’' | '‘') { '\'' } else { char }
}
