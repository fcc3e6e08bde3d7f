//! Degrees of heat and percent, with the signs before them.

use std::sync::LazyLock;

use super::context::{is_attributive, range_word};
use super::fractions::value;
use super::measures::{NUMBER, is_part, minus};
use super::number::amount;
use super::rule::{Found, Rule, rules};

/// Parts of sentences about temperatures.
const HEAT: [&str; 11] = [
    "°c",
    "celsius",
    "temperature",
    "temps",
    "kelvin",
    "melt",
    "boil",
    "freez",
    "absolute zero",
    "superconduct",
    "surface of",
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let percent = format!(r"([-–+±])?{NUMBER}\s?%?(?:(?:DASH|\s(to)\s){NUMBER})?\s?%");
    let degrees = format!(
        r"([-–+])?{NUMBER}\s?°?\s?[CF]?(?:DASH([-+])?{NUMBER})?\s?(?:°(?:\s?([CFK])\b)?|℃|℉|º\s?([CF])\b)"
    );
    rules(&[
        (&percent, percent_reading),
        (&degrees, degrees_reading),
        (r"\b(AMOUNT)\sK\b", |found| {
            let near = format!("{} {}", found.before(), found.after()).to_lowercase();
            let is_heat = HEAT.iter().any(|word| near.contains(word));
            (is_heat && !is_part(found.before()))
                .then(|| format!("{} kelvin", amount(found.region, found.get(1))))
        }),
    ])
});

fn percent_reading(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let sign = minus(found.get(1), found.before()).unwrap_or(" ");
    let first = value(found.region, found.get(2))?;
    if found.get(4).is_empty() {
        return Some(format!("{sign}{first} percent"));
    }
    let word = range_word(found.before());
    let first = if found.get(0).matches('%').count() > 1 { format!("{first} percent") } else { first };
    Some(format!("{sign}{first} {word} {} percent", value(found.region, found.get(4))?))
}

fn degrees_reading(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let scale = match (found.get(5), found.get(6)) {
        ("C", _) | (_, "C") => " Celsius",
        ("F", _) | (_, "F") => " Fahrenheit",
        ("K", _) => " Kelvin",
        _ if found.get(0).ends_with('℃') => " Celsius",
        _ if found.get(0).ends_with('℉') => " Fahrenheit",
        _ => "",
    };
    let sign = minus(found.get(1), found.before()).unwrap_or(" ");
    let first = value(found.region, found.get(2))?;
    let single = found.get(2) == "1" || is_attributive(found.before(), found.after());
    if found.get(4).is_empty() {
        let unit = if single { "degree" } else { "degrees" };
        return Some(format!("{sign}{first} {unit}{scale}"));
    }
    let last = format!("{}{}", minus(found.get(3), " ")?, value(found.region, found.get(4))?);
    Some(format!("{sign}{first} {} {last} degrees{scale}", range_word(found.before())))
}
