//! Formulas, standards, references and history, as textbooks write them. Never money or times.

use std::sync::LazyLock;

use super::context::{is_glued, is_in, last_word};
use super::letters::spell;
use super::number::{amount, pairs, plural, year};
use super::rule::{Found, Rule, rules};

/// Words behind which two numbers with a hyphen are one name: "Table 2-1".
const NUMBERED: &str = "Table|Figure|Fig\\.|Exhibit|Appendix|Equation|Eq\\.|Example|Lesson|Exercise|Problem";

/// Nouns that are named after a year: "the Treaty of 1783".
const EVENTS: &str = "Battle|Treaty|Act|War|Constitution|Revolution|Congress|Declaration|Panic|Fire|Summer|Winter|Class|Election|Crisis|Crash|Flood|Earthquake|Census|Edict|Peace|Convention|Plague|Rebellion|Compromise|Union|Acts|Vintage";

/// Words in front of the years of a life or an age.
const SPANS: &str = "from lived reigned ruled circa between period war during years served";

/// Words of shortened references, with the numerals behind them.
const VOLUMES: [(&str, &str); 9] = [
    ("Art", "Article"),
    ("art", "article"),
    ("Vol", "Volume"),
    ("vol", "volume"),
    ("Ch", "Chapter"),
    ("ch", "chapter"),
    ("Pt", "Part"),
    ("Bk", "Book"),
    ("Sec", "Section"),
];

/// Elements whose isotopes are spoken of.
const ELEMENTS: [(&str, &str); 16] = [
    ("C", "carbon"),
    ("H", "hydrogen"),
    ("He", "helium"),
    ("N", "nitrogen"),
    ("O", "oxygen"),
    ("U", "uranium"),
    ("Pu", "plutonium"),
    ("K", "potassium"),
    ("Sr", "strontium"),
    ("Cs", "cesium"),
    ("I", "iodine"),
    ("Co", "cobalt"),
    ("Fe", "iron"),
    ("Pb", "lead"),
    ("Ra", "radium"),
    ("Th", "thorium"),
];

const FUNCTIONS: [(&str, &str); 10] = [
    ("sin", "sine"),
    ("cos", "cosine"),
    ("tan", "tangent"),
    ("arcsin", "arc sine"),
    ("arccos", "arc cosine"),
    ("arctan", "arc tangent"),
    ("log", "log"),
    ("ln", "natural log"),
    ("exp", "the exponential"),
    ("sqrt", "the square root"),
];

