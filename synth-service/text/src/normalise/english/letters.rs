//! Letter by letter. Never decides which words are spelled.

use super::number::{digit_groups, digits};

/// Digits that are said without a pause.
const LONGEST_RUN: usize = 6;

/// A code as it is dictated: "A B one two, C D three four". Groups are parted by a pause.
pub(super) fn spell(code: &str) -> String {
    let groups = code.split(|character: char| !character.is_alphanumeric()).filter(|group| !group.is_empty());
    groups.map(spell_group).collect::<Vec<_>>().join(", ")
}

fn spell_group(group: &str) -> String {
    if group.bytes().all(|byte| byte.is_ascii_digit()) {
        return digit_groups(group);
    }
    let mut words: Vec<String> = Vec::new();
    let mut run = String::new();
    for character in group.chars() {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        words.extend(digit_run(&std::mem::take(&mut run)));
        words.push(upper(character));
    }
    words.extend(digit_run(&run));
    words.join(" ")
}

/// No telephone number stands beside letters, so all groups are alike.
fn digit_run(run: &str) -> Option<String> {
    let pieces: Vec<String> = match run.len() {
        0 => return None,
        1..=LONGEST_RUN => return Some(digits(run)),
        _ => run.as_bytes().chunks(4).map(|piece| digits(&String::from_utf8_lossy(piece))).collect(),
    };
    Some(pieces.join(", "))
}

fn upper(letter: char) -> String {
    letter.to_uppercase().collect()
}

/// Every letter, digit and sign by its name, groups as they are written.
pub(super) fn characters(text: &str) -> String {
    let mut read = String::new();
    for character in text.trim().chars() {
        let (pause, name) = match character {
            _ if character.is_ascii_digit() => (false, digits(&character.to_string())),
            _ if character.is_alphabetic() => (false, upper(character)),
            _ if character.is_whitespace() => (true, String::new()),
            _ => (false, sign(character).to_owned()),
        };
        if pause && !read.is_empty() && !read.ends_with(',') {
            read.push(',');
        }
        if !name.is_empty() {
            read.push_str(if read.is_empty() { "" } else { " " });
            read.push_str(&name);
        }
    }
    read.trim_end_matches(',').to_owned()
}

fn sign(character: char) -> &'static str {
    match character {
        '-' | '–' | '—' => "dash",
        '.' => "dot",
        ',' => "comma",
        '_' => "underscore",
        '/' => "slash",
        '\\' => "backslash",
        '@' => "at",
        '#' => "hash",
        '&' => "and",
        '+' => "plus",
        '=' => "equals",
        '*' => "star",
        '%' => "percent",
        '$' => "dollar",
        '£' => "pound",
        '€' => "euro",
        '¥' => "yen",
        '₩' => "won",
        '!' => "exclamation mark",
        '?' => "question mark",
        ':' => "colon",
        ';' => "semicolon",
        '\'' => "apostrophe",
        '"' => "quote",
        '(' => "open parenthesis",
        ')' => "close parenthesis",
        '[' => "open bracket",
        ']' => "close bracket",
        '{' => "open brace",
        '}' => "close brace",
        '<' => "less than",
        '>' => "greater than",
        '^' => "caret",
        '~' => "tilde",
        '|' => "vertical bar",
        '`' => "backtick",
        '°' => "degree",
        _ => "",
    }
}
