//! The languages that both sides read.

use crate::{english, korean};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Korean,
}

impl Language {
    pub(crate) fn of(tag: &str) -> Option<Self> {
        [Self::English, Self::Korean].into_iter().find(|language| language.tag() == tag)
    }

    /// The BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en-US",
            Self::Korean => "ko-KR",
        }
    }

    /// The name in file names, and the oracle's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The words of a reading, without differences of style.
    pub(crate) fn words(self, reading: &str) -> Vec<String> {
        match self {
            Self::English => english::words(reading),
            Self::Korean => korean::words(reading),
        }
    }

    /// The digits that words say.
    pub(crate) fn digits(self, words: &[String]) -> String {
        match self {
            Self::English => english::digits(words),
            Self::Korean => korean::digits(words),
        }
    }

    /// Tells the words of numbers.
    pub(crate) fn is_number(self) -> fn(&str) -> bool {
        match self {
            Self::English => english::is_number,
            // A number of Korean is few words, which are seldom equal where others differ.
            Self::Korean => |_| false,
        }
    }
}
