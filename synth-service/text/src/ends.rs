//! Where sentences end, in a text that is complete or still arriving.
//!
//! Whether one ends at a place depends on the text before it, back to the sentence's beginning, and on the next
//! word at most. So the answer is the same however the text arrives, and comes as soon as it is certain.
//! `sentencex` knows the abbreviations of its languages; the rest is decided here.
//!
//! | rule | module |
//! | --- | --- |
//! | full stops after abbreviations, initials and numbers | `stop`, with the words in `words` |
//! | marks with no space after them | `glued` |
//! | ends without a mark: lists, lines, emoji | `unmarked` |
//! | Korean endings and particles | `korean` |
//! | brackets and quotes around a mark | `closers` |

mod closers;
mod glued;
mod korean;
mod stop;
mod unmarked;
mod words;

use super::{
    clean::{PARAGRAPH, is_gap},
    has_speech,
};
pub(crate) use closers::{has_open_quote, without_closers};

/// Bytes beyond which a sentence is handed out in pieces, so that little is ever pending.
const LONGEST: usize = 4000;

/// Most bytes of the next word that are examined.
const LONGEST_WORD: usize = 40;

/// Bytes before a mark that are searched for its word and the word before that.
const NEAR: usize = 300;

/// Marks, or quotes and brackets, in a row that are examined together.
const LONGEST_RUN: usize = 32;

/// Whether a sentence ends at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Ends,
    GoesOn,
    /// Undecided until more text arrives.
    Open,
}

/// The result of a search for the end of a sentence.
pub(super) enum Found {
    /// The byte after the sentence.
    End(usize),
    /// No end yet; the search goes on from this byte when there is more text.
    None(usize),
}

/// The byte after each sentence, white space included, in order. The last one is the text's length.
pub(crate) fn sentence_ends(language: &str, text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut begin = 0;
    while let Found::End(end) = next_end(language, &text[begin..], 0, true) {
        let behind = &text[begin + end..];
        begin += end + behind.len() - behind.trim_start().len();
        ends.push(begin);
    }
    if ends.last() != Some(&text.len()) && !text.is_empty() {
        ends.push(text.len());
    }
    ends
}

/// The end of the sentence with which `text` begins, sought from the byte `from` on.
pub(super) fn next_end(language: &str, text: &str, from: usize, is_complete: bool) -> Found {
    let search = Search { language: primary(language), text, is_complete };
    let mut at = from;
    while let Some(next) = text[at..].chars().next() {
        if at >= LONGEST {
            return Found::End(search.emergency_end(at));
        }
        let (verdict, behind) = if !(is_mark(next) || is_gap(next)) {
            (Verdict::GoesOn, at + next.len_utf8())
        } else if is_mark(next) {
            search.at_mark(at)
        } else {
            search.at_gap(at)
        };
        match verdict {
            Verdict::Ends if has_speech(&text[..behind]) => return Found::End(behind),
            Verdict::Open => return Found::None(at),
            _ => at = behind,
        }
    }
    Found::None(at)
}

/// Whether the word begins sentences, and is hardly ever a name or a part of one.
pub(crate) fn begins_sentence(word: &str) -> bool {
    words::is_starter(word)
}

/// The language without its region. Borrowed: a lower-case copy would cost time for each sentence.
fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or_default()
}

/// Marks that end sentences.
fn is_mark(character: char) -> bool {
    is_strong_mark(character) || matches!(character, '.' | '…')
}

/// Marks that end a sentence after any word.
fn is_strong_mark(character: char) -> bool {
    matches!(
        character,
        '!' | '?'
            | '‼'
            | '⁇'
            | '⁈'
            | '⁉'
            | '。'
            | '！'
            | '？'
            | '．'
            | '｡'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '።'
            | '။'
            | '។'
    )
}

/// A search within the sentence at the start of a text.
struct Search<'a> {
    language: &'a str,
    text: &'a str,
    is_complete: bool,
}

/// The text after a place, as far as it has arrived.
struct Ahead<'a> {
    rest: &'a str,
    is_complete: bool,
}

