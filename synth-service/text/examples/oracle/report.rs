//! Counts and prints the differences.

use std::ops::Range;

use crate::{
    differences::{Differences, Place},
    language::Language,
    notes::Notes,
};

/// Words on each side of our words that a note holds: they tell one reading of a number from another.
const NEIGHBOURS: usize = 1;

pub(crate) struct Report {
    notes: Notes,
    lines: usize,
    equal: usize,
    explained: usize,
    unexplained: Vec<Unexplained>,
}

/// A line with differences that no note explains.
struct Unexplained {
    /// Whether the two readings say other digits.
    is_other_value: bool,
    differences: usize,
    printed: String,
}

impl Report {
    pub(crate) fn new(notes: Notes) -> Self {
        Self { notes, lines: 0, equal: 0, explained: 0, unexplained: Vec::new() }
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str, found: &Differences, language: Language) {
        self.lines += 1;
        if found.places.is_empty() {
            self.equal += 1;
            return;
        }
        let mut places = found.places.clone();
        places.retain(|place| !self.notes.explain(pair(found, place)));
        if places.is_empty() {
            self.explained += 1;
            return;
        }
        let is_other_value = places.iter().any(|place| {
            language.digits(&found.ours[place.ours.clone()])
                != language.digits(&found.theirs[place.theirs.clone()])
        });
        let ours = marked(&found.ours, places.iter().map(|place| place.ours.clone()));
        let theirs = marked(&found.theirs, places.iter().map(|place| place.theirs.clone()));
        let mut printed = format!("{line}\n  ours   {ours}\n  theirs {theirs}\n");
        for (ours, theirs) in places.iter().map(|place| pair(found, place)) {
            printed += &format!("  [{ours:?}, {theirs:?}],\n");
        }
        self.unexplained.push(Unexplained { is_other_value, differences: places.len(), printed });
    }

    /// Prints the differences that no note explains, those of value first, and the counts.
    pub(crate) fn print(&mut self, language: Language, is_whole: bool) {
        self.unexplained.sort_by_key(|line| !line.is_other_value);
        for line in &self.unexplained {
            print!("{}{}", if line.is_other_value { "VALUE " } else { "" }, line.printed);
        }
        if is_whole {
            for (ours, theirs) in self.notes.idle() {
                println!("a note that no line needs: [{ours:?}, {theirs:?}]");
            }
        }
        println!(
            "{}: {} lines, {} equal, {} explained",
            language.tag(),
            self.lines,
            self.equal,
            self.explained
        );
        for (reason, count) in self.notes.counts() {
            println!("  {count:>5}  {reason}");
        }
        let differences: usize = self.unexplained.iter().map(|line| line.differences).sum();
        println!("unexplained: {differences} differences in {} lines", self.unexplained.len());
    }

    pub(crate) fn is_explained(&self) -> bool {
        self.unexplained.is_empty()
    }
}

/// A difference as a note holds it: our words with their neighbours, and the oracle's.
fn pair(found: &Differences, place: &Place) -> (String, String) {
    let begin = place.ours.start.saturating_sub(NEIGHBOURS);
    let end = (place.ours.end + NEIGHBOURS).min(found.ours.len());
    let inside = place.ours.start - begin..place.ours.end - begin;
    (marked(&found.ours[begin..end], [inside].into_iter()), found.theirs[place.theirs.clone()].join(" "))
}

/// The words, with the given places in brackets.
fn marked(words: &[String], places: impl Iterator<Item = Range<usize>>) -> String {
    let mut marked = Vec::new();
    let mut at = 0;
    for place in places {
        marked.push(words[at..place.start].join(" "));
        marked.push(format!("[{}]", words[place.clone()].join(" ")));
        at = place.end;
    }
    marked.push(words[at..].join(" "));
    marked.retain(|part| !part.is_empty());
    marked.join(" ")
}
