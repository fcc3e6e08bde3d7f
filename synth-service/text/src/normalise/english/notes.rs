//! Shortened words of agents' notes that the words beside them explain: "the no. is", "$100 ded.", "q3 months". Never
//! those that mean the same everywhere, which are in `short_words`.

use std::sync::LazyLock;

use super::context::{end_of_short, is_in, next_word};
use super::rule::{Found, Rule, rules};

/// Words in which an apostrophe stands for letters.
const CONTRACTED: [(&str, &str); 8] = [
    ("nat'l", "national"),
    ("int'l", "international"),
    ("gov't", "government"),
    ("dep't", "department"),
    ("ass'n", "association"),
    ("cont'd", "continued"),
    ("appt's", "appointments"),
    ("pymt's", "payments"),
];

/// Words behind "no later than" that are times.
const DAYS: &str = "noon midnight today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b(?i:nat'l|int'l|gov't|dep't|ass'n|cont'd|appt's|pymt's)(?<next>[^\p{L}]|$)", contracted),
        (r"\bbdrm(s?)\b(\.?)", |found| {
            Some(format!("bedroom{}{}", found.get(1), end_of_short(found.get(2), found.after())))
        }),
        // "the 1st hr"
        (
            r"\b((?i:first|next|last|each|every|extra|additional)\s|[0-9]{1,3}(?:st|nd|rd|th)\s)(hr|yr|wk)(s?)\b(\.?)",
            |found| {
                let units = [("hr", "hour"), ("yr", "year"), ("wk", "week")];
                let (_, unit) = units.iter().find(|(short, _)| *short == found.get(2))?;
                let end = end_of_short(found.get(4), found.after());
                Some(format!("{}{unit}{}{end}", found.get(1), found.get(3)))
            },
        ),
        // "the 200 block of S. 9th"
        (r"\b([NSEW])\.\s(?<next>[0-9]{1,3}(?:st|nd|rd|th)\b)", |found| {
            let directions = [("N", "North "), ("S", "South "), ("E", "East "), ("W", "West ")];
            Some(directions.iter().find(|(letter, _)| *letter == found.get(1))?.1.to_owned())
        }),
        // The number of an order
        (r"\bP\.O\.\s(?<next>(?:is|was|number|no\.|for)\s|#?[0-9])", |_| Some("PO ".to_owned())),
        (r"\b([Rr])ef\.?\s(?<next>(?:#|no\b|num\b|number\b))", |found| {
            Some(format!("{}eference ", found.get(1)))
        }),
        (r"\b([Aa])cc\b\.?\s?(?<next>(?:no\b|number|num\b|#|[0-9]))", |found| {
            Some(format!("{}ccount ", found.get(1)))
        }),
        (
            r"([$£€][0-9][0-9,]*|\b(?:[Aa]nnual|[Yy]our|the|[Ff]amily|[Ii]ndividual|after|before|no|met))\sded\b\.",
            |found| Some(format!("{} deductible{}", found.get(1), end_of_short(".", found.after()))),
        ),
        (r"\b([Ii])ns\.\s(?<next>(?:card|company|claim|policy|plan|provider|carrier|premium)\b)", |found| {
            Some(format!("{}nsurance ", found.get(1)))
        }),
        (r"\b([Ii])nv\.?\s(?<next>(?:no\b|number|num\b|#|[0-9]))", |found| {
            Some(format!("{}nvoice ", found.get(1)))
        }),
        (r"\b([Aa])uth\.\s(?<next>(?:no\b|number|code|#))", |found| {
            Some(format!("{}uthorization ", found.get(1)))
        }),
        (r"\b(name|phone|account|address|card|order),\sno\.\s(?<next>(?:and|or)\b)", |found| {
            Some(format!("{}, number ", found.get(1)))
        }),
        (r"\b(1-(?:8(?:00|88|77|66|55|44|33)|900)\s)no\.", |found| {
            Some(format!("{}number{}", found.get(1), end_of_short(".", found.after())))
        }),
        (r"\b(a|per|[Bb]y the|one)\sdoz\b(\.?)", |found| {
            Some(format!("{} dozen{}", found.get(1), end_of_short(found.get(2), found.after())))
        }),
        (
            r"\b((?i:the|your|our|my|his|her|their|this|account|phone|policy|order|case|claim|card|tracking|reference|serial|contact))\sno\.\s(?<next>(?:is|was|on|for|you|we|and|to|ends|ending|starts|in)\b)",
            |found| Some(format!("{} number ", found.get(1))),
        ),
        (r"\b([\p{L}]+(?:'s)?)\sno\.\s(?<next>(?:is|was|ends)\s)", |found| {
            let answer = is_in("say says said is was that's it's answer", &found.get(1).to_lowercase());
            (!answer).then(|| format!("{} number ", found.get(1)))
        }),
        (
            r"\b((?i:king|queen|double|dbl\.?|twin|single|family|deluxe|standard|std\.?|hotel|guest|waiting|conference|conf\.?|meeting|exam|dining|living))\s[Rr]m(s?)\b(\.?)",
            |found| {
                let end = end_of_short(found.get(3), found.after());
                Some(format!("{} room{}{end}", found.get(1), found.get(2)))
            },
        ),
        // "q3 months" on a prescription
        (
            r"\bq\.?\s?([0-9]{1,2})\s(?<next>(?:months?|mos?|weeks?|wks?|days?|hours?|hrs?|years?|yrs?)\b)",
            |found| Some(format!("every {} ", found.get(1))),
        ),
        (
            r"\b([0-9]\s|(?i:takes?|taking|his|her|your|the|their|pain|heart)\s)med\.(/|(?<next>\s))",
            |found| {
                let end = if found.get(0).ends_with('/') { ", " } else { "" };
                Some(format!("{}medication{end}", found.get(1)))
            },
        ),
        (
            r"\b([Mm])ed\.\s(?<next>(?:records?|history|leave|exam|bills?|center|expenses?|insurance)\b)",
            |found| Some(format!("{}edical ", found.get(1))),
        ),
        (r"\bN(L|M)T\s(?<next>\S)", |found| {
            let counted =
                found.after().starts_with(|next: char| next.is_ascii_digit() || "$£€".contains(next));
            let named = is_in(DAYS, &next_word(found.after()).to_lowercase());
            let words = if found.get(1) == "L" { "no later than " } else { "no more than " };
            (counted || named && found.get(1) == "L").then(|| words.to_owned())
        }),
        // "7pm EST / 4pm PST"
        (r"\b([ECMP][SD]?T|GMT|UTC|BST)\s?/\s?(?<next>[0-9])", |found| Some(format!("{}, ", found.get(1)))),
    ])
});

fn contracted(found: &Found<'_>) -> Option<String> {
    let written = found.get(0);
    let (_, word) = CONTRACTED.iter().find(|(short, _)| *short == written.to_lowercase())?;
    let first = written.chars().next().filter(|first| first.is_uppercase());
    Some(first.map_or_else(|| (*word).to_owned(), |first| format!("{first}{}", &word[1..])))
}