impl<'a> Search<'a> {
    fn ahead(&self, at: usize) -> Ahead<'a> {
        Ahead { rest: &self.text[at..], is_complete: self.is_complete }
    }

    fn is(&self, language: &str) -> bool {
        self.language.eq_ignore_ascii_case(language)
    }

    /// The verdict on the marks that begin at a byte, and the byte after them and their closing quotes and
    /// brackets.
    fn at_mark(&self, at: usize) -> (Verdict, usize) {
        let marks = &self.text[at..self.marks_end(at)];
        let behind = self.closers_end(at + marks.len());
        let ahead = self.ahead(behind);
        if ahead.rest.is_empty() && !self.is_complete {
            return (Verdict::Open, behind);
        }
        let mark = Mark { before: &self.text[..at], marks, closers: &self.text[at + marks.len()..behind] };
        let verdict = if !has_speech(mark.before) || self.is_enclosed(at, behind) {
            Verdict::GoesOn
        } else if ahead.rest.chars().next().is_none_or(is_gap) {
            self.spaced(&mark, &ahead)
        } else {
            self.glued(&mark, &ahead)
        };
        (verdict, behind)
    }

    fn marks_end(&self, at: usize) -> usize {
        let marks = self.text[at..].chars().take(LONGEST_RUN).take_while(|&mark| is_mark(mark));
        at + marks.map(char::len_utf8).sum::<usize>()
    }

    /// Marks before a gap, or before the end of the text.
    fn spaced(&self, mark: &Mark<'a>, ahead: &Ahead<'a>) -> Verdict {
        let gap = ahead.gap();
        if has_paragraph(gap) || (gap.len() == ahead.rest.len() && self.is_complete) {
            return Verdict::Ends;
        }
        let next = Ahead { rest: &ahead.rest[gap.len()..], is_complete: self.is_complete };
        if mark.is_stop() {
            return self.stop(mark, &next);
        }
        if mark.marks == "!" && mark.before.ends_with(|last: char| last.is_ascii_digit()) {
            return factorial(&next);
        }
        if mark.is_ellipsis() {
            return ellipsis(mark.before, &next);
        }
        if mark.closers.is_empty() { Verdict::Ends } else { behind_closers(&next) }
    }

    /// Where an endless sentence is cut: after its last gap, else anywhere.
    fn emergency_end(&self, at: usize) -> usize {
        let head = &self.text[..at];
        let gap = head.char_indices().rev().find(|&(_, character)| is_gap(character));
        gap.map(|(at, gap)| at + gap.len_utf8()).filter(|&end| end > at / 2).unwrap_or(at)
    }
}

/// Marks, and the text around them.
struct Mark<'a> {
    /// From the beginning of the sentence.
    before: &'a str,
    marks: &'a str,
    /// Quotes and brackets that close.
    closers: &'a str,
}

impl Mark<'_> {
    fn is_stop(&self) -> bool {
        self.marks == "."
    }

    fn is_ellipsis(&self) -> bool {
        self.marks.chars().all(|mark| matches!(mark, '.' | '…'))
    }
}

impl<'a> Ahead<'a> {
    fn gap(&self) -> &'a str {
        &self.rest[..self.rest.len() - self.rest.trim_start_matches(is_gap).len()]
    }

    /// The letters and digits at the beginning, at most [`LONGEST_WORD`] bytes or so; `None` until all have
    /// arrived.
    fn word(&self) -> Option<&'a str> {
        let end = self.rest.char_indices().find(|&(at, next)| !next.is_alphanumeric() || at > LONGEST_WORD);
        end.map(|(at, _)| at).or(self.is_complete.then_some(self.rest.len())).map(|end| &self.rest[..end])
    }

    /// The first character; a line feed where a complete text ends.
    fn first(&self) -> Option<char> {
        self.nth(0)
    }

    fn nth(&self, index: usize) -> Option<char> {
        self.rest.chars().nth(index).or(self.is_complete.then_some('\n'))
    }

    /// The text after opening quotes and brackets.
    fn behind_openers(&self) -> Self {
        let rest = self.rest.trim_start_matches(closers::is_opener);
        Ahead { rest, is_complete: self.is_complete }
    }
}

/// The text near the end: going back to the beginning at every mark would take quadratic time.
fn near_end(text: &str) -> &str {
    let mut begin = text.len().saturating_sub(NEAR);
    while !text.is_char_boundary(begin) {
        begin += 1;
    }
    &text[begin..]
}

fn has_paragraph(gap: &str) -> bool {
    gap.contains(PARAGRAPH) || gap.matches('\n').count() > 1
}

/// "4! = 24" goes on, "You got 4! Well done." does not.
fn factorial(next: &Ahead<'_>) -> Verdict {
    next.first().map_or(Verdict::Open, |first| verdict(!"=×÷*+/<>≈≤≥".contains(first)))
}

/// "He said 'Go!' and left", "(really!) good"
fn behind_closers(next: &Ahead<'_>) -> Verdict {
    match next.first() {
        None => Verdict::Open,
        Some(first) if first.is_lowercase() => Verdict::GoesOn,
        Some(first) if korean::is_hangul(first) => korean::behind_quote(next),
        Some(_) => Verdict::Ends,
    }
}

/// "Well... maybe" goes on, "Well... Then he left." does not.
fn ellipsis(before: &str, next: &Ahead<'_>) -> Verdict {
    let next = next.behind_openers();
    match next.first() {
        None => Verdict::Open,
        Some(first) if korean::is_hangul(first) => verdict(korean::ends_formally(before)),
        Some(first) if first.is_lowercase() || first.is_numeric() => Verdict::GoesOn,
        // "So... I think" goes on as a rule.
        Some('I') => next.word().map_or(Verdict::Open, |word| verdict(word != "I")),
        Some(_) => Verdict::Ends,
    }
}

fn verdict(ends: bool) -> Verdict {
    if ends { Verdict::Ends } else { Verdict::GoesOn }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_a_whole_text_are_behind_the_white_space() {
        for (language, text, expected) in [
            ("en-US", "One.  Two? \n\nThree", vec!["One.  ", "Two? \n\n", "Three"]),
            ("en-US", "Dr. Lee is in. ", vec!["Dr. Lee is in. "]),
            ("ko", "네.알겠습니다.", vec!["네.", "알겠습니다."]),
            ("en", "", vec![]),
            ("en", " ... ", vec![" ... "]),
        ] {
            let mut begin = 0;
            let mut found = Vec::new();
            for end in sentence_ends(language, text) {
                found.push(&text[begin..end]);
                begin = end;
            }
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
