//! Postal addresses: houses, streets, states, ZIP codes. Never telephone numbers or web addresses.

use std::sync::LazyLock;

use super::abbreviations::{OPENERS, name_before};
use super::context::{
    end_of_last, end_of_short, is_capitalised, is_glued, is_in, last_word, named, next_word,
};
use super::counted::counts;
use super::letters::spell;
use super::number::{digit_groups, digits, pairs};
use super::rule::{Found, Rule, rules};
use super::states::{STATES, STATES_OF_AUSTRALIA, UNSURE_STATES};

const SUFFIXES: [(&str, &str); 19] = [
    ("St", "Street"),
    ("Ave", "Avenue"),
    ("Av", "Avenue"),
    ("Blvd", "Boulevard"),
    ("Rd", "Road"),
    ("Dr", "Drive"),
    ("Ln", "Lane"),
    ("Ct", "Court"),
    ("Pl", "Place"),
    ("Sq", "Square"),
    ("Hwy", "Highway"),
    ("Pkwy", "Parkway"),
    ("Ter", "Terrace"),
    ("Terr", "Terrace"),
    ("Cir", "Circle"),
    ("Cres", "Crescent"),
    ("Expy", "Expressway"),
    ("Tpke", "Turnpike"),
    ("Trl", "Trail"),
];

const STREETS: &str = "(?:Street|Avenue|Boulevard|Road|Drive|Lane|Court|Place|Square|Highway|Parkway|Terrace|Circle|Crescent|Expressway|Turnpike|Trail|Way|Alley|Row|Loop|Plaza|Broadway|Close|Gardens|Grove|Hill|Mews)";

pub(super) const DIRECTIONS: [(&str, &str); 8] = [
    ("N", "North"),
    ("S", "South"),
    ("E", "East"),
    ("W", "West"),
    ("NE", "Northeast"),
    ("NW", "Northwest"),
    ("SE", "Southeast"),
    ("SW", "Southwest"),
];

/// Saints that places are named after, as far as a street could be meant instead.
const SAINTS: &str = "Louis Paul John Johns Helens Helena Lucie Lucia Petersburg Augustine Mary Marys Joseph Patrick Francis George James Peter Peters Thomas Andrew Andrews Charles Catharines Cloud Kitts Martin Barts Moritz Pancras Albans Ives Luke Lukes Jude Anne Vincent Michael Nicholas Valentine Bernard Elizabeth Clair Simon Tropez Croix";

