//! Full stops that may not end a sentence: after abbreviations, initials and numbers.

use sentencex::get_sentence_boundaries;

use super::{
    Ahead, Mark, Search, Verdict, behind_closers, is_gap, korean, near_end, verdict,
    words::{self, Kind},
};

/// Stands in for the next word when the library is asked whether a word is an abbreviation. It is a name, since a
/// name may also follow a title ("Dr. "); a word that only begins sentences can't.
const PROBE: &str = "Lee";

/// Bytes before a mark that the library gets to see.
const WINDOW: usize = 60;

impl<'a> Search<'a> {
    /// The verdict on a single full stop and a gap.
    pub(super) fn stop(&self, mark: &Mark<'a>, next: &Ahead<'a>) -> Verdict {
        let kind = self.kind(mark);
        match kind {
            Kind::Ordinary if mark.closers.is_empty() => return Verdict::Ends,
            Kind::Ordinary => return behind_closers(next),
            Kind::ListNumber | Kind::Inner => return Verdict::GoesOn,
            Kind::Number => return self.behind_number(mark, next),
            _ => {}
        }
        if next.rest.starts_with(['(', '[']) {
            return if next.rest.len() == 1 && !next.is_complete {
                Verdict::Open
            } else {
                // "14 oz. (400 g) of beans"
                let is_amount = next.nth(1).is_some_and(|inside| inside.is_ascii_digit());
                verdict(kind == Kind::Final && !is_amount)
            };
        }
        let next = next.behind_openers();
        let Some(first) = next.first() else { return Verdict::Open };
        if first.is_lowercase() || !first.is_alphanumeric() {
            return Verdict::GoesOn;
        }
        if korean::is_hangul(first) {
            return verdict(matches!(kind, Kind::Final | Kind::Clock));
        }
        let Some(word) = next.word() else { return Verdict::Open };
        let begins_initial = next.rest[word.len()..].starts_with('.') && word.chars().count() == 1;
        verdict(!begins_initial && self.ends_before(kind, word))
    }

    fn ends_before(&self, kind: Kind, word: &str) -> bool {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        match kind {
            Kind::Title => words::is_pronoun(word),
            Kind::Clock => !is_number && !words::follows_time(word),
            Kind::Final => !is_number,
            Kind::Numbered => !is_number && words::is_starter(word),
            _ => words::is_starter(word),
        }
    }

    /// Dates are written "2024. 5. 3." in Korean.
    fn behind_number(&self, mark: &Mark<'a>, next: &Ahead<'a>) -> Verdict {
        if !self.is("ko") && mark.closers.is_empty() {
            // Only the word of a move begins like this.
            let is_move =
                next.first().map(|first| matches!(first, 'a'..='h' | 'K' | 'Q' | 'R' | 'B' | 'N' | 'O'));
            return match is_move {
                None => Verdict::Open,
                Some(true) => next.word().map_or(Verdict::Open, |word| verdict(!words::is_chess_move(word))),
                Some(false) => Verdict::Ends,
            };
        }
        match next.first() {
            None => Verdict::Open,
            Some('(') => Verdict::GoesOn,
            Some(first) if first.is_ascii_digit() => Verdict::GoesOn,
            Some(first) if first.is_lowercase() => Verdict::GoesOn,
            Some(first) if korean::is_hangul(first) && !mark.closers.is_empty() => Verdict::GoesOn,
            Some(_) => next.word().map_or(Verdict::Open, |word| verdict(!korean::follows_date(word))),
        }
    }

