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
    let language = primary(language);
    if ends_in_digits(&language, &tokens, hint) {
        return Completeness::Digits;
    }
    let words = match language.as_str() {
        "en" => english::completeness(&tokens),
        "ko" => korean::completeness(&tokens),
        _ => Completeness::Unknown,
    };
    match words {
        Completeness::Unknown => by_mark(last),
        known => known,
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
/// three. "At five" is no number to wait for.
fn ends_in_digits(language: &str, tokens: &[Token], hint: Hint) -> bool {
    let digits_of = |token: &Token| match language {
        _ if token.word.chars().any(char::is_numeric) => token.digits(),
        "en" => english::digits(&token.word),
        "ko" => korean::digits(&token.word),
        _ => 0,
    };
    let digits: usize = tokens.iter().rev().map(digits_of).take_while(|digits| *digits > 0).sum();
    digits >= if hint == Hint::Number { 1 } else { 3 }
}