const CITIES_OF_INDIA: &str = "mumbai delhi bengaluru bangalore hyderabad chennai kolkata pune ahmedabad jaipur surat lucknow kanpur nagpur indore thane bhopal gurgaon gurugram noida kochi chandigarh coimbatore mysuru mysore goa maharashtra karnataka gujarat kerala punjab haryana telangana rajasthan";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let house = format!(
        r"\b([0-9]{{1,6}})([A-Z]?)(-[0-9]{{1,3}})?((?:\s(?:[NSEW]|NE|NW|SE|SW)\b\.?)?)\s((?:[0-9]{{1,3}}(?:st|nd|rd|th)|(?:[A-Z][\p{{L}}'.]*\s){{0,3}}[A-Z][\p{{L}}']*)\s{STREETS})\b"
    );
    // "3/45 George Street": a flat and its house
    let shared =
        format!(r"\b([0-9]{{1,4}})/([0-9]{{1,4}})(,?)\s(?<next>(?:[A-Z][\p{{L}}'.]*\s){{1,3}}{STREETS}\b)");
    let street_zip = format!(r"\b({STREETS},\s)([0-9]{{5}})\b");
    // "New York 10281"
    let spelt_state_zip = format!(r"\b({})\s([0-9]{{5}})\b", STATES.map(|(_, name)| name).join("|"));
    let suffix = format!(r"\b({})\b(\.?)", SUFFIXES.map(|(short, _)| short).join("|"));
    let behind = format!(r"\b({STREETS},?\s)(NE|NW|SE|SW|[NSEW])\b(\.?)");
    rules(&[
        (r"\bP\.?\s?O\.?\s?Box(?:\s(is|no\.|number))?\s#?([0-9]{1,8})", |found| {
            let word = found.get(1).replace("no.", "number");
            Some(format!("P O Box {word} {}", digits(found.get(2))))
        }),
        // "Rue St-Denis", "Sault Ste-Marie"
        (r"\bSt(e?)-(?<next>[A-Z][a-zé])", |found| {
            Some(if found.get(1).is_empty() { "Saint-" } else { "Sainte-" }.to_owned())
        }),
        (r"\b(St)\b(\.?)", saint_or_street),
        (&suffix, street),
        (&shared, |found| {
            let read = |group: usize| pairs(found.region, found.get(group));
            let part = is_glued(found.before()) || found.before().ends_with(['$', '/', '-']);
            (!part).then(|| format!("{} slash {}{} ", read(1), read(2), found.get(3)))
        }),
        (r"\b([Ff]lat|[Uu]nit|[Aa]partment|[Aa]pt\.?)\s([0-9]{1,3})/([0-9]{1,3})\b", |found| {
            let read = |group: usize| pairs(found.region, found.get(group));
            (!found.after().starts_with('/'))
                .then(|| format!("{} {} slash {}", found.get(1), read(2), read(3)))
        }),
        (&house, house_number),
        (r"\b(State|US|County)\s(?:Rte|Rt)\b\.?(?<next>\s[0-9])", |found| {
            Some(format!("{} Route", found.get(1)))
        }),
        // "8801 State Rte. 16"
        (
            r"\b([0-9]{3,5})\s(?<next>(?:[NSEW]\.?\s)?(?:(?:State|US|County)\s)?(?:Route|Rte|Rt|Highway|Hwy)\b\.?\s[0-9])",
            |found| (!is_glued(found.before())).then(|| pairs(found.region, found.get(1)) + " "),
        ),
        (&behind, |found| {
            let end = end_of_short(found.get(3), found.after());
            Some(format!("{}{}{end}", found.get(1), named(&DIRECTIONS, found.get(2))?))
        }),
        (r"\b([NSEW])\.?\s([A-Z][a-z]+ (?:Street|Avenue|Boulevard|Road|Drive|Lane))\b", |found| {
            Some(format!("{} {}", named(&DIRECTIONS, found.get(1))?, found.get(2)))
        }),
        (r"\b([A-Z]{2}),?\s([0-9]{5})(?:-([0-9]{4}))?\b", state_and_zip),
        (r"\b([A-Z][a-z]+,?\s)(NSW|VIC|QLD|TAS|ACT|SA|WA|NT)\s([0-9]{4})\b", |found| {
            let state = named(&STATES_OF_AUSTRALIA, found.get(2))?;
            let code = found.get(3);
            let code = if code.ends_with("000") { pairs(found.region, code) } else { digits(code) };
            Some(format!("{}{state} {code}", found.get(1)))
        }),
        (
            r"(\b(?:and|at|on|is|near)\s|&\s)(NE|NW|SE|SW|[NSEW])\.?\s(?<next>[0-9]{1,3}(?:st|nd|rd|th)\b)",
            |found| Some(format!("{}{} ", found.get(1), named(&DIRECTIONS, found.get(2))?)),
        ),
        // "245 E 63rd"
        (r"\b([0-9]{1,5})\s([NSEW])\.?\s(?<next>[0-9]{1,3}(?:st|nd|rd|th)\b)", |found| {
            let part = is_glued(found.before()) || found.before().ends_with(['$', '#', '-', ',', '/', ':']);
            let direction = named(&DIRECTIONS, found.get(2))?;
            (!part).then(|| format!("{} {direction} ", pairs(found.region, found.get(1))))
        }),
        (&spelt_state_zip, |found| {
            (!counts(found.after())).then(|| format!("{} {}", found.get(1), digits(found.get(2))))
        }),
        (&street_zip, |found| Some(format!("{}{}", found.get(1), digits(found.get(2))))),
        (r"\b([0-9]{5})-([0-9]{4})\b", |found| {
            let alone = !found.before().ends_with(['-', '$', '#']) && !found.after().starts_with('-');
            alone.then(|| zip(found.get(1), found.get(2)))
        }),
        (r"\b([A-Z][a-z]+,\s)([A-Z]{2})\b", state),
        (
            r"\b((?i:zip codes?|zip|postcode|postal code)(?:\s(?i:code|is|of|to|was))*:?\s)([0-9]{5})(?:-([0-9]{4}))?\b",
            |found| Some(format!("{}{}", found.get(1), zip(found.get(2), found.get(3)))),
        ),
        (r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s[0-9][A-Z]{2}\b|\b[A-Z][0-9][A-Z]\s?[0-9][A-Z][0-9]\b", |found| {
            Some(spell(found.get(0)))
        }),
        // Ireland's postal codes: "D02 AF30"
        (r"\b[AC-FHKNPRTV-Y][0-9][0-9W]\s[AC-FHKNPRTV-Y0-9]{4}\b", |found| {
            let letters = |text: &str| text.contains(char::is_alphabetic);
            let code = letters(&found.get(0)[4..]) || is_in("eircode code", &last_word(found.before()));
            code.then(|| spell(found.get(0)))
        }),
        // India's
        (r"\b([A-Z][a-z]+)([\s,–-]{1,3})([1-9][0-9]{2}\s?[0-9]{3})\b", |found| {
            let city = is_in(CITIES_OF_INDIA, &found.get(1).to_lowercase());
            let code = digit_groups(&found.get(3).replace(' ', ""));
            city.then(|| format!("{}{}{code}", found.get(1), if found.get(2) == " " { " " } else { ", " }))
        }),
    ])
});

