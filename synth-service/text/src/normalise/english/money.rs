//! Sums of money. Never numbers without a currency.

use std::sync::LazyLock;

use super::Region;
use super::context::{end_of_short, is_attributive, is_glued, range_word};
use super::number::{amount, cardinal, plural};
use super::rule::{Found, Rule, rules};

/// Names of a currency: one, many, and the same for its hundredth.
struct Currency {
    written: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    cents: [&'static str; 2],
}

const fn currency(
    written: &'static [&'static str],
    one: &'static str,
    many: &'static str,
    cents: [&'static str; 2],
) -> Currency {
    Currency { written, one, many, cents }
}

const CENTS: [&str; 2] = ["cent", "cents"];
const NONE: [&str; 2] = ["", ""];

static CURRENCIES: [Currency; 46] = [
    currency(&["$"], "dollar", "dollars", CENTS),
    currency(&["US$", "USD", "U.S.$"], "U S dollar", "U S dollars", CENTS),
    currency(&["C$", "CA$", "CAD"], "Canadian dollar", "Canadian dollars", CENTS),
    currency(&["A$", "AU$", "AUD"], "Australian dollar", "Australian dollars", CENTS),
    currency(&["NZ$", "NZD"], "New Zealand dollar", "New Zealand dollars", CENTS),
    currency(&["HK$", "HKD"], "Hong Kong dollar", "Hong Kong dollars", CENTS),
    currency(&["S$", "SGD"], "Singapore dollar", "Singapore dollars", CENTS),
    currency(&["€", "EUR"], "euro", "euros", CENTS),
    currency(&["£", "GBP"], "pound", "pounds", ["penny", "pence"]),
    currency(&["¥", "JPY"], "yen", "yen", NONE),
    currency(&["₩", "KRW"], "won", "won", NONE),
    currency(&["₹", "INR", "Rs", "Rs."], "rupee", "rupees", ["paisa", "paise"]),
    currency(&["CNY", "RMB"], "yuan", "yuan", NONE),
    currency(&["CHF"], "Swiss franc", "Swiss francs", ["centime", "centimes"]),
    currency(&["MX$", "MXN"], "Mexican peso", "Mexican pesos", ["centavo", "centavos"]),
    currency(&["R$", "BRL"], "Brazilian real", "Brazilian reais", ["centavo", "centavos"]),
    currency(&["SEK"], "Swedish krona", "Swedish kronor", NONE),
    currency(&["NOK"], "Norwegian krone", "Norwegian kroner", NONE),
    currency(&["DKK"], "Danish krone", "Danish kroner", NONE),
    currency(&["kr"], "krone", "kroner", NONE),
    currency(&["PLN", "zł"], "zloty", "zloty", NONE),
    currency(&["ZAR"], "rand", "rand", NONE),
    currency(&["₽", "RUB"], "ruble", "rubles", NONE),
    currency(&["₺", "TRY"], "lira", "lira", NONE),
    currency(&["₱", "PHP"], "Philippine peso", "Philippine pesos", NONE),
    currency(&["₿", "BTC"], "bitcoin", "bitcoin", NONE),
    currency(&["₪", "ILS"], "shekel", "shekels", NONE),
    currency(&["NT$", "TWD"], "New Taiwan dollar", "New Taiwan dollars", CENTS),
    currency(&["J$", "JMD"], "Jamaican dollar", "Jamaican dollars", CENTS),
    currency(&["TT$", "TTD"], "Trinidad and Tobago dollar", "Trinidad and Tobago dollars", CENTS),
    currency(&["₦", "NGN"], "naira", "naira", NONE),
    currency(&["฿", "THB"], "baht", "baht", NONE),
    currency(&["₫", "VND"], "dong", "dong", NONE),
    currency(&["₴", "UAH"], "hryvnia", "hryvnias", NONE),
    currency(&["₸", "KZT"], "tenge", "tenge", NONE),
    currency(&["₡", "CRC"], "colon", "colones", NONE),
    currency(&["₵", "GHS"], "cedi", "cedis", NONE),
    currency(&["৳", "BDT"], "taka", "taka", NONE),
    currency(&["RM", "MYR"], "ringgit", "ringgit", NONE),
    currency(&["Rp", "Rp.", "IDR"], "rupiah", "rupiah", NONE),
    currency(&["AED"], "dirham", "dirhams", NONE),
    currency(&["SAR", "QAR"], "riyal", "riyals", NONE),
    currency(&["KES"], "Kenyan shilling", "Kenyan shillings", NONE),
    currency(&["CZK", "Kč"], "Czech koruna", "Czech koruna", NONE),
    currency(&["HUF"], "forint", "forints", NONE),
    currency(&["EGP"], "Egyptian pound", "Egyptian pounds", NONE),
];

const SIGN: &str = r"(?:(?:\b(?:US|U\.S\.|CA?|AU?|NZ|HK|S|MX|R|NT|J|TT))?\$|[€£¥₩₹₽₺₱₿₪₦฿₫₴₸₡₵৳])";
const CODE: &str = r"(?:Rs\.?|USD|CAD|AUD|NZD|HKD|SGD|EUR|GBP|JPY|KRW|INR|CNY|RMB|CHF|MXN|BRL|SEK|NOK|DKK|PLN|ZAR|RUB|TRY|PHP|BTC|ILS|TWD|JMD|TTD|NGN|THB|VND|UAH|KZT|CRC|GHS|BDT|RM|MYR|Rp\.?|IDR|AED|SAR|QAR|KES|CZK|HUF|EGP|kr|zł|Kč)";
/// An amount, or one that is written as on the continent: `12,50`.
const SUM: &str = r"([0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?\b|[0-9]{1,3}(?:\.[0-9]{3}){1,4},[0-9]{2}\b|[0-9]{1,9},[0-9]{2}\b|AMOUNT)";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let range = format!(
        r"({SIGN}|\b{CODE}\s?)\s?{SUM}(SCALE)?(?:DASH|\s(to|and|or)\s){SIGN}?{SUM}(SCALE)?(?:\s?{CODE}\b)?"
    );
    let before = format!(
        r"([-–]\s?|\(|\+)?(?:({SIGN})|\b({CODE})\s?)\s?(-?){SUM}(SCALE)?(\))?(?:\s?({CODE})\b|\s(?:dollars?|euros?|yen|won)\b)?"
    );
    let behind = format!(r"(-)?\b{SUM}(SCALE)?(?:DASH{SUM}(SCALE)?)?\s?(?:({SIGN})|({CODE})\b)");
    let bracketed = format!(r"({SIGN})\s?\({SUM}\)");
    let several = format!(r"\b([0-9]{{1,4}})\s?[xX×]\s?(?<next>{SIGN}[0-9])");
    let both = format!(r"({SIGN}\s?AMOUNT(?:SCALE)?)/(?<next>{SIGN}[0-9])");
    let monthly = format!(r"({SIGN}\s?AMOUNT)\s?/?\s?(pcm|p\.?w|pm|p\.?a|p\.?p|p\.?n)\b(\.?)");
    // "₹500/-" is an even sum.
    let even = format!(r"((?:{SIGN}|\bRs\.?\s?)\s?AMOUNT)/-");
    let per_one = format!(r"\b([Pp]er)\s({CODE})\b(?<next>\s?[^\s0-9]|\s[^0-9]|$)");
    let rate = format!(r"(=\s?)(0?\.[0-9]{{1,4}})\s?({CODE})\b");
    rules(&[
        // "1 USD = 0.92 EUR": a rate has no cents
        (&rate, |found| {
            let number = amount(found.region, found.get(2));
            Some(format!("{}{number} {}", found.get(1), named(found.get(3))?.many))
        }),
        // "$10 generic/$35 brand"
        (r"\b([a-z]{3,})\s?/\s?(?<next>[$£€][0-9])", |found| Some(format!("{}, ", found.get(1)))),
        (&per_one, |found| Some(format!("{} {}", found.get(1), named(found.get(2))?.one))),
        // "$1M/$2M"
        (&both, |found| Some(format!("{}, ", found.get(1)))),
        (&even, |found| Some(found.get(1).to_owned())),
        (&monthly, |found| {
            let per = match found.get(2).replace('.', "").as_str() {
                "pcm" => "calendar month",
                "pw" => "week",
                "pm" => "month",
                "pp" => "person",
                "pn" => "night",
                _ => "annum",
            };
            let dotted = found.get(2).contains('.');
            let end = if dotted { end_of_short(found.get(3), found.after()) } else { found.get(3) };
            (found.region == Region::British || found.get(2) != "pm" || found.get(1).starts_with('£'))
                .then(|| format!("{} per {per}{end}", found.get(1)))
        }),
        (&bracketed, |found| Some(format!("({}{})", found.get(1), found.get(2)))),
        (&several, |found| {
            let count = amount(found.region, found.get(1));
            (!is_part(found.before())).then(|| format!("{count} times "))
        }),
        (r"\$(5|10|20|50|100)s\b", |found| Some(plural(&amount(found.region, found.get(1))))),
        (&range, range_reading),
        (&before, before_reading),
        (&behind, behind_reading),
        (r"\b([0-9]{1,3}(?:\.[0-9])?)\s?c(?<next>/|\s(?:per|an?|off)\b)", |found| {
            (!is_glued(found.before())).then(|| format!("{}¢", found.get(1)))
        }),
        (r"\b(AMOUNT)\s?¢|¢\s?(AMOUNT)", |found| Some(cents(found))),
        (r"\b([0-9]{1,3}(?:\.[0-9]{1,3})?)p\b", |found| {
            let after = found.after();
            let priced = found.get(1).contains('.')
                || after.starts_with('/')
                || [" per ", " a ", " an "].iter().any(|word| after.starts_with(word));
            let pence = (found.region == Region::British || priced) && !is_glued(found.before());
            let unit = if found.get(1) == "1" { "penny" } else { "pence" };
            pence.then(|| format!("{} {unit}", amount(found.region, found.get(1))))
        }),
    ])
});