/// Read with the words: they open what other rules know.
pub(super) static WORDS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let isotopes = format!(r"\^([0-9]{{1,3}})({})\b", ELEMENTS.map(|(sign, _)| sign).join("|"));
    let functions = format!(r"\b({})\(([^()]{{1,24}})\)", FUNCTIONS.map(|(short, _)| short).join("|"));
    rules(&[
        (r"\b(Vol|vol|Ch|ch|Pt|Bk|Sec|Art|art)\.\s(?<next>[IVXLC]{1,7}\b)", |found| {
            Some(format!("{} ", VOLUMES.iter().find(|(short, _)| *short == found.get(1))?.1))
        }),
        (r"\b([0-9]{1,3}(?:st|nd|rd|th)\s|[Rr]ev\.\s)ed\.(?<next>\s|,|\)|$)", |found| {
            let first = found.get(1).replace("rev.", "revised").replace("Rev.", "Revised");
            let end = if found.after().is_empty() { "." } else { "" };
            Some(format!("{first}edition{end}"))
        }),
        (r"\b([0-9]{1,4})ff(?<next>\.|\b)", |found| Some(format!("{} and following", found.get(1)))),
        // Minus in a formula: "(-b", "b^2 - 4ac"
        (r"([(=]\s?)-\s?(?<next>[a-z]\b)", |found| Some(format!("{}minus ", found.get(1)))),
        // "3x − 4", with or without a result
        (r"\b([0-9]{1,4}[a-z])\s[-–]\s(?<next>[0-9]{1,4}(?:[a-z])?(?:[\s;,.)=]|$))", |found| {
            let formula = found.before().contains(['=', '+', '^', '(']) || found.after().contains('=');
            formula.then(|| format!("{} minus ", found.get(1)))
        }),
        (r"\b([0-9]{1,4})\s[-–]\s(?<next>(?:your\s)?age\b)", |found| {
            Some(format!("{} minus ", found.get(1)))
        }),
        (r"∫(?:\^?([0-9]{1,3})\s?\^([0-9]{1,3}))\s", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            Some(format!("the integral from {} to {} of ", words(1), words(2)))
        }),
        (r"\bd([a-z])/d([a-z])\b", |found| Some(format!("d {} d {}", found.get(1), found.get(2)))),
        (r"\b(equals|is)\s([0-9]{1,4})([xyz])(?<next>[.,;]|$)", |found| {
            let formula = found.get(3) != "x" || found.get(1) == "equals";
            formula
                .then(|| format!("{} {} {}", found.get(1), amount(found.region, found.get(2)), found.get(3)))
        }),
        (r"\b([0-9]{1,2})!\s?/\s?(?<next>[0-9(])", |found| Some(format!("{} factorial over ", found.get(1)))),
        (r"([(*·×]\s?)?\b([0-9]{1,2})!(\s?[*·×]\s?|(?<next>\)))", |found| {
            let times = if found.get(3).contains(')') { "" } else { " times " };
            Some(format!("{}{} factorial{times}", found.get(1), found.get(2)))
        }),
        // "U-238"
        (r"\b(U|Pu|Cs|Sr|Th|Am)-([12][0-9]{2}|90)\b", |found| {
            Some(format!("{} {}", spell(found.get(1)), pairs(found.region, found.get(2))))
        }),
        // The years of a war
        (r"\(((?:1[0-9]|20)[0-9]{2})[-–]([0-9]{2})(?<next>\))", |found| {
            let first = year(found.region, found.get(1).parse().ok()?);
            Some(format!("({first} to {}", amount(found.region, found.get(2))))
        }),
        (
            r"\b((?i:ruled|reigned|lived|lasted|ran|dynasty|empire|war|era)\sfrom\s)(1[0-9]{3})(\sto\s)(1[0-9]{3}|20[0-2][0-9])\b",
            |found| {
                let years = |group: usize| Some(year(found.region, found.get(group).parse().ok()?));
                let counted = super::counted::counts(found.after())
                    || found.after().starts_with(',')
                        && found.after()[1..].starts_with(|next: char| next.is_ascii_digit());
                (!counted)
                    .then(|| Some(format!("{}{}{}{}", found.get(1), years(2)?, found.get(3), years(4)?)))?
            },
        ),
        // The worth of money in a year
        (r"\b([Ii]n)\s((?:19[5-9]|20[0-4])[0-9])(?<next>\sdollars\b)", |found| {
            let sum = found.before().contains(['$', '€', '£']);
            let first = year(found.region, found.get(2).parse().ok()?);
            sum.then(|| format!("{} {first}", found.get(1)))
        }),
        (r"\b([Ii]n)\s(10[0-9]{2})(?<next>,\s[A-Z]|,\s(?:the|a|he|she|it|they)\b|\.$)", |found| {
            Some(format!("{} {}", found.get(1), year(found.region, found.get(2).parse().ok()?)))
        }),
        (r"\b(every|each)\s[~≈]\s?(?<next>[0-9])", |found| Some(format!("about {} ", found.get(1)))),
        (r"(\^[0-9]|[)0-9]|\b[a-z])\s[-–]\s(?<next>[0-9]{0,3}[a-z]{0,2}\b|\()", |found| {
            let formula = found.before().contains('=') || found.after().contains('=');
            let digits =
                found.get(1).ends_with(|last: char| last.is_ascii_digit()) && !found.get(1).starts_with('^');
            (formula && !digits && !found.after().starts_with([' ', '.', ',']))
                .then(|| format!("{} minus ", found.get(1)))
        }),
        (r"\b([0-9]{1,3})([a-z]{2,3})(?<next>\)|\s?[-+=*])", |found| {
            let formula = found.before().contains('=') && found.after().len() > 1;
            let letters: Vec<String> = found.get(2).chars().map(String::from).collect();
            let known =
                super::units::is_written_unit(found.get(2)) || is_in("st nd rd th am pm", found.get(2));
            (formula && !known).then(|| format!("{} {}", found.get(1), letters.join(" ")))
        }),
        (
            r"(\)|\b(?:pi|lambda|theta|omega|sigma)|\b[a-z])\s?/\s?(?<next>(?:[0-9]{1,3}[a-z]?|[a-z])\b)",
            |found| {
                let sum = found.get(1) == ")" && found.before().contains(['+', '-', '=']);
                let maths = found.before().contains('=') || sum || found.get(1).len() > 1;
                maths.then(|| format!("{} over ", found.get(1)))
            },
        ),
        (r"\b([0-9a-z])\s?/\s?(?<next>\([0-9a-z])", |found| {
            found.before().contains('=').then(|| format!("{} over ", found.get(1)))
        }),
        // A footnote's mark behind a sentence
        (r#"([.,;!?"])\^[0-9]{1,3}(?<next>\s|$)"#, |found| Some(found.get(1).to_owned())),
        (r"\b([0-9]{1,2}(?:st|nd|rd|th)|D\.C\.|Fed\.)\sCir\.", |found| {
            let courts = found.before().ends_with("the ") || found.before().ends_with("The ");
            let end = if super::context::is_end(found.after()) { "." } else { "" };
            courts.then(|| format!("{} Circuit{end}", found.get(1)))
        }),
        (r"\bb\.\s(?<next>(?:c\.|circa)?\s?(?:1[0-9]{3}|20[0-9]{2})\b)", |_| Some("born ".to_owned())),
        (r"\bd\.\s(?<next>(?:c\.|circa)?\s?(?:1[0-9]{3}|20[0-9]{2})\b)", |_| Some("died ".to_owned())),
        (r"\b([A-Z][a-z]?)\^-(?<next>[\s,.;)]|$)", |found| Some(format!("{} minus", found.get(1)))),
        // "2x^2", "x^2/2": letters of units are left.
        (r"\b([0-9]{1,4})([abcn-z])\^([0-9]{1,2})\b", |found| {
            (!is_glued(found.before())).then(|| format!("{} {}^{}", found.get(1), found.get(2), found.get(3)))
        }),
        // "^14C", raised in front
        (&isotopes, |found| {
            let (_, name) = ELEMENTS.iter().find(|(sign, _)| *sign == found.get(2))?;
            (!is_glued(found.before())).then(|| format!("{name} {}", pairs(found.region, found.get(1))))
        }),
        (&functions, |found| {
            let (_, name) = FUNCTIONS.iter().find(|(short, _)| *short == found.get(1))?;
            Some(format!("{name} of {}", found.get(2)))
        }),
        (r"\b(sin|cos|tan|ln)\s(?<next>[0-9]{1,3}°|[xytθ]\b)", |found| {
            let (_, name) = FUNCTIONS.iter().find(|(short, _)| *short == found.get(1))?;
            Some(format!("{name} "))
        }),
        // "omega-3s"
        (r"\b(\p{L}{2,}[- ]?)-([0-9]{0,2}[1-9])s\b", |found| {
            Some(format!("{} {}", found.get(1), plural(&amount(found.region, found.get(2)))))
        }),
        (r"\b([a-z]\^[0-9])\s?/\s?([0-9]{1,3})\b", |found| {
            Some(format!("{} over {}", found.get(1), found.get(2)))
        }),
        // Ions
        (r"\b([A-Z][a-z]?)\^([1-4])([-+])(?<next>[\s,.;)]|$)", |found| {
            let charge = if found.get(3) == "+" { "plus" } else { "minus" };
            Some(format!("{} {} {charge}", found.get(1), found.get(2)))
        }),
        (r"\b(M/W/F|T/Th|Tu/Th|M/Th|M/W|M/F)\b", |found| {
            let days = found.get(1).split('/').filter_map(|letter| {
                let days = [
                    ("M", "Monday"),
                    ("T", "Tuesday"),
                    ("Tu", "Tuesday"),
                    ("W", "Wednesday"),
                    ("Th", "Thursday"),
                    ("F", "Friday"),
                ];
                days.iter().find(|(short, _)| *short == letter).map(|(_, day)| *day)
            });
            let days: Vec<&str> = days.collect();
            let (last, first) = days.split_last()?;
            Some(format!("{} and {last}", first.join(", ")))
        }),
        (r"\b(pp?)\.\s(?<next>[ivxl]{2,6}\b)", |found| {
            Some(if found.get(1) == "p" { "page " } else { "pages " }.to_owned())
        }),
        (r"\b([0-9]{1,2}(?:st|nd|rd|th))\sc\.(?<next>\s|,|$)", |found| {
            Some(format!("{} century", found.get(1)))
        }),
        // "P/E", "I/O"
        (r"\b([A-Z])/([A-Z])\b", |found| {
            let apart = !found.before().ends_with(['/', '-', '.']) && !found.after().starts_with(['/', '-']);
            (apart && found.get(0) != "N/A").then(|| format!("{} {}", found.get(1), found.get(2)))
        }),
    ])
});

