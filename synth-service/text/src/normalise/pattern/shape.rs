//! What the matches of a pattern have in common: how they begin and end, and the runs of characters inside.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::grams::{Grams, MOST_RUNS, Sought};
use super::kinds::{Kinds, WORD, kind, kinds};

/// Most ways to begin or to end that are told apart.
const MOST_ENDS: usize = 32;

/// Parts of a repetition that tell all that three kinds can tell.
const MOST_COPIES: u32 = 3;

/// Rare runs that every match of the pattern has.
pub(super) fn grams(pattern: &Hir) -> Vec<Sought> {
    Grams::rarest(shape(pattern).grams)
}

/// How a match begins or ends: one or two kinds, from its edge inwards.
#[derive(Clone, PartialEq)]
struct End {
    kinds: Vec<Kinds>,
    /// Whether that is all of it.
    is_whole: bool,
}

impl End {
    const LONGEST: usize = 2;

    const EMPTY: Self = Self { kinds: Vec::new(), is_whole: true };

    fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The end, and what stands further inwards where it is whole.
    fn joined(&self, inner: &Self) -> Self {
        if !self.is_whole {
            return self.clone();
        }
        let mut kinds = [self.kinds.as_slice(), &inner.kinds].concat();
        let is_whole = inner.is_whole && kinds.len() <= Self::LONGEST;
        kinds.truncate(Self::LONGEST);
        Self { kinds, is_whole }
    }
}

/// What all matches of a part of a pattern have in common.
#[derive(Clone)]
struct Shape {
    starts: Vec<End>,
    ends: Vec<End>,
    grams: Vec<Grams>,
}

impl Shape {
    fn empty() -> Self {
        Self { starts: vec![End::EMPTY], ends: vec![End::EMPTY], grams: Vec::new() }
    }

    fn one(set: Kinds) -> Self {
        let end = End { kinds: vec![set], is_whole: true };
        Self { starts: vec![end.clone()], ends: vec![end], grams: Vec::new() }
    }
}

fn shape(pattern: &Hir) -> Shape {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Shape::empty(),
        HirKind::Class(Class::Unicode(class)) => {
            Shape::one(class.ranges().iter().fold(0, |set, part| set | kinds(part.start(), part.end())))
        }
        HirKind::Class(Class::Bytes(_)) => Shape::one(Kinds::MAX),
        HirKind::Capture(capture) => shape(&capture.sub),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0);
            in_turn(&text.chars().map(|character| Part::Of(Shape::one(kind(character)))).collect::<Vec<_>>())
        }
        HirKind::Repetition(repetition) => repeated(&shape(&repetition.sub), repetition.min, repetition.max),
        HirKind::Concat(parts) => in_turn(&parts.iter().map(part).collect::<Vec<_>>()),
        HirKind::Alternation(branches) => either(&branches.iter().map(shape).collect::<Vec<_>>()),
    }
}

fn repeated(once: &Shape, least: u32, most: Option<u32>) -> Shape {
    let copies = least.clamp(1, MOST_COPIES);
    let mut shape = in_turn(&vec![Part::Of(once.clone()); copies as usize]);
    if most != Some(copies) {
        let goes_on = |ends: &[End], once: &[End]| {
            let more = ends.iter().flat_map(|end| once.iter().map(|inner| end.joined(inner)));
            let more = more.map(|end| End { is_whole: false, ..end }).filter(|end| !end.is_empty());
            distinct(ends.iter().cloned().chain(more))
        };
        shape.starts = goes_on(&shape.starts, &once.starts);
        shape.ends = goes_on(&shape.ends, &once.ends);
    }
    if least == 0 {
        shape.grams.clear();
        shape.starts.push(End::EMPTY);
        shape.ends.push(End::EMPTY);
    }
    shape
}

