//! Generates texts from the seeds: shortened, doubled, reordered, with words from the dictionary in wrong places.

use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

use crate::Seeds;

/// Longest text, in characters. It is short, so that a round takes little time.
const LONGEST: usize = 4_000;

/// Largest number of changes to one text.
const CHANGES: usize = 4;

/// Characters with a meaning for at least one of the readers.
const SIGNS: [char; 31] = [
    '\0', '\t', '\n', '\r', ' ', '"', '#', '$', '%', '&', '\'', ',', '-', '.', '/', '0', '7', ':', ';', '<',
    '=', '>', '[', ']', '{', '}', '\\', '가', '\u{301}', '\u{2028}', '🎉',
];

/// A generator of texts, which the seeds and a number determine.
pub struct Mutants<'a> {
    seeds: &'a Seeds,
    chance: Pcg32,
}

impl<'a> Mutants<'a> {
    /// A generator for `number`; the same number gives the same texts.
    pub fn new(seeds: &'a Seeds, number: u64) -> Self {
        Self { seeds, chance: Pcg32::seed_from_u64(number) }
    }

    fn seed(&mut self) -> Vec<char> {
        let index = self.chance.random_range(0..self.seeds.texts.len());
        self.seeds.texts[index].1.chars().collect()
    }

    /// A range of the text, more often a short one.
    fn range(&mut self, text: &[char]) -> Range<usize> {
        let start = self.chance.random_range(0..=text.len());
        let longest = if self.chance.random() { 8 } else { text.len() };
        let length = self.chance.random_range(0..=longest);
        start..(start + length).min(text.len())
    }

    fn word(&mut self) -> Vec<char> {
        if self.seeds.words.is_empty() || self.chance.random_ratio(1, 4) {
            return vec![SIGNS[self.chance.random_range(0..SIGNS.len())]];
        }
        let index = self.chance.random_range(0..self.seeds.words.len());
        self.seeds.words[index].chars().collect()
    }

    fn change(&mut self, text: &mut Vec<char>) {
        let range = self.range(text);
        let place = self.chance.random_range(0..=text.len());
        match self.chance.random_range(0..7) {
            0 => drop(text.drain(range)),
            1 => drop(text.splice(range, self.word())),
            2 => drop(text.splice(place..place, self.word())),
            3 => {
                let part = text[range].to_vec();
                text.splice(place..place, part);
            }
            4 => {
                let part: Vec<_> = text.drain(range).collect();
                let place = place.min(text.len());
                text.splice(place..place, part);
            }
            5 => {
                let other = self.seed();
                let part = self.range(&other);
                text.splice(range, other[part].iter().copied());
            }
            _ => text.truncate(place),
        }
        text.truncate(LONGEST);
    }
}

impl Iterator for Mutants<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut text = self.seed();
        for _ in 0..self.chance.random_range(1..=CHANGES) {
            self.change(&mut text);
        }
        Some(text.into_iter().collect())
    }
}