/// "St. John" or "Main St."
fn saint_or_street(found: &Found<'_>) -> Option<String> {
    let name = name_before(found.before());
    let next = next_word(found.after());
    let follows_name = is_name(name) || is_ordinal(name);
    let saint = SAINTS.split(' ').any(|saint| saint == next.trim_end_matches("'s"));
    let house = is_house(found.before());
    let named = found.after().starts_with(' ') && is_capitalised(next) && next.len() > 2;
    if named && (!follows_name || saint && !house) {
        return Some("Saint".to_owned());
    }
    follows_name.then(|| with_dot("Street", found))
}

/// Suffixes other than "St", after a name or an ordinal.
fn street(found: &Found<'_>) -> Option<String> {
    let words = named(&SUFFIXES, found.get(1))?;
    let name = name_before(found.before());
    let always = matches!(found.get(1), "Ave" | "Blvd" | "Pkwy" | "Rd" | "Hwy");
    let numbered =
        found.get(1) == "Hwy" && next_word(found.after()).starts_with(|next: char| next.is_ascii_digit());
    let fits = is_ordinal(name) || always && !numbered && !name.is_empty() || is_name(name) && !titled(found);
    fits.then(|| with_dot(words, found))
}

/// Whether an apparent suffix stands in front of a person's name, without a house before it.
fn titled(found: &Found<'_>) -> bool {
    found.get(1) == "Dr"
        && is_capitalised(next_word(found.after()))
        && !is_house(found.before())
        && found.after().starts_with(' ')
}

fn with_dot(words: &str, found: &Found<'_>) -> String {
    format!("{words}{}", end_of_last(found.get(2), found.after()))
}

fn is_name(word: &str) -> bool {
    is_capitalised(word) && !is_in(OPENERS, &word.to_lowercase())
}

fn is_ordinal(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
        && ["st", "nd", "rd", "th"].iter().any(|end| word.ends_with(end))
}

/// Whether one of the three words before is a house number.
fn is_house(before: &str) -> bool {
    before.split_whitespace().rev().take(4).any(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn house_number(found: &Found<'_>) -> Option<String> {
    if is_glued(found.before()) || found.before().ends_with(['$', '#', '-', ',', '/', ':']) {
        return None;
    }
    let letter = if found.get(2).is_empty() { String::new() } else { format!(" {}", found.get(2)) };
    let unit = found.get(3).strip_prefix('-').map(|unit| {
        let (first, last) = (found.get(1).parse::<u64>().unwrap_or(0), unit.parse::<u64>().unwrap_or(0));
        // "15-17 King's Road" are houses in a row.
        let word = if (first + 1..first + 20).contains(&last) { "to" } else { "dash" };
        format!(" {word} {}", pairs(found.region, unit))
    });
    let direction = named(&DIRECTIONS, found.get(4).trim().trim_end_matches('.'));
    let direction = direction.map(|direction| format!(" {direction}")).unwrap_or_default();
    let number = pairs(found.region, found.get(1));
    // "500 5th Ave.": no "five hundred fifth"
    let is_numbered = found.get(5).starts_with(|first: char| first.is_ascii_digit());
    let pause = if is_numbered && direction.is_empty() && number.ends_with("hundred") { "," } else { "" };
    Some(format!("{number}{letter}{}{pause}{direction} {}", unit.unwrap_or_default(), found.get(5)))
}

fn state_and_zip(found: &Found<'_>) -> Option<String> {
    let state = named(&STATES, found.get(1))?;
    Some(format!("{state} {}", zip(found.get(2), found.get(3))))
}

/// After the name of a town, at the end of its phrase.
fn state(found: &Found<'_>) -> Option<String> {
    let state = named(&STATES, found.get(2)).filter(|_| !is_in(UNSURE_STATES, found.get(2)))?;
    let ends = !found.after().starts_with(" ") || !is_capitalised(next_word(found.after()));
    (ends && !found.after().starts_with(['-', '/', '&'])).then(|| format!("{}{state}", found.get(1)))
}

fn zip(five: &str, four: &str) -> String {
    if four.is_empty() { digits(five) } else { format!("{}, {}", digits(five), digits(four)) }
}
