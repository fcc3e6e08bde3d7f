//! Dates that are written with signs instead of 년, 월, 일, and days of the week. Dates in words are quantities.

use std::sync::LazyLock;

use super::{
    counters::{self, Counting},
    hangul::tail,
    numerals,
    quantity::{from, is_until},
    rule::{Found, Rule, Text, apply, compile},
};

/// Words before a date that could be a fraction too.
const DATE_BEFORE: [&str; 23] = [
    "요일",
    "날짜",
    "일정",
    "예약일",
    "예정일",
    "오는",
    "지난",
    "마감",
    "마감일",
    "기한",
    "기준",
    "납부일",
    "결제일",
    "출금일",
    "배송일",
    "도착일",
    "방문일",
    "출발",
    "출발일",
    "오늘",
    "내일",
    "모레",
    "일시",
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const WEEKDAY: &str = r"(?: ?\(([월화수목금토일])(?:요일)?\))?";
    let dates: [(String, super::rule::Reading); 15] = [
        // A stamp of a machine: 2025-03-04T15:30:00+09:00. The clock reads the time.
        (r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?".to_owned(), |found| {
            let date = date(found.group(1), found.number(2)?, found.number(3)?)?;
            Some(format!("{date} {}", found.group(4)))
        }),
        // Expiry of a card: month and year.
        (r"((?:유효기간|유효기한|만료일?)[은는이가]? ?:? ?)(\d{1,2})/(\d{2})".to_owned(), expiry),
        // 2025-03-04, 2025.3.4., 2025/3/4(화), 2025. 3. 4.
        (format!(r"(\d{{4}}) ?[-./] ?(\d{{1,2}}) ?[-./] ?(\d{{1,2}})(\.?){WEEKDAY}"), |found| {
            dated(found, [1, 2, 3], found.group(1))
        }),
        (format!(r"(\d{{1,2}})/(\d{{1,2}})/((?:19|20)\d\d)(\.?){WEEKDAY}"), |found| {
            let order = if found.number(1)? > 12 { [3, 2, 1] } else { [3, 1, 2] };
            dated(found, order, found.group(3))
        }),
        // 25/03/04, 25.3.4., '25. 3. 4.
        (
            format!(
                r"'?(\d\d)(?:[-/](\d\d)[-/](\d\d)|\.(\d\d)\.(\d\d)|\. (\d{{1,2}})\. (\d{{1,2}}))(\.?){WEEKDAY}"
            ),
            short_year,
        ),
        // 24.3.5(화), '25.1.3.: without leading zeros, so that another sign has to show that it is a date.
        (r"(\d\d)\.(\d{1,2})\.(\d{1,2})(\.?) ?\(([월화수목금토일])(?:요일)?\)".to_owned(), |found| {
            dated(found, [1, 2, 3], found.group(1))
        }),
        (r"'(\d\d)\.(\d{1,2})\.(\d{1,2})(\.?)()".to_owned(), |found| dated(found, [1, 2, 3], found.group(1))),
        // 26.1.5 접수: a date by the words around it.
        (r"((?:접수일?|결제일?|승인|주문일?|가입일?|개통일?|입금일?|발행일?|예약일?|신청일?|등록일?|작성일?|시행일?|기준일?|일자|날짜)[은는이가]? ?:? ?)(\d\d)\.(\d{1,2})\.(\d{1,2})(\.?)()".to_owned(), |found| {
            let date = date(found.group(2), found.number(3)?, found.number(4)?)?;
            found.stands_alone().then(|| format!("{}{date}", found.group(1)))
        }),
        (r"(\d\d)\.(\d{1,2})\.(\d{1,2})\.?( ?(?:접수|결제|승인|주문|가입|개통|입금|발행|예약|신청|등록|작성|시행|기준|일자|까지|부터))".to_owned(), |found| {
            let date = date(found.group(1), found.number(2)?, found.number(3)?)?;
            let is_noun = !found.group(4).starts_with(' ') && !found.group(4).ends_with(['지', '터']);
            found.stands_alone().then(|| format!("{date}{}{}", if is_noun { " " } else { "" }, found.group(4)))
        }),
        // 2025.03, 2025-03, 2025/3
        (r"((?:19|20)\d\d)[-./](\d{1,2})".to_owned(), year_and_month),
        // 3/4(화), 3.4.(화)
        (r"(\d{1,2})(?:/|\. ?)(\d{1,2})\.? ?\(([월화수목금토일])(?:요일)?\)".to_owned(), |found| {
            let date = month_and_day(found.number(1)?, found.number(2)?)?;
            found.stands_alone().then(|| format!("{date} {}", weekday(found.group(3))))
        }),
        // 7.16.~7.31., 7.16.까지: with a full stop after the day.
        (r"(\d{1,2})\. ?(\d{1,2})\.( ?~ ?|[가-힣])".to_owned(), |found| {
            let date = month_and_day(found.number(1)?, found.number(2)?)?;
            let behind = found.group(3);
            let is_date = behind.contains('~') || ["까", "부", "자", "에", "은", "이"].contains(&behind);
            let is_part = found.before().ends_with(|it: char| it.is_ascii_digit() || it == '.');
            (is_date && !is_part).then(|| format!("{date}{behind}"))
        }),
        (r"~ ?(\d{1,2})\. ?(\d{1,2})\.".to_owned(), |found| {
            let date = month_and_day(found.number(1)?, found.number(2)?)?;
            let follows_date = found.before().trim_end().ends_with(['일', ')']);
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_digit());
            (follows_date && !goes_on).then(|| format!("~{date}"))
        }),
        (r"~ ?(\d{1,2})\.(\d{1,2})".to_owned(), |found| {
            let date = month_and_day(found.number(1)?, found.number(2)?)?;
            let follows_date = found.before().trim_end().ends_with(['일', ')']);
            let particles = ["에", "까지", "의", "은", "이", " 사이", ")", ","];
            let ends = found.after().is_empty() || particles.iter().any(|it| found.after().starts_with(it));
            (follows_date && ends).then(|| format!("~{date}"))
        }),
        (r"(\d{1,2})/(\d{1,2})( ?[~-] ?\d{1,2}/\d{1,2})?".to_owned(), slashed),
    ];
    let mut rules: Vec<(&str, super::rule::Reading)> =
        dates.iter().map(|(pattern, reading)| (pattern.as_str(), *reading)).collect();
    rules.extend(in_words());
    compile(&rules)
});

