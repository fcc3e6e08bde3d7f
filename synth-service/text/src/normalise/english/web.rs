//! Addresses of pages, mailboxes, machines and files, hashtags and handles. Never knows whether they exist.

use std::sync::LazyLock;

use super::number::{digits, pairs};
use super::rule::{Found, Rule, rules};

/// Longest address that is read; the rest is cut off, since no listener could write it down.
const LONGEST_ADDRESS: usize = 120;

/// Letters that make no word, though they hold a vowel.
const SPELLED: &str =
    " faq id us uk ios api usa eu ip ups irs ssa aaa ai io tv ui url usb pdf exe ios iso aac avi ";

/// Two letters at the end of an address that are said as a word.
const SHORT_WORDS: &str = " co me ";

const SITES: &str = r"(?:com|org|net|edu|gov|mil|info|biz|app|dev|shop|store|online|bank|health|cloud|help|support|io|co|uk|us|ca|au|nz|ie|de|fr|eu|es|nl|ch|jp|kr|ai|tv)";
const FILES: &str = r"(?:pdf|docx?|xlsx?|pptx?|csv|txt|rtf|png|jpe?g|gif|svg|heic|exe|msi|dmg|apk|zip|tar|gz|html?|css|json|xml|ya?ml|toml|js|ts|py|rs|sh|bat|ini|cfg|conf|log|mp3|mp4|wav|mov|avi|iso|dll|sys|ics|eml|md)";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let bare = format!(r"(?i)\b(?:[a-z0-9-]{{1,63}}\.){{1,5}}{SITES}\b(?:[:/?#][^\s<>]*)?");
    let file = format!(r"(?i)\b[a-z0-9_][a-z0-9_-]{{0,99}}(?:\.[a-z0-9_-]{{1,40}}){{0,4}}\.{FILES}\b");
    let ending = format!(r"(^|[\s(])(\.(?:{FILES}|env))\b");
    rules(&[
        // The rest of a markdown link: its text is read, its address is not.
        (r"!?\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)", |found| Some(found.get(1).to_owned())),
        (
            r"(?:mailto:)?\b([A-Za-z0-9][A-Za-z0-9._%+'-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})\b",
            |found| Some(format!("{} at {}", label(found.get(1)), site(found.get(2)))),
        ),
        (r"(?i)\b(?:https?|ftp)://[^\s<>]+|\bwww\.[a-z0-9][^\s<>]*", page),
        (&bare, bare_page),
        (r"\b([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::([0-9]{1,5})|/([0-9]{1,2}))?\b", machine),
        (&file, |found| Some(label(found.get(0)))),
        (r"\b[A-Za-z]:\\[^ ]+", |found| {
            let path = found.get(0).trim_end_matches(['.', ',', ';', ')']);
            Some(format!("{}{}", label(path), &found.get(0)[path.len()..]))
        }),
        (r"(?:/[A-Za-z_~.][A-Za-z0-9_.-]*){2,12}/?|~(?:/[A-Za-z_.][A-Za-z0-9_.-]*){1,12}/?", path),
        (&ending, |found| Some(format!("{}{}", found.get(1), label(found.get(2))))),
        (r"#([A-Za-z][A-Za-z0-9_]*)", |found| hashtag(found)),
        (r"@([A-Za-z][A-Za-z0-9_]*)", handle),
    ])
});

fn page(found: &Found<'_>) -> Option<String> {
    let whole = found.get(0);
    let address = whole.trim_end_matches(|mark: char| ".,;:!?)'\"]*".contains(mark));
    let marks = &whole[address.len()..];
    let address = address.split_once("://").map_or(address, |(_, address)| address);
    // The place of a page is read, its query and fragment are not.
    let address = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let cut = address.char_indices().nth(LONGEST_ADDRESS).map_or(address.len(), |(at, _)| at);
    let address = &address[..cut];
    let (name, rest) = address.split_at(address.find(['/', ':']).unwrap_or(address.len()));
    let rest = if rest.is_empty() { String::new() } else { format!(" {}", label(rest)) };
    (!name.is_empty()).then(|| format!("{}{rest}{marks}", site(name)))
}

/// An address without `www`: at least one part must be more than digits, and no word may touch its beginning.
fn bare_page(found: &Found<'_>) -> Option<String> {
    let glued = found.before().ends_with(|mark: char| mark.is_alphanumeric() || "@/.-_\\".contains(mark));
    let name = found.get(0).split('.').next().unwrap_or_default();
    if glued || !name.contains(|letter: char| letter.is_ascii_alphabetic()) && name.len() < 3 {
        return None;
    }
    page(found)
}

