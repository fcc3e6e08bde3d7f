//! Rules for every English text: no unread sign is left, normalising twice changes nothing, and no text takes long.

#![allow(clippy::expect_used, reason = "a test that finds no word can only stop")]

use std::time::{Duration, Instant};

use text::{DateOrder, SayAs, normalise, say_as};

/// Forms in which `N` stands for a number.
const FORMS: [&str; 64] = [
    "N",
    "-N",
    "$N",
    "N%",
    "#N",
    "N.N",
    "N,000",
    "0N",
    "N-N",
    "N/N",
    "N:N",
    "Nth",
    "N'N\"",
    "Nkm",
    "N kg",
    "$N.50",
    "$N-$N",
    "€N",
    "N €",
    "£N/mo",
    "N am",
    "N:05 pm",
    "Nh Nm",
    "N°C",
    "(N)",
    "[N]",
    "vN.N.N",
    "N.N.N.N",
    "N x N",
    "N×N",
    "N + N = N",
    "Ns",
    "'Ns",
    "N-year-old",
    "AN",
    "ABN",
    "NAB",
    "aNb",
    "N-N-N",
    "N/N/N",
    "+N N N",
    "ext. N",
    "order N",
    "account number N",
    "PIN: N",
    "room N",
    "gate BN",
    "flight BAN",
    "page N of N",
    "March N",
    "N March",
    "March N, 20N",
    "in N",
    "N items",
    "the N report",
    "QN N",
    "<N>",
    "N_N",
    "N^N",
    "~N",
    "N@N.com",
    "www.N.com/N",
    "@N",
    "N…N",
];

const NUMBERS: [&str; 16] = [
    "0",
    "1",
    "2",
    "7",
    "10",
    "12",
    "19",
    "21",
    "100",
    "305",
    "1000",
    "1999",
    "2024",
    "48213",
    "4255550100",
    "123456789012345678901234567890",
];

const PIECES: [&str; 74] = [
    "Dr.", "St.", "and", "the", "$", "%", "-", "–", "/", ".", ",", ":", "#", "@", "+", "=", "(", ")", "'",
    "\"", "a", "A", "AB", "is", "order", "code", "call", "at", "on", "in", "p.m.", "am", "km", "kg", "°C",
    "½", "²", "５", "٣", "①", "Ⅳ", "🎉", "é", "한", "1", "12", "305", "1999", "0042", "5th", "1,234", "3.14",
    "1/2", "www.", ".com", "No.", "etc.", "|", "*", "&", "Mon", "Mon.", "Fri", "Mar", "May", "–Fri.", "é/",
    "’", "×", "per", "a.m.", "Henry", "VIII", "w/",
];

/// Pseudo-random numbers that are the same in every run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

fn check(language: &str, text: &str) {
    let spoken = normalise(language, text);
    let left: Vec<char> = spoken.chars().filter(|character| is_unread(*character)).collect();
    assert!(left.is_empty(), "{left:?} left of {text:?}: {spoken:?}");
    assert_eq!(normalise(language, &spoken), spoken, "{text:?} changes twice");
}

fn is_unread(character: char) -> bool {
    character.is_numeric() || "$€£¥₩%&@#+=/°*_^~|<>[]{}\\`²½".contains(character)
}

#[test]
fn no_form_of_a_number_keeps_a_digit() {
    for form in FORMS {
        for number in NUMBERS {
            for language in ["en-US", "en-GB"] {
                check(language, &form.replace('N', number));
                check(language, &format!("It was {} today.", form.replace('N', number)));
            }
        }
    }
}

#[test]
fn no_mixture_of_tokens_keeps_a_digit_or_changes_twice() {
    let mut sequence = Sequence(7);
    for _ in 0..1_500 {
        let mut mixture = String::new();
        for _ in 0..=sequence.next(9) {
            mixture.push_str(PIECES[sequence.next(PIECES.len())]);
            if sequence.next(2) == 0 {
                mixture.push(' ');
            }
        }
        check("en-US", &mixture);
        for kind in [
            SayAs::Cardinal,
            SayAs::Characters,
            SayAs::Telephone,
            SayAs::Date(DateOrder::Customary),
            SayAs::Currency,
        ] {
            let spoken = say_as("en-GB", kind, &mixture);
            assert!(!spoken.contains(char::is_numeric), "{kind:?} of {mixture:?}: {spoken:?}");
        }
    }
}

