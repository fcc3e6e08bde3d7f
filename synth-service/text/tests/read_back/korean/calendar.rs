//! Dates and times of the day.

use super::words::{native, sino};
use crate::Report;
use crate::numbers::{days, minutes};

fn date(text: &str) -> Option<(u64, u64, u64)> {
    let (year, rest) = text.split_once(" 년 ")?;
    let (month, day) = month_and_day(rest)?;
    Some((sino(year)?, month, day))
}

fn month_and_day(text: &str) -> Option<(u64, u64)> {
    let (month, day) = text.split_once("월 ")?;
    let month = match month {
        "유" => 6,
        "시" => 10,
        other => sino(other).filter(|month| ![6, 10].contains(month))?,
    };
    Some((month, sino(day.strip_suffix(" 일")?)?))
}

#[test]
fn dates() {
    let mut report = Report::new("ko-KR");
    for (year, month, day) in days() {
        for (style, written) in [
            ("2025년 3월 4일", format!("{year}년 {month}월 {day}일")),
            ("2025년 03월 04일", format!("{year}년 {month:02}월 {day:02}일")),
            ("2025년3월4일", format!("{year}년{month}월{day}일")),
            ("2025-03-04", format!("{year}-{month:02}-{day:02}")),
            ("2025/03/04", format!("{year}/{month:02}/{day:02}")),
            ("2025.3.4.", format!("{year}.{month}.{day}.")),
            ("2025.03.04", format!("{year}.{month:02}.{day:02}")),
            ("2025. 3. 4.", format!("{year}. {month}. {day}.")),
        ] {
            report.read(style, "시행일은 N부터입니다.", &written, &(year, month, day), date);
        }
        if year == 2024 {
            for (style, written) in [
                ("3월 4일", format!("{month}월 {day}일")),
                ("3월4일", format!("{month}월{day}일")),
                ("3/4까지", format!("{month}/{day}")),
            ] {
                report.read(style, "요금은 N까지 내 주세요.", &written, &(month, day), month_and_day);
            }
        }
    }
    report.finish();
}

/// The minute of the day. Hours to twelve are native, the others Sino-Korean.
fn minute_of_day(text: &str) -> Option<u64> {
    let (offset, text) = match text.split_once(' ')? {
        ("오전", rest) => (Some(0), rest),
        ("오후", rest) => (Some(12), rest),
        _ => (None, text),
    };
    let (hour, minute) = text.split_once(" 시")?;
    let hour = native(hour).or_else(|| sino(hour).filter(|hour| *hour == 0 || *hour > 12))?;
    let hour = match offset {
        Some(offset) => (1..=12).contains(&hour).then_some(hour % 12 + offset)?,
        None => hour,
    };
    let minute = match minute {
        "" => 0,
        "반" | " 반" => 30,
        other => sino(other.trim_start().strip_suffix(" 분")?).filter(|minute| *minute < 60)?,
    };
    Some(60 * hour + minute)
}

#[test]
fn times() {
    let mut report = Report::new("ko-KR");
    for (hour, minute) in minutes() {
        let value = 60 * hour + minute;
        let twelfth = (hour + 11) % 12 + 1;
        let (half, letters) = if hour < 12 { ("오전", "AM") } else { ("오후", "PM") };
        for (style, written) in [
            ("17:05", format!("{hour:02}:{minute:02}")),
            ("9:05", format!("{hour}:{minute:02}")),
            ("오후 5:05", format!("{half} {twelfth}:{minute:02}")),
            ("5:05 PM", format!("{twelfth}:{minute:02} {letters}")),
            ("5:05pm", format!("{twelfth}:{minute:02}{}", letters.to_lowercase())),
            ("PM 5:05", format!("{letters} {twelfth}:{minute:02}")),
            ("17시 5분", format!("{hour}시 {minute}분")),
            ("17시5분", format!("{hour}시{minute}분")),
            ("오후 5시 5분", format!("{half} {twelfth}시 {minute}분")),
        ] {
            report.read(style, "진료는 N에 시작합니다.", &written, &value, minute_of_day);
        }
    }
    report.finish();
}
