//! Resolves respellings that hold other words of the lexicon.

use std::iter;

use super::entry::{Entry, Said};
use super::error::{Fault, LexiconCause};
use super::matcher::{self, Match, Matcher};

/// Most levels of entries whose respellings hold other entries' words.
const MOST_STEPS: usize = 32;

/// Longest resolved respelling, in bytes. Without a limit thirty short lines could make gigabytes.
const LONGEST: usize = 2_000;

/// Words that are said in one way: by their pronunciation, or as they are written.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) ipa: Option<String>,
}

/// Adds words that are read as they are written.
pub(super) fn add_words(parts: &mut Vec<Part>, words: &str) {
    match parts.last_mut() {
        Some(last) if last.ipa.is_none() => last.text.push_str(words),
        _ => parts.push(Part { text: words.to_owned(), ipa: None }),
    }
}

pub(super) fn add(parts: &mut Vec<Part>, more: &[Part]) {
    for part in more {
        match &part.ipa {
            Some(_) => parts.push(part.clone()),
            None => add_words(parts, &part.text),
        }
    }
}

/// The replacement of each entry, with the words of other entries resolved.
pub(super) fn resolve(entries: &[Entry], matcher: &Matcher) -> Result<Vec<Vec<Part>>, Fault> {
    let mut resolver = Resolver { entries, matcher, resolved: vec![None; entries.len()], path: Vec::new() };
    for at in 0..entries.len() {
        resolver.resolve(at)?;
    }
    Ok(resolver.resolved.into_iter().map(Option::unwrap_or_default).collect())
}

struct Resolver<'a> {
    entries: &'a [Entry],
    matcher: &'a Matcher,
    resolved: Vec<Option<Vec<Part>>>,
    /// The entries whose respellings are being resolved, each held by the one before it.
    path: Vec<usize>,
}

impl Resolver<'_> {
    fn resolve(&mut self, at: usize) -> Result<(), Fault> {
        if self.resolved[at].is_some() {
            return Ok(());
        }
        if let Some(start) = self.path.iter().position(|&known| known == at) {
            return Err(self.circle(start));
        }
        let entries = self.entries;
        let Said::Respelt(text) = &entries[at].said else { return Ok(()) };
        if self.path.len() == MOST_STEPS {
            return Err(
                self.fault(self.path[0], |word| LexiconCause::TooManySteps { word, most: MOST_STEPS })
            );
        }
        self.path.push(at);
        let parts = self.parts(text)?;
        self.path.pop();
        if parts.iter().map(|part| part.text.len()).sum::<usize>() > LONGEST {
            return Err(self.fault(at, |word| LexiconCause::TooLongRespelling { word, most: LONGEST }));
        }
        self.resolved[at] = Some(parts);
        Ok(())
    }

    fn parts(&mut self, text: &str) -> Result<Vec<Part>, Fault> {
        let mut parts = Vec::new();
        let mut done = 0;
        for Match { place, word, .. } in matcher::find(iter::once(self.matcher), text) {
            self.resolve(word)?;
            add_words(&mut parts, &text[done..place.start]);
            match (&self.entries[word].said, &self.resolved[word]) {
                (Said::Pronounced(ipa), _) => {
                    parts.push(Part { text: text[place.clone()].to_owned(), ipa: Some(ipa.clone()) });
                }
                (Said::Respelt(_), resolved) => add(&mut parts, resolved.as_deref().unwrap_or_default()),
            }
            done = place.end;
        }
        add_words(&mut parts, &text[done..]);
        Ok(parts)
    }

    /// The fault of a cycle: the part of the path from the entry at `start` on leads back to that entry.
    fn circle(&self, start: usize) -> Fault {
        let words: Vec<_> = self.path[start..].iter().map(|&at| self.entries[at].word.as_str()).collect();
        let chain = format!("{} → {}", words.join(" → "), words[0]);
        self.fault(self.path[start], |word| LexiconCause::Circle { word, chain })
    }

    fn fault(&self, at: usize, cause: impl FnOnce(String) -> LexiconCause) -> Fault {
        let entry = &self.entries[at];
        Fault { line: entry.line, cause: cause(entry.word.clone()) }
    }
}
