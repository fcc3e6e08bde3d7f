//! Fenced blocks: text between two rows of a marker. Code in them is left out, prose is read.

use super::{Cleaner, Gap, Step, following, run_of};

/// Languages of fenced blocks that are read.
const TEXTS: [&str; 6] = ["text", "txt", "plain", "plaintext", "markdown", "md"];

/// Most bytes of the line that opens a fence.
const LONGEST_OPENING: usize = 200;

/// Most bytes of code in which the end of its fence is awaited. A fence that nobody closed must not swallow a call.
const LONGEST_CODE: usize = 16_000;

/// Least words of a line of prose.
const LEAST_WORDS: usize = 4;

impl Cleaner {
    /// The line that opens a fence, and the code behind it; nothing of them is read.
    pub(super) fn begin_fence(&mut self, marker: char, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| character == marker);
        let line = rest.split('\n').next().unwrap_or_default();
        let has_ended = line.len() < rest.len() || is_complete;
        if length < 3 {
            let may_be_fence = length == rest.len() && !is_complete;
            return if may_be_fence { Step::Wait } else { self.begin_words() };
        }
        if line.len() >= LONGEST_OPENING || line[length..].contains(marker) {
            return self.begin_words();
        }
        if !has_ended {
            return Step::Wait;
        }
        // At once, since the sentence before the fence is certain to be over.
        self.widen_gap(Gap::Paragraph);
        let language = line[length..].trim().to_ascii_lowercase();
        if TEXTS.contains(&language.as_str()) {
            self.fence = Some(marker);
            self.begin_words();
            return Step::Done(line.len());
        }
        match code_end(rest, marker, is_complete) {
            None => Step::Wait,
            Some(end) => Step::Done(end),
        }
    }

    pub(super) fn begin_fenced_line(&mut self, fence: char, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| character == fence);
        match following(rest, length, is_complete) {
            None => Step::Wait,
            Some(_) if length < 3 => self.begin_words(),
            Some(_) => {
                self.fence = None;
                self.widen_gap(Gap::Paragraph);
                Step::Done(length)
            }
        }
    }
}

/// The byte behind the fenced code at the start of `text`; `None` until it is certain. Where no fence closes it, the
/// code ends at a blank line before prose.
fn code_end(text: &str, marker: char, is_complete: bool) -> Option<usize> {
    let closing = marker.to_string().repeat(3);
    let mut at = text.find('\n').map_or(text.len(), |end| end + 1);
    let (mut prose, mut is_behind_blank) = (None, false);
    for line in text[at..].split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if line[indent..].starts_with(&closing) {
            let length = run_of(&line[indent..], |character| character == marker);
            // More of the marker may arrive.
            following(line, indent + length, is_complete)?;
            return Some(at + indent + length);
        }
        if prose.is_none() && is_behind_blank && line.ends_with('\n') | is_complete && is_prose(line) {
            prose = Some(at);
        }
        is_behind_blank = line.trim().is_empty();
        at += line.len();
    }
    match prose {
        _ if !is_complete && text.len() < LONGEST_CODE => None,
        Some(prose) => Some(prose),
        None => Some(text.len()),
    }
}

/// "That prints the answer.", but no line of a program.
fn is_prose(line: &str) -> bool {
    let line = line.trim().trim_matches('*');
    let begins = line.starts_with(|first: char| first.is_alphabetic() && !first.is_lowercase());
    let ends = line.ends_with(['.', '!', '?', ':', '。', '！', '？']);
    let is_code = line.contains(['{', '}', ';', '=', '<', '>', '\\', '$']) || line.contains("()");
    begins && ends && !is_code && line.split_whitespace().count() >= LEAST_WORDS
}
