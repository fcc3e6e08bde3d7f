//! Schedules of hours of operation: `Mon-Fri 09:00-17:00; Sat 10:00-12:00 +01:00`.

use time::{OffsetDateTime, Time, UtcOffset};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads the schedule of [`Hours::Schedule`](super::Hours::Schedule).
///
/// # Errors
/// One line that says how to write a schedule.
pub fn check_schedule(schedule: &str) -> Result<(), String> {
    is_open(schedule, OffsetDateTime::UNIX_EPOCH).map(|_| ())
}

/// Whether a time lies in the schedule.
///
/// # Errors
/// One line that says how to write a schedule.
pub(super) fn is_open(schedule: &str, at: OffsetDateTime) -> Result<bool, String> {
    let wrong = || {
        format!(
            "the hours {schedule:?} are not understood: write Mon-Fri 09:00-17:00; Sat 10:00-12:00 +01:00"
        )
    };
    let (ranges, offset) = match schedule.trim().rsplit_once(' ') {
        Some((ranges, offset)) if offset.starts_with(['+', '-']) => {
            (ranges, offset_of(offset).ok_or_else(wrong)?)
        }
        _ => (schedule, UtcOffset::UTC),
    };
    let at = at.to_offset(offset);
    let day = usize::from(at.weekday().number_days_from_monday());
    let mut open = false;
    for range in ranges.split(';').map(str::trim).filter(|range| !range.is_empty()) {
        let (days, (from, to)) = parts(range).ok_or_else(wrong)?;
        open |= days[day] && (from..to).contains(&at.time());
    }
    Ok(open)
}

/// The days and times of `Mon-Fri 09:00-17:00`; days are left out for all of them.
fn parts(range: &str) -> Option<([bool; 7], (Time, Time))> {
    let (days, times) = range.rsplit_once(' ').unwrap_or(("Mon-Sun", range));
    let (from, to) = times.split_once('-')?;
    let mut set = [false; 7];
    for part in days.split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day_of(first)?, day_of(last)?);
        (0..7).filter(|day| (day + 7 - first) % 7 <= (last + 7 - first) % 7).for_each(|day| set[day] = true);
    }
    Some((set, (time_of(from)?, time_of(to)?)))
}

fn day_of(name: &str) -> Option<usize> {
    let name = name.trim().to_lowercase();
    DAYS.iter().position(|day| name.len() >= 3 && name.starts_with(day))
}

/// `09:00`; `24:00` is the last instant of the day.
fn time_of(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    match (hour.parse().ok()?, minute.parse().ok()?) {
        (24, 0) => Some(Time::MAX),
        (hour, minute) => Time::from_hms(hour, minute, 0).ok(),
    }
}

fn offset_of(text: &str) -> Option<UtcOffset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text[1..].split_once(':')?;
    UtcOffset::from_hms(sign * hours.parse::<i8>().ok()?, sign * minutes.parse::<i8>().ok()?, 0).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn days_times_and_offsets_count() {
        // A Sunday.
        let at = datetime!(2026-03-01 12:00 UTC);
        let cases = [
            ("09:00-17:00", true),
            ("Mon-Fri 09:00-17:00", false),
            ("Mon-Fri 09:00-17:00; Sunday 10:00-12:30", true),
            ("Sun 10:00-12:00", false),
            ("Sat-Mon 00:00-24:00", true),
            ("Sun 12:30-14:00 +01:00", true),
            ("Sun 12:30-14:00 -01:00", false),
        ];
        for (schedule, expected) in cases {
            assert_eq!(is_open(schedule, at), Ok(expected), "{schedule}");
        }
        for wrong in ["always", "Xyz 09:00-17:00", "09:00", "09:00-17:00 +1"] {
            assert!(is_open(wrong, at).unwrap_err().contains("write Mon-Fri"), "{wrong}");
        }
    }
}
