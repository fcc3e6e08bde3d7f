//! Markup between words: emphasis, code, links, escapes, the cells of a table.

use super::{
    Block, Cleaner, Gap, ROWS, Step,
    emphasis::{ends_emphasis, ends_strong, struck},
    following, run_of,
};

/// Most bytes of the text of a link, and of its address.
const LONGEST_LINK_TEXT: usize = 600;
const LONGEST_ADDRESS: usize = 1000;

const LONGEST_CITATION: usize = 60;

impl Cleaner {
    /// Reads one character or one piece of markup.
    pub(super) fn read_inline(&mut self, rest: &str, is_complete: bool) -> Step {
        let Some(first) = rest.chars().next() else { return Step::Wait };
        let is_literal = self.fence.is_some() || (self.is_code && first != '`');
        match first {
            '\n' => return self.end_line(),
            _ if is_literal => {}
            '<' => return self.read_tag(rest, is_complete),
            '&' => return self.read_entity(rest, is_complete),
            '`' => return self.read_code_mark(rest, is_complete),
            '\\' => return self.read_escape(rest, is_complete),
            '[' => return self.read_link(rest, 0, is_complete),
            '\u{2029}' => {
                self.widen_gap(Gap::Paragraph);
                return Step::Done(first.len_utf8());
            }
            '!' => match following(rest, 1, is_complete) {
                None => return Step::Wait,
                Some('[') if !self.before.is_some_and(char::is_alphanumeric) => {
                    return self.read_link(rest, 1, is_complete);
                }
                Some(_) => {}
            },
            ':' | ';' if self.before.is_some_and(char::is_whitespace) => {
                return self.read_face(first, rest, is_complete);
            }
            '*' | '_' | '~' => return self.read_emphasis(first, rest, is_complete),
            '|' => return self.read_cell(rest, is_complete),
            '#' if self.block == Block::Heading => return self.read_heading_end(rest, is_complete),
            '【' => return self.read_citation(rest, is_complete),
            _ if ROWS.contains(first) => {
                let length = run_of(rest, |character| ROWS.contains(character));
                if following(rest, length, is_complete).is_none() {
                    return Step::Wait;
                }
                if length > first.len_utf8() {
                    rest[..length].chars().for_each(|mark| self.write_spoken(star(mark)));
                    return Step::Done(length);
                }
                let is_counted = self.last.is_some_and(|last| last.is_ascii_digit());
                if first == '•' {
                    self.widen_gap(Gap::Paragraph);
                } else if is_counted && first != '☆' {
                    // "4★"
                    self.write_spoken(star(first));
                } else {
                    self.write(first);
                }
                return Step::Done(length);
            }
            '▪' | '●' | '■' | '◆' | '※' | '▸' | '►' | '➤' | '➢' => {
                self.widen_gap(Gap::Paragraph);
                return Step::Done(first.len_utf8());
            }
            _ => {}
        }
        self.write(first);
        Step::Done(first.len_utf8())
    }

