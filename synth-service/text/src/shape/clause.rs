//! The first clause of a sentence whose end has not arrived. Depends on the words up to a second or so behind the clause
//! and on nothing else, so that a sentence has the same clause however it arrives.
//!
//! A comma alone does not end a clause: it may stand in a list, an address or a form of address. The next words decide,
//! in `english` and `korean`.

mod english;
mod korean;

use crate::{
    Sentence,
    clean::is_gap,
    ends::{has_open_quote, without_closers},
};

use super::{
    ULTRA_SHORT,
    duration::word_seconds,
    part,
    timeline::Timeline,
    words::{Joint, is_hangul, joint},
};

/// Fewest characters of a first clause: 25 in Latin letters, 12 in Hangul, whose syllables are characters.
const LEAST_LATIN: usize = 25;
const LEAST_HANGUL: usize = 12;

/// Fewest words behind a clause that tell whether the clause ends.
const LEAST_AHEAD: usize = 2;

/// Words of a sentence in which its first clause is sought. A sentence without one in these waits for its end.
const MOST_WORDS: usize = 60;

/// The search for the first clause of a sentence that is arriving.
pub(super) struct FirstClause {
    /// Words behind which the clause certainly does not end.
    ruled_out: usize,
    /// Fewest seconds of the words behind a clause.
    seconds_ahead: f32,
}

impl FirstClause {
    /// Behind the clause is enough for a part, should the sentence end there.
    pub(super) fn usual() -> Self {
        Self { ruled_out: 0, seconds_ahead: ULTRA_SHORT }
    }

    /// A short rest is no harm: it is heard behind the clause without a gap, or waits for the next sentence.
    pub(super) fn soonest() -> Self {
        Self { ruled_out: 0, seconds_ahead: 0.0 }
    }

    /// The number of the clause's words, and the clause. `None` while it is not certain, or where there is none.
    ///
    /// `beginning` has whole words only, and the words of the call before.
    pub(super) fn find(&mut self, language: &str, beginning: &str) -> Option<(usize, Sentence)> {
        let words: Vec<&str> =
            beginning.split(is_gap).filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
        for end in self.ruled_out + 1..words.len() {
            if may_end(words[end - 1]) {
                let ahead = ahead(language, &words[end..], self.seconds_ahead)?;
                if let Some(clause) = clause(language, &words[..end + ahead], end) {
                    return Some((end, clause));
                }
            }
            self.ruled_out = end;
        }
        None
    }
}

/// Keeps the first part from ending in a name, inside quotes or brackets, or between Korean verbs that belong together.
///
/// A mark that ends no clause, such as a comma in a list, is as good as the place before a conjunction, and a comma
/// between names as good as the place between any two words.
pub(super) fn tighten(timeline: &mut Timeline<'_>) {
    let text = timeline.texts();
    let words = &text[..text.len().min(MOST_WORDS)];
    for end in 1..words.len() {
        let (before, after) = words.split_at(end);
        let (last, next) = (words[end - 1], words[end]);
        let best = match (is_marked(without_closers(last)), is_name(last) && is_name(next)) {
            _ if has_open_quote(&before.join(" ")) => Joint::Tight,
            (true, _) if ends(before, after) => continue,
            (true, true) => Joint::Loose,
            (true, false) => Joint::Phrase,
            (false, true) => Joint::Tight,
            (false, false) if korean::goes_on(last, after) => Joint::Loose,
            (false, false) => continue,
        };
        let joint = &mut timeline.words[end - 1].joint;
        *joint = best.min(*joint);
    }
}

/// Whether a clause may end behind a word, whatever follows.
fn may_end(word: &str) -> bool {
    let word = without_closers(word);
    is_marked(word) || word.ends_with(is_hangul)
}

/// Whether a mark that may end a clause stands behind a word.
fn is_marked(word: &str) -> bool {
    word.ends_with([',', ';', ':', '–', '—', '，', '、', '；', '：']) || matches!(word, "-" | "--")
}

/// The number of words that tell whether a clause ends before them, and take at least `least` seconds; `None` until all of
/// them have arrived.
fn ahead(language: &str, words: &[&str], least: f32) -> Option<usize> {
    let mut seconds = 0.0;
    let behind = words.iter().position(|word| {
        seconds += word_seconds(language, word);
        seconds >= least
    });
    behind.map(|at| LEAST_AHEAD.max(at + 1)).filter(|&ahead| ahead <= words.len())
}

/// The first `end` words, if they are a clause that can be spoken alone.
fn clause(language: &str, words: &[&str], end: usize) -> Option<Sentence> {
    let (before, after) = words.split_at(end);
    let text = before.join(" ");
    if !is_long_enough(&text) || has_open_quote(&text) || !ends(before, after) {
        return None;
    }
    let sentence = Sentence::plain(words.join(" "));
    let timeline = Timeline::new(language, &sentence);
    // An over-long word counts as several.
    let can_cut = timeline.words.len() == words.len() && timeline.keeps_evidence(end);
    can_cut.then(|| part(&sentence, &timeline, 0..end))
}

fn is_long_enough(text: &str) -> bool {
    let hangul = text.chars().filter(|&character| is_hangul(character)).count();
    // Spaces count between Latin words only.
    let is_latin = |character: &char| !is_hangul(*character) && (hangul == 0 || !character.is_whitespace());
    let latin = text.chars().filter(is_latin).count();
    latin * LEAST_HANGUL + hangul * LEAST_LATIN >= LEAST_LATIN * LEAST_HANGUL
}

/// Whether a clause ends between words.
fn ends(before: &[&str], after: &[&str]) -> bool {
    let (Some(last), Some(next)) = (before.last(), after.first()) else { return false };
    let joint = joint(last, next);
    let word = without_closers(last).trim_end_matches(is_mark);
    // A dash stands alone.
    let word = if word.is_empty() { before.iter().rev().nth(1).copied().unwrap_or_default() } else { word };
    let mark = without_closers(last).chars().next_back().filter(|&mark| is_mark(mark));
    match mark {
        _ if joint == Joint::Tight => false,
        None => korean::ends_without_mark(word, after),
        Some(';' | ':' | '；' | '：') => true,
        Some(_) if word.ends_with(is_hangul) => korean::ends_at_comma(word, after),
        Some(',' | '，' | '、') => english::ends_at_comma(before, after),
        Some(_) => !(is_name(word) && is_name(next)),
    }
}

fn is_mark(character: char) -> bool {
    is_marked(character.encode_utf8(&mut [0; 4]))
}

/// Whether a word begins with a capital letter: "Seoul".
fn is_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && !english::is_opener(word)
}
