//! HTML tags and entities.

use std::{collections::HashSet, sync::LazyLock};

use super::{Cleaner, Gap, Step, following, run_of};

/// Most characters of a tag or an entity; the `<` or `&` of a longer one is plain text.
const LONGEST_TAG: usize = 256;
const LONGEST_ENTITY: usize = 10;

const LONGEST_COMMENT: usize = 1000;

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// Tags inside words and sentences, which leave no gap.
static INLINE: Words = LazyLock::new(|| {
    words(
        "emphasis lang phoneme prosody say-as voice w a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s small span strong sub sup u",
    )
});

/// Tags around text that stands by itself.
static BLOCK: Words = LazyLock::new(|| {
    words(
        "address article aside blockquote body dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main ol p \
         pre section table title tr ul",
    )
});

/// Other tags of HTML and SSML, and those in which models put a speaker's name or their own thoughts.
static OTHER: Words = LazyLock::new(|| {
    words(
        "agent answer area assistant audio base body break button canvas caption center col colgroup data datalist details \
         dialog embed fieldset figcaption figure form frame frameset head hgroup html iframe img input label \
         legend lexicon link map math menu meta metadata meter nav noscript object optgroup option output param \
         picture progress r response rp rt ruby s samp script search select slot source speak speaker strike style sub \
         summary svg system tbody td template text textarea tfoot th thead think thinking time title token track tt user var \
         video wbr",
    )
});

const ENTITIES: [(&str, char); 28] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("shy", '\u{ad}'),
    ("zwj", '\u{200d}'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("hellip", '…'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("deg", '°'),
    ("times", '×'),
    ("middot", '·'),
];

impl Cleaner {
    /// At a `<`.
    pub(super) fn read_tag(&mut self, rest: &str, is_complete: bool) -> Step {
        match tag_length(rest, is_complete) {
            None => Step::Wait,
            Some(0) => {
                self.write('<');
                Step::Done(1)
            }
            Some(length) => {
                let inside = rest[1..].trim_start_matches('/');
                let written = &inside[..run_of(inside, |character| character.is_ascii_alphanumeric())];
                let name = written.to_ascii_lowercase();
                if is_word(&rest[1..length - 1], &name) {
                    self.widen_gap(Gap::Space);
                    return Step::Replaced(length, rest[1..length - 1].to_owned());
                }
                match name.as_str() {
                    "br" => return Step::Replaced(length, "\n".to_owned()),
                    "td" | "th" => self.is_behind_cell = true,
                    name if BLOCK.contains(name) => self.widen_gap(Gap::Paragraph),
                    name if INLINE.contains(name) => {}
                    _ => self.widen_gap(Gap::Space),
                }
                Step::Done(length)
            }
        }
    }

    /// At an `&`. The character of an entity is never markup.
    pub(super) fn read_entity(&mut self, rest: &str, is_complete: bool) -> Step {
        let length = run_of(&rest[1..], |character| character.is_ascii_alphanumeric() || character == '#');
        let end = following(rest, 1 + length, is_complete);
        if end.is_none() && length <= LONGEST_ENTITY {
            return Step::Wait;
        }
        let meant = entity(&rest[1..=length]).filter(|_| end == Some(';') && length <= LONGEST_ENTITY);
        self.write(meant.unwrap_or('&'));
        Step::Done(if meant.is_some() { length + 2 } else { 1 })
    }
}

/// Whether a tag is the name of a key or a menu instead of markup: "Press <Enter>". `name` is in lower case.
fn is_word(inside: &str, name: &str) -> bool {
    let is_name = inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && inside.starts_with(|first: char| first.is_ascii_alphabetic());
    // HTML tags are not written with one capital, as words are.
    let mut letters = inside.chars();
    let is_capitalised =
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    let is_known = INLINE.contains(name) || BLOCK.contains(name) || name == "br";
    is_name && !is_known && (is_capitalised || !OTHER.contains(name))
}

fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name).map(|&(_, meant)| meant),
    }
}

/// The length in bytes of the tag at the start of `text`, 0 without one, as in `5 < 6` and `<jane@example.com>`;
/// `None` until its end has arrived.
fn tag_length(text: &str, is_complete: bool) -> Option<usize> {
    let inside = &text[1..];
    let is_comment = inside.starts_with("!--");
    if !is_comment && !inside.starts_with(['!', '?']) {
        let slash = usize::from(inside.starts_with('/'));
        let name = slash
            + run_of(&inside[slash..], |character| {
                character.is_ascii_alphanumeric() || ":-".contains(character)
            });
        let begins = following(inside, slash, is_complete)?.is_ascii_alphabetic();
        let behind = if begins { following(inside, name, is_complete)? } else { '<' };
        if !(behind.is_whitespace() || behind == '/' || behind == '>') {
            return Some(0);
        }
    }
    let end = if is_comment {
        let most = inside.len().min(LONGEST_COMMENT + 3);
        let end = inside.as_bytes()[..most].windows(3).position(|window| window == b"-->");
        end.map(|at| (at + 2, '>'))
    } else {
        inside.char_indices().take(LONGEST_TAG).find(|(_, character)| matches!(character, '<' | '>'))
    };
    match end {
        Some((at, '>')) => Some(at + 2),
        Some(_) => Some(0),
        None if is_complete => Some(0),
        None if is_comment && inside.len() > LONGEST_COMMENT + 3 => Some(0),
        None if !is_comment && inside.chars().nth(LONGEST_TAG).is_some() => Some(0),
        None => None,
    }
}
