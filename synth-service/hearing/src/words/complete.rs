//! Whether more is to come behind a text.

use super::{
    completeness::Completeness,
    english, korean,
    token::{Token, tokens},
};
use crate::{Hint, language::primary};

/// Whether more is to come behind `text`, in the language with this BCP 47 tag.
///
/// The words decide before the marks do: some recognisers put a full stop behind everything.
pub fn completeness(language: &str, text: &str, hint: Hint) -> Completeness {
    let tokens = tokens(text);
    let Some(last) = tokens.last() else { return Completeness::Unknown };
    match by_words(&primary(language), &tokens, hint) {
        Completeness::Unknown => by_mark(last),
        known => known,
    }
}

/// Whether a text is complete, and its words say so: a full stop alone is not enough.
pub(crate) fn is_complete_by_words(language: &str, text: &str, hint: Hint) -> bool {
    let words = by_words(&primary(language), &tokens(text), hint);
    matches!(words, Completeness::Whole | Completeness::Complete)
}

fn by_words(language: &str, tokens: &[Token], hint: Hint) -> Completeness {
    if ends_in_digits(language, tokens, hint) {
        return Completeness::Digits;
    }
    match language {
        "en" => english::completeness(tokens),
        "ko" => korean::completeness(tokens),
        _ => Completeness::Unknown,
    }
}

fn by_mark(last: &Token) -> Completeness {
    if last.is_cut_off() {
        return Completeness::Open;
    }
    match last.mark() {
        Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '।') => Completeness::Complete,
        Some(',' | '、' | '，' | ':' | ';' | '-' | '–' | '—' | '…') => Completeness::Open,
        _ => Completeness::Unknown,
    }
}

/// Whether the text ends in digits that may go on: one digit is enough where a number is dictated, otherwise it takes
/// three, or two before a spoken dash. "At five" is no number to wait for.
fn ends_in_digits(language: &str, tokens: &[Token], hint: Hint) -> bool {
    let digits_of = |token: &Token| match language {
        _ if token.word.chars().any(char::is_numeric) => token.digits(),
        "en" => english::digits(&token.word),
        "ko" => korean::digits(&token.word),
        _ => 0,
    };
    let is_dash = |token: &&Token| language == "ko" && token.word == korean::DASH;
    let dashed = tokens.last().as_ref().is_some_and(is_dash);
    let spoken = tokens.iter().rev().filter(|token| !is_dash(token));
    let digits: usize = spoken.map(digits_of).take_while(|digits| *digits > 0).sum();
    digits
        >= if hint == Hint::Number {
            1
        } else if dashed {
            2
        } else {
            3
        }
}
