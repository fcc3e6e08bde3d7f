//! Every row of the table, and mixtures: each digit of the text is said once, and no number is said that isn't there.

use super::words::MONTHS;
use super::{Variety, Words};
use crate::numbers::Numbers;
use crate::rows::{Run, joined, rows, runs};

const TABLE: &str = include_str!("../../data/normalise-en.toml");

/// Rows whose numbers have no digits, or aren't said, and the reason.
const NOT_JUDGED: [(&str, &str); 29] = [
    ("a time of a timetable", "hour and minutes are parted without a mark"),
    ("how often", "once is no digit to the reader"),
    ("once a day", "once is no digit to the reader"),
    ("citations in a list", "the numbers aren't said"),
    ("a logarithm's base", "lowered digits aren't digits to the reader"),
    ("raised and lowered fractions", "raised digits aren't digits to the reader"),
    ("an integral with limits", "raised digits aren't digits to the reader"),
    ("an isotope with its mass raised", "raised digits aren't digits to the reader"),
    ("a reaction", "lowered digits aren't digits to the reader"),
    ("meters after a power of ten", "raised digits aren't digits to the reader"),
    ("teams with a number", "a numeral in the plural is no number to the reader"),
    ("a whole number with an exponent", "the base isn't written"),
    ("an ion", "the charge isn't a plain digit"),
    ("square meters in plain digits", "the exponent is a word"),
    ("seconds that are left", "the zero minutes aren't said"),
    ("a power with a raised minus", "raised digits aren't digits to the reader"),
    ("web address with a query", "the query isn't said"),
    ("a formula with a square", "the exponent is a word"),
    ("a number in scientific notation", "the base isn't written"),
    ("a rating in stars", "stars are counted"),
    ("full stars", "stars are counted"),
    ("a final in numerals", "Roman numerals aren't digits"),
    ("a citation", "the number isn't said"),
    ("several citations", "the numbers aren't said"),
    ("an Indian lakh", "its groups aren't of three digits"),
    ("separators of every kind", "not one number"),
    ("a sum with one decimal behind a comma", "the reader takes two decimals of a sum"),
    ("numbers in circles", "they aren't digits to the reader"),
    ("a formula between dollar signs", "a power without a digit before it"),
];

/// The words of a sentence without its signs. Only a numeral keeps its hyphen.
fn plain(spoken: &str) -> String {
    let mut words = Vec::new();
    for word in spoken.split_whitespace() {
        let comma = word.ends_with(',');
        let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
        let word = word.trim_end_matches("'s");
        let word = if MONTHS.contains(&word) { word.to_owned() } else { word.to_lowercase() };
        let mut parts = word.split('-').peekable();
        while let Some(part) = parts.next() {
            let pair = parts.peek().map(|next| format!("{part}-{next}"));
            match pair.filter(|pair| part.ends_with("ty") && Words::is_numeral(pair) && is_pair(pair)) {
                Some(pair) => {
                    parts.next();
                    words.push(pair);
                }
                None => words.push(part.to_owned()),
            }
        }
        if comma {
            words.push(",".to_owned());
        }
    }
    words.join(" ").replace(" ,", ",")
}

fn is_pair(word: &str) -> bool {
    let mut words = Words::new(word, Variety::American);
    words.clone().below_hundred().is_some() || words.ordinal().is_some()
}

/// A decade's word as its number's: "nineties", "hundreds", "tens".
fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.trim_end_matches('s').to_owned(),
    }
}

struct Matcher<'a> {
    words: Words<'a>,
    runs: Vec<Run>,
    text: String,
    steps: usize,
}

