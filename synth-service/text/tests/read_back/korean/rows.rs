//! Every row of the table: each digit of the text is said once, and no number is said that isn't there.

use super::words::{digits, native, sino};
use crate::numbers::Numbers;
use crate::rows::{Run, joined, rows, runs};

const TABLE: &str = include_str!("../../data/normalise-ko.toml");

/// Rows whose numbers have no digits, or aren't said, and the reason.
const NOT_JUDGED: [(&str, &str); 30] = [
    ("별로 매긴 점수", "stars are counted"),
    ("two decades of age side by side", "two numbers share a word"),
    ("a range of people side by side", "two numbers share a word"),
    ("a range of hours side by side", "two numbers share a word"),
    ("round the clock in figures", "the seven is said as all the year"),
    ("digits in names keep their English reading", "said in English"),
    ("buy one, get one", "said in English"),
    ("paper", "said in English"),
    ("number one", "said in English"),
    ("one digit behind a Latin name", "said in English"),
    ("a wrong particle behind a Latin name", "said in English"),
    ("a model after a hyphen", "said in English"),
    ("cars with a letter and a digit", "said in English"),
    ("millions of dollars by a letter", "the letter is a part of the number"),
    ("a price per million tokens", "the letter is a part of the number"),
    ("thousands by their letter", "the letter is a part of the number"),
    ("keys that are held together", "said in English"),
    ("groups of a European amount", "groups with full stops"),
    ("groups of two digits", "its groups aren't of three digits"),
    ("groups after spaces", "groups with spaces"),
    ("groups after full stops", "groups with full stops"),
    ("a European amount in Hangul", "groups with full stops"),
    ("a square with a caret", "the power of two is a word of its own"),
    ("a citation after a sentence", "citations aren't said"),
    ("two citations", "citations aren't said"),
    ("a citation inside a sentence", "citations aren't said"),
    ("a face with a zero", "faces aren't said"),
    ("a vitamin is no floor", "said in English"),
    ("the best five", "said in English"),
    ("a processor", "said in English"),
];

/// Whether these words say the run.
fn says(words: &str, run: &Run) -> bool {
    let value: Option<u64> = run.digits.parse().ok();
    let month = run.behind.starts_with(['월', '月', '-', '/', '.', '~', '∼', '–', '·'])
        || run.before.ends_with(['-', '/', '.', '월']);
    digits(words).is_some_and(|said| said == run.digits)
        || value.is_some() && (sino(words) == value || native(words) == value)
        || words == "첫" && value == Some(1)
        || month && (words == "유" && value == Some(6) || words == "시" && value == Some(10))
}

/// Runs that may be unsaid: zeros of "14:00", the one of "1만".
fn is_silent(run: &Run) -> bool {
    let full_hour =
        run.digits.bytes().all(|digit| digit == b'0') && run.before == "시 " && run.behind.starts_with('분');
    run.is_silent() || full_hour || run.digits == "1" && run.behind.starts_with(['만', '천', '백'])
}

/// Takes places in the words for the runs from `run` on, so that none overlap and `fits` is content with them.
fn place(
    spans: &[Vec<(usize, usize)>],
    run: usize,
    taken: &mut Vec<(usize, usize)>,
    fits: &impl Fn(&[(usize, usize)]) -> bool,
    steps: &mut usize,
) -> bool {
    *steps += 1;
    if run == spans.len() {
        return fits(taken);
    }
    for span in &spans[run] {
        if *steps < 100_000 && taken.iter().all(|other| span.1 <= other.0 || span.0 >= other.1) {
            taken.push(*span);
            if place(spans, run + 1, taken, fits, steps) {
                return true;
            }
            taken.pop();
        }
    }
    false
}

