//! Titles and shortened words. Never those of units, streets and dates, whose numbers decide.

use std::sync::LazyLock;

use super::context::{end_of_last, end_of_short, is_capitalised, is_end, is_in, last_word, next_word};
use super::rule::{Found, Rule, rules};
use super::short_words::When::{Always, Dotted, Name, NoUnit, Number};
use super::short_words::{WORDS, When};

/// More of them, whose readings fit in a line.
const DOTTED_PAIRS: [(&str, &str); 7] = [
    ("e.g", "for example"),
    ("eg", "for example"),
    ("i.e", "that is"),
    ("ie", "that is"),
    ("a.k.a", "also known as"),
    ("cf", "compare"),
    ("et al", "and others"),
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let short = format!(r"\b({})\b(\.?)", WORDS.map(|(short, ..)| short).join("|"));
    rules(&[
        (r"(?i)\b(e\.\s?g|eg|i\.\s?e|ie|a\.k\.a|cf|et al)\.", |found| {
            let written = found.get(1).to_lowercase().replace(". ", ".");
            let words = DOTTED_PAIRS.iter().find(|(short, _)| *short == written)?.1;
            Some(words.to_owned())
        }),
        (r"\b[Pp]\.\s?a\.", |found| {
            Some(format!("per annum{}", if is_end(found.after()) { "." } else { "" }))
        }),
        (r"\b([Pp]er\s)(yr|mo|mth|wk|hr|min|sec|qtr|sq\.? ft|ea)\b(\.?)", |found| {
            let units = [
                ("yr", "year"),
                ("mo", "month"),
                ("mth", "month"),
                ("wk", "week"),
                ("hr", "hour"),
                ("min", "minute"),
                ("sec", "second"),
                ("qtr", "quarter"),
                ("ea", "each"),
            ];
            let unit = units
                .iter()
                .find(|(short, _)| *short == found.get(2))
                .map_or("square foot", |(_, unit)| unit);
            Some(format!("{}{unit}{}", found.get(1), end_of_short(found.get(3), found.after())))
        }),
        (r"\b[Cc]h\.?\s?(?<next>[0-9])", |found| {
            let near = found.before().to_lowercase();
            let hundreds = found.after().bytes().take_while(u8::is_ascii_digit).count() > 2;
            let tuned = ["wifi", "wi-fi", "tv", "cable", "radio", "tune", "broadcast", "watch", "router"];
            let word = if hundreds
                || tuned.iter().any(|word| near.ends_with(word) || near.contains(&format!("{word} ")))
            {
                "channel "
            } else {
                "chapter "
            };
            Some(word.to_owned())
        }),
        (r"\b(yr|mo|wk)s?-old\b", |found| {
            let units = [("yr", "year"), ("mo", "month"), ("wk", "week")];
            Some(format!("{}-old", units.iter().find(|(short, _)| *short == found.get(1))?.1))
        }),
        (r"\b([0-9]{1,3})\s?y/?o\b\.?", |found| {
            let unit = if found.get(1) == "1"
                || is_capitalised(next_word(found.after()))
                || is_in("male female man woman boy girl patient", next_word(found.after()))
            {
                "year"
            } else {
                "years"
            };
            Some(format!("{} {unit} old", found.get(1)))
        }),
        (r"\bw/o\b", |_| Some("without".to_owned())),
        (r"\b([wW])/\s?(?<next>-?[\p{L}0-9$£€])", |found| {
            Some(if found.get(1) == "w" { "with " } else { "With " }.to_owned())
        }),
        (r"\bb/c\b", |_| Some("because".to_owned())),
        (r"\b([Ll]ate|[Ee]arly)\sc/o\b", |found| Some(format!("{} checkout", found.get(1)))),
        (r"\bc/o\b", |_| Some("care of".to_owned())),
        (r"\b(?:N/A|n/a)\b", |_| Some("not applicable".to_owned())),
        (r"\b[Aa]/[Cc]\b", |_| Some("A C".to_owned())),
        (r"\b([0-9]{1,3}(?:st|nd|rd|th)\s)fl\b(\.?)", |found| {
            Some(format!("{}floor{}", found.get(1), end_of_short(found.get(2), found.after())))
        }),
        // "What is your account #?"
        (
            r"(?i)\b(accounts?|acct\.?|tickets?|orders?|cases?|invoices?|claims?|policy|phone|tracking|confirmation|conf\.?|reference|ref\.?|member|card|serial|booking|reservation|customer|group|plan|model|flight|meter|loan|license|licence|employee|student|part|item|room|unit|suite|apt\.?)\s?#(?<next>\s[a-z]|[:.,;?!)]|$)",
            |found| Some(format!("{} number", found.get(1))),
        ),
        (r"\bNos\.?\s(?<next>[0-9])", |_| Some("numbers ".to_owned())),
        (r"\bDr\b(\.?)", doctor),
        (&short, word),
    ])
});

