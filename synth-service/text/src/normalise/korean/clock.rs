//! Times of the day as a clock shows them, and AM and PM.

use std::sync::LazyLock;

use super::{
    hangul::tail,
    letters, numerals,
    quantity::{from, is_until},
    rule::{Found, Rule, Text, apply, compile},
};

/// Words that make "16:10" a ratio.
const RATIO_BEFORE: [&str; 8] = ["비율", "비율은", "비율이", "화면비", "스코어", "희석", "배합", "경쟁률"];
const RATIO_BEHIND: [&str; 8] = ["비율", "의 비율", "화면", "로 희석", "로 승리", "로 이", "승리", "로 패"];

/// Words that make "01:30:45" a length of time.
const LENGTH_BEFORE: [&str; 9] =
    ["재생", "재생 시간", "통화 시간", "소요 시간", "통화시간", "소요시간", "대기 시간", "길이", "기록"];
const LENGTH_BEHIND: [&str; 11] =
    ["에 뛰", "에 완주", "만에", "의 기록", "동안", "소요", "걸", "길이", "짜리", "분량", "남"];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const AM: &str = r"(?i:(a\.m\.|am)|(p\.m\.|pm))";
    const TIME: &str = r"(\d{1,2}):(\d\d)(?::(\d\d))?";
    compile(&[
        // A zone of time: UTC-5, GMT+9.
        (r"(UTC|GMT)([-−+])(\d{1,2}(?::\d\d)?)", |found| {
            let sign = if found.group(2) == "+" { "플러스" } else { "마이너스" };
            let (hours, minutes) = found.group(3).split_once(':').unwrap_or((found.group(3), "00"));
            let minutes = if minutes == "00" { String::new() } else { format!(" {minutes}분") };
            let hours = if minutes.is_empty() { hours.to_owned() } else { format!("{hours}시간") };
            found
                .stands_alone()
                .then(|| format!("{} {sign} {hours}{minutes}", letters::spell(found.group(1))))
        }),
        (r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)", length),
        (&format!(r"{AM} ?(\d{{1,2}}(?::\d\d| ?시))"), |found| {
            found.stands_alone().then(|| format!("{} {}", half(found), found.group(3)))
        }),
        (&format!(r"(\d{{1,2}}(?::\d\d){{1,2}}|\d{{1,2}} ?시(?: ?\d{{1,2}}분)?) ?{AM}"), |found| {
            let half = if found.group(2).is_empty() { "오후" } else { "오전" };
            is_word_end(found).then(|| format!("{half} {}", found.group(1)))
        }),
        (&format!(r"(\d{{1,2}}) ?{AM}"), |found| {
            let half = if found.group(2).is_empty() { "오후" } else { "오전" };
            let hour = found.number(1).filter(|hour| (1..=12).contains(hour))?;
            (found.stands_alone() && is_word_end(found)).then(|| format!("{half} {hour}시"))
        }),
        (&format!(r"{TIME}( ?[~-] ?{TIME})?"), times),
        // 11h 30m, 5m 20s
        (r"(\d{1,3})(h|m) ?(\d{1,2})(min|m|sec|s)", |found| {
            let is_word = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == '/');
            let (first, second) = match (found.group(2), found.group(4)) {
                ("h", "m" | "min") => ("시간", "분"),
                ("m", "s" | "sec") => ("분", "초"),
                _ => return None,
            };
            (!is_word).then(|| format!("{}{first} {}{second}", found.group(1), found.group(3)))
        }),
        (r"시 ?00?분", |found| {
            let is_hour = found.before().trim_end().ends_with(|it: char| it.is_ascii_digit());
            is_hour.then(|| "시".to_owned())
        }),
    ])
});

/// The text with clock times in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

/// "십오 시 삼십 분"; no minutes and seconds where they are zero. `None` if no clock shows that.
pub(super) fn time(hour: u32, minute: u32, second: u32) -> Option<String> {
    if hour > 24 || minute > 59 || second > 59 {
        return None;
    }
    let hour = match u8::try_from(hour).ok()? {
        hour @ 1..=12 => numerals::native(hour)?,
        hour => numerals::sino(&hour.to_string()),
    };
    let mut words = format!("{hour} 시");
    for (value, name) in [(minute, "분"), (second, "초")] {
        if value > 0 {
            words.push_str(&format!(" {} {name}", numerals::sino(&value.to_string())));
        }
    }
    Some(words)
}

fn half(found: &Found<'_>) -> &'static str {
    if found.group(1).is_empty() { "오후" } else { "오전" }
}

/// Whether no Latin letter goes on with the word.
fn is_word_end(found: &Found<'_>) -> bool {
    !found.after().starts_with(|next: char| next.is_ascii_alphabetic())
}

fn times(found: &Found<'_>) -> Option<String> {
    let second = if found.group(3).is_empty() { 0 } else { found.number(3)? };
    let first = time(found.number(1)?, found.number(2)?, second)?;
    if !found.stands_alone() || is_ratio(found) {
        return None;
    }
    if found.group(4).is_empty() {
        return Some(first);
    }
    let last_second = if found.group(7).is_empty() { 0 } else { found.number(7)? };
    let last = time(found.number(5)?, found.number(6)?, last_second)?;
    Some(format!("{first}{} {last}", from(is_until(found.after()))))
}

/// "한 시간 삼십 분 사십오 초"; two parts are minutes and seconds.
fn length(found: &Found<'_>) -> Option<String> {
    let before = tail(found.before(), 10).trim_end_matches([' ', ':', '은', '는', '이', '가']);
    let after = found.after().trim_start().trim_start_matches(['이', '가']).trim_start();
    // 하프 1:02:33
    let is_race = !found.group(1).is_empty()
        && ["마라톤", "완주", "하프", "풀코스"].iter().any(|word| found.before().contains(word));
    let is_length = is_race
        || LENGTH_BEFORE.iter().any(|word| before.ends_with(word))
        || LENGTH_BEHIND.iter().any(|word| after.starts_with(word));
    if !is_length || !found.stands_alone() || found.number(3)? > 59 {
        return None;
    }
    let parts = [(1, "시간"), (2, "분"), (3, "초")];
    let parts = parts.iter().filter(|(part, _)| found.number(*part).is_some_and(|value| value > 0));
    let parts: Vec<String> =
        parts.map(|(part, name)| format!("{}{name}", found.number(*part).unwrap_or_default())).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn is_ratio(found: &Found<'_>) -> bool {
    let before = tail(found.before(), 10).trim_end();
    let after = found.after().trim_start();
    RATIO_BEFORE.iter().any(|word| before.ends_with(word))
        || RATIO_BEHIND.iter().any(|word| after.starts_with(word))
}
