//! One way to write a number: forms of other countries and of programs become the form that the other rules know.
//! Reads only the forms that no other rule knows.

use std::sync::LazyLock;

use super::context::{is_plural, last_word, next_word};
use super::number::amount;
use super::quantities::power;
use super::rule::{Found, Rule, rules};

/// Words behind which digits in groups are a number to dial or a code.
const DIALLED: &str =
    "call dial text phone tel telephone fax mobile cell number at code pin id otp passcode on";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // "1.234,56", "1 234,56", "1'234.56", "1.234.567", "1'234'567"
        (r"\b[0-9]{1,3}(?:(?:\.[0-9]{3})+,|(?: [0-9]{3})+,|(?:'[0-9]{3})+\.)[0-9]{1,2}\b", |found| {
            let (whole, fraction) = found.get(0).rsplit_once([',', '.'])?;
            Some(format!("{}.{fraction}", with_commas(whole)))
        }),
        (r"\b[1-9][0-9]{0,2}(?:'[0-9]{3})+\b|\b[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}\b", |found| {
            Some(with_commas(found.get(0)))
        }),
        (r"\b[1-9][0-9]{0,2}(?: [0-9]{3}){2,6}\b", spaced),
        (r"\b(AMOUNT)\s?[xX×]\s?(?<next>10\s?\^)", |found| Some(format!("{} times ", found.get(1)))),
        (r"\b(AMOUNT)\s?\^\s?(-?)([0-9]{1,4})\b", power),
        // "1.2e-5"
        (r"\b([0-9]{1,6}(?:\.[0-9]{1,12})?)[eE]([-+]?)([0-9]{1,3})\b", |found| {
            let whole = !found.get(1).contains('.') && found.get(2).is_empty();
            let plain = whole && (!found.get(0).contains('e') || found.get(1).len() > 1);
            let minus = if found.get(2) == "-" { "minus " } else { "" };
            let words = |group: usize| amount(found.region, found.get(group));
            (!plain).then(|| format!("{} times ten to the {minus}{}", words(1), words(3)))
        }),
        // "1-1/2 tsp"
        (
            r"\b([0-9]{1,2})-(?<next>[1-9]/(?:2|3|4|8)\s?(?:tsp|[Tt]bsp|oz|lbs?|qts?|pts?|gal|ft|yds?|mi)\b)",
            |found| (!found.before().ends_with(['/', '-', '.'])).then(|| format!("{} ", found.get(1))),
        ),
        // "7a-3:30p"
        (r"\b([0-9]{1,2}(?::[0-5][0-9])?)a\s?[-–]\s?(?<next>[0-9]{1,2}:[0-5][0-9]p\b)", |found| {
            Some(format!("{}am-", found.get(1)))
        }),
        // "9:00a", "2h30"
        (r"\b([0-9]{1,2}:[0-5][0-9])([ap])\b", |found| Some(format!("{} {}m", found.get(1), found.get(2)))),
        (r"\b([0-9]{1,2})h([0-5][0-9])\b", |found| Some(format!("{}h {}m", found.get(1), found.get(2)))),
        // "2*3", "2**3"
        (r"\s?(\*{1,2})\s?(?<next>[0-9])", |found| {
            let word = if found.get(1) == "*" { " times " } else { " to the power of " };
            found.before().ends_with(|last: char| last.is_ascii_digit()).then(|| word.to_owned())
        }),
        // A tilde or a wave between two numbers is a dash.
        (r"~(?<next>[$€£]?[0-9])", |found| {
            let behind = |last: char| last.is_ascii_digit() || "%kKM".contains(last);
            found.before().ends_with(behind).then(|| "-".to_owned())
        }),
    ])
});

fn with_commas(written: &str) -> String {
    written.replace(['.', ' ', '\''], ",")
}

/// "1 234 567": a quantity, unless groups of three are dictated.
fn spaced(found: &Found<'_>) -> Option<String> {
    let number = found.get(0);
    let short = number.find(' ').is_some_and(|first| first < 3) || number.ends_with(" 000");
    let counted = is_plural(next_word(found.after())) || found.before().ends_with(['$', '€', '£', '₩']);
    let dialled = super::context::is_in(DIALLED, &last_word(found.before())) || found.before().ends_with('+');
    let goes_on = found
        .after()
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    (!dialled && !goes_on && (short || counted)).then(|| with_commas(number))
}
