//! Times as people write them: `400ms`, `1.5s`, `2m`.

use std::time::Duration;

/// Longest time that a scenario may name.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads a time; `None` where the text is none, or more than a day.
pub fn read(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (digits, unit) = text.split_at(unit_at);
    let seconds = match unit.trim_start() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    let time = Duration::try_from_secs_f64(digits.parse::<f64>().ok()? * seconds).ok()?;
    (time <= LONGEST).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        let ms = |text| read(text).map(|time| time.as_millis());
        assert_eq!(ms("400ms"), Some(400));
        assert_eq!(ms("1.5 s"), Some(1500));
        assert_eq!(ms("2m"), Some(120_000));
        for wrong in ["2", "", "s", "2h", "-1s", "1..2s", "1e9s", "2000m"] {
            assert_eq!(ms(wrong), None, "{wrong}");
        }
    }
}