/// Read with the numbers.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let named = format!(r"\b({NUMBERED})\s([0-9]{{1,3}})-([0-9]{{1,3}})\b");
    let events = format!(r"\b((?:{EVENTS})\sof\s(?:the\s)?)(1[0-9]{{3}})\b");
    rules(&[
        (&named, |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            (!found.after().starts_with('-'))
                .then(|| format!("{} {} dash {}", found.get(1), words(2), words(3)))
        }),
        (&events, |found| {
            let ends =
                !found.after().starts_with(|next: char| next.is_alphanumeric() || "%/:".contains(next));
            ends.then(|| Some(format!("{}{}", found.get(1), year(found.region, found.get(2).parse().ok()?))))?
        }),
        // "the Magna Carta (1215)"
        (r"\b([A-Z][\p{L}']+\s[A-Z][\p{L}']+\s)\((1[0-9]{3}|20[0-9]{2})(?<next>\))", |found| {
            Some(format!("{}({}", found.get(1), year(found.region, found.get(2).parse().ok()?)))
        }),
        (r"\b(1[0-9]{3}|20[0-9]{2})[-–](1[0-9]{3}|20[0-9]{2})\b", lifetime),
        (r"\b((?i:mid|early|late|pre|post))-((?:19|20)[0-9]{2})\b", |found| {
            Some(format!("{} {}", found.get(1), year(found.region, found.get(2).parse().ok()?)))
        }),
        (r"\b(TCP|UDP)/([0-9]{2,5})\b", |found| {
            Some(format!("{} {}", found.get(1), pairs(found.region, found.get(2))))
        }),
        (r"\bEN\s([0-9]{5})\b", |found| Some(format!("EN {}", spell(found.get(1))))),
        (r"\b(ISO(?:/IEC)?\s[0-9]{3,5}):((?:19|20)[0-9]{2})\b", |found| {
            Some(format!("{}, {}", found.get(1), year(found.region, found.get(2).parse().ok()?)))
        }),
        (r"\b(RFC|IEEE|RTX|GTX|NFPA|ASTM|Ryzen|MIL|HB|SB)\s([0-9]{3,4})\b", |found| {
            Some(format!("{} {}", found.get(1), pairs(found.region, found.get(2))))
        }),
        (r"#([0-9A-F]{6})\b", |found| {
            let mixed = found.get(1).contains(|digit: char| digit.is_ascii_digit())
                && found.get(1).contains(|letter: char| letter.is_ascii_uppercase());
            (mixed && !is_glued(found.before())).then(|| format!("hash {}", spell(found.get(1))))
        }),
        (r"\b[0-9a-f]{7,40}\b", |found| {
            let hash = found.get(0);
            let count = |kind: fn(&char) -> bool| hash.chars().filter(kind).count();
            let mixed = count(char::is_ascii_digit) > 1 && count(char::is_ascii_alphabetic) > 1;
            let power = hash.matches(|letter: char| letter.is_ascii_alphabetic()).count() == 1;
            (mixed && !power).then(|| spell(hash))
        }),
        (r"\bf/([0-9]{1,2}(?:\.[0-9])?)\b", |found| {
            Some(format!("F {}", amount(found.region, found.get(1))))
        }),
        (r"\b([0-9]{1,2})W-([0-9]{2})\b", |found| {
            Some(format!("{} W {}", amount(found.region, found.get(1)), amount(found.region, found.get(2))))
        }),
        (r"\b(P|LT)?([1-3][0-9]{2})/([2-9][0-9])\s?(Z?R)\s?([12][0-9])\b", |found| {
            let kind =
                if found.get(1).is_empty() { String::new() } else { format!("{} ", spell(found.get(1))) };
            let number = |group: usize| pairs(found.region, found.get(group));
            Some(format!("{kind}{} {} {} {}", number(2), number(3), spell(found.get(4)), number(5)))
        }),
        (
            r"\b([01][0-9]|2[0-3])([0-5][0-9])(?<next>\s(?:local|Zulu|UTC|GMT|EST|EDT|PST|PDT|CST|CDT)\b)",
            |found| {
                let whole = !is_glued(found.before()) && !found.before().ends_with(['-', '$', ',', '/', ':']);
                whole.then(|| super::times::clock(found.region, found.get(1), found.get(2), false))
            },
        ),
        // "at 7/6c": in two time zones
        (r"\b([0-9]{1,2})/([0-9]{1,2})c\b", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            Some(format!("{}, {} central", words(1), words(2)))
        }),
        // "3.85/4.0", "95% (19/20)"
        (r"\b([0-9]\.[0-9]{1,2})/(4|5|10|100)(?:\.0)?\b", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            (!is_glued(found.before())).then(|| format!("{} out of {}", words(1), words(2)))
        }),
        (r"\(([0-9]{1,4})/([0-9]{1,4})(?<next>\))", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            let before = found.before().trim_end();
            let counted = before.ends_with('%') || is_in("star stars score rating", &last_word(before));
            counted.then(|| format!("({} out of {}", words(1), words(2)))
        }),
        // "2 T. butter"
        (r"\b([0-9]{1,2}(?:\s[0-9]/[0-9])?|[0-9]/[0-9])\s([cTt])\.(?<next>\s(?:of\s)?[a-z])", |found| {
            let unit = match found.get(2) {
                "c" => "cup",
                "T" => "tablespoon",
                _ => "teaspoon",
            };
            let plural = if found.get(1) == "1" || found.get(1).len() == 3 { "" } else { "s" };
            Some(format!("{} {unit}{plural}", found.get(1)))
        }),
    ])
});

/// "1685–1750"
fn lifetime(found: &Found<'_>) -> Option<String> {
    let (first, last): (u64, u64) = (found.get(1).parse().ok()?, found.get(2).parse().ok()?);
    let named = is_in(SPANS, &last_word(found.before()))
        || found.before().ends_with('(') && found.after().starts_with(')');
    let counted = super::counted::counts(found.after());
    let digit = found.after().starts_with(['-', '/', '.', ','])
        && found.after()[1..].starts_with(|next: char| next.is_ascii_digit());
    let before_christ = found.after().starts_with(" BC");
    if !named || counted || digit || last < first && !before_christ || last > 2100 {
        return None;
    }
    let joint = super::context::range_word(found.before());
    Some(format!("{} {joint} {}", year(found.region, first), year(found.region, last)))
}