    pub(super) fn kind(&self, mark: &Mark<'a>) -> Kind {
        let near = near_end(mark.before);
        let token = last_token(near);
        let head = &near[..near.len() - token.len()];
        // "$32/sq. ft."
        let previous = last_token(head.strip_suffix('/').unwrap_or(head).trim_end_matches(is_gap));
        let is_first = near.len() == mark.before.len()
            && head.chars().all(|before| !before.is_alphanumeric() && !"$€£₩¥#+-".contains(before));
        if is_number(token) {
            let steps = words::is_step(previous) && begins_with(mark.before, previous);
            return if (is_first || steps) && token.len() <= 3 { Kind::ListNumber } else { Kind::Number };
        }
        if is_first && is_numbered_letter(token) {
            return Kind::Inner;
        }
        if let Some(kind) = letter(token, previous, is_first) {
            return kind;
        }
        // "2nd ed.", "3rd fl."
        let is_ordinal = ["st", "nd", "rd", "th", "ev."].iter().any(|end| previous.ends_with(end));
        if matches!(token, "ed" | "fl") && is_ordinal {
            return Kind::Abbreviation;
        }
        if let Some(kind) = words::kind(token, previous) {
            return kind;
        }
        if words::is_ordinary(token) || !token.ends_with(char::is_alphabetic) {
            return Kind::Ordinary;
        }
        if is_dotted(token) || self.is_abbreviation(mark) { Kind::Abbreviation } else { Kind::Ordinary }
    }

    /// The library's answer.
    fn is_abbreviation(&self, mark: &Mark<'_>) -> bool {
        let mut begin = mark.before.len().saturating_sub(WINDOW);
        while !mark.before.is_char_boundary(begin) {
            begin += 1;
        }
        let words: Vec<&str> = mark.before[begin..].split(is_gap).filter(|word| !word.is_empty()).collect();
        let shown: Vec<&str> = words[words.len().saturating_sub(2)..]
            .iter()
            .map(|word| word.trim_matches(|character: char| !character.is_alphanumeric()))
            .collect();
        let head = format!("{}.", shown.join(" "));
        let language = self.language.to_ascii_lowercase();
        let text = format!("{head} {PROBE}");
        !get_sentence_boundaries(&language, &text)
            .iter()
            .any(|found| (head.len()..=head.len() + 1).contains(&found.end_byte))
    }
}

/// The word at the end of a text, without opening marks before it.
pub(super) fn last_token(text: &str) -> &str {
    let token = text
        .rsplit(|character: char| is_gap(character) || "/–—~([{\"“‘「『《".contains(character))
        .next()
        .unwrap_or_default();
    token.trim_start_matches(|character: char| !character.is_alphanumeric())
}

/// The number with which a text begins, as an item of a list does: "1. ", "2) ", "(3) ".
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let text = text.trim_start_matches(is_gap);
    let text = text.strip_prefix('(').unwrap_or(text);
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let is_closed = text[digits..].starts_with(['.', ')']) && text[digits + 1..].starts_with(is_gap);
    if is_closed && digits <= 3 { text[..digits].parse().ok() } else { None }
}

fn begins_with(text: &str, word: &str) -> bool {
    text.trim_start_matches(|character: char| !character.is_alphanumeric()).starts_with(word)
}

/// A single letter: of a name, of a list, or the name of a thing ("Plan B.").
fn letter(token: &str, previous: &str, is_first: bool) -> Option<Kind> {
    let mut letters = token.chars();
    let only = letters.next().filter(|_| letters.as_str().is_empty())?;
    if korean::is_hangul(only) {
        return Some(if is_first && words::numbers_item(only) { Kind::Inner } else { Kind::Ordinary });
    }
    if !only.is_alphabetic() || !only.is_ascii() {
        return Some(Kind::Ordinary);
    }
    if is_first {
        return Some(Kind::Inner);
    }
    if only.is_ascii_uppercase() && words::has_letter(previous) {
        return Some(Kind::Final);
    }
    Some(if only == 'p' { Kind::Numbered } else { Kind::Abbreviation })
}

fn is_number(token: &str) -> bool {
    let has_digits = token.chars().all(|character| character.is_ascii_digit() || character == '.');
    has_digits && token.ends_with(|last: char| last.is_ascii_digit())
}

/// "Q1", "A2", "1번": the number of an item of a list.
fn is_numbered_letter(token: &str) -> bool {
    let digits = token.strip_prefix(|first: char| first.is_ascii_uppercase()).or(token.strip_suffix('번'));
    digits.is_some_and(|digits| (1..=2).contains(&digits.len()) && is_number(digits))
}

/// "U.S", "Ph.D"
fn is_dotted(token: &str) -> bool {
    token.contains('.')
        && token.split('.').all(|part| {
            (1..=2).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphabetic())
        })
}
