//! Numbers as words. Knows digits only, not the things that a number counts or names.

use super::Region;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [&str; 10] =
    ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

const SCALES: [&str; 6] = ["", " thousand", " million", " billion", " trillion", " quadrillion"];

/// Numbers of more digits are not said as quantities.
const LONGEST_CARDINAL: usize = 18;

/// From here on, digits without separators are a code, not a quantity, unless they are round.
const LONGEST_BARE: usize = 6;

/// Digits in one breath.
const LONGEST_GROUP: usize = 6;

/// "one hundred five", in British English "one hundred and five".
pub(super) fn cardinal(region: Region, number: u64) -> String {
    if number < 20 {
        return SMALL[number as usize].to_owned();
    }
    let mut words = String::new();
    for (power, scale) in SCALES.iter().enumerate().rev() {
        let group = number / 1000_u64.pow(power as u32) % 1000;
        if group == 0 {
            continue;
        }
        let joins = power == 0 && group < 100 && !words.is_empty() && region == Region::British;
        let separator = if words.is_empty() {
            ""
        } else if joins {
            " and "
        } else {
            " "
        };
        words = words + separator + &below_thousand(region, group) + scale;
    }
    words
}

fn below_thousand(region: Region, number: u64) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    match (hundreds, rest) {
        (0, _) => below_hundred(rest),
        (_, 0) => format!("{} hundred", SMALL[hundreds as usize]),
        _ => {
            let and = region.pick("", "and ");
            format!("{} hundred {and}{}", SMALL[hundreds as usize], below_hundred(rest))
        }
    }
}

fn below_hundred(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => SMALL[number as usize % 20].to_owned(),
        (tens, 0) => TENS[tens as usize].to_owned(),
        (tens, ones) => format!("{}-{}", TENS[tens as usize], SMALL[ones as usize]),
    }
}

/// "twenty-second"
pub(super) fn ordinal(region: Region, number: u64) -> String {
    let words = cardinal(region, number);
    let start = words.rfind([' ', '-']).map_or(0, |at| at + 1);
    let last = match &words[start..] {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        word => word.strip_suffix('y').map_or_else(|| format!("{word}th"), |stem| format!("{stem}ieth")),
    };
    format!("{}{last}", &words[..start])
}

/// The plural of a number's words: "nineties", "sixes".
pub(super) fn plural(words: &str) -> String {
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if words.ends_with('x') => format!("{words}es"),
        None => format!("{words}s"),
    }
}

/// Digit by digit; other characters are skipped.
pub(super) fn digits(number: &str) -> String {
    let words: Vec<&str> =
        number.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| SMALL[digit as usize]).collect();
    words.join(" ")
}

/// Digit by digit, long ones in groups as they are dictated.
pub(super) fn digit_groups(number: &str) -> String {
    let mut rest = number;
    let mut groups = Vec::new();
    while !rest.is_empty() {
        let size = group_size(rest).min(rest.len());
        groups.push(digits(&rest[..size]));
        rest = &rest[size..];
    }
    groups.join(", ")
}

/// The numbers of a list, each digit by digit, with the text between them.
pub(super) fn digit_lists(list: &str) -> String {
    let mut said = String::new();
    for part in list.split_inclusive(|mark: char| !mark.is_ascii_digit()) {
        let number = part.trim_end_matches(|mark: char| !mark.is_ascii_digit());
        said.push_str(&digit_groups(number));
        said.push_str(&part[number.len()..]);
    }
    said
}

fn group_size(digits: &str) -> usize {
    match digits.len() {
        length @ 0..=LONGEST_GROUP => length,
        11 if digits.starts_with('1') => 1,
        7 | 9 | 10 | 11 => 3,
        _ => 4,
    }
}

/// "nineteen ninety-nine", "two thousand five", "nineteen oh five"
pub(super) fn year(region: Region, year: u64) -> String {
    let (century, rest) = (year / 100, year % 100);
    if !(1000..10_000).contains(&year) || century.is_multiple_of(10) && rest < 10 {
        return cardinal(region, year);
    }
    format!("{} {}", below_hundred(century), second_pair(rest))
}

fn second_pair(number: u64) -> String {
    match number {
        0 => "hundred".to_owned(),
        1..10 => format!("oh {}", SMALL[number as usize]),
        _ => below_hundred(number),
    }
}

/// As rooms, houses and roads are called: "three oh five", "twelve hundred", "four twelve".
pub(super) fn pairs(region: Region, digits_written: &str) -> String {
    let number = digits_written.parse::<u64>().unwrap_or_default();
    match digits_written.len() {
        _ if digits_written.starts_with('0') => digits(digits_written),
        1 | 2 => cardinal(region, number),
        3 | 4 if number.is_multiple_of(1000) => cardinal(region, number),
        3 | 4 => format!("{} {}", below_hundred(number / 100), second_pair(number % 100)),
        _ => digit_groups(digits_written),
    }
}

/// The words of a written amount such as `1,234.50`, `.5` or `007`.
pub(super) fn amount(region: Region, written: &str) -> String {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let digits_only = whole.replace(',', "");
    let words = match digits_only.len() {
        0 => SMALL[0].to_owned(),
        length if !is_quantity(&digits_only, length, whole.contains(',') || !fraction.is_empty()) => {
            digit_groups(&digits_only)
        }
        _ => cardinal(region, digits_only.parse().unwrap_or_default()),
    };
    if fraction.is_empty() { words } else { format!("{words} point {}", digits(fraction)) }
}

fn is_quantity(digits: &str, length: usize, punctuated: bool) -> bool {
    let padded = length > 1 && digits.starts_with('0');
    let round = length <= LONGEST_BARE || digits.ends_with("000");
    !padded && length <= LONGEST_CARDINAL && (round || punctuated)
}
