//! The lines of a lexicon file. Does not resolve entries that hold words of other entries.

use std::collections::HashMap;

use super::error::{Fault, LexiconCause};
use crate::{has_speech, without_byte_order_mark};

/// Largest file, in bytes.
pub(super) const LARGEST_FILE: usize = 1_000_000;

const MOST_ENTRIES: usize = 20_000;

/// Longest line, in bytes.
const LONGEST_LINE: usize = 1_000;

#[derive(Debug)]
pub(super) struct Entry {
    /// Number of the line, from 1.
    pub(super) line: usize,
    /// The word in the spelling of texts.
    pub(super) word: String,
    pub(super) said: Said,
}

#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Respelt(String),
    /// A pronunciation in the International Phonetic Alphabet.
    Pronounced(String),
}

/// Reads all entries. A word may have only one.
pub(super) fn read(content: &[u8]) -> Result<Vec<Entry>, Fault> {
    if content.len() > LARGEST_FILE {
        let line_ends = content[..LARGEST_FILE].iter().filter(|&&byte| byte == b'\n').count();
        return Err(Fault::too_large(line_ends + 1, LARGEST_FILE));
    }
    let content = without_byte_order_mark(content);
    let mut entries: Vec<Entry> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (before, line) in content.split(|&byte| byte == b'\n').enumerate() {
        let fault = |cause| Fault { line: before + 1, cause };
        let Some((word, said)) = read_line(line).map_err(fault)? else { continue };
        match known.get(&word).map(|&at| &entries[at]) {
            Some(first) if first.said == said => continue,
            Some(first) => return Err(fault(LexiconCause::Duplicate { word, line: first.line })),
            None if entries.len() == MOST_ENTRIES => {
                return Err(fault(LexiconCause::TooManyEntries(MOST_ENTRIES)));
            }
            None => {}
        }
        known.insert(word.clone(), entries.len());
        entries.push(Entry { line: before + 1, word, said });
    }
    Ok(entries)
}

/// Reads one line; `None` for a blank line and a comment.
fn read_line(line: &[u8]) -> Result<Option<(String, Said)>, LexiconCause> {
    if line.len() > LONGEST_LINE {
        return Err(LexiconCause::TooLongLine(LONGEST_LINE));
    }
    let line = str::from_utf8(line).map_err(|_| LexiconCause::NotUtf8)?;
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    // A word may itself hold the equals sign: "a=b = a equals b".
    let (word, said) =
        line.split_once(" = ").or_else(|| line.split_once('=')).ok_or(LexiconCause::NoEquals)?;
    let (word, said) = (word.trim(), said.trim());
    if word.is_empty() {
        return Err(LexiconCause::NoWord);
    }
    Ok(Some((word.to_owned(), read_said(said)?)))
}

fn read_said(said: &str) -> Result<Said, LexiconCause> {
    if said.is_empty() {
        return Err(LexiconCause::NoRespelling);
    }
    if !said.starts_with('/') && !said.ends_with('/') {
        return if has_speech(said) {
            Ok(Said::Respelt(said.to_owned()))
        } else {
            Err(LexiconCause::Unspeakable)
        };
    }
    let inside = said.strip_prefix('/').and_then(|said| said.strip_suffix('/'));
    let ipa = inside.filter(|inside| !inside.contains('/')).ok_or(LexiconCause::Slashes)?.trim();
    match ipa.chars().find(|&sign| !is_ipa(sign)) {
        Some(sign) => Err(LexiconCause::NotIpa(sign)),
        None if !ipa.contains(is_sound) => Err(LexiconCause::NoPronunciation),
        None => Ok(Said::Pronounced(ipa.to_owned())),
    }
}

/// Whether the sign is a sound by itself. Stress and length marks, which are letters to Unicode, are not.
fn is_sound(sign: char) -> bool {
    sign.is_alphabetic() && !matches!(sign, '\u{2b0}'..='\u{36f}')
}

/// Whether the sign may stand in a pronunciation: letters, and marks of length, stress, tone and joining. Capitals and
/// digits belong to other phonetic alphabets.
fn is_ipa(sign: char) -> bool {
    matches!(sign,
        'a'..='z' | ' ' | '.' | '|' | '‖' | '‿' | 'æ' | 'ç' | 'ð' | 'ø' | 'ħ' | 'ŋ' | 'œ' | 'β' | 'θ' | 'χ' | 'ⱱ' | 'ⁿ'
        | '↑' | '↓' | '↗' | '↘'
        // IPA extensions, modifier letters, combining marks, phonetic extensions.
        | '\u{250}'..='\u{36f}' | '\u{1d00}'..='\u{1dff}')
}