impl Matcher<'_> {
    /// Whether the words from `at` on say the runs that aren't `said` yet.
    fn agrees(&mut self, at: usize, said: &mut Vec<bool>) -> bool {
        self.steps += 1;
        if self.steps > 200_000 {
            return false;
        }
        let words = self.words.from(at);
        let Some(word) = words.peek() else {
            return self
                .runs
                .iter()
                .zip(&*said)
                .all(|(run, said)| *said || run.is_silent() || is_article(run));
        };
        for place in (0..self.runs.len()).filter(|place| !said[*place]).take(6).collect::<Vec<_>>() {
            for next in readings(&words, &self.runs[place]) {
                said[place] = true;
                if self.agrees(next, said) {
                    return true;
                }
                said[place] = false;
            }
        }
        let scale = ["thousand", "million", "billion", "hundred"].contains(&word);
        let zero = word == "zero" && words.from(at + 1).peek() == Some("point");
        let skipped =
            !Words::is_numeral(word) || self.text.split(' ').any(|own| own == word) || scale || zero;
        skipped && self.agrees(at + 1, said)
    }
}

/// The "1" of "1/2": half a teaspoon, a quarter of an hour.
fn is_article(run: &Run) -> bool {
    run.digits == "1" && run.behind == "/"
}

/// The places behind each way to read the run at these words.
fn readings(words: &Words<'_>, run: &Run) -> Vec<usize> {
    let digits = &*run.digits;
    let value: Option<u64> = digits.parse().ok();
    let mut places = Vec::new();
    let mut read = |reader: &dyn Fn(&mut Words<'_>) -> Option<bool>| {
        let mut words = words.clone();
        if reader(&mut words) == Some(true) {
            places.push(words.place());
        }
    };
    read(&|words| {
        for digit in digits.chars() {
            words.take(",");
            if !(digit == '0' && words.take("oh")) && words.digit()? != digit {
                return None;
            }
        }
        Some(true)
    });
    read(&|words| Some(Some(words.year()?) == value));
    read(&|words| Some(Some(words.year()? % 100) == value && digits.len() == 2));
    read(&|words| Some(Some(words.ordinal()?) == value));
    read(&|words| Some(Some(words.month()?) == value));
    // "one twenty-three", "three oh five", "eighty-six", "zero nine hundred".
    read(&|words| {
        let first = words.below_hundred()?;
        let second = if words.take("oh") {
            words.below_hundred().filter(|second| *second < 10)
        } else {
            words.below_hundred()
        };
        Some(Some(100 * first + second?) == value)
    });
    read(&|words| Some(words.take("zero") && digits.starts_with('0') && Some(words.cardinal()?) == value));
    // Parts of a whole.
    read(&|words| {
        let name = words.next()?;
        let name = name.strip_suffix('s').unwrap_or(name);
        let bottom = match name {
            "half" | "halve" => 2,
            "quarter" => 4,
            other => Words::new(other, Variety::American).ordinal()?,
        };
        Some(run.before == "/" && Some(bottom) == value)
    });
    // "10k", "1.5M".
    read(&|words| {
        let scale = match run.behind.chars().next()? {
            'k' | 'K' => 1_000,
            'M' | 'm' => 1_000_000,
            _ => return None,
        };
        Some(Some(words.cardinal()?) == value.map(|value| scale * value))
    });
    read(&|words| Some((words.take("midnight") || words.take("noon")) && matches!(digits, "00" | "12")));
    // "$12.5" is fifty cents.
    read(&|words| {
        let tenths = run.before == "." && digits.len() == 1;
        Some(tenths && Some(words.cardinal()?) == value.map(|value| 10 * value) && words.take("cents"))
    });
    // "Six hundred two thousand" may be two numbers: each shorter one counts too.
    for length in 1..=words.numerals() {
        let mut rest = words.first(length);
        if rest.cardinal().is_some_and(|said| Some(said) == value) && rest.end().is_some() {
            places.push(rest.place());
        }
    }
    // Decades.
    for length in 1..=3 {
        let mut rest = words.clone();
        let taken: Vec<_> = (0..length).filter_map(|_| rest.next()).collect();
        if taken.len() == length && taken[length - 1].ends_with('s') {
            let text = [&taken[..length - 1], &[&*singular(taken[length - 1])]].concat().join(" ");
            let mut inner = Words::new(&text, Variety::American);
            if inner.year().filter(|_| inner.end().is_some()) == value {
                places.push(rest.place());
            }
        }
    }
    places
}

