//! Sentences that end without a mark: before the next item of a list, at a line that stands by itself, at an
//! emoji.

use super::{
    Ahead, Search, Verdict, has_paragraph, has_speech, is_gap, korean,
    stop::{last_token, leading_number},
    verdict, words,
};
use crate::clean::SYMBOL;

/// Most columns of a line that stands by itself; longer lines were broken to fit a page.
const LONGEST_LINE: usize = 40;

impl<'a> Search<'a> {
    /// The verdict on the gap at a byte, and the byte after it.
    pub(super) fn at_gap(&self, at: usize) -> (Verdict, usize) {
        let gap = self.ahead(at).gap();
        let behind = at + gap.len();
        let before = &self.text[..at];
        if !has_speech(before) {
            return (Verdict::GoesOn, behind);
        }
        if has_paragraph(gap) {
            return (Verdict::Ends, behind);
        }
        let next = self.ahead(behind);
        if next.rest.is_empty() {
            return (if self.is_complete { Verdict::GoesOn } else { Verdict::Open }, behind);
        }
        let verdicts = [
            before_item(before, &next),
            korean::unmarked(before, &next),
            if gap.contains('\n') { behind_line(before, &next) } else { Verdict::GoesOn },
            if gap.contains(SYMBOL) { behind_symbol(before, &next) } else { Verdict::GoesOn },
        ];
        let decided = verdicts.into_iter().find(|&verdict| verdict != Verdict::GoesOn);
        (decided.unwrap_or(Verdict::GoesOn), behind)
    }
}

/// "Do this: 1. Open the door 2. Close it": before the first number after a colon, and before the one that
/// follows the sentence's own.
fn before_item(before: &str, next: &Ahead<'_>) -> Verdict {
    let opened = next.rest.starts_with('(');
    if !opened && !next.rest.starts_with(|first: char| first.is_ascii_digit()) {
        return Verdict::GoesOn;
    }
    let expected =
        if before.ends_with([':', '：']) { Some(1) } else { leading_number(before).map(|own| own + 1) };
    let Some(expected) = expected.filter(|_| !words::takes_number(last_token(before))) else {
        return Verdict::GoesOn;
    };
    let pattern = expected.to_string();
    let rest = next.rest.strip_prefix('(').unwrap_or(next.rest);
    let Some(behind) = rest.strip_prefix(pattern.as_str()) else {
        return if pattern.starts_with(rest) && !next.is_complete { Verdict::Open } else { Verdict::GoesOn };
    };
    let marks = Ahead { rest: behind, is_complete: next.is_complete };
    match marks.first() {
        None => Verdict::Open,
        Some(mark) if mark == ')' || (mark == '.' && !opened) => {
            marks.nth(1).map_or(Verdict::Open, |space| verdict(is_gap(space)))
        }
        Some(_) => Verdict::GoesOn,
    }
}

/// A short line stands by itself when the next one begins like a sentence and its own end is not in mid-sentence.
fn behind_line(before: &str, next: &Ahead<'_>) -> Verdict {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let columns: usize = line.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
    if columns > LONGEST_LINE || line.ends_with([',', '，', '、', '-', '–', '—', '(', '&', '/']) {
        return Verdict::GoesOn;
    }
    let is_label = line.ends_with([':', '：']);
    let last = last_token(line);
    let Some(first) = next.first() else { return Verdict::Open };
    if korean::is_hangul(first) || last.ends_with(korean::is_hangul) {
        return verdict(is_label || (first.is_alphanumeric() && !continues_in_korean(last)));
    }
    if is_label || words::is_small_word(last) || !(first.is_uppercase() || first.is_ascii_digit()) {
        return verdict(is_label);
    }
    next.word().map_or(Verdict::Open, |word| verdict(word != "I" && !words::is_title(word)))
}

/// A particle, or the form of a verb that stands before a noun: "주문이", "빠른".
fn continues_in_korean(word: &str) -> bool {
    const PARTICLES: &str = "이가을를은는에의로와과도고며서만면지나라야게";
    let Some(last) = word.chars().next_back() else { return true };
    // Closed by ㄴ or ㄹ.
    PARTICLES.contains(last) || matches!(korean::final_consonant(last), 4 | 8)
}

/// "Thanks 😊 Have a great day!"
fn behind_symbol(before: &str, next: &Ahead<'_>) -> Verdict {
    if before.ends_with([',', ':', ';']) {
        return Verdict::GoesOn;
    }
    match (next.first(), next.nth(1)) {
        (None, _) => Verdict::Open,
        (Some(first), _) if !first.is_uppercase() => Verdict::GoesOn,
        (Some(_), None) => Verdict::Open,
        (Some(first), Some(second)) => verdict(second.is_lowercase() || (first == 'A' && is_gap(second))),
    }
}