/// The difference between the numbers of a text and those of its words, if there is one.
fn difference(text: &str, spoken: &str) -> Option<String> {
    let said: Vec<char> = spoken.chars().collect();
    let runs: Vec<Run> = joined(&runs(text), &[","]).into_iter().filter(|run| !is_silent(run)).collect();
    let mut spans = Vec::new();
    for run in &runs {
        let mut places = Vec::new();
        for start in 0..said.len() {
            for end in start + 1..=said.len().min(start + 40) {
                let edges =
                    said[start] != ' ' && said[start] != ',' && said[end - 1] != ' ' && said[end - 1] != ',';
                if edges && says(&said[start..end].iter().collect::<String>(), run) {
                    places.push((start, end));
                }
            }
        }
        // The longest first: "이십" for 20 rather than the "이" of another word for 2.
        places.sort_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
        if places.is_empty() {
            return Some(format!("{} is lost", run.digits));
        }
        spans.push(places);
    }
    let fits = |taken: &[(usize, usize)]| !invents(text, &said, taken);
    let agrees = place(&spans, 0, &mut Vec::new(), &fits, &mut 0);
    (!agrees).then(|| "a number is lost or invented".to_owned())
}

/// Whether a word of nothing but numerals stands for no run and is not a word of the text. Numerals of one syllable are
/// left out: they are counters and particles too.
fn invents(text: &str, said: &[char], taken: &[(usize, usize)]) -> bool {
    let mut start = 0;
    for end in 0..=said.len() {
        if end < said.len() && !" ,.()".contains(said[end]) {
            continue;
        }
        let word: String = said[start..end].iter().collect();
        let free = taken.iter().all(|span| span.1 <= start || span.0 >= end);
        let numeral = sino(&word).or_else(|| native(&word)).is_some();
        if free && numeral && end - start > 1 && !text.contains(&word) {
            return true;
        }
        start = end + 1;
    }
    false
}

#[test]
fn a_wrong_number_is_noticed() {
    for (text, spoken) in [
        ("요금은 12,500원입니다.", "요금은 만 이천 원입니다."),
        ("상자 3개를 보냈습니다.", "상자를 보냈습니다."),
        ("상자 3개를 보냈습니다.", "상자 세 개를 오십 보냈습니다."),
        ("010-1234-5678", "공일공, 일이삼사, 오육칠"),
    ] {
        assert!(difference(text, spoken).is_some(), "{text:?} is {spoken:?}");
    }
}

/// Parts of texts; `0` is any digit, `2` one from 2 to 9.
const PIECES: [&str; 38] = [
    "2개",
    "20명",
    "2,000원",
    "20000원",
    "₩2,000",
    "$20",
    "$20.20",
    "20%",
    "2km",
    "2.20",
    "-20",
    "010-2000-2000",
    "02-200-2000",
    "1588-2000",
    "1920년",
    "2월",
    "2일",
    "12시",
    "20분",
    "12:20",
    "1920-12-12",
    "인증번호 200000",
    "계좌번호 200-20-200000",
    "2번 출구",
    "2층",
    "200호",
    "20살",
    "20~2000원",
    "2만원",
    "2억",
    "제2조",
    "2번째",
    "고객님",
    "그리고",
    "까지",
    "주문",
    "(20)",
    "2GB",
];

#[test]
fn no_digit_of_a_mixture_is_lost() {
    let mut numbers = Numbers::new();
    let mut wrong = Vec::new();
    for _ in 0..3_000 {
        let mut text = "오늘".to_owned();
        for _ in 0..=numbers.below(4) {
            text.push(' ');
            let piece = numbers.pick(&PIECES);
            text.push_str(&numbers.digits(piece));
        }
        let spoken = text::normalise("ko-KR", &text);
        if let Some(difference) = difference(&text, &spoken) {
            wrong.push(format!("{text:?} is {spoken:?}: {difference}"));
        }
    }
    let shown = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} mixtures (seed {}):\n{}", wrong.len(), crate::seed(), shown.join("\n"));
}

#[test]
fn the_numbers_of_each_row_are_those_of_its_text() {
    let rows = rows(TABLE);
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| NOT_JUDGED.iter().all(|(name, _)| *name != row.name)) {
        if let Some(difference) = difference(&row.text, &row.spoken) {
            wrong.push(format!("{}: {:?} is {:?}: {difference}", row.name, row.text, row.spoken));
        }
    }
    for (name, reason) in NOT_JUDGED {
        assert!(rows.iter().any(|row| row.name == name), "no row {name:?} ({reason})");
    }
    assert!(NOT_JUDGED.len() * 10 <= rows.len(), "{} of {} rows aren't judged", NOT_JUDGED.len(), rows.len());
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
