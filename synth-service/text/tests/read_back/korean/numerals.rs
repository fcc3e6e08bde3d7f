//! Integers, amounts, units, decimals and ranges.

use super::words::{number, sino};
use crate::Report;
use crate::numbers::{Numbers, every, separated, some};

/// A unit behind a number, as written and as said.
const UNITS: [(&str, &str); 10] = [
    ("%", "퍼센트"),
    ("퍼센트", "퍼센트"),
    ("km", "킬로미터"),
    (" km", "킬로미터"),
    ("kg", "킬로그램"),
    ("GB", "기가바이트"),
    ("mL", "밀리리터"),
    ("m", "미터"),
    ("kWh", "킬로와트시"),
    ("달러", "달러"),
];

/// A reader of the number before `unit`.
fn with<V>(unit: &str, read: impl Fn(&str) -> Option<V>) -> impl Fn(&str) -> Option<V> {
    move |text| read(text.strip_suffix(unit)?.trim_end())
}

#[test]
fn integers() {
    let mut report = Report::new("ko-KR");
    for value in every() {
        let digits = value.to_string();
        report.read("bare", "모두 합하면 N입니다.", &digits, &value, sino);
        report.read("with separators", "모두 합하면 N입니다.", &separated(value), &value, sino);
        report.read("원", "N원을 결제했습니다.", &digits, &value, sino);
        let won = format!("₩{}", if value % 2 == 0 { digits.clone() } else { separated(value) });
        report.read("₩", "요금은 N입니다.", &won, &value, with("원", sino));
    }
    for value in some() {
        let digits = value.to_string();
        report.read("원 with separators", "잔액은 N원입니다.", &separated(value), &value, sino);
        report.read("원 with a space", "잔액은 N 원입니다.", &digits, &value, sino);
        report.read("원 after a word before codes", "주문은 N원입니다.", &digits, &value, sino);
        report.read("$", "요금은 N입니다.", &format!("${digits}"), &value, with("달러", sino));
        report.read("€", "요금은 N입니다.", &format!("€{digits}"), &value, with("유로", sino));
        report.read("negative", "잔고가 N원입니다.", &format!("-{digits}"), &format!("-{digits}"), number);
        for (unit, said) in UNITS {
            report.read(
                "with a unit",
                "결과는 N입니다.",
                &format!("{digits}{unit}"),
                &value,
                with(said, sino),
            );
        }
    }
    report.finish();
}

#[test]
fn great_numbers() {
    let mut report = Report::new("ko-KR");
    let mut numbers = Numbers::new();
    for length in 5..=15 {
        for _ in 0..200 {
            let value =
                10_u64.pow(length) + numbers.below(1 << 31) * numbers.below(10_u64.pow(length.min(6)));
            report.read("원", "총액은 N원입니다.", &separated(value), &value, sino);
            report.read("원 without separators", "총액은 N원입니다.", &value.to_string(), &value, sino);
        }
    }
    for value in 1..10_000 {
        let digits = value.to_string();
        report.read("만원", "총액은 N원입니다.", &format!("{digits}만"), &(value * 10_000), sino);
        let mixed = format!("{digits}억 {}만", 1 + value % 9_999);
        let value = value * 100_000_000 + (1 + value % 9_999) * 10_000;
        report.read("억 and 만", "총액은 N 원입니다.", &mixed, &value, sino);
    }
    report.finish();
}

#[test]
fn decimals_cents_and_ranges() {
    let mut report = Report::new("ko-KR");
    let mut numbers = Numbers::new();
    for whole in some() {
        let decimals = numbers.pick(&["d", "dd", "ddd"]);
        let written = numbers.fill(&format!("{whole}.{decimals}"));
        report.read("decimal", "값은 N입니다.", &written, &written, number);
        report.read(
            "decimal with a unit",
            "값은 N입니다.",
            &format!("{written}%"),
            &written,
            with("퍼센트", number),
        );
        let cents = numbers.below(100);
        let dollars = format!("${whole}.{cents:02}");
        report.read("dollars and cents", "요금은 N입니다.", &dollars, &(100 * whole + cents), cents_of);
        let high = whole + 2 + numbers.below(500);
        for dash in ["~", "-", "\u{2013}", "∼", " ~ "] {
            let written = format!("{whole}{dash}{high}");
            report.read("range of 일", "배송은 N일 걸립니다.", &written, &(whole, high), range);
            report.read("range of 원", "수수료는 N원입니다.", &written, &(whole, high), range);
        }
        report.read(
            "range of 퍼센트",
            "할인은 N퍼센트입니다.",
            &format!("{whole}~{high}"),
            &(whole, high),
            range,
        );
    }
    report.finish();
}

fn cents_of(text: &str) -> Option<u64> {
    let Some((dollars, cents)) = text.split_once("달러") else {
        return sino(text.strip_suffix(" 센트")?).filter(|cents| *cents < 100);
    };
    let cents = cents.trim().strip_suffix(" 센트").map_or((cents.trim().is_empty()).then_some(0), sino)?;
    Some(100 * sino(dollars.trim_end())? + cents)
}

/// The counter stands behind the second end; before 부터 it stands behind both. "만 일에서" is 10,001, no count of days.
fn range(text: &str) -> Option<(u64, u64)> {
    let (low, high) = match text.split_once("부터 ") {
        Some((low, high)) => (low.strip_suffix("원").or_else(|| low.strip_suffix("일"))?.trim_end(), high),
        None => text.split_once("에서 ")?,
    };
    Some((sino(low)?, sino(high)?))
}
