//! Signs in front of a number that compare it: about, more than, at most. They are read before the number is.

use std::sync::LazyLock;

use super::context::last_word;
use super::rule::{Found, Rule, rules};

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"(^|[\s(\[])([~≈<>≤≥])\s?(?<next>-?[$€£¥₩₹]?\.?[0-9])", read),
        // "50>40"
        (r"([<>])(?<next>-?[$€£]?[0-9])", |found| {
            let number = found.before().ends_with(|last: char| last.is_ascii_digit() || ")%".contains(last));
            number.then(|| Some(format!(" {} ", relation(found.get(1))?)))?
        }),
        (r"(\p{L}|\))\s?([≤≥≠])\s?", |found| {
            Some(format!("{} {} ", found.get(1), relation(found.get(2))?))
        }),
    ])
});

fn relation(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "<" => "less than",
        ">" => "greater than",
        "≤" => "less than or equal to",
        "≥" => "greater than or equal to",
        "≠" => "not equal to",
        _ => return None,
    })
}

fn read(found: &Found<'_>) -> Option<String> {
    let (sign, behind) = (found.get(2), found.after());
    let before = last_word(found.before());
    let is_formula =
        before.chars().count() == 1 || found.before().ends_with(|last: char| last.is_ascii_digit());
    let is_sum = behind.starts_with(|next: char| "$€£¥₩₹".contains(next));
    let word = match sign {
        "≈" if before == "is" => "about",
        "≈" if found.before().ends_with(|last: char| last.is_alphanumeric() || last == ')') => {
            return Some(format!("{}is about ", found.get(1)));
        }
        "~" | "≈" => "about",
        _ if is_formula => relation(sign)?,
        "<" if is_sum => "under",
        ">" if is_sum => "over",
        "<" => "less than",
        ">" => "more than",
        "≤" => "at most",
        _ => "at least",
    };
    Some(format!("{}{word} ", found.get(1)))
}