/// Parts of dates that are written in Hangul already.
fn in_words() -> Vec<(&'static str, super::rule::Reading)> {
    vec![
        // The days of a month have no words for "two or three days".
        (r"(월 ?)(\d{1,2})일? ?[~-] ?(\d{1,2})일", |found| {
            let (first, last) = (numerals::sino(found.group(2)), numerals::sino(found.group(3)));
            let joint = from(is_until(found.after()));
            let space = if found.group(1).ends_with(' ') { "" } else { " " };
            Some(format!("{}{space}{first} 일{joint} {last} 일", found.group(1)))
        }),
        (r"(일) ?\(([월화수목금토일])(?:요일)?\)", |found| {
            let is_day = found.before().trim_end().ends_with(|it: char| it.is_ascii_digit());
            is_day.then(|| format!("{} {}", found.group(1), weekday(found.group(2))))
        }),
        (r"([월화수목금토일])(요일)? ?[~-] ?([월화수목금토일])(요일)?", |found| {
            let is_word = |next: Option<char>| next.is_some_and(super::hangul::is_syllable);
            let is_inside = is_word(found.before().chars().next_back())
                || found.before().ends_with(|it: char| it.is_ascii_digit())
                || (found.group(4).is_empty() && is_word(found.after().chars().next()));
            let joint = from(is_until(found.after()));
            (!is_inside).then(|| format!("{}{joint} {}", weekday(found.group(1)), weekday(found.group(3))))
        }),
        (r"(\d{1,2})·(\d{1,2})", remembrance),
        (
            r"(\d{1,2})\.(\d{1,2})( ?(?:절|혁명|전쟁|민주|운동|항쟁|사변|사태|만세|의거|광복|참전|정신|기념))",
            |found| Some(format!("{}{}", remembrance(found)?, found.group(3))),
        ),
        (r"([1-4])/4( ?)분기", |found| Some(format!("{}사분기", numerals::sino(found.group(1))))),
        (r"'(\d\d)(년)", |found| Some(format!("{} {}", numerals::sino(found.group(1)), found.group(2)))),
    ]
}