fn cents(found: &Found<'_>) -> String {
    let written = if found.get(1).is_empty() { found.get(2) } else { found.get(1) };
    format!("{} {}", amount(found.region, written), if written == "1" { "cent" } else { "cents" })
}

fn named(written: &str) -> Option<&'static Currency> {
    let written = written.trim();
    CURRENCIES.iter().find(|currency| currency.written.contains(&written))
}

/// Continental sums in the notation of the number rules.
fn usual(written: &str) -> String {
    match written.rsplit_once(',') {
        Some((whole, cents)) if cents.len() == 2 => format!("{}.{cents}", whole.replace('.', "")),
        _ => written.to_owned(),
    }
}

/// The scale's word.
pub(super) fn scale(written: &str) -> &str {
    match written.trim() {
        "k" | "K" => "thousand",
        "m" | "M" | "mn" | "mln" | "mil" | "Mil" => "million",
        "B" | "bn" => "billion",
        "T" | "tn" => "trillion",
        word => word,
    }
}

/// A sum in words: "twelve dollars and fifty cents". `single` is for "a five dollar fee".
fn sum(region: Region, currency: &Currency, written: &str, scaled: &str, single: bool) -> String {
    let written = usual(written);
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let has_cents =
        scaled.trim().is_empty() && matches!(fraction.len(), 1 | 2) && !currency.cents[0].is_empty();
    if !has_cents {
        let number = quantity(region, &written);
        let scaled = if scaled.trim().is_empty() { String::new() } else { format!(" {}", scale(scaled)) };
        let unit = if single || written == "1" && scaled.is_empty() { currency.one } else { currency.many };
        return format!("{number}{scaled} {unit}");
    }
    // "$12.5" omits a zero.
    let cents: u64 = format!("{fraction:0<2}").parse().unwrap_or_default();
    let small = cardinal(region, cents)
        + " "
        + currency.cents[usize::from(cents != 1 && (!single || currency.cents[1] == "pence"))];
    let number = quantity(region, if whole.is_empty() { "0" } else { whole });
    let unit = if single || whole == "1" { currency.one } else { currency.many };
    match (number.as_str(), cents) {
        (_, 0) => format!("{number} {unit}"),
        ("zero", _) => small,
        _ => format!("{number} {unit} and {small}"),
    }
}

