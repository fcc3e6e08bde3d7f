//! Brackets and quotes around the end of a sentence.

use super::{LONGEST_RUN, Search, is_gap, is_mark};

/// Most bytes of a bracket that keeps a sentence together.
const LONGEST_BRACKET: usize = 300;

const PAIRS: [(char, char); 14] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('（', '）'),
    ('［', '］'),
    ('【', '】'),
    ('〔', '〕'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
];

/// The number of brackets in [`PAIRS`]. Sentences inside brackets stay whole.
const BRACKETS: usize = 7;

/// Words whose beginning is left out.
const ELIDED: [&str; 6] = ["tis", "twas", "til", "cause", "em", "bout"];

pub(super) fn is_opener(character: char) -> bool {
    matches!(character, '"' | '\'') || PAIRS.iter().any(|&(open, _)| open == character)
}

/// A word, or a text, without the quotes and brackets that close behind it.
pub(crate) fn without_closers(word: &str) -> &str {
    word.trim_end_matches(|last| matches!(last, '"' | '\'') || PAIRS.iter().any(|&(_, close)| close == last))
}

/// Whether a quote or a bracket that opens in a text is open at its end.
pub(crate) fn has_open_quote(text: &str) -> bool {
    let is_single = |character| matches!(character, '\'' | '‘' | '’');
    let count = |wanted: char| text.matches(wanted).count();
    let is_pair_open = |&(open, close): &(char, char)| !is_single(open) && count(open) > count(close);
    // A single quote before a Latin letter, or in place of one, is an apostrophe.
    let single = text.split_whitespace().fold(false, |is_open, word| {
        let word = word.trim_start_matches(|first| is_opener(first) && !is_single(first));
        let mut behind = word.char_indices().skip(1).filter(|&(_, quote)| matches!(quote, '\'' | '’'));
        let closes = behind.any(|(at, quote)| {
            !word[at + quote.len_utf8()..].starts_with(|next: char| next.is_ascii_alphabetic())
        });
        (is_open || word.strip_prefix(['\'', '‘']).is_some_and(|word| !is_elided(word))) && !closes
    });
    single || is_straight_quote_open(text) || PAIRS.iter().any(is_pair_open)
}

/// Whether a straight quote is open at the end of a text. One behind a Latin letter or a digit opens no quote: 27" wide.
fn is_straight_quote_open(text: &str) -> bool {
    let mut before = ' ';
    text.chars().fold(false, |is_open, next| {
        let is_behind_word = before.is_ascii_alphanumeric();
        before = next;
        if next == '"' { !is_open && !is_behind_word } else { is_open }
    })
}

/// Whether the beginning of a word is left out, so that the quote before it is an apostrophe: "'tis", "'98".
fn is_elided(word: &str) -> bool {
    let letters: String = word.chars().take_while(|letter| letter.is_alphabetic()).collect();
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    digits == 2 || ELIDED.contains(&letters.to_lowercase().as_str())
}

impl Search<'_> {
    /// The byte after the closing quotes and brackets at a byte, marks between them included.
    pub(super) fn closers_end(&self, begin: usize) -> usize {
        let mut end = begin;
        for (at, next) in self.text[begin..].char_indices().take(LONGEST_RUN) {
            let behind = self.ahead(begin + at + next.len_utf8()).first();
            let closes = match next {
                '"' => self.is_quote_open(begin + at) || behind.is_none_or(is_gap),
                // Else it opens a quote, or belongs to the word: "Inc.'s".
                '\'' => behind.is_none_or(|behind| !behind.is_alphanumeric()),
                '’' => behind.is_none_or(|behind| !behind.is_lowercase()),
                _ if is_mark(next) => end > begin,
                _ => PAIRS.iter().any(|&(_, close)| close == next),
            };
            if !closes {
                break;
            }
            end = begin + at + next.len_utf8();
        }
        end
    }

    /// Whether a straight quote opened before a byte and has not closed.
    pub(super) fn is_quote_open(&self, at: usize) -> bool {
        self.text[..at].matches('"').count() % 2 == 1
    }

    /// Whether the marks at a byte stand in brackets that opened within the sentence and are still open `behind`
    /// them: "open (24 hours! really) today". Where the sentence began with the bracket, sentences end inside.
    pub(super) fn is_enclosed(&self, at: usize, behind: usize) -> bool {
        let mut closed = 0;
        let head = &self.text[..behind];
        for (index, bracket) in
            head.char_indices().rev().take_while(|(index, _)| index + LONGEST_BRACKET > behind)
        {
            let brackets = &PAIRS[..BRACKETS];
            if brackets.iter().any(|&(_, close)| close == bracket) {
                closed += 1;
            } else if brackets.iter().any(|&(open, _)| open == bracket)
                && !head[index + bracket.len_utf8()..].starts_with(is_gap)
            {
                if closed == 0 {
                    let is_first = head[..index].chars().all(|before| !before.is_alphanumeric());
                    // "(?)" is not a sentence either.
                    return !is_first || !head[index..at.max(index)].contains(char::is_alphanumeric);
                }
                closed -= 1;
            }
        }
        false
    }
}
