//! Commas, stops and spaces inside numbers, and the slashes and colons between numbers that have them. They become
//! the form that the other rules know: commas between thousands, a stop in front of decimals.

use std::sync::LazyLock;

use super::context::{is_in, is_plural, next_word};
use super::number::{amount, ordinal};
use super::rule::{Found, Rule, remains};
use super::units::is_written_unit;

/// Units of one letter, and scales, in front of which a comma begins decimals.
const MEASURED: &str = "m g l L V W h million billion trillion percent per EUR euros degrees";

/// Rules that may read a part of a token: a comma is read before the percent or the currency that it belongs to.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const THOUSANDS: &str = "[0-9]{1,3}(?:,[0-9]{3})+";
    const PLAIN: &str = r"[0-9]{1,9}(?:\.[0-9]{1,2})?";
    let related = format!(
        r"([$€£¥]\s?)?\b((?:{THOUSANDS})[/:](?:{THOUSANDS}|{PLAIN})|{PLAIN}/(?:{THOUSANDS}))(?<next>[^0-9]|$)"
    );
    remains(&[
        (r"([$€£]|\b)([0-9]{1,9}),([0-9]{1,3})(?<next>[^0-9,]|$)", decimal),
        (&related, beside),
        // "1.234 EUR", "₫25.000"
        (
            r"([€₫]\s?|\bRp\.?\s?)([1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?<next>[^0-9.,]|[.,]\D|[.,]?$)",
            |found| {
                let zeros = found.get(2).ends_with("000") || !found.get(1).starts_with('€');
                zeros.then(|| format!("{}{}", found.get(1), found.get(2).replace('.', ",")))
            },
        ),
        (r"\b([1-9][0-9]{0,2}\.[0-9]{3})(?<next>\s?(?:[€₫]|(?:EUR|VND|IDR)\b))", |found| {
            // The price of fuel has three decimals.
            let priced = found.after().contains(['/']) || found.after().contains(" per ");
            (is_apart(found) && !priced).then(|| found.get(1).replace('.', ","))
        }),
        // "$15 000"
        (
            r"([$€£₽₴₸₫฿₦₩]\s?)([1-9][0-9]{0,2}) ([0-9]{3})(?:,([0-9]{2}))?(?<next>[^0-9-]|$)",
            |found| {
                let counted = !found.get(1).starts_with('₽') && is_plural(next_word(found.after()));
                let sure = found.get(3) == "000" || !counted;
                let cents = if found.get(4).is_empty() { "" } else { "." };
                sure.then(|| {
                    format!("{}{},{}{cents}{}", found.get(1), found.get(2), found.get(3), found.get(4))
                })
            },
        ),
        (
            r"\b([1-9][0-9]{0,2}) ([0-9]{3})(?<next>\s?(?:[€₽₫₴₸]|(?:kr|zł|Kč|EUR|PLN|SEK|NOK|DKK|CZK|HUF|RUB|UAH)\b))",
            |found| is_apart(found).then(|| format!("{},{}", found.get(1), found.get(2))),
        ),
        // "25 000 km"; "2 100 kg bags" are two.
        (r"\b([1-9][0-9]{0,2}) (0[0-9]{2})(?<next>\s?[A-Za-z]{1,3}\b)", |found| {
            let measured = is_written_unit(next_word(found.after()));
            (is_apart(found) && measured).then(|| format!("{},{}", found.get(1), found.get(2)))
        }),
    ])
});

/// Whether the number begins behind no other one.
fn is_apart(found: &Found<'_>) -> bool {
    !found.before().ends_with(|last: char| last.is_alphanumeric() || ".,/:'".contains(last))
}

/// "99,99%", "1,5-2,5 %": decimals beside a unit, and behind a zero.
fn decimal(found: &Found<'_>) -> Option<String> {
    let (sign, whole, fraction) = (found.get(1), found.get(2), found.get(3));
    // The end of a range has the unit of its beginning too.
    let range = found.after().strip_prefix(['-', '–']).unwrap_or_default();
    let behind = range.trim_start_matches(|part: char| part.is_ascii_digit() || part == ',');
    let behind = if behind.len() < range.len() { behind } else { found.after() }.trim_start();
    let unit = next_word(behind);
    let measured = behind.starts_with(['%', '‰', '°', '℃', '℉', '€', '£', '₽'])
        || !behind.starts_with('-') && (is_in(MEASURED, unit) || is_written_unit(unit) && unit != "in");
    let padded = whole == "0" && fraction.len() > 1 && !found.before().ends_with(['(', '[', '{']);
    let priced = !sign.is_empty() && fraction.len() == 1;
    let thousands = fraction.len() == 3 && whole != "0";
    (is_apart(found) && !thousands && (measured || padded || priced))
        .then(|| format!("{sign}{whole}.{fraction}"))
}

/// "1,000:1", "3,500/5,000 MB"
fn beside(found: &Found<'_>) -> Option<String> {
    let sign = found.get(1);
    let goes_on = found.after().starts_with(['/', ':', '.', ','])
        && found.after()[1..].starts_with(|next: char| next.is_ascii_digit());
    if goes_on || sign.is_empty() && !is_apart(found) {
        return None;
    }
    let value = |written: &str| written.replace(',', "").parse::<f64>().ok();
    if let Some((first, last)) = found.get(2).split_once(':') {
        return Some(format!("{} to {}", amount(found.region, first), amount(found.region, last)));
    }
    let (first, last) = found.get(2).split_once('/')?;
    let (smaller, larger) = (value(first)?, value(last)?);
    let counted = is_plural(next_word(found.after()));
    Some(match sign {
        "" if first == "1" && next_word(found.after()) == "of" => {
            format!("one {}", ordinal(found.region, larger as u64))
        }
        "" if first == "1" => format!("one in {last}"),
        "" if smaller < larger => format!("{first} of {last}"),
        "" => format!("{first} slash {last}"),
        _ if counted && !first.contains(',') => format!("{sign}{first} per {last}"),
        _ if smaller < larger => format!("{sign}{first} of {sign}{last}"),
        _ => format!("{sign}{first}, {sign}{last}"),
    })
}
