//! Characters and runs of them without which a pattern can't match, so that most rules cost a glance at a text
//! and no search.

use std::ops::Range;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::grams::Sought;
use super::kinds::{Neighbours, is_hangul};
use super::shape;

/// Stands for every syllable of Hangul.
const HANGUL: u8 = 127;

/// The places of control characters, which texts hardly have, stand for the other characters beyond ASCII.
const OTHERS: Range<u32> = 14..32;

/// Sets of characters that are kept of a pattern.
const RAREST: usize = 4;

/// The characters of a match: one character of each set, and one run of each set of runs.
pub(super) struct Needs {
    characters: [u128; RAREST],
    grams: Vec<Sought>,
}

/// The characters of a text.
pub(super) struct Seen {
    characters: u128,
    neighbours: Neighbours,
}

impl Seen {
    pub(super) fn in_text(text: &str) -> Self {
        let mut seen = Self { characters: 0, neighbours: Neighbours::none() };
        seen.look_at(text);
        seen
    }

    /// The same as [`Self::in_text`], without a copy of the tables.
    pub(super) fn look_at(&mut self, text: &str) {
        // Two halves: shifts of 128 bits take several times as long. A text without characters has one too, for
        // patterns that need none.
        let mut halves = [1_u64, 0];
        self.neighbours.look_at(text, |character| {
            let place = place(character);
            halves[usize::from(place / 64)] |= 1 << (place % 64);
        });
        self.characters = u128::from(halves[1]) << 64 | u128::from(halves[0]);
    }
}

impl Needs {
    /// Of a pattern; without any where it can't be read.
    pub(super) fn of(pattern: &str) -> Self {
        let mut rarest = [u128::MAX; RAREST];
        let Ok(read) = regex_syntax::parse(pattern) else {
            return Self { characters: rarest, grams: Vec::new() };
        };
        let mut sets = Vec::new();
        collect(&read, &mut sets);
        sets.sort_by_key(|set| set.count_ones());
        sets.dedup();
        rarest.iter_mut().zip(sets).for_each(|(place, set)| *place = set);
        Self { characters: rarest, grams: shape::grams(&read) }
    }

    /// Whether the text has all of them.
    pub(super) fn are_met(&self, seen: &Seen) -> bool {
        self.characters.iter().all(|set| set & seen.characters != 0)
            && self.grams.iter().all(|grams| grams.are_in(&seen.neighbours))
    }
}

fn bit(character: char) -> u128 {
    1 << place(character)
}

fn place(character: char) -> u8 {
    match character as u32 {
        code @ 0..128 => code as u8,
        _ if is_hangul(character) => HANGUL,
        code => (OTHERS.start + code % (OTHERS.end - OTHERS.start)) as u8,
    }
}

/// The set of a range of characters.
fn bits(first: char, last: char) -> u128 {
    const MANY: u32 = 300;
    match last as u32 - first as u32 {
        MANY.. if is_hangul(first) && is_hangul(last) => 1 << HANGUL,
        MANY.. => {
            let beyond = OTHERS.fold(1 << HANGUL, |set, place| set | 1 << place);
            (first as u32..128).fold(beyond, |set, code| set | 1 << code)
        }
        _ => (first..=last).fold(0, |set, character| set | bit(character)),
    }
}

/// Adds the sets that every match of `pattern` needs.
fn collect(pattern: &Hir, sets: &mut Vec<u128>) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => {
            sets.extend(String::from_utf8_lossy(&literal.0).chars().map(bit));
        }
        HirKind::Class(class) => sets.push(set_of(class)),
        HirKind::Repetition(repetition) if repetition.min == 0 => {}
        HirKind::Repetition(repetition) => collect(&repetition.sub, sets),
        HirKind::Capture(capture) => collect(&capture.sub, sets),
        HirKind::Concat(parts) => parts.iter().for_each(|part| collect(part, sets)),
        HirKind::Alternation(branches) => collect_shared(branches, sets),
    }
}

/// Adds the sets that every branch needs, and one that holds a need of each branch, unless a branch needs nothing.
fn collect_shared(branches: &[Hir], sets: &mut Vec<u128>) {
    let needs = branches.iter().map(|branch| {
        let mut needs = Vec::new();
        collect(branch, &mut needs);
        needs
    });
    let needs: Vec<_> = needs.collect();
    if let Some((first, others)) = needs.split_first() {
        sets.extend(first.iter().filter(|set| others.iter().all(|needs| needs.contains(set))));
    }
    let smallest = |needs: &Vec<u128>| needs.iter().copied().min_by_key(|set| set.count_ones());
    sets.extend(needs.iter().try_fold(0, |all, needs| Some(all | smallest(needs)?)));
}

fn set_of(class: &Class) -> u128 {
    match class {
        Class::Unicode(class) => {
            class.ranges().iter().fold(0, |set, part| set | bits(part.start(), part.end()))
        }
        Class::Bytes(_) => u128::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::{Needs, Seen};

    #[test]
    fn a_pattern_is_only_sought_where_it_can_match() {
        for (pattern, text, met) in [
            (r"\b[0-9]+%", "5%", true),
            (r"\b[0-9]+%", "five %", false),
            (r"\b[0-9]+%?", "5", true),
            (r"(?:€|\$)[0-9]", "$5", true),
            (r"(?:€|\$)[0-9]", "£5", false),
            (r"(?:£|\$)[0-9]", "5", false),
            (r"(?:a|b?)c", "c", true),
            (r"(?i)ext", "EXT", true),
            (r"\p{L}+é", "a", false),
            (r"(\d{4})-(\d\d)T", "2025-03T", true),
            (r"(\d{4})-(\d\d)T", "2025-03", false),
            (r"(?:a|b)\d?", "a", true),
            (r"(?:ab|cb)", "a", false),
            (r"[A-Za-z]+[-&]?", "가", false),
            (r"[A-Za-z\d]{2,}", "9", true),
            (r"[₩$] ?[\d*]", "₩*", true),
            (r"\(?0\)?", "0", true),
            (r"가|\d", "가", true),
            (r"(?i:v) ?\d", "V3", true),
            (r"[0-9] [0-9]", "1 2", true),
            (r"[0-9] [0-9]", "12 a 3", false),
            (r"[0-9]\s?(?:kg|cm)", "5 kg", true),
            (r"[0-9]\s?(?:kg|cm)", "5 mg, kc", false),
            (r"[0-9]{3}-[0-9]{2,}", "a 555-0199", true),
            (r"[0-9]{3}-[0-9]{2,}", "555-1", false),
            (r"\bSt\b\.?", "5th St", true),
            (r"\bSt\b\.?", "Stop", false),
            (r"\bSt\b\.?", "éSt", true),
            (r"(?:ab){2}", "aab b", false),
            (r"(?:ab)+c?", "ab", true),
            (r"일 ?\d", "일 3", true),
            (r"x?[0-9]\b", "x1", true),
            (r"²", "가 á", false),
            (r"²", "가 ²", true),
            (r"[㎏-㎢]", "가 ㎏", true),
            (r"[^a]+", "가", true),
            (r" *", "", true),
        ] {
            assert_eq!(Needs::of(pattern).are_met(&Seen::in_text(text)), met, "{pattern} in {text}");
        }
    }
}
