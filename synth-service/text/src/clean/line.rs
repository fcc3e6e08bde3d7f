//! Markup at the beginning of a line: headings, bullets, numbers, quotes, rules, tables, fences.

use super::{Block, Cleaner, Gap, ROWS, Step, following, run_of};

/// Most bytes of a rule.
const LONGEST_RULE: usize = 200;

/// Most bytes between the bars of an absolute value.
const LONGEST_TERM: usize = 12;

/// Bullets that need no space after them.
const BULLETS: &str = "•‣⁃◦▪▫■□●○◆◇▶►▸➤➢✓✔☑✅※★☆";

/// Syllables that number the items of a Korean list.
const HANGUL_NUMBERS: &str = "가나다라마바사아자차카타파하";

impl Cleaner {
    /// Reads markup that stands before a line's words, one piece at a time.
    pub(super) fn begin_line(&mut self, rest: &str, is_complete: bool) -> Step {
        let Some(first) = rest.chars().next() else { return Step::Wait };
        if let Some(fence) = self.fence {
            return self.begin_fenced_line(fence, rest, is_complete);
        }
        match first {
            '\n' => self.end_line(),
            _ if first.is_whitespace() => {
                self.widen_gap(Gap::Space);
                Step::Done(first.len_utf8())
            }
            '>' => match following(rest, 1, is_complete) {
                None => Step::Wait,
                // ">$50", ">5"
                Some(next) if next.is_ascii_digit() || "$€£¥₩".contains(next) => self.begin_words(),
                Some(_) => Step::Done(1),
            },
            '`' | '~' => self.begin_fence(first, rest, is_complete),
            '#' => self.begin_heading(rest, is_complete),
            '-' | '–' | '—' | '=' | '*' | '_' | '+' | '|' => self.begin_ruled(first, rest, is_complete),
            '[' if self.is_behind_bullet => self.begin_task(rest, is_complete),
            '①'..='⑳' | '❶'..='❿' => self.begin_item(0),
            _ if BULLETS.contains(first) => match following(rest, first.len_utf8(), is_complete) {
                None => Step::Wait,
                // "•••• 5678", "★★★★☆"
                Some(next) if ROWS.contains(first) && ROWS.contains(next) => self.begin_words(),
                Some(_) => self.begin_item(first.len_utf8()),
            },
            _ => self.begin_numbered(first, rest, is_complete),
        }
    }

    /// The line's words begin.
    pub(super) fn begin_words(&mut self) -> Step {
        self.is_inside_line = true;
        self.has_content = true;
        self.is_behind_bullet = false;
        Step::Done(0)
    }

    /// An item of a list; the first `unread` bytes are its marker, which is not read.
    fn begin_item(&mut self, unread: usize) -> Step {
        self.widen_gap(Gap::Paragraph);
        if unread == 0 {
            return self.begin_words();
        }
        self.has_content = true;
        self.is_behind_bullet = true;
        Step::Done(unread)
    }

    fn begin_heading(&mut self, rest: &str, is_complete: bool) -> Step {
        let level = run_of(rest, |character| character == '#');
        match following(rest, level, is_complete) {
            None => Step::Wait,
            Some(next) if next.is_whitespace() && level <= 6 => {
                self.widen_gap(Gap::Paragraph);
                self.block = Block::Heading;
                self.begin_words();
                Step::Done(level)
            }
            Some(_) => self.begin_words(),
        }
    }

    /// A rule, a line under a heading or the head of a table, a row of a table, or a bullet.
    fn begin_ruled(&mut self, first: char, rest: &str, is_complete: bool) -> Step {
        let length = run_of(rest, |character| "-–—=*_+|: \t".contains(character));
        match following(rest, length, is_complete) {
            None if length < LONGEST_RULE => return Step::Wait,
            Some('\n' | '\r') if length < LONGEST_RULE && is_rule(&rest[..length]) => {
                self.widen_gap(Gap::Paragraph);
                self.begin_words();
                self.has_content = false;
                return Step::Done(length);
            }
            _ => {}
        }
        let behind = following(rest, first.len_utf8(), is_complete);
        if first == '|' {
            match is_absolute(rest, is_complete) {
                None => return Step::Wait,
                Some(true) => return self.begin_words(),
                Some(false) => {}
            }
            self.widen_gap(Gap::Paragraph);
            self.block = Block::Row;
            self.begin_words();
            Step::Done(1)
        } else if "-–—*+".contains(first) && behind.is_some_and(char::is_whitespace) {
            self.begin_item(first.len_utf8())
        } else {
            self.begin_words()
        }
    }

