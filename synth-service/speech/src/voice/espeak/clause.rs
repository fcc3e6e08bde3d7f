//! Clauses as espeak-ng sees them, and the marks that end them.
//!
//! espeak-ng decides where clauses end (the dot in "3.5" ends none) but does not report the mark at the end. A model's
//! melody depends on that mark, so it is found again in the text. The marks are the ones that Piper's trainer keeps;
//! others, such as `。` and `…`, end clauses too, but models were never trained with a mark for them.

use std::ffi::CStr;

use super::library::Library;

/// The phonemes of a clause, and the mark after them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) phonemes: String,
    pub(super) mark: Option<char>,
}

/// All clauses of `text`.
pub(super) fn read(library: &mut Library, text: &CStr) -> Vec<Clause> {
    let mut clauses = Vec::new();
    // A clause's text leaves out the last character before `next`, which espeak-ng only looked at: that character
    // belongs to the next clause.
    let (mut begin, mut from) = (0, Some(0));
    while let Some(at) = from {
        let read = library.read_clause(text, at);
        let bytes = text.to_bytes();
        let end = read.next.map_or(bytes.len(), |next| last_character(bytes, next));
        let written = String::from_utf8_lossy(bytes.get(begin..end).unwrap_or_default());
        clauses.push(Clause { phonemes: without_switches(&read.phonemes), mark: end_mark(&written) });
        (begin, from) = (end, read.next);
    }
    clauses
}

/// Joins the clauses: each mark directly after its clause, a space between clauses.
pub(super) fn join(clauses: &[Clause]) -> String {
    let mut joined = String::new();
    for clause in clauses {
        let phonemes = clause.phonemes.trim();
        if !joined.is_empty() && !phonemes.is_empty() {
            joined.push(' ');
        }
        joined.push_str(phonemes);
        // Of two marks without phonemes between them, only the first is kept.
        if !phonemes.is_empty() || joined.is_empty() {
            joined.extend(clause.mark);
        }
    }
    joined
}

/// The byte at which the character that ends at byte `end` begins.
fn last_character(bytes: &[u8], end: usize) -> usize {
    let is_start = |byte: &u8| byte & 0xc0 != 0x80;
    bytes.get(..end).and_then(|bytes| bytes.iter().rposition(is_start)).unwrap_or(0)
}

/// The mark at the end of a clause, as one that models know.
fn end_mark(clause: &str) -> Option<char> {
    let clause = clause.trim_end();
    // Of several marks, the first question or exclamation mark takes precedence.
    let asks = |character: char| matches!(known(character), Some('?' | '!'));
    let first = clause.trim_end_matches(asks);
    let mark =
        if first.len() < clause.len() { clause[first.len()..].chars().next() } else { clause.chars().last() };
    mark.filter(|_| !clause.ends_with("...")).and_then(known)
}

fn known(mark: char) -> Option<char> {
    match mark {
        ',' | '،' | '՝' | '፣' | '､' => Some(','),
        '.' | '۔' | '።' | '｡' => Some('.'),
        ':' | '፥' => Some(':'),
        ';' | '\u{387}' | '؛' | '፤' | '–' | '—' => Some(';'),
        '?' | '\u{37e}' | '؟' | '፧' => Some('?'),
        '!' | '‼' => Some('!'),
        _ => None,
    }
}

/// Removes the names of languages, in brackets, which espeak-ng inserts where it switches to another language and back.
fn without_switches(phonemes: &str) -> String {
    let mut kept = String::with_capacity(phonemes.len());
    let mut rest = phonemes;
    while let Some((before, behind)) = rest.split_once('(') {
        let Some((_, behind)) = behind.split_once(')') else { break };
        kept.push_str(before);
        rest = behind;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_that_ends_a_clause_is_found() {
        for (clause, mark) in [
            ("Hello, ", Some(',')),
            ("Really?! ", Some('?')),
            ("كيف حالك؟", Some('?')),
            ("wait — ", Some(';')),
            ("well... ", None),
            ("はい。", None),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(end_mark(clause), mark, "{clause:?}");
        }
    }

    #[test]
    fn switches_of_language_are_left_out() {
        assert_eq!(without_switches("bˈɔ̃ (en)wiːkˈɛnd(fr) wˈi"), "bˈɔ̃ wiːkˈɛnd wˈi");
        assert_eq!(without_switches("(en"), "(en");
    }

    #[test]
    fn marks_stand_behind_their_clauses_and_never_twice() {
        let clause = |phonemes: &str, mark| Clause { phonemes: phonemes.into(), mark };
        let clauses =
            [clause("a ", Some(',')), clause(" ", Some('.')), clause("b", None), clause("c", Some('.'))];
        assert_eq!(join(&clauses), "a, b c.");
        assert_eq!(join(&[clause("", Some('.'))]), ".");
    }
}
