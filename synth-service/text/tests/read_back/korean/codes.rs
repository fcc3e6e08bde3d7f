//! Telephone numbers and codes: each digit once, in order.

use super::words::digits;
use crate::Report;
use crate::numbers::Numbers;

/// Writings of telephone numbers: `d` is a digit, `D` one from 2 to 9.
const TELEPHONES: [&str; 22] = [
    "010-dddd-dddd",
    "010dddddddd",
    "010 dddd dddd",
    "010.dddd.dddd",
    "011-ddd-dddd",
    "02-Ddd-dddd",
    "02-Dddd-dddd",
    "02)Ddd-dddd",
    "(02) Ddd-dddd",
    "031-Ddd-dddd",
    "(031)Ddd-dddd",
    "051-Ddd-dddd",
    "064-Ddd-dddd",
    "070-dddd-dddd",
    "080-Ddd-dddd",
    "0505-ddd-dddd",
    "1588-dddd",
    "1544-dddd",
    "1577-dddd",
    "1600-dddd",
    "+82-10-dddd-dddd",
    "+82 2 Ddd dddd",
];

/// Numbers of each writing.
const EACH: usize = 100;

/// Frames whose number is said digit by digit, and patterns of numbers for them.
const CODES: [(&str, &[&str]); 7] = [
    ("인증번호는 N입니다.", &["dddddd", "dddd"]),
    ("인증번호 N을 입력하세요.", &["ddddd1", "ddd8"]),
    ("계좌번호는 N입니다.", &["ddd-dd-dddddd", "dddddddddddd", "ddd-dddddd-dd-ddd"]),
    ("카드번호는 N입니다.", &["dddd-dddd-dddd-dddd", "dddd dddd dddd dddd"]),
    ("비밀번호는 N입니다.", &["0ddd", "dddd"]),
    ("주문번호는 N입니다.", &["Dddddddd", "dddddddddd"]),
    ("운송장번호는 N입니다.", &["dddddddddddd", "dddd-dddd-dddd"]),
];

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn telephone_numbers_and_codes() {
    let mut report = Report::new("ko-KR");
    let mut numbers = Numbers::new();
    for pattern in TELEPHONES {
        let plus = pattern.starts_with('+');
        for _ in 0..EACH {
            let written = numbers.fill(pattern);
            let read = |text: &str| digits(if plus { text.strip_prefix("플러스")? } else { text });
            for frame in ["전화번호는 N입니다.", "문의는 N번으로 해 주세요.", "궁금하시면 N에 전화해 주세요."]
            {
                report.read(pattern, frame, &written, &digits_of(&written), read);
            }
        }
    }
    for (frame, patterns) in CODES {
        for pattern in patterns {
            for _ in 0..EACH {
                let written = numbers.fill(pattern);
                report.read(frame, frame, &written, &digits_of(&written), digits);
            }
        }
    }
    report.finish();
}
