//! Finds the words of a lexicon in a text, in one pass. Does not change the text.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::korean;

/// Signs that join the digits on both sides of them into one number.
const INSIDE_NUMBERS: [char; 5] = ['.', ',', ':', '-', '/'];

#[derive(Debug)]
pub(super) struct Matcher {
    /// Finds the words, ignoring case.
    automaton: AhoCorasick,
    /// The exact spelling of each word that has capitals.
    exact: Vec<Option<String>>,
}

/// A word of a lexicon, found in a text.
pub(super) struct Match {
    pub(super) place: Range<usize>,
    /// Number of the matcher, and number of the word in that matcher.
    pub(super) layer: usize,
    pub(super) word: usize,
}

impl Matcher {
    /// A matcher of these words; `None` when there are more words than an automaton can hold.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Option<Self> {
        let automaton = AhoCorasick::new(words.clone().map(folded)).ok()?;
        let has_capitals = |word: &&str| word.contains(char::is_uppercase);
        let exact = words.map(|word| Some(word).filter(has_capitals).map(str::to_owned)).collect();
        Some(Self { automaton, exact })
    }

    /// Each occurrence of a word as a whole word: its place, the word's number, and whether the word is case-sensitive.
    fn each<'a>(
        &'a self,
        text: &'a str,
        folded: &'a str,
    ) -> impl Iterator<Item = (Range<usize>, usize, bool)> {
        self.automaton.find_overlapping_iter(folded).filter_map(move |hit| {
            let (place, word) = (hit.range(), hit.pattern().as_usize());
            let exact = self.exact[word].as_deref();
            let is_written_so = exact.is_none_or(|exact| exact == &text[place.clone()]);
            let is_match = is_written_so && stands_alone(text, &place);
            is_match.then_some((place, word, exact.is_some()))
        })
    }
}

/// The matches in the text, in order and without overlaps: at each place the longest, then one of the earliest matcher,
/// then the one with capitals.
pub(super) fn find<'a>(matchers: impl Iterator<Item = &'a Matcher>, text: &str) -> Vec<Match> {
    let folded = folded(text);
    let mut best: BTreeMap<usize, (Match, bool)> = BTreeMap::new();
    for (layer, matcher) in matchers.enumerate() {
        for (place, word, is_exact) in matcher.each(text, &folded) {
            let found = Match { place, layer, word };
            let rank = |found: &Match, is_exact: bool| (found.place.end, Reverse(found.layer), is_exact);
            let known = best.get(&found.place.start);
            if known.is_none_or(|(known, was_exact)| rank(&found, is_exact) > rank(known, *was_exact)) {
                best.insert(found.place.start, (found, is_exact));
            }
        }
    }
    let mut done = 0;
    let mut matches: Vec<Match> = best.into_values().map(|(found, _)| found).collect();
    matches.retain(|found| {
        let is_free = found.place.start >= done;
        done = if is_free { found.place.end } else { done };
        is_free
    });
    matches
}

/// The text in lower case, except characters whose lower case has another length, which would move the text after them.
fn folded(text: &str) -> String {
    let fold = |character: char| {
        let mut lower = character.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(lower), None) if lower.len_utf8() == character.len_utf8() => lower,
            _ => character,
        }
    };
    text.chars().map(fold).collect()
}

/// Whether the match at this place consists of whole words.
fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let (before, word, behind) = (&text[..place.start], &text[place.clone()], &text[place.end..]);
    let starts = match (before.chars().next_back(), word.chars().next()) {
        (Some(neighbour), Some(edge)) => {
            let beyond = before.chars().nth_back(1);
            is_parted(edge, neighbour, beyond) && !(is_hangul(edge) && is_word(neighbour))
        }
        _ => true,
    };
    let ends = match (behind.chars().next(), word.chars().next_back()) {
        (Some(neighbour), Some(edge)) if is_hangul(edge) && is_hangul(neighbour) => {
            let run = behind.find(|next: char| !is_hangul(next)).unwrap_or(behind.len());
            korean::is_particles(&behind[..run])
        }
        (Some(neighbour), Some(edge)) => is_parted(edge, neighbour, behind.chars().nth(1)),
        _ => true,
    };
    starts && ends
}

/// Whether a match with the character `edge` at one end is separate from the `neighbour` next to it.
fn is_parted(edge: char, neighbour: char, beyond: Option<char>) -> bool {
    if is_word(neighbour) {
        return is_unspaced(edge) || (is_asian(edge) != is_asian(neighbour));
    }
    let is_number = |character: char| character.is_ascii_digit();
    let goes_on = INSIDE_NUMBERS.contains(&neighbour) && is_number(edge) && beyond.is_some_and(is_number);
    let is_same_sign = edge == neighbour && !is_word(edge);
    !goes_on && !is_same_sign
}

/// Whether the character belongs to words: letters, digits and the accents on them.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '\u{300}'..='\u{36f}')
}

fn is_asian(character: char) -> bool {
    is_hangul(character) || is_unspaced(character)
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')
}

/// Whether the character is Chinese or Japanese, which are written without spaces.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}