#[test]
fn long_texts_take_no_longer_than_their_length_allows() {
    normalise("en-US", "warm up 1");
    for unit in ["1", "a1", "1 ", "1.", "1-", "1,", "$1", "A1-", "\"1", "Dr. ", "@a.", "order 48213 "] {
        let text = unit.repeat(50_000 / unit.len());
        let start = Instant::now();
        let spoken = normalise("en-US", &text);
        let took = start.elapsed();
        assert!(!spoken.contains(char::is_numeric), "{unit:?}");
        // Takes seconds on an idle machine; it would take minutes if the time grew with the square of the length.
        assert!(took < Duration::from_secs(60), "{unit:?} took {took:?}");
    }
}

#[test]
fn readers_in_britain_put_the_day_first() {
    for (written, spoken) in [
        ("on 03/04/2025", "on the third of April, twenty twenty-five"),
        ("on 25/12/2024", "on the twenty-fifth of December, twenty twenty-four"),
        ("on 12/25/2024", "on the twenty-fifth of December, twenty twenty-four"),
        ("2025-03-04", "the fourth of March, twenty twenty-five"),
        ("4 March 2025", "the fourth of March, twenty twenty-five"),
        ("by 3/4", "by the third of April"),
        ("March 4", "March the fourth"),
        ("105 rooms", "one hundred and five rooms"),
        ("£12.50 or 50p", "twelve pounds and fifty pence or fifty pence"),
        ("5 km and 2 L", "five kilometres and two litres"),
        ("in 2005", "in two thousand and five"),
    ] {
        assert_eq!(normalise("en-GB", written), spoken, "{written}");
    }
}

#[test]
fn a_reading_that_is_asked_for_is_given() {
    use SayAs::*;
    let table = [
        ("en-US", Cardinal, "12345", "twelve thousand three hundred forty-five"),
        ("en-US", Cardinal, "-1,200.5", "minus one thousand two hundred point five"),
        ("en-US", Cardinal, "007", "seven"),
        ("en-US", Cardinal, "abc", "abc"),
        ("en-US", Ordinal, "22", "twenty-second"),
        ("en-US", Ordinal, "3rd", "third"),
        ("en-GB", Ordinal, "105", "one hundred and fifth"),
        ("en-US", Digits, "1234", "one two three four"),
        ("en-US", Digits, "12-34", "one two, three four"),
        ("en-US", Characters, "AB-12", "A B dash one two"),
        ("en-US", Characters, "hello", "H E L L O"),
        ("en-US", Characters, "a@b.c", "A at B dot C"),
        ("en-US", Telephone, "2065550100", "two zero six, five five five, zero one zero zero"),
        (
            "en-US",
            Telephone,
            "+1 (206) 555-0100",
            "plus one, two zero six, five five five, zero one zero zero",
        ),
        ("en-US", Date(DateOrder::Customary), "3/4/2025", "March fourth, twenty twenty-five"),
        ("en-GB", Date(DateOrder::Customary), "3/4/2025", "the third of April, twenty twenty-five"),
        ("en-US", Date(DateOrder::DayMonthYear), "3/4/2025", "April third, twenty twenty-five"),
        ("en-GB", Date(DateOrder::MonthDayYear), "3/4/2025", "the fourth of March, twenty twenty-five"),
        ("en-US", Date(DateOrder::YearMonthDay), "20250304", "March fourth, twenty twenty-five"),
        ("en-US", Date(DateOrder::MonthDayYear), "3/4", "March fourth"),
        ("en-US", Time, "17:05", "seventeen oh five"),
        ("en-US", Time, "9:00am", "nine a.m."),
        ("en-US", Time, "1730", "seventeen thirty"),
        ("en-US", Currency, "$12.50", "twelve dollars and fifty cents"),
        ("en-US", Currency, "USD 12.50", "twelve U S dollars and fifty cents"),
        ("en-US", Currency, "12.50", "twelve dollars and fifty cents"),
        ("en-GB", Currency, "12.50", "twelve pounds and fifty pence"),
        ("en-US", Currency, "-$1", "minus one dollar"),
    ];
    for (language, kind, written, spoken) in table {
        assert_eq!(say_as(language, kind, written), spoken, "{kind:?} {written} in {language}");
    }
}
