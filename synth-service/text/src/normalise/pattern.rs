//! Patterns that are sought only in texts in which they can match. A rule's author writes a regular expression; the
//! needs of its matches are read from it.

mod grams;
mod kinds;
mod needs;
mod shape;

use std::ops::Deref;
use std::sync::OnceLock;

use regex::{Captures, Match, Regex};

use needs::{Needs, Seen};

pub(super) struct Pattern {
    needs: Needs,
    /// With edges of words (`\b`) as ASCII has them: the other ones stop the fast search at every character beyond it.
    narrow: Regex,
    /// With all edges of words, where the pattern has any; compiled for the first text that asks for it.
    wide: Option<OnceLock<Option<Regex>>>,
    written: String,
}

/// A text in which patterns are sought, with the characters that were seen in it.
pub(super) struct Written {
    text: String,
    seen: Seen,
    /// Whether a letter beyond ASCII makes edges of words that ASCII does not have.
    is_wide: bool,
    is_changed: bool,
}

impl Written {
    pub(super) fn new(text: String) -> Self {
        Self { seen: Seen::in_text(&text), is_wide: is_wide(&text), text, is_changed: false }
    }

    pub(super) fn set(&mut self, text: String) {
        self.seen.look_at(&text);
        self.is_wide = is_wide(&text);
        self.text = text;
        self.is_changed = true;
    }

    /// Whether the text is another one than at first.
    pub(super) fn is_changed(&self) -> bool {
        self.is_changed
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

impl Deref for Written {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

fn is_wide(text: &str) -> bool {
    let is_word = |it: char| !it.is_ascii() && regex_syntax::try_is_word_character(it).unwrap_or(true);
    !text.is_ascii() && text.chars().any(is_word)
}

impl Pattern {
    /// # Errors
    /// The pattern can't be read.
    pub(super) fn new(written: &str) -> Result<Self, regex::Error> {
        const EDGE: &str = r"\b";
        debug_assert!(!written.contains(r"\\b"), "a backslash in front of a b looks like an edge: {written}");
        let narrow = Regex::new(&written.replace(EDGE, r"(?-u:\b)"))?;
        let wide = written.contains(EDGE).then(OnceLock::new);
        Ok(Self { needs: Needs::of(written), narrow, wide, written: written.to_owned() })
    }

    /// Whether a search can succeed.
    pub(super) fn may_match(&self, text: &Written) -> bool {
        let may_match = self.needs.are_met(&text.seen);
        // One text in sixteen: this costs as much as all searches that it saves.
        let is_checked = || text.len().is_multiple_of(16);
        debug_assert!(
            may_match || !is_checked() || !self.regex(text).is_match(text),
            "{} needs less",
            self.written
        );
        may_match
    }

    /// The first match from `position` on.
    pub(super) fn find<'t>(&self, text: &'t Written, position: usize) -> Option<Match<'t>> {
        self.regex(text).find_at(text, position)
    }

    /// The groups of a match that [`Self::find`] has found.
    pub(super) fn groups<'t>(&self, text: &'t Written, found: &Match<'t>) -> Option<Captures<'t>> {
        self.regex(text).captures_at(text, found.start())
    }

    fn regex(&self, text: &Written) -> &Regex {
        let wide = self.wide.as_ref().filter(|_| text.is_wide);
        wide.and_then(|wide| wide.get_or_init(|| Regex::new(&self.written).ok()).as_ref())
            .unwrap_or(&self.narrow)
    }
}
