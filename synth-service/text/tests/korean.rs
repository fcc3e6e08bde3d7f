//! Korean beyond single rows: random mixtures, long texts, and texts of a known kind.

use std::time::{Duration, Instant};

use text::{DateOrder, SayAs, normalise, say_as};

/// Forms that may meet in any order, with and without spaces.
const TOKENS: &[&str] = &[
    "고객님",
    "은",
    "3",
    "12",
    "007",
    "1,234",
    "12,500원",
    "3.14",
    "-5",
    "+",
    "~",
    "-",
    "/",
    ":",
    ".",
    ",",
    "%",
    "℃",
    "°C",
    "개",
    "명",
    "시",
    "분",
    "번",
    "번째",
    "월",
    "일",
    "만",
    "억",
    "천",
    "조",
    "제",
    "第",
    "여",
    "kg",
    "km/h",
    "GB",
    "SMS",
    "A",
    "KE123",
    "010-1234-5678",
    "1588",
    "2025-03-04",
    "3/4",
    "25.3.4.",
    "(화)",
    "15:30",
    "오전",
    "PM",
    "$3.50",
    "₩",
    "€",
    "USD",
    "#",
    "*",
    "&",
    "=",
    "@",
    "www.korea.kr",
    "help@naver.com",
    "3D",
    "1+1",
    "①",
    "３",
    "㎡",
    "½",
    "²",
    "(",
    ")",
    "'",
    "\"",
    "…",
    "까지",
    "호",
    "동",
    "로",
    "가",
    "대",
    "인증번호",
    "계좌",
    "v2.0",
    "이",
    "를",
    "5'10",
    "\u{1F600}",
    "é",
    "人",
    "_",
    "x",
    "×",
    "0",
    "00",
    "99999999999999999999999999",
    "1~2",
    "12가 3456",
    "T",
    "No.",
    "유효기간",
    "A/S",
    "B1층",
    "30~40대",
    "\u{b7}",
    "\n",
    "\t",
];

/// A small generator, so that a failing mixture can be made again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn mixture(&mut self) -> String {
        let length = 1 + self.roll(9);
        (0..length)
            .map(|_| format!("{}{}", TOKENS[self.roll(TOKENS.len())], ["", " "][self.roll(2)]))
            .collect()
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || ('０'..='９').contains(&character)
}

#[test]
fn no_mixture_leaves_a_digit_and_none_changes_again() {
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let written = dice.mixture();
        let spoken = normalise("ko-KR", &written);
        assert!(!spoken.contains(is_digit), "{written:?} leaves a digit: {spoken:?}");
        assert_eq!(normalise("ko-KR", &spoken), spoken, "{written:?} changes again");
    }
}

#[test]
fn no_kind_panics_or_leaves_a_digit() {
    let orders =
        [DateOrder::Customary, DateOrder::MonthDayYear, DateOrder::DayMonthYear, DateOrder::YearMonthDay];
    let kinds = [
        SayAs::Cardinal,
        SayAs::Ordinal,
        SayAs::Digits,
        SayAs::Characters,
        SayAs::Telephone,
        SayAs::Time,
        SayAs::Currency,
    ];
    let mut dice = Dice(11);
    for _ in 0..2_000 {
        let written = dice.mixture();
        for kind in kinds.into_iter().chain(orders.map(SayAs::Date)) {
            let spoken = say_as("ko-KR", kind, &written);
            assert!(!spoken.contains(is_digit), "{written:?} as {kind:?} leaves a digit: {spoken:?}");
        }
    }
}

#[test]
fn no_bad_number_panics_or_leaves_a_digit() {
    let long = "7".repeat(10_000);
    let spoken = normalise("ko-KR", &format!("{long}원"));
    assert_eq!(spoken.matches('칠').count(), 10_000, "each digit is said");
    for (written, spoken) in [
        ("１２，５００원", "만 이천오백 원"),
        ("12\u{0}500원", "만 이천오백 원"),
        ("12\u{200f},500\u{202c}원", "만 이천오백 원"),
        ("١٢٣원", "백이십삼 원"),
        ("१२३원", "백이십삼 원"),
        ("1,00,000원", "십만 원"),
        ("1.234,56유로", "천이백삼십사 점 오육 유로"),
        ("1 234 567원", "백이십삼만 사천오백육십칠 원"),
        ("₩", "원"),
    ] {
        assert_eq!(normalise("ko-KR", written), spoken, "{written:?}");
    }
    for sign in ["₩", "$", "€", "£", "¥"] {
        assert!(normalise("ko-KR", &sign.repeat(500)).chars().count() < 10, "a row of {sign} has one name");
    }
    let mixed = normalise("ko-KR", "1,2.3/4:5-6~7+8 9'0_1;2원");
    assert!(!mixed.contains(is_digit), "{mixed:?}");
}

