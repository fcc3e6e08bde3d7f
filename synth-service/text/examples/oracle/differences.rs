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
fn trimmed(place: Place, ours: &[String], theirs: &[String]) -> Option<Place> {
    let (inner, other) = (&ours[place.ours.clone()], &theirs[place.theirs.clone()]);
    let front = most(inner.len(), other.len(), |one, two| inner[..one].concat() == other[..two].concat());
    let (inner, other) = (&inner[front.0..], &other[front.1..]);
    let back = most(inner.len(), other.len(), |one, two| {
        inner[inner.len() - one..].concat() == other[other.len() - two..].concat()
    });
    let ours = place.ours.start + front.0..place.ours.end - back.0;
    let theirs = place.theirs.start + front.1..place.theirs.end - back.1;
    Some(Place { ours, theirs }).filter(|place| !place.ours.is_empty() || !place.theirs.is_empty())
}

/// The most words of two lists that are the same.
fn most(ours: usize, theirs: usize, is_same: impl Fn(usize, usize) -> bool) -> (usize, usize) {
    let pairs = (1..=ours).flat_map(|one| (1..=theirs).map(move |other| (one, other)));
    pairs.filter(|(one, other)| is_same(*one, *other)).last().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn places(ours: &str, theirs: &str) -> Vec<(String, String)> {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let found = between(words(ours), words(theirs), |word| ["one", "two", "hundred"].contains(&word));
        let said = |place: &Place| {
            (found.ours[place.ours.clone()].join(" "), found.theirs[place.theirs.clone()].join(" "))
        };
        found.places.iter().map(said).collect()
    }

    fn pair(ours: &str, theirs: &str) -> (String, String) {
        (ours.to_owned(), theirs.to_owned())
    }

    #[test]
    fn a_place_holds_the_whole_of_a_number() {
        let found = places("dial one one two or wait", "dial one hundred two or stay");
        assert_eq!(found, [pair("one one two", "one hundred two"), pair("wait", "stay")]);
    }

    #[test]
    fn a_word_that_one_side_lacks_is_a_place() {
        assert_eq!(places("minus two pounds", "two pounds"), [pair("minus two", "two")]);
        assert_eq!(places("we are in", "we are in now"), [pair("", "now")]);
    }

    #[test]
    fn spaces_alone_are_no_difference() {
        assert_eq!(places("voice mail for you", "voicemail for you"), []);
        assert_eq!(places("voice mail at four o clock", "voicemail at five o'clock").len(), 1);
    }
}
