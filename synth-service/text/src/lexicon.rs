//! Words with a pronunciation or a respelling that an operator has chosen. Knows no language's rules, and changes only
//! its own words.
//!
//! A lexicon is a text file in UTF-8 with one entry on each line:
//!
//! | line | meaning |
//! | --- | --- |
//! | `# names of products` | a comment: a line that begins with `#` |
//! | `SQL = sequel` | a respelling; this entry has capitals, so that only `SQL` matches |
//! | `firstword = first word` | all in lower case: matches `Firstword` and `FIRSTWORD` too |
//! | `Nguyen = /ˈwɪn/` | between slashes: the pronunciation, in the International Phonetic Alphabet |
//! | `C++ = C plus plus` | signs are part of the word |
//! | `order no. = order number` | several words, one space between them |
//!
//! The first ` = ` divides a line, or else the first `=`.
//!
//! **Whole words.** No letter or digit stands beside a match: `SQL` is not in `SQLite`, `.NET` not in `ASP.NET`.
//! **Whole words.** No letter or digit stands beside a match: `SQL` is not in `SQLite`, `.NET` not in `ASP.NET`. A
//! match is not part of a longer number, and no sign at its edge is repeated beside it: `24` is not in `24.5`, `C+` not
//! in `C++`. Where Latin letters or digits meet Korean, Chinese or Japanese ones a word ends: `SQL` is in `SQL은`. A
//! word in Hangul matches at the start of a word, alone or with particles after it: `은행` is in `은행에서`, not in
//! `은행나무`. Chinese and Japanese words match anywhere, since no spaces separate them.
//!
//! **Order.** From left to right, at each place the longest entry, then the one of the winning lexicon, then the one
//! **Order.** Matches are chosen from left to right. At each place the longest entry is used; among equally long ones,
//! an entry of the lexicon that has precedence; then one with capitals. Replaced text is not searched again. A
//! respelling may hold other words of the same file, which are resolved when the file is read; a respelling that leads
//! back to its own word is an error.
//!
//! **Limits.** 1 MB, 20,000 entries, 1,000 bytes in a line.

mod entry;
mod error;
mod korean;
mod matcher;
mod reload;
mod respelling;

use std::sync::Arc;

use crate::{Sentence, Span};

use entry::{Entry, Said};
pub use error::{LexiconCause, LexiconError};
use matcher::{Match, Matcher};
pub use reload::{Clock, LexiconFile, LexiconFolder};
use respelling::Part;

/// Words and their respellings or pronunciations.
///
/// ```
/// use text::{Lexicon, Sentence};
///
/// let lexicon = Lexicon::parse("mine", "SQL = sequel\nNguyen = /ˈwɪn/".as_bytes())?;
/// let said = lexicon.apply(&Sentence::plain("Ask Nguyen about SQL."));
/// assert_eq!(said.text(), "Ask Nguyen about sequel.");
/// assert_eq!(said.spans[1].ipa.as_deref(), Some("ˈwɪn"));
/// # Ok::<_, text::LexiconError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// The layers in order of precedence. No layer is empty.
    layers: Vec<Arc<Layer>>,
}

/// The entries of one file.
#[derive(Debug)]
struct Layer {
    matcher: Matcher,
    /// The replacement of each of the matcher's words.
    sayings: Vec<Saying>,
}

#[derive(Debug)]
enum Saying {
    Respelt(Vec<Part>),
    Pronounced(String),
}

impl Lexicon {
    /// Reads a lexicon file's content. `name` is the file's name in errors.
    ///
    /// # Errors
    /// [`LexiconError::Line`] with the first line that is wrong.
    pub fn parse(name: &str, content: &[u8]) -> Result<Self, LexiconError> {
        let error = |fault: error::Fault| LexiconError::Line {
            name: name.to_owned(),
            line: fault.line,
            cause: fault.cause,
        };
        let layer = Layer::new(content).map_err(error)?;
        Ok(Self { layers: layer.into_iter().map(Arc::new).collect() })
    }

    /// Whether the lexicon has no entries.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Both lexicons as one. Where entries of both match the same words, the entry of `self` wins; a longer entry of
    /// `base` still matches before a shorter one of `self`. Neither lexicon changes words that the other has replaced.
    pub fn over(&self, base: &Lexicon) -> Lexicon {
        Lexicon { layers: self.layers.iter().chain(&base.layers).cloned().collect() }
    }

    /// The sentence after the lexicon's replacements. A respelling replaces the text; a pronunciation becomes a
    /// separate span at the same rate. The pause stays at the end. Spans that have a pronunciation already are
    /// unchanged.
    pub fn apply(&self, sentence: &Sentence) -> Sentence {
        Sentence { spans: sentence.spans.iter().flat_map(|span| self.apply_to(span)).collect() }
    }

    fn apply_to(&self, span: &Span) -> Vec<Span> {
        if span.ipa.is_some() {
            return vec![span.clone()];
        }
        let matches = matcher::find(self.layers.iter().map(|layer| &layer.matcher), &span.text);
        if matches.is_empty() {
            return vec![span.clone()];
        }
        let mut parts = Vec::new();
        let mut done = 0;
        for Match { place, layer, word } in matches {
            respelling::add_words(&mut parts, &span.text[done..place.start]);
            match &self.layers[layer].sayings[word] {
                Saying::Respelt(respelt) => respelling::add(&mut parts, respelt),
                Saying::Pronounced(ipa) => {
                    parts.push(Part { text: span.text[place.clone()].to_owned(), ipa: Some(ipa.clone()) });
                }
            }
            done = place.end;
        }
        respelling::add_words(&mut parts, &span.text[done..]);
        spans(parts, span)
    }
}

impl Layer {
    /// The layer of one file; `None` when the file has no entries.
    fn new(content: &[u8]) -> Result<Option<Self>, error::Fault> {
        let entries = entry::read(content)?;
        let Some(last) = entries.last() else { return Ok(None) };
        let words = entries.iter().map(|entry| entry.word.as_str());
        let matcher =
            Matcher::new(words).ok_or_else(|| error::Fault::too_large(last.line, entry::LARGEST_FILE))?;
        let respelt = respelling::resolve(&entries, &matcher)?;
        let sayings = entries.into_iter().zip(respelt).map(|(entry, parts)| saying(entry, parts)).collect();
        Ok(Some(Self { matcher, sayings }))
    }
}

fn saying(entry: Entry, parts: Vec<Part>) -> Saying {
    match entry.said {
        Said::Pronounced(ipa) => Saying::Pronounced(ipa),
        Said::Respelt(_) => Saying::Respelt(parts),
    }
}

/// The parts as spans with the properties of `origin`.
fn spans(parts: Vec<Part>, origin: &Span) -> Vec<Span> {
    let mut spans: Vec<Span> = parts
        .into_iter()
        .map(|part| Span { text: part.text.trim().to_owned(), ipa: part.ipa, pause_ms: 0, ..origin.clone() })
        .filter(|span| span.ipa.is_some() || !span.text.is_empty())
        .collect();
    if let Some(last) = spans.last_mut() {
        last.pause_ms = origin.pause_ms;
    }
    spans
}
