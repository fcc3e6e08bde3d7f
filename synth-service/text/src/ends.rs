//! Where sentences end in a text that is all there.
//!
//! `sentencex` knows abbreviations, decimals, addresses and the marks of its languages. What it leaves
//! together or takes apart against a reader's sense is put right here.

use std::collections::BTreeSet;

use sentencex::get_sentence_boundaries;

/// Words that begin a sentence and are no names, so that "Vitamin C. It" ends one and "John F. Kennedy"
/// does not.
const STARTERS: [&str; 36] = [
    "A", "An", "And", "Are", "But", "Can", "Did", "Do", "Does", "For", "He", "How", "I", "If", "In", "Is",
    "It", "My", "No", "Nobody", "Or", "Our", "Please", "She", "So", "That", "The", "Then", "There", "They",
    "This", "We", "What", "Yes", "You", "Your",
];

/// Abbreviations behind which a sentence goes on unless one of [`STARTERS`] follows.
const ABBREVIATIONS: [&str; 12] =
    ["Mon", "Tue", "Tues", "Wed", "Weds", "Thu", "Thur", "Thurs", "Fri", "approx", "incl", "excl"];

/// The byte behind each sentence, white space included, in order. The last one is the text's length.
pub(super) fn sentence_ends(language: &str, text: &str) -> Vec<usize> {
    let mut ends: BTreeSet<usize> = get_sentence_boundaries(language, text)
        .iter()
        .map(|boundary| behind_closers(text, boundary.end_byte))
        .filter(|&end| !goes_on(text, end))
        .collect();
    ends.extend(bracketed_ends(text));
    ends.extend(single_letter_ends(text));
    if !text.is_empty() {
        ends.insert(text.len());
    }
    ends.into_iter().collect()
}

/// A bracket or quote that closes belongs to the sentence before it.
fn behind_closers(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let closers = rest.len() - rest.trim_start_matches([')', ']', '”', '’']).len();
    if closers == 0 {
        return end;
    }
    let behind = &rest[closers..];
    end + closers + behind.len() - behind.trim_start().len()
}

/// "Mon. at noon"
fn goes_on(text: &str, end: usize) -> bool {
    let is_paragraph = text[..end].trim_end_matches([' ', '\t']).ends_with("\n\n");
    let Some(before) = text[..end].trim_end().strip_suffix('.') else { return false };
    let word = before.rsplit(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
    !is_paragraph && ABBREVIATIONS.contains(&word) && !begins_with_starter(&text[end..])
}

/// Whether only the next word can tell if a sentence ends here: "at 5 p.m. ", "Vitamin C. "
pub(super) fn may_go_on(text: &str) -> bool {
    let word = text.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    word.strip_suffix('.').is_some_and(|word| word.contains('.') || word.chars().count() == 1)
}

/// "(A whole sentence.) And": brackets around several words that end in a stop, before a capital.
fn bracketed_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut opened = None;
    for (at, bracket) in text.match_indices(['(', '[', ')', ']']) {
        if matches!(bracket, "(" | "[") {
            opened = Some(at + 1);
        } else if let Some(inside) = opened.take().map(|opened| &text[opened..at]) {
            let is_sentence = inside.ends_with(['.', '!', '?']) && inside.trim().contains(' ');
            ends.extend(next_sentence(text, at + 1).filter(|_| is_sentence));
        }
    }
    ends
}

/// "Vitamin C. It is": a full stop behind a single capital, before a word that begins sentences.
fn single_letter_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.match_indices('.').filter_map(move |(at, _)| {
        let mut before = text[..at].chars().rev();
        let is_single =
            before.next()?.is_ascii_uppercase() && !before.next().is_some_and(char::is_alphanumeric);
        let next = next_sentence(text, at + 1).filter(|_| is_single)?;
        begins_with_starter(&text[next..]).then_some(next)
    })
}

/// Whether the first word is certain and begins sentences.
fn begins_with_starter(text: &str) -> bool {
    let length = text.find(|character: char| !character.is_alphanumeric());
    // "A." is another initial.
    length.is_some_and(|length| STARTERS.contains(&&text[..length]) && !text[length..].starts_with('.'))
}

/// Where the next word begins, if it stands behind white space and is capitalised.
fn next_sentence(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let word = rest.trim_start();
    let next = at + rest.len() - word.len();
    (next > at && word.starts_with(char::is_uppercase)).then_some(next)
}