    /// Code begins or ends.
    fn read_code_mark(&mut self, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| character == '`');
        if following(rest, length, is_complete).is_none() {
            return Step::Wait;
        }
        self.is_code = !self.is_code;
        Step::Done(length)
    }

    /// "\*" is a star.
    fn read_escape(&mut self, rest: &str, is_complete: bool) -> Step {
        match following(rest, 1, is_complete) {
            None => Step::Wait,
            Some(escaped) if escaped.is_ascii_punctuation() => {
                self.write(escaped);
                Step::Done(2)
            }
            Some(_) => {
                self.write('\\');
                Step::Done(1)
            }
        }
    }

    /// At the bracket after `mark` bytes: a link or an image gives way to its text.
    fn read_link(&mut self, rest: &str, mark: usize, is_complete: bool) -> Step {
        match link(&rest[mark..], is_complete) {
            Link::Wait => Step::Wait,
            Link::Of { text, length } => {
                Step::Replaced(mark + length, rest[mark + 1..mark + 1 + text].to_owned())
            }
            Link::Note(length) => Step::Done(mark + length),
            Link::None => {
                self.write(if mark == 0 { '[' } else { '!' });
                Step::Done(1)
            }
        }
    }

    /// ":)" between spaces is an emoji.
    fn read_face(&mut self, first: char, rest: &str, is_complete: bool) -> Step {
        let nose = usize::from(rest[1..].starts_with('-'));
        let (Some(mouth), Some(behind)) = (
            following(rest, 1 + nose, is_complete),
            rest.chars().nth(2 + nose).or(is_complete.then_some('\n')),
        ) else {
            return Step::Wait;
        };
        if ")(DP".contains(mouth) && behind.is_whitespace() {
            self.widen_gap(Gap::Symbol);
            return Step::Done(2 + nose);
        }
        self.write(first);
        Step::Done(1)
    }

    fn read_emphasis(&mut self, marker: char, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| character == marker);
        let Some(next) = following(rest, length, is_complete) else { return Step::Wait };
        let before = self.before.unwrap_or('\n');
        if marker == '~' && length == 2 && !next.is_whitespace() && !before.is_alphanumeric() {
            match struck(&rest[length..], is_complete) {
                None => return Step::Wait,
                Some(0) => {}
                Some(end) => return Step::Done(length + end),
            }
        }
        let Some(is_read) = (match marker {
            '*' if length == 1 => self.is_star_read(before, &rest[length..], next, is_complete),
            '*' => self.are_stars_read(before, &rest[length..], next, length, is_complete),
            '_' => Some(before.is_alphanumeric() && next.is_alphanumeric() || next == '@'),
            // "9 to 5" is often "9~5", and never "95".
            _ => Some(length == 1 || before.is_ascii_digit() && next.is_ascii_digit()),
        }) else {
            return Step::Wait;
        };
        let written = if marker == '~' { 1 } else { length };
        for _ in 0..if is_read { written } else { 0 } {
            self.write(marker);
        }
        // "*굵게*는" has no space after it, and "2 **" has none to keep.
        Step::Done(length)
    }

    /// Whether a star is a sign or a key of a telephone: "2 * 3", "press *9", "press *."
    fn is_star_read(&mut self, before: char, rest: &str, next: char, is_complete: bool) -> Option<bool> {
        if before.is_alphanumeric() || !before.is_whitespace() && self.is_emphasised {
            let was_emphasised = std::mem::take(&mut self.is_emphasised);
            let is_between = before.is_alphanumeric() && next.is_alphanumeric();
            return Some(!was_emphasised && (is_between || before.is_ascii_digit()));
        }
        if next.is_whitespace() || ".,;:!?)]#".contains(next) {
            return Some(true);
        }
        // "press *9", "*를 누르세요"
        if next.is_ascii_digit() || !next.is_ascii() {
            self.is_emphasised = ends_emphasis(rest, is_complete)?;
            return Some(!self.is_emphasised);
        }
        self.is_emphasised = true;
        Some(false)
    }

    /// Whether several stars are read: "2**3", and stars that hide digits, as in "****-1234" and "1234-56**".
    fn are_stars_read(
        &mut self,
        before: char,
        rest: &str,
        next: char,
        length: usize,
        is_complete: bool,
    ) -> Option<bool> {
        let is_of_number = |character: char| character.is_ascii_digit() || character == '-';
        let is_markup = length < 4;
        if is_markup && std::mem::take(&mut self.is_strong) {
            return Some(false);
        }
        let is_mask = is_of_number(before) || is_of_number(next) || self.has_digit && !before.is_whitespace();
        let opens = is_markup && !next.is_whitespace() && !before.is_ascii_digit();
        if !is_mask {
            self.is_strong = opens && (next.is_alphanumeric() || !before.is_alphanumeric());
            return Some(false);
        }
        self.is_strong = opens && ends_strong(rest, &"*".repeat(length), is_complete)?;
        Some(!self.is_strong)
    }

    fn read_cell(&mut self, rest: &str, is_complete: bool) -> Step {
        let Some(next) = following(rest, 1, is_complete) else { return Step::Wait };
        let is_between_spaces = self.before.is_none_or(char::is_whitespace) && next.is_whitespace();
        if self.block == Block::Row || is_between_spaces {
            self.is_behind_cell = true;
            self.widen_gap(Gap::Space);
        } else {
            self.write('|');
        }
        Step::Done(1)
    }

    /// "## Heading ##"
    fn read_heading_end(&mut self, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| character == '#');
        let Some(next) = following(rest, length, is_complete) else { return Step::Wait };
        if !(self.before.is_some_and(char::is_whitespace) && next.is_whitespace()) {
            (0..length).for_each(|_| self.write('#'));
        }
        Step::Done(length)
    }

    /// "【4†source】": a citation that assistants write after a fact.
    fn read_citation(&mut self, rest: &str, is_complete: bool) -> Step {
        let end = rest.find('】').filter(|&at| at < LONGEST_CITATION);
        match end {
            Some(at) if rest[..at].contains('†') => Step::Done(at + '】'.len_utf8()),
            None if !is_complete && rest.len() < LONGEST_CITATION => Step::Wait,
            _ => {
                self.write('【');
                Step::Done('【'.len_utf8())
            }
        }
    }
}

/// The sign of a rating that an emoji stands for.
fn star(mark: char) -> char {
    if mark == '⭐' { '★' } else { mark }
}

enum Link {
    Wait,
    None,
    /// A reference to a footnote.
    Note(usize),
    /// Lengths in bytes of the text between the brackets and of all.
    Of {
        text: usize,
        length: usize,
    },
}

/// The link that begins with the bracket at the start of `text`.
fn link(text: &str, is_complete: bool) -> Link {
    let closed = match closing(text, ['[', ']'], LONGEST_LINK_TEXT) {
        Some(closed) => closed,
        None if is_complete || text.len() > LONGEST_LINK_TEXT || text.contains('\n') => return Link::None,
        None => return Link::Wait,
    };
    if text.starts_with("[^") && closed > 2 {
        return Link::Note(closed + 1);
    }
    match following(text, closed + 1, is_complete) {
        None => return Link::Wait,
        Some('(') => {}
        Some(_) => return Link::None,
    }
    let address = &text[closed + 1..];
    match closing(address, ['(', ')'], LONGEST_ADDRESS) {
        Some(end) if is_address(&address[1..end]) => {
            Link::Of { text: closed - 1, length: closed + 1 + end + 1 }
        }
        None if !is_complete && address.len() <= LONGEST_ADDRESS && !address.contains('\n') => Link::Wait,
        _ => Link::None,
    }
}

/// Where the bracket at the start of `text` closes, on the same line and within `most` bytes.
fn closing(text: &str, [open, close]: [char; 2], most: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in text.char_indices().take_while(|&(at, character)| at <= most && character != '\n')
    {
        if character == open {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// An address, perhaps with a title in quotes; also phonemes between slashes. "(아래)" is not an address.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let phonemes = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
    let mut words = text.splitn(2, char::is_whitespace);
    let address = words.next().unwrap_or_default();
    let title = words.next().map(str::trim_start);
    phonemes
        || address.is_ascii() && title.is_none_or(|title| title.starts_with(['"', '\'']))
        || address.contains("://")
}
