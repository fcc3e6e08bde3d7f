//! Dates and times of the day.

use super::numerals::whole;
use super::words::MONTHS;
use super::{Variety, Words};
use crate::Report;
use crate::numbers::{days, minutes};

/// Month and day: "March fourth", "March the fourth", "the fourth of March".
fn month_and_day(words: &mut Words<'_>) -> Option<(u64, u64)> {
    if let Some(month) = words.month() {
        words.take("the");
        return Some((month, words.ordinal()?));
    }
    words.take("the");
    let day = words.ordinal()?;
    words.take("of").then_some(())?;
    Some((words.month()?, day))
}

fn whole_date(words: &mut Words<'_>) -> Option<(u64, u64, u64)> {
    let (month, day) = month_and_day(words)?;
    words.take(",");
    Some((words.year()?, month, day))
}

fn dates(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    for (year, month, day) in days() {
        let name = MONTHS[month as usize - 1];
        let short = &name[..3];
        let (first, second) = if variety == Variety::British { (day, month) } else { (month, day) };
        let read = whole(variety, whole_date);
        let date = (year, month, day);
        for (style, written) in [
            ("3/4/2025", format!("{first}/{second}/{year}")),
            ("03/04/2025", format!("{first:02}/{second:02}/{year}")),
            ("03/04/25", format!("{first:02}/{second:02}/{}", year % 100)),
            ("2025-03-04", format!("{year}-{month:02}-{day:02}")),
            ("March 4, 2025", format!("{name} {day}, {year}")),
            ("4 March 2025", format!("{day} {name} {year}")),
            ("Mar 4, 2025", format!("{short} {day}, {year}")),
            ("4 Mar 2025", format!("{day} {short} {year}")),
            ("4-Mar-2025", format!("{day}-{short}-{year}")),
        ] {
            let frame = if day % 2 == 0 { "It is due on N at the latest." } else { "Was it on N?" };
            report.read(style, frame, &written, &date, &read);
        }
        if year != 2024 {
            continue;
        }
        let read = whole(variety, month_and_day);
        let end = ["th", "st", "nd", "rd"][match day {
            1 | 21 | 31 => 1,
            2 | 22 => 2,
            3 | 23 => 3,
            _ => 0,
        }];
        let dotted = if month == 5 { name.to_owned() } else { format!("{short}.") };
        for (style, written) in [
            ("March 4", format!("{name} {day}")),
            ("March 4th", format!("{name} {day}{end}")),
            ("Mar 4", format!("{short} {day}")),
            ("Mar. 4th", format!("{dotted} {day}{end}")),
            ("4 March", format!("{day} {name}")),
            ("4th of March", format!("{day}{end} of {name}")),
            ("the 4th of March", format!("the {day}{end} of {name}")),
        ] {
            report.read(style, "It is due on N at the latest.", &written, &(month, day), &read);
            report.read(style, "It is due N.", &written, &(month, day), &read);
        }
    }
    report.finish();
}

/// The minute of the day, of a clock with or without halves of the day.
fn minute_of_day(words: &mut Words<'_>) -> Option<u64> {
    let noon = words.take("noon");
    let (hour, minute) = if noon { (12, 0) } else { words.clock()? };
    let hour = if words.take("a.m.") {
        (1..=12).contains(&hour).then_some(hour % 12)?
    } else if words.take("p.m.") {
        (1..=12).contains(&hour).then_some(hour % 12 + 12)?
    } else {
        hour
    };
    Some(60 * hour + minute)
}

fn times(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    let read = whole(variety, minute_of_day);
    for (hour, minute) in minutes() {
        let value = 60 * hour + minute;
        report.read("17:05", "It leaves at N from here.", &format!("{hour:02}:{minute:02}"), &value, &read);
        report.read("9:05", "It leaves at N from here.", &format!("{hour}:{minute:02}"), &value, &read);
        let (twelfth, half) = ((hour + 11) % 12 + 1, if hour < 12 { 'a' } else { 'p' });
        for (style, behind) in [
            ("5:05 pm", format!(" {half}m")),
            ("5:05pm", format!("{half}m")),
            ("5:05 PM", format!(" {half}m").to_uppercase()),
            ("5:05 p.m.", format!(" {half}.m.")),
        ] {
            let written = format!("{twelfth}:{minute:02}{behind}");
            report.read(style, "It leaves at N from here.", &written, &value, &read);
            if minute == 0 {
                report.read(
                    "5 pm",
                    "It leaves at N from here.",
                    &format!("{twelfth}{behind}"),
                    &value,
                    &read,
                );
            }
        }
    }
    report.finish();
}

#[test]
fn american_dates_and_times() {
    dates("en-US");
    times("en-US");
}

#[test]
fn british_dates_and_times() {
    dates("en-GB");
    times("en-GB");
}
