//! Strips everything that a voice can't speak: markup, control characters, emoji. Works on a text that is still
//! arriving as well as on a whole one. Never decides where a sentence ends.
//!
//! | scope | module |
//! | --- | --- |
//! | marks at the beginning of a line: headings, bullets, rules, tables | `line` |
//! | blocks of code | `fence` |
//! | marks between words: emphasis, code, links, escapes | `inline` |
//! | HTML tags and entities | `html` |
//! | the set of characters that are read at all | `signs` |

mod emphasis;
mod fence;
mod html;
mod inline;
mod line;
mod signs;
#[cfg(test)]
mod tests;

use signs::Reading;

/// Stands in cleaned text where a paragraph, a heading or an item of a list ends.
pub(crate) const PARAGRAPH: char = '\u{2029}';

/// Most characters of one kind in a row that are examined together, so that an endless row costs no extra time.
const LONGEST_RUN: usize = 256;

/// Bullets of which a row is no bullet: digits that are hidden, and the stars of a rating.
const ROWS: &str = "•★☆⭐";

/// Stands in cleaned text where an emoji stood.
pub(crate) const SYMBOL: char = '\u{fffc}';

/// The text without markup, control characters and symbols that have no reading.
///
/// Runs of white space become one space. A blank line stays, since it ends a sentence, and headings, items of a
/// list and rows of a table get one around them.
///
/// ```
/// assert_eq!(text::clean("# News\n\n**Two** of [these](https://example.com) 🎉"), "News\n\nTwo of these");
/// ```
pub fn clean(text: &str) -> String {
    let mut cleaner = Cleaner::default();
    let mut pieces = cleaner.push(text);
    pieces.push_str(&cleaner.finish());
    let paragraphs = pieces.split(PARAGRAPH).map(|paragraph| {
        let words = paragraph.split(is_gap).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    });
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The text in one line without characters that have no reading, for texts whose markup is understood: `<` and `*`
/// are signs here. White space at the edges stays, since more text may stand there.
pub(crate) fn spoken_characters(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    for character in text.chars() {
        match signs::reading(character) {
            Reading::Spoken => spoken.push(character),
            Reading::Unseen => {}
            Reading::Space | Reading::Line | Reading::Emoji if spoken.ends_with(' ') => {}
            Reading::Space | Reading::Line | Reading::Emoji => spoken.push(' '),
        }
    }
    spoken
}

/// Stars in a row are a rating.
const RATINGS: [&str; 2] = ["★★", "★☆"];

/// Whether there is anything to say: a letter, a digit or a rating in stars.
///
/// ```
/// assert!(text::has_speech("3") && text::has_speech("★★★") && !text::has_speech("...!"));
/// ```
pub fn has_speech(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric) || RATINGS.iter().any(|stars| text.contains(stars))
}

/// Whether the character stands between words: white space, or the place of an emoji.
pub(crate) fn is_gap(character: char) -> bool {
    character.is_whitespace() || character == SYMBOL
}

/// Cleans a text that arrives in pieces; how it was cut into pieces makes no difference.
///
/// The output has one character for each gap: a space, a line feed, [`SYMBOL`] or [`PARAGRAPH`]; a weaker one may
/// precede a stronger one.
#[derive(Default)]
pub(crate) struct Cleaner {
    /// Markup whose end has not arrived yet.
    pending: String,
    cleaned: String,
    /// The gap since the last character that is read, and the part of it that is written.
    gap: Gap,
    written_gap: Gap,
    /// The last character that is read.
    last: Option<char>,
    /// The character before `pending`, read or not.
    before: Option<char>,
    block: Block,
    /// Whether the line's words have begun.
    is_inside_line: bool,
    /// Whether the line has anything but white space.
    has_content: bool,
    is_behind_bullet: bool,
    /// The marker of the fence around the current lines, which are read as they are.
    fence: Option<char>,
    is_code: bool,
    is_emphasised: bool,
    /// Inside strong emphasis, which has several stars.
    is_strong: bool,
    /// Whether the word that is being written has a digit.
    has_digit: bool,
    /// A cell of a table has ended.
    is_behind_cell: bool,
}

