//! Addresses of web pages and mail boxes: labels as words, signs by name.

use std::sync::LazyLock;

use super::{
    code_signs,
    numerals::{Zero, one_by_one},
    romanised,
    rule::{Rule, Text, apply, compile},
};

/// The last labels that tell a web address from words with full stops.
const ENDINGS: &str = "com|net|org|kr|jp|cn|us|uk|io|ai|me|tv|info|biz|edu|gov|app|dev|shop|site|store|link|page|co|ly|be|gg|gl|xyz|cloud|online";

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mail = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+";
    let page = format!(
        r"(?i:(https?://)?((?:[a-z0-9-]+\.)+(?:{ENDINGS}))((?::\d+)?(?:[/?#][A-Za-z0-9/?#=&%._~+-]*)?))"
    );
    compile(&[
        // react@18.2.0: a package and its version.
        (r"([A-Za-z][A-Za-z0-9/_-]*)@(\d+(?:\.\d+)+)", |found| {
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == '-');
            (!goes_on).then(|| format!("{} 골뱅이 {}", spoken(found.group(1)), found.group(2)))
        }),
        (mail, |found| Some(spoken(found.group(0)))),
        (&page, |found| {
            // With https:// an address begins wherever it stands.
            let is_part = found.group(1).is_empty()
                && found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || it == '.');
            let goes_on =
                found.group(3).is_empty() && found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!is_part && !goes_on).then(|| spoken(&format!("{}{}", found.group(2), found.group(3))))
        }),
        (r"@([A-Za-z0-9_.]*[A-Za-z0-9_])", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
            (!is_part).then(|| format!("골뱅이 {}", spoken(found.group(1))))
        }),
    ])
});

/// The text with addresses in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

/// The parts of an address, each a word; punctuation that ends the sentence stays.
fn spoken(address: &str) -> String {
    let inside = address.trim_end_matches(['.', '?', '/']);
    let punctuation = address[inside.len()..].trim_matches('/');
    let mut parts: Vec<String> = Vec::new();
    let mut rest = inside;
    while let Some(first) = rest.chars().next() {
        let run = |is_in: fn(char) -> bool| rest.find(|it: char| !is_in(it)).unwrap_or(rest.len());
        let length = match first {
            '0'..='9' => run(|it| it.is_ascii_digit()),
            'A'..='Z' | 'a'..='z' => run(|it| it.is_ascii_alphabetic()),
            _ => first.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        rest = behind;
        let is_last = behind.is_empty() || behind.starts_with(['/', '?', '#', ':']);
        match (parts.last_mut(), part) {
            (Some(dot), "com") if is_last && dot == "점" => *dot = "닷컴".to_owned(),
            (Some(dot), "net") if is_last && dot == "점" => *dot = "닷넷".to_owned(),
            _ => parts.push(label(part)),
        }
    }
    format!("{}{punctuation}", parts.join(" "))
}

/// A word, letters that are not a word, digits or a sign.
fn label(part: &str) -> String {
    let is_word = part.starts_with(|it: char| it.is_ascii_alphabetic());
    if part.starts_with(|it: char| it.is_ascii_digit()) {
        return one_by_one(part, Zero::Gong);
    }
    if is_word {
        return romanised::label(part);
    }
    let sign = part.chars().next().and_then(code_signs::name);
    sign.unwrap_or(part).to_owned()
}