/// "jane dot doe", "example dot co dot U K"
fn site(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.len() != 2 || SHORT_WORDS.contains(&last.to_lowercase()) {
        return label(name);
    }
    format!("{} {}", label(&name[..name.len() - 2]), spelled(last))
}

fn machine(found: &Found<'_>) -> Option<String> {
    let parts: Vec<String> = found.get(1).split('.').map(digits).collect();
    if found.before().ends_with(['.', 'v', 'V'])
        || found.get(1).split('.').any(|part| part > "255" && part.len() == 3)
    {
        return None;
    }
    let address = parts.join(" dot ");
    Some(match (found.get(2), found.get(3)) {
        ("", "") => address,
        ("", bits) => format!("{address} slash {}", pairs(found.region, bits)),
        (port, _) => format!("{address} port {}", digits(port)),
    })
}

fn path(found: &Found<'_>) -> Option<String> {
    let begins = found.before().is_empty() || found.before().ends_with([' ', '"', '\'', '(', '~']);
    begins.then(|| label(found.get(0).trim_end_matches(['.', '/'])))
}

/// A sign in front of a code is a number sign.
fn hashtag(found: &Found<'_>) -> Option<String> {
    let name = found.get(1);
    // "C#m" is a chord.
    if found.before().ends_with(char::is_alphanumeric) {
        return None;
    }
    let capitals = !name.contains(|letter: char| letter.is_ascii_lowercase());
    let code =
        found.after().starts_with('-') || capitals && name.contains(|letter: char| letter.is_ascii_digit());
    let hidden = name.to_lowercase().starts_with("xx");
    (!code && !hidden).then(|| format!("hashtag {}", camel(name)))
}

fn handle(found: &Found<'_>) -> Option<String> {
    let begins = !found.before().ends_with(|before: char| before.is_alphanumeric());
    begins.then(|| format!("at {}", camel(found.get(1))))
}

/// The words of a camel-case name.
fn camel(name: &str) -> String {
    name.split('_').map(|part| words(part).join(" ")).collect::<Vec<_>>().join(" underscore ")
}

/// An address as it would be dictated: words, spelled letters, single digits, and every sign by its name.
fn label(address: &str) -> String {
    let mut read: Vec<String> = Vec::new();
    let mut run = String::new();
    let address = address.replace("%20", " ");
    for character in address.chars() {
        if character.is_alphanumeric() {
            run.push(character);
            continue;
        }
        read.extend(words(&std::mem::take(&mut run)));
        read.extend(sign(character).map(str::to_owned));
    }
    read.extend(words(&run));
    read.join(" ")
}

fn sign(character: char) -> Option<&'static str> {
    Some(match character {
        '.' => "dot",
        '-' => "dash",
        '_' => "underscore",
        '/' => "slash",
        '\\' => "backslash",
        ':' => "colon",
        '+' => "plus",
        '@' => "at",
        '&' => "and",
        '=' => "equals",
        '%' => "percent",
        '~' => "tilde",
        _ => return None,
    })
}

/// A run of letters and digits, cut where digits meet letters and where a capital begins a word.
fn words(run: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for character in run.chars() {
        let goes_on = previous.is_some_and(|previous| {
            previous.is_ascii_digit() == character.is_ascii_digit()
                && !(previous.is_lowercase() && character.is_uppercase())
        });
        match pieces.last_mut() {
            Some(piece) if goes_on => piece.push(character),
            _ => pieces.push(character.to_string()),
        }
        previous = Some(character);
    }
    pieces.iter().map(|piece| word(piece)).collect()
}

fn word(piece: &str) -> String {
    let lower = piece.to_lowercase();
    if piece.starts_with(|first: char| first.is_ascii_digit()) {
        return digits(piece);
    }
    if lower == "etc" {
        return "E T C".to_owned();
    }
    if lower == "www" {
        return "w w w".to_owned();
    }
    let sayable = lower.contains(|letter: char| "aeiouy".contains(letter) || !letter.is_ascii());
    if sayable && lower.len() > 1 && !SPELLED.split_ascii_whitespace().any(|spelled| spelled == lower) {
        return piece.to_owned();
    }
    spelled(piece)
}

fn spelled(letters: &str) -> String {
    letters.to_uppercase().chars().map(String::from).collect::<Vec<_>>().join(" ")
}
