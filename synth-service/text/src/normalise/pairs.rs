//! Pairs of neighbours without which a pattern can't match.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::kinds::{Kinds, Neighbours, WORD, commonness, kind, kinds};

/// Pairs of a first and a second kind; a match has one of them.
#[derive(Clone, PartialEq)]
pub(super) struct Pairs(Vec<(Kinds, Kinds)>);

/// Most sets of pairs that are kept of a pattern: the rarest ones.
const MOST: usize = 4;

/// Pairs more common than this are in every text.
const COMMON: u32 = 20_000;

/// The rarest pairs that every match of the pattern has.
pub(super) fn of(pattern: &Hir) -> Vec<Pairs> {
    let mut pairs = shape(pattern).pairs;
    pairs.retain(|pairs| pairs.commonness() < COMMON);
    pairs.sort_by_key(Pairs::commonness);
    pairs.dedup();
    pairs.truncate(MOST);
    pairs
}

impl Pairs {
    pub(super) fn are_in(&self, text: &Neighbours) -> bool {
        self.0.iter().any(|(first, second)| text.have(*first, *second))
    }

    fn commonness(&self) -> u32 {
        self.0.iter().map(|(first, second)| commonness(*first) * commonness(*second)).sum()
    }

    fn add(&mut self, other: &Self) {
        for (first, second) in &other.0 {
            match self.0.iter_mut().find(|pair| pair.0 == *first) {
                Some(pair) => pair.1 |= second,
                None => self.0.push((*first, *second)),
            }
        }
    }
}

/// What all matches of a part of a pattern have in common.
struct Shape {
    first: Kinds,
    last: Kinds,
    may_be_empty: bool,
    pairs: Vec<Pairs>,
}

impl Shape {
    const EMPTY: Self = Self { first: 0, last: 0, may_be_empty: true, pairs: Vec::new() };

    fn one(set: Kinds) -> Self {
        Self { first: set, last: set, may_be_empty: false, pairs: Vec::new() }
    }

    fn add_pair(&mut self, first: Kinds, second: Kinds) {
        self.pairs.push(Pairs(vec![(first, second)]));
    }
}

fn shape(pattern: &Hir) -> Shape {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Shape::EMPTY,
        HirKind::Class(Class::Unicode(class)) => {
            Shape::one(class.ranges().iter().fold(0, |set, part| set | kinds(part.start(), part.end())))
        }
        HirKind::Class(Class::Bytes(_)) => Shape::one(Kinds::MAX),
        HirKind::Capture(capture) => shape(&capture.sub),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            in_turn(&text.chars().map(|character| Some(Shape::one(kind(character)))).collect::<Vec<_>>())
        }
        HirKind::Repetition(repetition) => {
            let mut shape = shape(&repetition.sub);
            if repetition.min == 0 {
                return Shape { may_be_empty: true, pairs: Vec::new(), ..shape };
            }
            if repetition.min > 1 && !shape.may_be_empty {
                shape.add_pair(shape.last, shape.first);
            }
            shape
        }
        HirKind::Concat(parts) => {
            let is_edge =
                |part: &Hir| matches!(part.kind(), HirKind::Look(Look::WordUnicode | Look::WordAscii));
            in_turn(&parts.iter().map(|part| (!is_edge(part)).then(|| shape(part))).collect::<Vec<_>>())
        }
        HirKind::Alternation(branches) => either(&branches.iter().map(shape).collect::<Vec<_>>()),
    }
}

/// The first pairs of each branch are one set, the second pairs are another.
fn either(branches: &[Shape]) -> Shape {
    let most = branches.iter().map(|branch| branch.pairs.len()).max().unwrap_or_default();
    let has_all = branches.iter().all(|branch| !branch.pairs.is_empty());
    let union = |at: usize| {
        branches.iter().fold(Pairs(Vec::new()), |mut all, branch| {
            all.add(&branch.pairs[at.min(branch.pairs.len() - 1)]);
            all
        })
    };
    Shape {
        first: branches.iter().fold(0, |set, branch| set | branch.first),
        last: branches.iter().fold(0, |set, branch| set | branch.last),
        may_be_empty: branches.iter().any(|branch| branch.may_be_empty),
        pairs: if has_all { (0..most).map(union).collect() } else { Vec::new() },
    }
}

/// Parts one behind the other; `None` is an edge of a word.
fn in_turn(parts: &[Option<Shape>]) -> Shape {
    let mut all = Shape::EMPTY;
    for (at, part) in parts.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| parts.get(at));
        let Some(part) = part else {
            if let Some(before) = certain(before).filter(|before| before.last & !WORD == 0) {
                all.add_pair(before.last, !WORD);
            }
            if let Some(next) = certain(parts.get(at + 1)).filter(|next| next.first & !WORD == 0) {
                all.add_pair(!WORD, next.first);
            }
            continue;
        };
        all.pairs.extend(part.pairs.iter().cloned());
        if !all.may_be_empty
            && let Some(next) = first_of(&parts[at..])
        {
            all.add_pair(all.last, next);
            if !part.may_be_empty {
                all.add_pair(all.last, part.first);
            }
        }
        if all.may_be_empty {
            all.first |= part.first;
        }
        all.last = if part.may_be_empty { all.last | part.last } else { part.last };
        all.may_be_empty &= part.may_be_empty;
    }
    all
}

/// The part, where it is no edge and never empty.
fn certain(part: Option<&Option<Shape>>) -> Option<&Shape> {
    part?.as_ref().filter(|part| !part.may_be_empty)
}

/// The kinds that the parts begin with; `None` where they may be empty.
fn first_of(parts: &[Option<Shape>]) -> Option<Kinds> {
    let mut first = 0;
    for part in parts.iter().flatten() {
        first |= part.first;
        if !part.may_be_empty {
            return Some(first);
        }
    }
    None
}
