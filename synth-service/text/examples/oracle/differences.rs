//! The places where two lists of words differ.

use std::ops::Range;

/// Two lists of words, and the places where they differ.
pub(crate) struct Differences {
    pub(crate) ours: Vec<String>,
    pub(crate) theirs: Vec<String>,
    pub(crate) places: Vec<Place>,
}

/// A place where they differ. One of the ranges may be empty.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) ours: Range<usize>,
    pub(crate) theirs: Range<usize>,
}

/// Compares two lists of words. A place holds the whole of a number, as `is_number` knows its words.
pub(crate) fn between(ours: Vec<String>, theirs: Vec<String>, is_number: fn(&str) -> bool) -> Differences {
    let mut places: Vec<Place> = Vec::new();
    for place in unequal(&ours, &theirs) {
        let Some(place) = trimmed(place, &ours, &theirs) else { continue };
        let place = widened(place, &ours, &theirs, is_number);
        match places.last_mut() {
            Some(last) if place.ours.start <= last.ours.end && place.theirs.start <= last.theirs.end => {
                (last.ours.end, last.theirs.end) = (place.ours.end, place.theirs.end);
            }
            _ => places.push(place),
        }
    }
    Differences { ours, theirs, places }
}

/// The places between the words of a longest common subsequence.
fn unequal(ours: &[String], theirs: &[String]) -> Vec<Place> {
    let common = common(ours, theirs);
    let mut places = Vec::new();
    let (mut begin, mut end) = ((0, 0), (0, 0));
    loop {
        let is_equal = end.0 < ours.len() && end.1 < theirs.len() && ours[end.0] == theirs[end.1];
        let is_over = end == (ours.len(), theirs.len());
        if is_equal || is_over {
            if begin != end {
                places.push(Place { ours: begin.0..end.0, theirs: begin.1..end.1 });
            }
            if is_over {
                return places;
            }
            end = (end.0 + 1, end.1 + 1);
            begin = end;
        } else if end.1 == theirs.len()
            || end.0 < ours.len() && common[end.0 + 1][end.1] >= common[end.0][end.1 + 1]
        {
            end.0 += 1;
        } else {
            end.1 += 1;
        }
    }
}

/// The length of the longest common subsequence, from each pair of words on.
fn common(ours: &[String], theirs: &[String]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; theirs.len() + 1]; ours.len() + 1];
    for one in (0..ours.len()).rev() {
        for other in (0..theirs.len()).rev() {
            common[one][other] = if ours[one] == theirs[other] {
                common[one + 1][other + 1] + 1
            } else {
                common[one + 1][other].max(common[one][other + 1])
            };
        }
    }
    common
}

/// The place without the words at its ends that are equal but for their spaces. Nothing is left where all are.
fn trimmed(mut place: Place, ours: &[String], theirs: &[String]) -> Option<Place> {
    let ends = |place: &Place| {
        place
            .ours
            .clone()
            .flat_map(|one| place.theirs.clone().map(move |other| (one + 1, other + 1)))
            .collect::<Vec<_>>()
    };
    let is_same = |one: Range<usize>, other: Range<usize>| ours[one].concat() == theirs[other].concat();
    for (one, other) in ends(&place).into_iter().rev() {
        if is_same(place.ours.start..one, place.theirs.start..other) {
            (place.ours.start, place.theirs.start) = (one, other);
            break;
        }
    }
    for (one, other) in ends(&place) {
        if is_same(one - 1..place.ours.end, other - 1..place.theirs.end) {
            (place.ours.end, place.theirs.end) = (one - 1, other - 1);
            break;
        }
    }
    Some(place).filter(|place| !place.ours.is_empty() || !place.theirs.is_empty())
}

/// The place with the equal number words beside it.
fn widened(mut place: Place, ours: &[String], theirs: &[String], is_number: fn(&str) -> bool) -> Place {
    let is_equal = |one: usize, other: usize| {
        ours.get(one).is_some_and(|word| is_number(word) && theirs.get(other) == Some(word))
    };
    while place.ours.start > 0
        && place.theirs.start > 0
        && is_equal(place.ours.start - 1, place.theirs.start - 1)
    {
        (place.ours.start, place.theirs.start) = (place.ours.start - 1, place.theirs.start - 1);
    }
    while is_equal(place.ours.end, place.theirs.end) {
        (place.ours.end, place.theirs.end) = (place.ours.end + 1, place.theirs.end + 1);
    }
    place
}