/// The kind of a line.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Block {
    #[default]
    Text,
    Heading,
    Row,
}

/// From weak to strong.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Symbol,
    Line,
    Paragraph,
}

/// The outcome of reading the beginning of the pending text.
enum Step {
    /// Undecided until more text arrives; never the answer for a complete text.
    Wait,
    /// This many bytes are done.
    Done(usize),
    /// This many bytes are replaced by this text, which is read next.
    Replaced(usize, String),
}

impl Cleaner {
    /// Adds text; returns the part that is certain.
    pub(crate) fn push(&mut self, text: &str) -> String {
        self.pending.push_str(text);
        self.run(false)
    }

    /// The rest, when no more text comes. The cleaner is ready for another text then.
    pub(crate) fn finish(&mut self) -> String {
        let rest = self.run(true);
        *self = Self::default();
        rest
    }

    fn run(&mut self, is_complete: bool) -> String {
        let mut pending = std::mem::take(&mut self.pending);
        let mut at = 0;
        while at < pending.len() {
            let rest = &pending[at..];
            let step = if self.is_inside_line {
                self.read_inline(rest, is_complete)
            } else {
                self.begin_line(rest, is_complete)
            };
            match step {
                Step::Wait => break,
                Step::Done(length) => {
                    self.before = rest[..length].chars().next_back().or(self.before);
                    at += length;
                }
                Step::Replaced(length, text) => pending.replace_range(at..at + length, &text),
            }
        }
        pending.drain(..at);
        self.pending = pending;
        std::mem::take(&mut self.cleaned)
    }

    /// Writes a character that is not markup, if it is read.
    fn write(&mut self, character: char) {
        match signs::reading(character) {
            Reading::Spoken => self.write_spoken(character),
            Reading::Unseen => {}
            Reading::Space => self.widen_gap(Gap::Space),
            Reading::Line => self.widen_gap(Gap::Line),
            Reading::Emoji => self.widen_gap(Gap::Symbol),
        }
    }

    fn write_spoken(&mut self, character: char) {
        let is_behind_word = self.last.is_some_and(char::is_alphanumeric) && self.written_gap == Gap::None;
        if std::mem::take(&mut self.is_behind_cell) && is_behind_word {
            self.cleaned.push(',');
            self.gap = Gap::Space;
        }
        // "See you 👋!"
        let closes = is_behind_word && self.gap == Gap::Symbol && ".,;:!?".contains(character);
        if !closes {
            self.write_gap();
        }
        self.cleaned.push(character);
        self.last = Some(character);
        self.has_digit |= character.is_ascii_digit();
        (self.gap, self.written_gap) = (Gap::None, Gap::None);
    }

    /// Notes a gap. After a mark it is written at once, since it can make the end of a sentence certain.
    fn widen_gap(&mut self, gap: Gap) {
        let Some(last) = self.last else { return };
        self.gap = self.gap.max(gap);
        self.has_digit = false;
        if gap == Gap::Paragraph {
            self.is_emphasised = false;
            self.is_strong = false;
            self.is_behind_cell = false;
        }
        if gap == Gap::Paragraph || !last.is_alphanumeric() {
            self.write_gap();
        }
    }

    fn write_gap(&mut self) {
        if self.gap > self.written_gap {
            self.cleaned.extend(match self.gap {
                Gap::None => None,
                Gap::Space => Some(' '),
                Gap::Symbol => Some(SYMBOL),
                Gap::Line => Some('\n'),
                Gap::Paragraph => Some(PARAGRAPH),
            });
            self.written_gap = self.gap;
        }
    }
}

/// The character after the first `at` bytes. The end of a complete text counts as the end of a line; `None` when
/// the character has not arrived yet.
fn following(text: &str, at: usize, is_complete: bool) -> Option<char> {
    text[at..].chars().next().or(is_complete.then_some('\n'))
}

/// The length in bytes of the characters at the beginning that are of a kind, of [`LONGEST_RUN`] at most.
fn run_of(text: &str, is_member: impl Fn(char) -> bool) -> usize {
    let run = text.chars().take(LONGEST_RUN).take_while(|&character| is_member(character));
    run.map(char::len_utf8).sum()
}
