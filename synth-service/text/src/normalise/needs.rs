//! Characters without which a pattern can't match, so that most rules cost a glance at a text and no search.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Stands for every character beyond ASCII.
const BEYOND_ASCII: u128 = 1 << 127;

/// Sets of characters: a match has one of each.
pub(super) struct Needs(Vec<u128>);

/// The characters of a text.
pub(super) struct Characters(u128);

impl Characters {
    pub(super) fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |set, byte| set | bit(byte)))
    }
}

impl Needs {
    /// Of a pattern; without any where it can't be read.
    pub(super) fn of(pattern: &str) -> Self {
        let mut sets = Vec::new();
        if let Ok(read) = regex_syntax::parse(pattern) {
            collect(&read, &mut sets);
        }
        Self(sets)
    }

    pub(super) fn are_met(&self, characters: &Characters) -> bool {
        self.0.iter().all(|set| set & characters.0 != 0)
    }
}

fn bit(byte: u8) -> u128 {
    if byte < 127 { 1 << byte } else { BEYOND_ASCII }
}

/// Adds the sets that every match of `pattern` needs.
fn collect(pattern: &Hir, sets: &mut Vec<u128>) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => sets.extend(literal.0.iter().map(|byte| bit(*byte))),
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
    let range =
        |start: u32, end: u32| (start.min(127)..=end.min(127)).fold(0, |set, code| set | 1_u128 << code);
    match class {
        Class::Unicode(class) => {
            class.ranges().iter().fold(0, |set, part| set | range(part.start() as u32, part.end() as u32))
        }
        Class::Bytes(class) => {
            class.ranges().iter().fold(0, |set, part| set | range(part.start().into(), part.end().into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Characters, Needs};

    #[test]
    fn a_pattern_is_only_sought_where_it_can_match() {
        for (pattern, text, met) in [
            (r"\b[0-9]+%", "5%", true),
            (r"\b[0-9]+%", "five %", false),
            (r"\b[0-9]+%?", "5", true),
            (r"(?:€|\$)[0-9]", "$5", true),
            (r"(?:€|\$)[0-9]", "£5", true),
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
        ] {
            assert_eq!(Needs::of(pattern).are_met(&Characters::of(text)), met, "{pattern} in {text}");
        }
    }
}
