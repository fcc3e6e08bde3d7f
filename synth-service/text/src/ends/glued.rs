//! Marks with no space behind them, as language models write them: "Thank you.Your order is ready."

use super::{
    Ahead, Mark, Search, Verdict, closers, is_gap, is_strong_mark,
    korean::{self, is_hangul},
    near_end, verdict,
    words::{self, Kind},
};

/// Characters behind a stop within which an `@` makes it part of an address.
const LONGEST_MAILBOX: usize = 64;

impl<'a> Search<'a> {
    pub(super) fn glued(&self, mark: &Mark<'a>, ahead: &Ahead<'a>) -> Verdict {
        let Some(next) = ahead.first() else { return Verdict::Open };
        let token = near_end(mark.before).rsplit(is_gap).next().unwrap_or_default();
        let marked = mark.marks.chars().next_back().unwrap_or('.');
        if !marked.is_ascii() && is_strong_mark(marked) {
            let is_decimal =
                marked == '．' && token.ends_with(|last: char| last.is_numeric()) && next.is_numeric();
            return verdict(!is_decimal && (mark.closers.is_empty() || !next.is_alphanumeric()));
        }
        if is_address(token, mark.marks)
            || ".,;:-–—/=".contains(next)
            || !mark.before.ends_with(|last: char| last.is_alphanumeric() || "%)]\"'”’".contains(last))
        {
            return Verdict::GoesOn;
        }
        if closers::is_opener(next) {
            let inside = ahead.behind_openers();
            let capital = inside.first().map(|first| first.is_uppercase() || is_hangul(first));
            return capital.map_or(Verdict::Open, |capital| verdict(capital && ends_in_word(mark.before)));
        }
        if !next.is_alphanumeric() {
            return Verdict::GoesOn;
        }
        if !mark.closers.is_empty() {
            return verdict(next.is_uppercase());
        }
        let has_strong_mark = mark.marks.contains(['!', '?']);
        if has_strong_mark && !is_hangul(next) {
            return Verdict::Ends;
        }
        let Some(word) = ahead.word() else { return Verdict::Open };
        if has_strong_mark {
            return verdict(!korean::is_attached(mark.before, word));
        }
        if mark.is_stop() {
            self.glued_stop(mark, next, word)
        } else {
            glued_ellipsis(mark.before, next, word)
        }
    }

    /// Whether an `@` follows the word behind a stop, as in "John.Smith+news@example.com"; none until it can be told.
    fn is_mailbox(&self, mark: &Mark<'a>, word: &str) -> Option<bool> {
        let behind = mark.before.len() + mark.marks.len() + mark.closers.len() + word.len();
        let rest = self.text.get(behind..).unwrap_or_default();
        let is_part = |next: char| next.is_ascii_alphanumeric() || "+._-".contains(next);
        match rest.char_indices().take(LONGEST_MAILBOX).find(|&(_, next)| !is_part(next)) {
            Some((_, sign)) => Some(sign == '@'),
            None if self.is_complete || rest.chars().nth(LONGEST_MAILBOX - 1).is_some() => Some(false),
            None => None,
        }
    }

    fn glued_stop(&self, mark: &Mark<'a>, next: char, word: &str) -> Verdict {
        let last = mark.before.chars().next_back().unwrap_or(' ');
        if is_hangul(last) {
            return korean::glued(mark.before, next, word);
        }
        match self.is_mailbox(mark, word) {
            None => return Verdict::Open,
            Some(true) => return Verdict::GoesOn,
            Some(false) => {}
        }
        let begins = if next.is_alphabetic() && !next.is_lowercase() && !next.is_uppercase() {
            // A script without capitals.
            !last.is_numeric()
        } else {
            begins_sentence(word) && !words::is_domain(word)
        };
        if !begins {
            return Verdict::GoesOn;
        }
        match self.kind(mark) {
            Kind::Ordinary => verdict(ends_in_word(mark.before)),
            Kind::Number => verdict(begins),
            Kind::Clock => verdict(!words::follows_time(word)),
            _ => verdict(words::is_starter(word) && ends_in_word(mark.before)),
        }
    }
}

/// "Wait...What?", but not "Well...maybe".
fn glued_ellipsis(before: &str, next: char, word: &str) -> Verdict {
    verdict(if is_hangul(next) { korean::ends_formally(before) } else { begins_sentence(word) })
}

/// "Your", "I", but not "IDs", "B2" and "eBay".
fn begins_sentence(word: &str) -> bool {
    let mut letters = word.chars();
    let is_capital = letters.next().is_some_and(char::is_uppercase);
    let rest = letters.as_str();
    is_capital && (matches!(word, "I" | "A") || (!rest.is_empty() && rest.chars().all(char::is_lowercase)))
}

/// At least two letters, of which the last is a small one, or none of which is.
fn ends_in_word(text: &str) -> bool {
    let mut back = text.chars().rev();
    let last = back.next().unwrap_or(' ');
    if !last.is_alphabetic() {
        return !last.is_numeric() && last != '_';
    }
    (last.is_lowercase() || is_hangul(last) || last.is_uppercase())
        && back.next().is_some_and(char::is_alphabetic)
}

/// Whether the word before the marks is an address, in which they can stand.
fn is_address(token: &str, marks: &str) -> bool {
    let has_inner_stop = || {
        let mut parts = token.split('.');
        parts.next().is_some_and(|first| !first.is_empty())
            && parts.next().is_some_and(|second| second.len() > 1)
    };
    token.contains("://")
        || token.contains('@')
        || token.contains('\\')
        || token.starts_with("www.")
        || (has_inner_stop() && (token.contains('/') || (marks == "?" && token.is_ascii())))
}