/// The text with such dates in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

/// "이천이십오 년 삼월 사 일"; `None` if there is no such day.
pub(super) fn date(year: &str, month: u32, day: u32) -> Option<String> {
    Some(format!("{} 년 {}", numerals::sino(year), month_and_day(month, day)?))
}

/// "삼월 사 일"; `None` if no year has such a day.
pub(super) fn month_and_day(month: u32, day: u32) -> Option<String> {
    let is_day = (1..=31).contains(&day);
    let month = month_name(month)?;
    is_day.then(|| format!("{month} {} 일", numerals::sino(&day.to_string())))
}

/// "유월"; `None` beyond twelve.
pub(super) fn month_name(month: u32) -> Option<String> {
    match month {
        6 => Some("유월".to_owned()),
        10 => Some("시월".to_owned()),
        1..=12 => Some(format!("{}월", numerals::sino(&month.to_string()))),
        _ => None,
    }
}

fn weekday(letter: &str) -> String {
    format!("{letter}요일")
}

/// A whole date; its year, month and day are in these groups, a full stop in the fourth, a weekday in the fifth.
fn dated(found: &Found<'_>, [_, month, day]: [usize; 3], year: &str) -> Option<String> {
    let date = date(year, found.number(month)?, found.number(day)?)?;
    finish(found, date, 4, 5)
}

fn short_year(found: &Found<'_>) -> Option<String> {
    let part = |candidates: [usize; 3]| candidates.into_iter().find_map(|index| found.number(index));
    let date = date(found.group(1), part([2, 4, 6])?, part([3, 5, 7])?)?;
    finish(found, date, 8, 9)
}

/// The full stop after a date is part of it, unless the sentence ends there too.
fn finish(found: &Found<'_>, date: String, stop: usize, letter: usize) -> Option<String> {
    if !found.stands_alone() {
        return None;
    }
    let is_last = found.after().trim().is_empty() && found.group(letter).is_empty();
    Some(match (found.group(letter), found.group(stop)) {
        ("", stop) if is_last => format!("{date}{stop}"),
        ("", _) => date,
        (letter, _) => format!("{date} {}", weekday(letter)),
    })
}

fn expiry(found: &Found<'_>) -> Option<String> {
    let month = month_name(found.number(2)?)?;
    found.stands_alone().then(|| format!("{}{month} {} 년", found.group(1), numerals::sino(found.group(3))))
}

fn year_and_month(found: &Found<'_>) -> Option<String> {
    let month = month_name(found.number(2)?)?;
    // "2020-12345" and "1999.5점" are something else.
    let is_padded = found.group(2).len() == 2;
    let is_counted = found.after().starts_with(|next: char| "점원개명도%".contains(next));
    // "1955.12" may be an amount.
    let is_decimal = found.group(0).contains('.') && !says_month(found);
    (found.stands_alone() && is_padded && !is_counted && !is_decimal)
        .then(|| format!("{} 년 {month}", numerals::sino(found.group(1))))
}