/// A sum is never a code, however many digits it has.
fn quantity(region: Region, written: &str) -> String {
    match written.replace(',', "").parse::<u64>() {
        Ok(number) if number < 1_000_000_000_000_000_000 => cardinal(region, number),
        _ => amount(region, written),
    }
}

/// A sum as `say-as` gives it: a number with a currency before or after it; without one, the region's own.
pub(super) fn spoken(region: Region, text: &str) -> Option<String> {
    let text = text.trim();
    let number = text.trim_matches(|character: char| !character.is_ascii_digit() && character != '.');
    let sign = text.replacen(number, "", 1);
    let minus = if sign.contains(['-', '−']) { "minus " } else { "" };
    let sign = sign.trim_matches([' ', '-', '−', '+']).to_uppercase();
    let currency = named(if sign.is_empty() { region.pick("$", "£") } else { &sign })?;
    let valid = number.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
        && number.contains(|digit: char| digit.is_ascii_digit());
    valid.then(|| format!("{minus}{}", sum(region, currency, number, "", false)))
}

/// Whether the word is the code of a currency.
pub(super) fn is_code(word: &str) -> bool {
    word.len() == 3 && named(word).is_some()
}

fn is_part(before: &str) -> bool {
    before.ends_with(|last: char| last.is_alphanumeric() || last == '.')
}