    /// "[x] Buy milk"
    fn begin_task(&mut self, rest: &str, is_complete: bool) -> Step {
        let boxes = ["[ ] ", "[x] ", "[X] "];
        if !is_complete && boxes.iter().any(|box_| rest.len() < 4 && box_.starts_with(rest)) {
            return Step::Wait;
        }
        let is_task = boxes.iter().any(|box_| rest.starts_with(box_));
        self.begin_words();
        Step::Done(if is_task { 4 } else { 0 })
    }

    /// The number of an item is read, and begins a paragraph.
    fn begin_numbered(&mut self, first: char, rest: &str, is_complete: bool) -> Step {
        let opened = if first == '(' { 1 } else { 0 };
        let digits = run_of(&rest[opened..], |character| character.is_ascii_digit());
        let letter = rest[opened..].chars().next().filter(|first| first.is_alphabetic());
        let number = match letter {
            Some(letter) => letter.len_utf8(),
            None if (1..=3).contains(&digits) => digits,
            None if opened == 1 && rest.len() == 1 && !is_complete => return Step::Wait,
            None => return self.begin_words(),
        };
        let mark = opened + number;
        let Some(close) = following(rest, mark, is_complete) else { return Step::Wait };
        let closes = match close {
            ')' => true,
            '.' if opened == 1 => false,
            '.' => letter.is_none_or(|letter| letter.is_ascii_lowercase() || HANGUL_NUMBERS.contains(letter)),
            // The emoji of a key; its number is read.
            '\u{fe0f}' | '\u{20e3}' if opened == 0 && letter.is_none() => {
                let key = run_of(&rest[mark..], |it| matches!(it, '\u{fe0f}' | '\u{20e3}'));
                return match following(rest, mark + key, is_complete) {
                    None => Step::Wait,
                    Some(_) => Step::Replaced(mark + key, format!("{}. ", &rest[..mark])),
                };
            }
            _ => false,
        };
        if !closes {
            return self.begin_words();
        }
        match following(rest, mark + 1, is_complete) {
            None => Step::Wait,
            Some(next) if next.is_whitespace() => self.begin_item(0),
            // "1.주문", "1.Open"
            Some(next) if letter.is_none() && next.is_alphabetic() && !next.is_lowercase() => {
                self.begin_item(0)
            }
            Some(_) => self.begin_words(),
        }
    }

    /// The line has ended.
    pub(super) fn end_line(&mut self) -> Step {
        let ends_block = self.block != Block::Text || self.fence.is_some() || !self.has_content;
        self.widen_gap(if ends_block { Gap::Paragraph } else { Gap::Line });
        self.block = Block::Text;
        (self.is_inside_line, self.has_content, self.is_behind_bullet) = (false, false, false);
        (self.is_code, self.is_behind_cell) = (false, false);
        Step::Done(1)
    }
}

/// Whether the line begins with a term between bars that goes on as a formula or a sentence: "|-5| = 5", and not a
/// row of a table.
fn is_absolute(line: &str, is_complete: bool) -> Option<bool> {
    let term = run_of(&line[1..], |part| part.is_alphanumeric() || part == '-' || part == '.');
    if term == 0 || term > LONGEST_TERM {
        return Some(false);
    }
    let behind = &line[1 + term..];
    for (at, accepted) in ["|", " ", "=<>≤≥i+-"].iter().enumerate() {
        match behind.chars().nth(at) {
            // "|-5|는"
            Some('는' | '은' | '의' | '를' | '을') if at == 1 && line[1..].starts_with('-') => {
                return Some(true);
            }
            None => return if is_complete { Some(false) } else { None },
            Some(next) if accepted.contains(next) => {}
            Some(_) => return Some(false),
        }
    }
    Some(true)
}

/// "---", "* * *", "=====", "|---|:-:|"
fn is_rule(line: &str) -> bool {
    let count = |marks: &str| line.chars().filter(|&character| marks.contains(character)).count();
    count("-–—=*_") >= 3 || (line.starts_with('|') && count("-") > 0)
}
