//! Feet and inches by their marks: 5'9", 12' x 10', 27". Never quotations.

use std::sync::LazyLock;

use super::context::{is_attributive, is_capitalised, is_end, is_in, last_word, next_word};
use super::fractions::{below_one, value};
use super::measures::{is_part, sizes};
use super::number::amount;
use super::rule::{Found, Rule, rules};

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b([0-9]{1,3})'\s?[xX×]\s?([0-9]{1,3})'", |found| {
            let feet = |group: usize| {
                let unit = if found.get(group) == "1" { "foot" } else { "feet" };
                format!("{} {unit}", amount(found.region, found.get(group)))
            };
            (!is_part(found.before())).then(|| format!("{} by {}", feet(1), feet(2)))
        }),
        // "6'–8' deep"
        (r"\b([0-9]{1,3})'\s?[-–]\s?([0-9]{1,3})'(\s|$|[,.;)])", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            let feet = format!("{} to {} feet{}", words(1), words(2), found.get(3));
            (!is_part(found.before()) && !found.before().ends_with('\'')).then_some(feet)
        }),
        (
            r#"\b([0-9]{1,2})\s?(?:'|ft\.?|feet)\s?-?([0-9]{1,2}(?:\.[0-9])?(?:\s[0-9]/[0-9])?)\s?(?:"|''|in\b\.?|inches\b)"#,
            feet_and_inches,
        ),
        (r"\b([0-9])'([0-9]{1,2})\b", feet_and_inches),
        (r#"\b([0-9]{1,3}(?:,[0-9]{3})?)'(\s|x|$|[,.;)])"#, |found| {
            let quoted = found.before().ends_with('\'')
                || found.before().bytes().rev().take(200).filter(|byte| *byte == b'\'').count() % 2 == 1;
            let unit = if found.get(1) == "1" { "foot" } else { "feet" };
            (!quoted).then(|| format!("{} {unit}{}", amount(found.region, found.get(1)), found.get(2)))
        }),
        (
            r#"\b([0-9]{1,3}(?:\.[0-9]{1,2})?)"\s?[xX×]\s?([0-9]{1,3}(?:\.[0-9]{1,2})?)"(?:\s?[xX×]\s?([0-9]{1,3}(?:\.[0-9]{1,2})?)")?"#,
            |found| {
                let parts = [1, 2, 3].map(|group| found.get(group));
                let parts = parts.iter().filter(|part| !part.is_empty());
                let inches = |part: &&str| {
                    format!("{} inch{}", amount(found.region, part), if *part == "1" { "" } else { "es" })
                };
                let words: Vec<String> = parts.map(inches).collect();
                (!is_part(found.before())).then(|| words.join(" by "))
            },
        ),
        (r#"\b((?:[0-9]{1,3}[\s-])?[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{1,3})?)""#, inches),
    ])
});

fn feet_and_inches(found: &Found<'_>) -> Option<String> {
    let (feet, inches) = (found.get(1), found.get(2));
    if found.before().ends_with(|last: char| "'.,/$:-".contains(last)) || is_quoting(found.before()) {
        return None;
    }
    let single = is_attributive(found.before(), found.after());
    let foot = if single || feet == "1" { "foot" } else { "feet" };
    let inch = if single || inches == "1" { "inch" } else { "inches" };
    let end = if found.get(0).ends_with('.') && is_end(found.after()) { "." } else { "" };
    Some(format!("{} {foot} {} {inch}{end}", amount(found.region, feet), value(found.region, inches)?))
}

/// Whether a quotation is open, so that a quote ends it and means no inches. Quotes after digits were inches.
pub(super) fn is_quoting(before: &str) -> bool {
    let near: Vec<u8> = before.bytes().rev().take(400).collect();
    let opens = near.windows(2).filter(|pair| pair[0] == b'"' && !pair[1].is_ascii_digit()).count();
    (opens + usize::from(before.starts_with('"') && before.len() <= 400)) % 2 == 1
}

fn inches(found: &Found<'_>) -> Option<String> {
    let below_one = found.get(1).split_once('/').is_some_and(|(top, bottom)| below_one(top, bottom));
    let screen = is_in("the a an my your our this that his her", &last_word(found.before()))
        && is_capitalised(next_word(found.after()));
    let named = is_in("a an", &last_word(found.before()))
        && found
            .after()
            .strip_prefix(' ')
            .is_some_and(|next| next.starts_with(|first: char| first.is_ascii_digit()));
    let screen = screen || named || sizes(found.after());
    let single = found.get(1) == "1" || below_one || screen || is_attributive(found.before(), found.after());
    let unit = if single { "inch" } else { "inches" };
    (!is_quoting(found.before())).then(|| Some(format!("{} {unit}", value(found.region, found.get(1))?)))?
}