/// "five to ten dollars"
fn range_reading(found: &Found<'_>) -> Option<String> {
    let currency = named(found.get(1))?;
    let (first, last) = (usual(found.get(2)), usual(found.get(5)));
    let (first_scale, last_scale) = (found.get(3), found.get(6));
    let word = if found.get(4).is_empty() { range_word(found.before()) } else { found.get(4) };
    let signs = found.get(0).matches(found.get(1).trim()).count();
    let behind = found.after().strip_prefix('/');
    let goes_on = found.after().starts_with([':', '%'])
        || behind.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let unsigned_words = !found.get(4).is_empty() && signs < 2;
    if is_part(found.before()) && found.get(1).len() < 3 || unsigned_words || goes_on && signs < 2 {
        return None;
    }
    let round = |written: &str| !written.contains('.') && written != "1";
    let scaled =
        if first_scale.trim().is_empty() { String::new() } else { format!(" {}", scale(first_scale)) };
    // Two round sums share their currency.
    let from = if found.get(4) != "or" && round(&first) && (word == "to" || found.get(4).is_empty())
        || !last_scale.trim().is_empty()
    {
        format!("{}{scaled}", quantity(found.region, &first))
    } else {
        sum(found.region, currency, &first, first_scale, false)
    };
    let single = is_attributive(found.before(), found.after());
    Some(format!("{from} {word} {}", sum(found.region, currency, &last, last_scale, single)))
}

fn before_reading(found: &Found<'_>) -> Option<String> {
    let written = if found.get(2).is_empty() { found.get(3) } else { found.get(2) };
    let code = found.get(8);
    let currency = if written == "$" && !code.is_empty() { named(code)? } else { named(written)? };
    let (opens, closes) = (found.get(1) == "(", !found.get(7).is_empty());
    let dash = found.get(1).starts_with(['-', '–']);
    let joins = dash && found.before().ends_with(|last: char| last.is_alphanumeric());
    let minus = !found.get(4).is_empty() || dash && !joins && !found.get(1).ends_with(' ');
    let single = !closes && code.is_empty() && is_attributive(found.before(), found.after());
    let sum = sum(found.region, currency, found.get(5), found.get(6), single);
    let plus = found.get(1) == "+";
    let sum = match (minus, plus) {
        (true, _) => format!("minus {sum}"),
        (_, true) if found.before().ends_with(|last: char| last.is_alphanumeric()) => format!(" plus {sum}"),
        (_, true) => format!("plus {sum}"),
        _ => sum,
    };
    let dash = match (dash && !minus, joins) {
        (true, true) => " ",
        (true, false) => " - ",
        _ => "",
    };
    Some(format!("{dash}{}{sum}{}", if opens { "(" } else { "" }, if closes { ")" } else { "" }))
}

fn behind_reading(found: &Found<'_>) -> Option<String> {
    let sign = if found.get(6).is_empty() { found.get(7) } else { found.get(6) };
    // "50 $20 bills": the sign belongs to the next number.
    let others = !found.get(6).is_empty()
        && found.after().trim_start().starts_with(|next: char| next.is_ascii_digit());
    if others || is_glued(found.before()) || found.before().ends_with(['-', ',', '/']) {
        return None;
    }
    let currency = named(sign)?;
    let minus = if found.get(1).is_empty() { "" } else { "minus " };
    if found.get(4).is_empty() {
        let single = is_attributive(found.before(), found.after());
        return Some(format!("{minus}{}", sum(found.region, currency, found.get(2), found.get(3), single)));
    }
    let from = quantity(found.region, &usual(found.get(2)));
    Some(format!("{minus}{from} to {}", sum(found.region, currency, found.get(4), found.get(5), false)))
}