/// Roman numerals of the text. They may be names and letters too.
fn romans(text: &str) -> Vec<Run> {
    const ROMANS: [&str; 20] = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
        "XVII", "XVIII", "XIX", "XX",
    ];
    text.split(|sign: char| !sign.is_alphanumeric())
        .filter_map(|word| ROMANS.iter().position(|roman| *roman == word.to_uppercase()))
        .map(|place| Run {
            digits: (place + 1).to_string(),
            before: String::new(),
            behind: String::new(),
            optional: true,
        })
        .collect()
}

/// Whether the numbers of the words are those of the text.
fn agrees(variety: Variety, text: &str, spoken: &str) -> bool {
    let spoken = plain(spoken);
    let own = plain(text).replace(',', "");
    [&[","][..], &[",", " "]].iter().any(|separators| {
        let mut runs = joined(&runs(text), separators);
        runs.extend(romans(text));
        let mut said = vec![false; runs.len()];
        let words = Words::new(&spoken, variety);
        Matcher { words, runs, text: own.clone(), steps: 0 }.agrees(0, &mut said)
    })
}

#[test]
fn the_numbers_of_each_row_are_those_of_its_text() {
    let rows = rows(TABLE);
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| NOT_JUDGED.iter().all(|(name, _)| *name != row.name))
        .filter(|row| !agrees(Variety::American, &row.text, &row.spoken))
        .map(|row| format!("{}: {:?} is {:?}", row.name, row.text, row.spoken))
        .collect();
    for (name, reason) in NOT_JUDGED {
        assert!(rows.iter().any(|row| row.name == name), "no row {name:?} ({reason})");
    }
    assert!(NOT_JUDGED.len() * 10 <= rows.len(), "{} of {} rows aren't judged", NOT_JUDGED.len(), rows.len());
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}

/// Parts of texts; `0` is any digit, `2` one from 2 to 9.
const PIECES: [&str; 44] = [
    "$20",
    "$2,000",
    "$200.00",
    "-$20",
    "2%",
    "20%",
    "200 km",
    "2 kg",
    "2.00",
    "2000 items",
    "#200",
    "200-200-0000",
    "room 200",
    "order 20000",
    "order 2 boxes",
    "claim of 2000 dollars",
    "code 2000",
    "2th",
    "20-year-old",
    "2-2 days",
    "v2.0.0",
    "gate B20",
    "A 20",
    "A20B",
    "page 2 of 20",
    "in 1920",
    "at 2:10",
    "2:00 pm",
    "March 2",
    "March 2, 1920",
    "ext. 200",
    "£20",
    "€2.00",
    "20°C",
    "2 x 2",
    "(20)",
    "20,",
    "and",
    "is",
    "the",
    "Mr. Lee",
    "call",
    "No. 2",
    "2k",
];

#[test]
fn a_wrong_number_is_noticed() {
    for (text, spoken) in [
        ("You owe $1,911.", "You owe one dollar, nine one one."),
        ("You owe $12.50.", "You owe twelve dollars."),
        ("You owe $12.", "You owe twelve dollars and fifty cents."),
        ("We have 5 boxes.", "We have boxes."),
        ("We have 5 boxes.", "We have five six boxes."),
        ("It is 3/4/2025.", "It is March fifth, twenty twenty-five."),
        ("It is 425-555-0100.", "It is four two five, five five five, zero one zero."),
    ] {
        assert!(!agrees(Variety::American, text, spoken), "{text:?} is {spoken:?}");
    }
}

#[test]
fn no_digit_of_a_mixture_is_lost() {
    let mut numbers = Numbers::new();
    let mut wrong = Vec::new();
    for _ in 0..3_000 {
        let mut text = "It".to_owned();
        for _ in 0..=numbers.below(5) {
            let piece = numbers.pick(&PIECES);
            let piece = numbers.digits(piece);
            text.push(' ');
            text.push_str(&piece);
        }
        let spoken = text::normalise("en-US", &text);
        if !agrees(Variety::American, &text, &spoken) {
            wrong.push(format!("{text:?} is {spoken:?}"));
        }
    }
    let shown = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} mixtures (seed {}):\n{}", wrong.len(), crate::seed(), shown.join("\n"));
}