#[test]
fn the_time_grows_with_the_length_only() {
    const CHARACTERS: usize = 50_000;
    let plain = "고객님의 잔액은 12,500원이며 3월 4일(화) 15:30에 010-1234-5678로 안내해 드립니다. ";
    let pieces = [
        plain, "1", "1,", "1~", "1-", "1/", "1:", ".1", " ", "=", "~", "A", "a.", "1만", "제1", "*", "(1",
        "3·",
    ];
    for piece in pieces {
        let text = piece.repeat(CHARACTERS / piece.chars().count());
        let started = Instant::now();
        let spoken = normalise("ko-KR", &text);
        // A quadratic rule takes minutes for this.
        assert!(started.elapsed() < Duration::from_secs(20), "{piece:?}: {:?}", started.elapsed());
        assert!(!spoken.contains(is_digit), "{piece:?}");
    }
}

#[test]
fn a_text_of_a_known_kind_is_read_as_that() {
    use DateOrder::{Customary, DayMonthYear, MonthDayYear, YearMonthDay};
    for (kind, written, spoken) in [
        (SayAs::Cardinal, "10000", "만"),
        (SayAs::Cardinal, "12,345", "만 이천삼백사십오"),
        (SayAs::Cardinal, "-3.14", "마이너스 삼 점 일사"),
        (
            SayAs::Cardinal,
            "12345678901234567",
            "일경 이천삼백사십오조 육천칠백팔십구억 백이십삼만 사천오백육십칠",
        ),
        (SayAs::Cardinal, "세 개", "세 개"),
        (SayAs::Ordinal, "1", "첫 번째"),
        (SayAs::Ordinal, "2번째", "두 번째"),
        (SayAs::Ordinal, "20", "스무 번째"),
        (SayAs::Ordinal, "100", "백 번째"),
        (SayAs::Digits, "1050", "일영오영"),
        (SayAs::Digits, "12-34", "일이, 삼사"),
        (SayAs::Characters, "A1-b0", "에이 일 하이픈 비 공"),
        (SayAs::Characters, "가나", "가 나"),
        (SayAs::Telephone, "01012345678", "공일공, 일이삼사, 오육칠팔"),
        (SayAs::Telephone, "02 123 4567", "공이, 일이삼, 사오육칠"),
        (SayAs::Telephone, "15881234", "일오팔팔, 일이삼사"),
        (SayAs::Telephone, "+82-10-1234-5678", "플러스 팔이, 일공, 일이삼사, 오육칠팔"),
        (SayAs::Date(Customary), "2025-03-04", "이천이십오 년 삼월 사 일"),
        (SayAs::Date(Customary), "20250304", "이천이십오 년 삼월 사 일"),
        (SayAs::Date(Customary), "3/4", "삼월 사 일"),
        (SayAs::Date(Customary), "2025.6", "이천이십오 년 유월"),
        (SayAs::Date(Customary), "2025년 3월 4일", "이천이십오 년 삼월 사 일"),
        (SayAs::Date(DayMonthYear), "04/03/2025", "이천이십오 년 삼월 사 일"),
        (SayAs::Date(DayMonthYear), "4.3", "삼월 사 일"),
        (SayAs::Date(MonthDayYear), "03/04/2025", "이천이십오 년 삼월 사 일"),
        (SayAs::Date(MonthDayYear), "31/12/2025", "이천이십오 년 십이월 삼십일 일"),
        (SayAs::Date(YearMonthDay), "25/03/04", "이십오 년 삼월 사 일"),
        (SayAs::Time, "15:30", "십오 시 삼십 분"),
        (SayAs::Time, "0930", "아홉 시 삼십 분"),
        (SayAs::Time, "9:05:10", "아홉 시 오 분 십 초"),
        (SayAs::Time, "3:30 PM", "오후 세 시 삼십 분"),
        (SayAs::Time, "3시 반", "세 시 반"),
        (SayAs::Currency, "12500", "만 이천오백 원"),
        (SayAs::Currency, "$3.50", "삼 달러 오십 센트"),
        (SayAs::Currency, "USD 20", "이십 달러"),
        (SayAs::Currency, "1만 2천원", "만 이천 원"),
    ] {
        assert_eq!(say_as("ko-KR", kind, written), spoken, "{written:?} as {kind:?}");
    }
}