/// The first sets of all branches are one set, the second ones are another, and so on.
fn either(branches: &[Shape]) -> Shape {
    let has_all = branches.iter().all(|branch| !branch.grams.is_empty());
    let most = branches.iter().map(|branch| branch.grams.len()).max().filter(|_| has_all).unwrap_or_default();
    let nth = |at: usize| {
        Grams::union(branches.iter().map(move |branch| &branch.grams[at.min(branch.grams.len() - 1)]))
    };
    Shape {
        starts: distinct(branches.iter().flat_map(|branch| branch.starts.iter().cloned())),
        ends: distinct(branches.iter().flat_map(|branch| branch.ends.iter().cloned())),
        grams: (0..most).map(nth).collect(),
    }
}

#[derive(Clone)]
enum Part {
    Of(Shape),
    /// The edge of a word.
    Edge,
}

fn part(pattern: &Hir) -> Part {
    match pattern.kind() {
        HirKind::Look(Look::WordUnicode | Look::WordAscii) => Part::Edge,
        _ => Part::Of(shape(pattern)),
    }
}

/// Parts one behind the other.
fn in_turn(parts: &[Part]) -> Shape {
    let mut starts = vec![vec![End::EMPTY]];
    for part in parts.iter().rev() {
        let behind = &starts[starts.len() - 1];
        starts.push(match part {
            Part::Of(shape) => joined(&shape.starts, behind),
            Part::Edge => behind.clone(),
        });
    }
    starts.reverse();
    let mut ends = vec![End::EMPTY];
    let mut grams = Vec::new();
    let beyond = [End { kinds: vec![!WORD], is_whole: false }];
    for (part, (before, behind)) in parts.iter().zip(starts.iter().zip(&starts[1..])) {
        match part {
            Part::Of(shape) => {
                grams.extend(meeting(&ends, before));
                grams.extend(shape.grams.iter().cloned());
                ends = joined(&shape.ends, &ends);
            }
            Part::Edge => {
                let in_word = |ends: &[End]| {
                    ends.iter().all(|end| end.kinds.first().is_some_and(|set| set & !WORD == 0))
                };
                if in_word(&ends) {
                    grams.extend(meeting(&ends, &beyond));
                }
                if in_word(behind) {
                    grams.extend(meeting(&beyond, behind));
                }
            }
        }
    }
    Shape { starts: starts.swap_remove(0), ends, grams }
}

fn joined(ends: &[End], inner: &[End]) -> Vec<End> {
    distinct(ends.iter().flat_map(|end| inner.iter().map(|inner| end.joined(inner))))
}

/// The runs where the ends of one part meet the starts of the next one; without any where one may be empty.
fn meeting(ends: &[End], starts: &[End]) -> Vec<Grams> {
    if ends.iter().chain(starts).any(End::is_empty) || ends.len() * starts.len() > MOST_RUNS {
        return Vec::new();
    }
    let (mut left, mut right) = (Grams::default(), Grams::default());
    for end in ends {
        for start in starts {
            let (last, first) = (end.kinds[0], start.kinds[0]);
            match end.kinds.get(1) {
                Some(before) => left.add((*before, last, Some(first))),
                None => left.add((last, first, None)),
            }
            right.add((last, first, start.kinds.get(1).copied()));
        }
    }
    vec![left, right]
}

/// Each end once. Too many become one that knows less.
fn distinct(ends: impl Iterator<Item = End>) -> Vec<End> {
    let mut distinct: Vec<End> = Vec::new();
    for end in ends {
        let alike = distinct.iter_mut().find(|other| {
            other.is_whole == end.is_whole
                && other.kinds.len() == end.kinds.len()
                && other.kinds.first() == end.kinds.first()
        });
        match (alike, end.kinds.get(1)) {
            (Some(other), Some(second)) => other.kinds[1] |= second,
            (Some(_), None) => {}
            (None, _) => distinct.push(end),
        }
    }
    if distinct.len() > MOST_ENDS {
        let all = distinct.iter().filter_map(|end| end.kinds.first()).fold(0, |all, set| all | set);
        distinct.retain(End::is_empty);
        distinct.push(End { kinds: vec![all], is_whole: false });
    }
    distinct
}