/// Whether the words around "2025.03" speak of months.
fn says_month(found: &Found<'_>) -> bool {
    const BEFORE: [&str; 10] =
        ["기간", "일자", "날짜", "연월", "시기", "발행", "출시", "개정", "입사", "졸업"];
    const BEHIND: [&str; 12] =
        ["기준", "현재", "까지", "부터", "말", "호", "출시", "입사", "졸업", "개정", "시행", "발행"];
    let before = found.before().trim_end_matches([' ', ':', '은', '는', '이', '가', '~', '(']);
    let after = found.after().trim_start();
    let is_range = after.starts_with(['~', '-']) || found.before().trim_end().ends_with('~');
    is_range
        || BEFORE.iter().any(|word| before.ends_with(word))
        || BEHIND.iter().any(|word| after.starts_with(word))
}

/// "3/4" may be a date or a fraction: a date if a fraction can't be written so, or if the words around it show
/// one.
fn slashed(found: &Found<'_>) -> Option<String> {
    let (month, day) = (found.number(1)?, found.number(2)?);
    let range = found.group(3).trim_start_matches([' ', '~', '-']);
    let is_padded = found.group(1).starts_with('0') || found.group(2).starts_with('0');
    let is_fraction = month < day && day <= 10 || day == 100;
    let is_date = is_padded || !range.is_empty() || !is_fraction || says_date(found);
    if !is_date || !found.stands_alone() || found.after().starts_with("mm") || is_equation(found) {
        return None;
    }
    let first = month_and_day(month, day)?;
    let Some((month, day)) = range.split_once('/') else { return Some(first) };
    let last = month_and_day(month.parse().ok()?, day.parse().ok()?)?;
    Some(format!("{first}{} {last}", from(is_until(found.after()))))
}

/// "10/2=5"
fn is_equation(found: &Found<'_>) -> bool {
    let after = found.after().trim_start();
    // 3/15은 1/5: the same as another fraction.
    let is_same = after.strip_prefix(['은', '는']).is_some_and(|rest| {
        let end = rest.trim_start().trim_start_matches(|it: char| it.is_ascii_digit());
        end.len() < rest.trim_start().len() && end.starts_with('/')
    });
    let is_value = super::maths::names_value(found.before());
    after.starts_with('=') || is_same || is_value || after.contains("분수") || found.before().contains("분수")
}

fn says_date(found: &Found<'_>) -> bool {
    const BEHIND: [&str; 13] = [
        "까지",
        "부터",
        "자 ",
        "일자",
        "오전",
        "오후",
        "에 방문",
        "에 도착",
        "에 예약",
        "에 배송",
        "에 입금",
        "에 결제",
        "에 출발",
    ];
    let before = tail(found.before(), 12).trim_end_matches([' ', ':', '(', '은', '는', '이', '가']);
    let after = found.after().trim_start();
    let is_time = after.split_once([':', '시']).is_some_and(|(hour, _)| {
        !hour.is_empty() && hour.len() <= 2 && hour.bytes().all(|it| it.is_ascii_digit())
    });
    is_time
        || DATE_BEFORE.iter().any(|word| before.ends_with(word))
        || BEHIND.iter().any(|word| after.starts_with(word))
}

/// Historic days: 3·1절 is 삼일, 6·25 is 육이오, 12·12 is 십이 십이.
fn remembrance(found: &Found<'_>) -> Option<String> {
    let (month, day) = (found.number(1)?, found.number(2)?);
    month_and_day(month, day)?;
    // 5·6호선 is two lines; 6·25전쟁이 and 4·3사건 only begin like a counter.
    let counter = counters::lookup(found.after());
    let is_name = |name: &str| {
        name.chars().count() == 1 && !super::hangul::word_ends_before(&found.after()[name.len()..])
    };
    if counter.is_some_and(|(name, counting)| counting != Counting::Sino || !is_name(name)) {
        return Some(format!("{month}, {day}"));
    }
    let spoken_day = match day {
        11 if month == 9 => "일일".to_owned(),
        10..=12 => numerals::sino(found.group(2)),
        _ => numerals::one_by_one(found.group(2), numerals::Zero::Yeong),
    };
    let month = numerals::sino(found.group(1));
    found.stands_alone().then(|| format!("{month}{spoken_day}"))
}