/// "Dr. Smith"; the drive is read with the streets.
fn doctor(found: &Found<'_>) -> Option<String> {
    let couple = [" and Mrs", " & Mrs", " and Mr", " & Mr", " and Dr", " & Dr"]
        .iter()
        .any(|title| found.after().starts_with(title));
    let named = couple || found.after().strip_prefix(' ').is_some_and(is_capitalised);
    let street = is_capitalised(name_before(found.before())) && !is_in(OPENERS, &last_word(found.before()));
    (named && !street).then(|| "Doctor".to_owned())
}

/// Words that begin a sentence, or stand in front of a title, and are not part of a name.
pub(super) const OPENERS: &str = "in at the from to near visit on by and with see is ask for contact call hello hi dear thanks thank yes no please your our my when if but or so both did does has will can while after before until meet tell dr mr mrs ms doctor mister missus";

/// The word right before, where only a space parts it; as it is written.
pub(super) fn name_before(before: &str) -> &str {
    let Some(before) = before.strip_suffix(' ') else { return "" };
    let start = before.rfind(|character: char| !character.is_alphanumeric() && character != '\'');
    &before[start.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))..]
}

fn word(found: &Found<'_>) -> Option<String> {
    let (written, dot) = (found.get(1), found.get(2));
    let after = found.after();
    // The ending of a file's name
    if last_word(found.before()) == "dot" {
        return None;
    }
    if found.before().ends_with(['.', '-', '/', '@', '\'']) || after.starts_with(['/', '@', '\'', '-']) {
        return None;
    }
    let fits = |when: When| match when {
        Always => true,
        Dotted => !dot.is_empty() && (written != "Co" || names_company(found.before())),
        // Not "Gen X" and "Rev. B", but "Gen. E. Smith"
        Name => after.strip_prefix(' ').is_some_and(|name| {
            let lone = next_word(name).chars().count() == 1 && !name[1..].starts_with('.');
            is_capitalised(name) && !lone && !name.starts_with("Alpha")
        }),
        Number => before_number(written, dot, after),
        NoUnit => !dot.is_empty() && !follows_number(found.before()),
    };
    let (_, words, _) = WORDS.iter().find(|(short, _, when)| *short == written && fits(*when))?;
    let stated = is_in("is are was were not all tax taxes fees", &last_word(found.before()));
    let words = match (*words, is_end(after) || stated) {
        ("including", true) => "included",
        ("excluding", true) => "excluded",
        (words, _) => words,
    };
    let may_end = matches!(written, "Inc" | "Ltd" | "Corp" | "Co" | "Bros" | "etc" | "Jr" | "Sr");
    let end = if may_end { end_of_last(dot, after) } else { end_of_short(dot, after) };
    Some(format!("{words}{end}"))
}

/// "Smith & Co.", "Ford Motor Co."
fn names_company(before: &str) -> bool {
    is_capitalised(name_before(before)) || before.ends_with("& ") || before.ends_with(" and ")
}

/// "no 5" without dot and capital is not a number: "there is no 5".
fn before_number(written: &str, dot: &str, after: &str) -> bool {
    let sure = !dot.is_empty() || written == "No";
    let next = after.trim_start();
    let code = next.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    // "no. JD 0146 0000"
    let code = if next.len() - code.len() == 2 { code.trim_start_matches(' ') } else { code };
    let is_code = next.len() - code.len() < 4
        && code.trim_start_matches('-').starts_with(|next: char| next.is_ascii_digit());
    sure && (is_code || next.starts_with(['#', '$', '£', '€']))
}

fn follows_number(before: &str) -> bool {
    before.trim_end_matches([' ', '-']).ends_with(|last: char| last.is_ascii_digit())
}
