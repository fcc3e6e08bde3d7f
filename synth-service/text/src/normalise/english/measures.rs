//! Amounts of units: lengths, weights, temperatures, data, percent. Never money or times of day.

use std::sync::LazyLock;

use super::Region;
use super::context::{is_attributive, is_capitalised, is_end, next_word};
use super::money::scale;
use super::number::{amount, cardinal};
use super::quantities::fraction;
use super::rule::{Found, Rule, rules};

/// As written, one, many; longer ones first where one begins with another.
const UNITS: [(&str, &str, &str); 116] = [
    ("km/h", "kilometer per hour", "kilometers per hour"),
    ("kmh", "kilometer per hour", "kilometers per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("mph", "mile per hour", "miles per hour"),
    ("mi/h", "mile per hour", "miles per hour"),
    ("m/s", "meter per second", "meters per second"),
    ("mpg", "mile per gallon", "miles per gallon"),
    ("sq. ft", "square foot", "square feet"),
    ("sq ft", "square foot", "square feet"),
    ("sqft", "square foot", "square feet"),
    ("sq. mi", "square mile", "square miles"),
    ("sq mi", "square mile", "square miles"),
    ("sq m", "square meter", "square meters"),
    ("sqm", "square meter", "square meters"),
    ("cu. ft", "cubic foot", "cubic feet"),
    ("cu ft", "cubic foot", "cubic feet"),
    ("km^2", "square kilometer", "square kilometers"),
    ("cm^2", "square centimeter", "square centimeters"),
    ("ft^2", "square foot", "square feet"),
    ("in^2", "square inch", "square inches"),
    ("m^2", "square meter", "square meters"),
    ("cm^3", "cubic centimeter", "cubic centimeters"),
    ("ft^3", "cubic foot", "cubic feet"),
    ("m^3", "cubic meter", "cubic meters"),
    ("mmHg", "millimeter of mercury", "millimeters of mercury"),
    ("km", "kilometer", "kilometers"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("nm", "nanometer", "nanometers"),
    ("μm", "micrometer", "micrometers"),
    ("µm", "micrometer", "micrometers"),
    ("mi", "mile", "miles"),
    ("ft", "foot", "feet"),
    ("yds", "yard", "yards"),
    ("yd", "yard", "yards"),
    ("in", "inch", "inches"),
    ("fl. oz", "fluid ounce", "fluid ounces"),
    ("fl oz", "fluid ounce", "fluid ounces"),
    ("kgs", "kilogram", "kilograms"),
    ("kg", "kilogram", "kilograms"),
    ("mcg", "microgram", "micrograms"),
    ("μg", "microgram", "micrograms"),
    ("µg", "microgram", "micrograms"),
    ("mg", "milligram", "milligrams"),
    ("lbs", "pound", "pounds"),
    ("lb", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("gal", "gallon", "gallons"),
    ("tbsp", "tablespoon", "tablespoons"),
    ("tsp", "teaspoon", "teaspoons"),
    ("dL", "deciliter", "deciliters"),
    ("cl", "centiliter", "centiliters"),
    ("mL", "milliliter", "milliliters"),
    ("ml", "milliliter", "milliliters"),
    ("qt", "quart", "quarts"),
    ("doz", "dozen", "dozen"),
    ("pcs", "piece", "pieces"),
    ("pc", "piece", "pieces"),
    ("ct", "count", "count"),
    ("pk", "pack", "pack"),
    ("IU", "international unit", "international units"),
    ("mEq", "milliequivalent", "milliequivalents"),
    ("mmol", "millimole", "millimoles"),
    ("cc", "C C", "C Cs"),
    ("Kbps", "kilobit per second", "kilobits per second"),
    ("kbps", "kilobit per second", "kilobits per second"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("mbps", "megabit per second", "megabits per second"),
    ("Mb/s", "megabit per second", "megabits per second"),
    ("Mbit/s", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("gbps", "gigabit per second", "gigabits per second"),
    ("KB", "kilobyte", "kilobytes"),
    ("kB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("gb", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("GHz", "gigahertz", "gigahertz"),
    ("MHz", "megahertz", "megahertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("Hz", "hertz", "hertz"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("KWh", "kilowatt hour", "kilowatt hours"),
    ("kwh", "kilowatt hour", "kilowatt hours"),
    ("MWh", "megawatt hour", "megawatt hours"),
    ("Wh", "watt hour", "watt hours"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("kV", "kilovolt", "kilovolts"),
    ("mV", "millivolt", "millivolts"),
    ("mAh", "milliamp hour", "milliamp hours"),
    ("mA", "milliamp", "milliamps"),
    ("dB", "decibel", "decibels"),
    ("psi", "P S I", "P S I"),
    ("kPa", "kilopascal", "kilopascals"),
    ("rpm", "R P M", "R P M"),
    ("bpm", "beat per minute", "beats per minute"),
    ("fps", "frame per second", "frames per second"),
    ("BTU", "B T U", "B T U"),
    ("kcal", "kilocalorie", "kilocalories"),
    ("cal", "calorie", "calories"),
    ("px", "pixel", "pixels"),
    ("ms", "millisecond", "milliseconds"),
    ("hrs", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("mins", "minute", "minutes"),
    ("min", "minute", "minutes"),
    ("secs", "second", "seconds"),
    ("sec", "second", "seconds"),
    ("wks", "week", "weeks"),
    ("wk", "week", "weeks"),
    ("mos", "month", "months"),
    ("mo", "month", "months"),
    ("yrs", "year", "years"),
    ("yr", "year", "years"),
];

/// Units of one letter; they count only right behind their number or, except for the last four, after a space.
const LETTERS: [(&str, &str, &str); 9] = [
    ("m", "meter", "meters"),
    ("g", "gram", "grams"),
    ("L", "liter", "liters"),
    ("l", "liter", "liters"),
    ("V", "volt", "volts"),
    ("W", "watt", "watts"),
    ("h", "hour", "hours"),
    ("d", "day", "days"),
    ("s", "second", "seconds"),
];

/// What stands behind "per": "5 dollars/mo".
const PER: [(&str, &str); 26] = [
    ("mo", "month"),
    ("mth", "month"),
    ("yr", "year"),
    ("hr", "hour"),
    ("h", "hour"),
    ("wk", "week"),
    ("min", "minute"),
    ("sec", "second"),
    ("s", "second"),
    ("kg", "kilogram"),
    ("lb", "pound"),
    ("oz", "ounce"),
    ("gal", "gallon"),
    ("L", "liter"),
    ("dL", "deciliter"),
    ("mL", "milliliter"),
    ("ml", "milliliter"),
    ("GB", "gigabyte"),
    ("MB", "megabyte"),
    ("kWh", "kilowatt hour"),
    ("mi", "mile"),
    ("km", "kilometer"),
    ("ft", "foot"),
    ("d", "day"),
    ("pp", "person"),
    ("ea", "each"),
];

const PER_WORDS: &str = "month|year|hour|day|week|night|minute|second|person|user|seat|device|line|call|item|unit|gallon|mile|pound|ounce|dose|tablet|transaction|child|adult|room|quarter|text|message|share|game|class|session|visit|page";

const NUMBER: &str = r"((?:[0-9]{1,4}\s)?[0-9]{1,3}/[0-9]{1,3}|AMOUNT)";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut written: Vec<String> = UNITS.iter().map(|(unit, ..)| regex::escape(unit)).collect();
    written.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    let unit = written.join("|");
    let per = PER.iter().map(|(short, _)| *short).collect::<Vec<_>>().join("|");
    let behind = format!(r"(?:\s?/\s?({per}|{PER_WORDS})\b)?");
    let units =
        format!(r"(-)?{NUMBER}(SCALE)?(?:(?:DASH|\s(to|x|by)\s){NUMBER})?(\s?-?)({unit})\b(\.?){behind}");
    let letters = format!(r"(-)?{NUMBER}()(?:(?:DASH|\s(to)\s){NUMBER})?(\s?)([mgLlVWhds])\b(\.?){behind}");
    let per_anything = format!(r"\b([a-z]+s?|each)\s?/\s?({per}|{PER_WORDS})\b");
    let percent = format!(r"([-+±])?{NUMBER}\s?%?(?:(?:DASH|\s(to)\s){NUMBER})?\s?%");
    let degrees = format!(
        r"([-+])?{NUMBER}\s?°?\s?[CF]?(?:DASH([-+])?{NUMBER})?\s?(?:°\s?([CFK])?\b|°|℃|℉|º\s?([CF])\b)"
    );
    rules(&[
        (
            r#"\b([0-9]{1,2})\s?(?:'|ft\.?|feet)\s?-?([0-9]{1,2}(?:\.[0-9])?(?:\s[0-9]/[0-9])?)\s?(?:"|''|in\b\.?|inches\b)"#,
            feet_and_inches,
        ),
        (r"\b([0-9])'([0-9]{1,2})\b", feet_and_inches),
        (r#"\b([0-9]{1,3})'(\s|x|$|,)"#, |found| {
            let quoted = found.before().ends_with('\'')
                || found.before().bytes().rev().take(200).filter(|byte| *byte == b'\'').count() % 2 == 1;
            let unit = if found.get(1) == "1" { "foot" } else { "feet" };
            (!quoted).then(|| format!("{} {unit}{}", amount(found.region, found.get(1)), found.get(2)))
        }),
        (r#"\b((?:[0-9]{1,3}\s)?[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,3}(?:\.[0-9]{1,3})?)""#, inches),
        (&percent, percent_reading),
        (&degrees, degrees_reading),
        (&units, measure),
        (&letters, measure),
        (&per_anything, per_reading),
    ])
});

fn feet_and_inches(found: &Found<'_>) -> Option<String> {
    let (feet, inches) = (found.get(1), found.get(2));
    if found.before().ends_with(|last: char| "'.,/$:-".contains(last)) || is_quoting(found.before()) {
        return None;
    }
    let foot = if feet == "1" { "foot" } else { "feet" };
    let inch = if inches == "1" { "inch" } else { "inches" };
    let end = if found.get(0).ends_with('.') && is_end(found.after()) { "." } else { "" };
    Some(format!("{} {foot} {} {inch}{end}", amount(found.region, feet), value(found.region, inches)?))
}

/// Whether a quotation is open, so that a quote ends it and stands for no inches.
fn is_quoting(before: &str) -> bool {
    before.bytes().rev().take(400).filter(|byte| *byte == b'"').count() % 2 == 1
}

fn inches(found: &Found<'_>) -> Option<String> {
    let unit =
        if found.get(1) == "1" || is_attributive(found.before(), found.after()) { "inch" } else { "inches" };
    (!is_quoting(found.before())).then(|| Some(format!("{} {unit}", value(found.region, found.get(1))?)))?
}

/// A number, a fraction or both.
fn value(region: Region, written: &str) -> Option<String> {
    let (whole, part) = written.rsplit_once(' ').unwrap_or(("", written));
    match part.split_once('/') {
        Some((top, bottom)) => fraction(region, whole, top, bottom),
        None => Some(amount(region, written)),
    }
}

fn is_part(before: &str) -> bool {
    before.ends_with(|last: char| last.is_alphanumeric() || "$€£¥₩.,/:_#^".contains(last))
}

/// "minus" where a sign stands for itself and joins nothing.
fn minus(sign: &str, before: &str) -> Option<&'static str> {
    match sign {
        "" => Some(""),
        "+" => Some("plus "),
        "±" => Some("plus or minus "),
        _ if before.is_empty() || before.ends_with([' ', '(', '"']) => Some("minus "),
        _ => None,
    }
}

fn percent_reading(found: &Found<'_>) -> Option<String> {
    if is_part(found.before()) {
        return None;
    }
    let sign = minus(found.get(1), found.before()).unwrap_or(" ");
    let first = value(found.region, found.get(2))?;
    if found.get(4).is_empty() {
        return Some(format!("{sign}{first} percent"));
    }
    Some(format!("{sign}{first} to {} percent", value(found.region, found.get(4))?))
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
    Some(format!("{sign}{first} to {last} degrees{scale}"))
}

fn measure(found: &Found<'_>) -> Option<String> {
    let (number, join, last, gap, unit, dot) =
        (found.get(2), found.get(4), found.get(5), found.get(6), found.get(7), found.get(8));
    if is_part(found.before()) || !fits(found) {
        return None;
    }
    let (_, one, many) = UNITS.iter().chain(&LETTERS).find(|(written, ..)| *written == unit)?;
    let counted = if last.is_empty() { number } else { last };
    let below_one = counted.contains('/') && !counted.contains(' ');
    let single =
        counted == "1" || below_one || gap.contains('-') || is_attributive(found.before(), found.after());
    let unit = spelling(found.region, if single { one } else { many });
    let scaled =
        if found.get(3).trim().is_empty() { String::new() } else { format!(" {}", scale(found.get(3))) };
    let sign = minus(found.get(1), found.before()).unwrap_or(" ");
    let of = if below_one && value(found.region, counted)?.starts_with("one half") { "half a" } else { "" };
    let first = value(found.region, number)?;
    let amount = match (last, join) {
        ("", _) if !of.is_empty() && !one.starts_with(['a', 'e', 'i', 'o', 'u', 'h']) => of.to_owned(),
        ("", _) => format!("{first}{scaled}"),
        (last, "x" | "by") => format!("{first} by {}", value(found.region, last)?),
        (last, _) => format!("{first}{scaled} to {}", value(found.region, last)?),
    };
    let per = per_words(found.region, found.get(9)).map(|per| format!(" {per}")).unwrap_or_default();
    let end = if !dot.is_empty() && is_end(found.after()) { "." } else { "" };
    Some(format!("{sign}{amount} {unit}{per}{end}"))
}

/// Whether the letters are a unit here, and not a word, a seat or a direction.
fn fits(found: &Found<'_>) -> bool {
    let (gap, unit, dot, after) = (found.get(6), found.get(7), found.get(8), found.after());
    let goes_on = after.starts_with(['-', '/', '@', '\'', '&']) && !after.starts_with("/ ")
        || dot == "." && after.starts_with(char::is_alphanumeric);
    let spaced = !gap.is_empty();
    match unit {
        _ if goes_on && unit.len() < 3 => false,
        "in" => is_inches(gap, dot, after),
        "W" | "V" | "g" | "m" | "L" | "l" => {
            !(spaced && after.starts_with(' ') && is_capitalised(next_word(after)) && unit == "W")
        }
        "h" | "s" => !spaced || dot.is_empty() && is_end(after.trim_start_matches(['.', ','])),
        "d" => !spaced,
        "pk" | "ct" | "mo" | "cal" | "min" | "sec" | "ms" => true,
        _ => true,
    }
}

/// "in" is a word, unless its dot, a hyphen or what follows shows the inches.
fn is_inches(gap: &str, dot: &str, after: &str) -> bool {
    let next = next_word(after);
    let measured = matches!(
        next,
        "x" | "by"
            | "wide"
            | "long"
            | "tall"
            | "deep"
            | "high"
            | "thick"
            | "screen"
            | "diameter"
            | "pipe"
            | "monitor"
    );
    gap.contains('-')
        || gap.is_empty()
        || measured
        || !dot.is_empty() && !is_end(after)
        || is_end(after) && dot.is_empty()
}

fn spelling(region: Region, unit: &str) -> String {
    match region {
        Region::American => unit.to_owned(),
        Region::British if unit.contains("meter") || unit.contains("liter") => {
            unit.replace("meter", "metre").replace("liter", "litre")
        }
        Region::British => unit.to_owned(),
    }
}

fn per_words(region: Region, written: &str) -> Option<String> {
    match PER.iter().find(|(short, _)| *short == written) {
        Some((_, "each")) => Some("each".to_owned()),
        Some((_, words)) => Some(format!("per {}", spelling(region, words))),
        None => (!written.is_empty()).then(|| format!("per {written}")),
    }
}

/// A slash behind what is counted: "five dollars/month".
fn per_reading(found: &Found<'_>) -> Option<String> {
    let counted = found.get(1);
    let money = [
        "dollars", "dollar", "cents", "euros", "pounds", "euro", "pence", "yen", "won", "each", "percent",
        "thousand", "million",
    ]
    .contains(&counted);
    let unit = UNITS.iter().any(|(_, one, many)| one.ends_with(counted) || many.ends_with(counted));
    let things = matches!(
        counted,
        "calls"
            | "times"
            | "users"
            | "texts"
            | "messages"
            | "meals"
            | "doses"
            | "tablets"
            | "visits"
            | "days"
            | "hours"
            | "pages"
    );
    (money || unit || things)
        .then(|| Some(format!("{counted} {}", per_words(found.region, found.get(2))?)))?
}

/// "five" of "5x": how often.
pub(super) fn times(region: Region, written: &str) -> String {
    match written {
        "1" => "one time".to_owned(),
        _ => format!(
            "{} times",
            written.parse().map_or_else(|_| amount(region, written), |number| cardinal(region, number))
        ),
    }
}
