//! Amounts of money, and numbers with a unit.

use super::numerals::whole;
use super::{Variety, Words};
use crate::Report;
use crate::numbers::{Numbers, every, separated, some};

/// A currency: its sign, the names of one and of several, and of its hundredths.
struct Currency {
    sign: &'static str,
    names: (&'static str, &'static str),
    hundredths: Option<(&'static str, &'static str)>,
}

const CURRENCIES: [Currency; 4] = [
    Currency { sign: "$", names: ("dollar", "dollars"), hundredths: Some(("cent", "cents")) },
    Currency { sign: "€", names: ("euro", "euros"), hundredths: Some(("cent", "cents")) },
    Currency { sign: "£", names: ("pound", "pounds"), hundredths: Some(("penny", "pence")) },
    Currency { sign: "₩", names: ("won", "won"), hundredths: None },
];

const DOLLARS: &Currency = &CURRENCIES[0];

/// Units, and the names of one and of several.
const UNITS: [(&str, &str, &str); 14] = [
    ("%", "percent", "percent"),
    (" km", "kilometer", "kilometers"),
    (" kg", "kilogram", "kilograms"),
    ("kg", "kilogram", "kilograms"),
    (" GB", "gigabyte", "gigabytes"),
    ("GB", "gigabyte", "gigabytes"),
    (" miles", "miles", "miles"),
    (" kWh", "kilowatt hour", "kilowatt hours"),
    (" ml", "milliliter", "milliliters"),
    (" lbs", "pound", "pounds"),
    (" hrs", "hour", "hours"),
    (" mins", "minute", "minutes"),
    ("°C", "degree Celsius", "degrees Celsius"),
    (" mph", "mile per hour", "miles per hour"),
];

/// The amount in hundredths.
fn money(words: &mut Words<'_>, currency: &Currency) -> Option<u64> {
    let first = words.cardinal()?;
    if let Some(hundredths) = currency.hundredths
        && named(words, first, hundredths)
    {
        return Some(first);
    }
    named(words, first, currency.names).then_some(())?;
    if !words.take("and") {
        return Some(100 * first);
    }
    let cents = words.cardinal().filter(|cents| (1..100).contains(cents))?;
    named(words, cents, currency.hundredths?).then_some(100 * first + cents)
}

fn named(words: &mut Words<'_>, number: u64, (one, several): (&str, &str)) -> bool {
    words.take_all(if number == 1 { one } else { several })
}

fn amounts(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    // Dollars are swept whole, in Britain pounds; of the others every seventh amount.
    let home = if variety == Variety::British { "£" } else { "$" };
    for currency in &CURRENCIES {
        let read = whole(variety, |words| money(words, currency));
        let negative = whole(variety, |words| words.take("minus").then(|| money(words, currency)).flatten());
        let numbers: Box<dyn Iterator<Item = u64>> =
            if currency.sign == home { Box::new(every()) } else { Box::new(some()) };
        for number in numbers {
            let value = 100 * number;
            let plain = format!("{}{number}", currency.sign);
            let separated = format!("{}{}", currency.sign, separated(number));
            report.read("money", "You owe N today.", &plain, &value, &read);
            report.read("money with separators", "You owe N.", &separated, &value, &read);
        }
        for number in some().step_by(3) {
            let value = 100 * number;
            let plain = format!("{}{number}", currency.sign);
            report.read("negative money", "Your balance is N now.", &format!("-{plain}"), &value, &negative);
            report.read(
                "sign behind",
                "You owe N today.",
                &format!("{number} {}", currency.sign),
                &value,
                &read,
            );
            report.read("money after a word before codes", "The claim is N now.", &plain, &value, &read);
        }
    }
    report.finish();
}

fn cents(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    let mut numbers = Numbers::new();
    let all = [0, 1, 2, 9, 12, 911, 1_000, 1_911, 12_500].map(|dollars| (dollars, 0..100));
    let random: Vec<_> = some().map(|dollars| (dollars, numbers.below(100))).collect();
    let random = random.into_iter().map(|(dollars, cents)| (dollars, cents..cents + 1));
    for (whole_part, cents) in all.into_iter().chain(random) {
        for cent in cents {
            for currency in CURRENCIES.iter().filter(|currency| currency.hundredths.is_some()) {
                let read = whole(variety, |words| money(words, currency));
                let value = 100 * whole_part + cent;
                let plain = format!("{}{whole_part}.{cent:02}", currency.sign);
                report.read("money with cents", "You owe N today.", &plain, &value, &read);
                let separated = format!("{}{}.{cent:02}", currency.sign, separated(whole_part));
                report.read("money with cents and separators", "The total is N.", &separated, &value, &read);
            }
        }
    }
    for low in some() {
        let high = low + 1 + numbers.below(1_000);
        let range = whole(variety, |words| {
            let low = words.cardinal()?;
            // "Five dollars to ten dollars" is as good as "five to ten dollars".
            named(words, low, DOLLARS.names);
            words.take("to").then_some(())?;
            Some((low, money(words, DOLLARS)? / 100))
        });
        let both = (low, high);
        report.read("range of money", "Expect to pay N for it.", &format!("${low}-${high}"), &both, &range);
        report.read(
            "range of money with one sign",
            "Expect to pay N for it.",
            &format!("${low}-{high}"),
            &both,
            &range,
        );
    }
    report.finish();
}

fn units(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    let mut numbers = Numbers::new();
    for number in some() {
        // Four of the units for each number.
        for (unit, one, several) in (0..4).map(|turn| UNITS[(4 * number as usize + turn) % UNITS.len()]) {
            let spelt = |name: &str| {
                if variety == Variety::British {
                    name.replace("meter", "metre").replace("liter", "litre")
                } else {
                    name.to_owned()
                }
            };
            let (one, several) = (spelt(one), spelt(several));
            let read = whole(variety, |words| {
                let value = words.number()?;
                words.take_all(if matches!(&*value, "1" | "-1") { &one } else { &several }).then_some(value)
            });
            let digits = number.to_string();
            let decimal = numbers.fill(&format!("{number}.d"));
            for written in [digits.clone(), separated(number), decimal, format!("-{digits}")] {
                let value = written.replace(',', "");
                report.read("with a unit", "It was N in all.", &format!("{written}{unit}"), &value, &read);
            }
        }
    }
    report.finish();
}

#[test]
fn american_amounts() {
    amounts("en-US");
    cents("en-US");
}

#[test]
fn british_amounts() {
    amounts("en-GB");
    cents("en-GB");
}

#[test]
fn american_units() {
    units("en-US");
}

#[test]
fn british_units() {
    units("en-GB");
}
