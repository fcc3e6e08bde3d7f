//! Numbers that signs put together: ratios, fractions, scores, versions, sums.

use std::sync::LazyLock;

use super::{
    hangul::{ends_in_consonant, tail},
    letters,
    numerals::{self, Zero, native, sino},
    rule::{Found, Rule, Text, apply, compile, compile_beside},
    words,
};

/// Words behind which (3/5) is the third of five stages.
const STAGES: [&str; 9] = ["단계", "진행", "배송", "업로드", "다운로드", "완료", "처리", "페이지", "설치"];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"24/7", |found| found.stands_alone().then(|| "이십사 시간 연중무휴".to_owned())),
        // v2.0, Ver. 3.1.2
        (r"(?i:v|ver\.?|version) ?(\d+(?:\.\d+)*)(?:-([a-z]*)\.?(\d*))?", |found| {
            let is_word = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
            let is_version = found.group(0).len() > 1 + found.group(1).len() || found.group(1).contains('.');
            let said = tail(found.before(), 4).trim_end().ends_with("버전");
            let name = if said { "" } else { "버전 " };
            (!is_word && is_version).then(|| format!("{name}{}", version(found)))
        }),
        (r"(\d+(?:\.\d+){2,})(?:-([a-z]*)\.?(\d*))?", |found| Some(version(found))),
        (r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?: ?: ?(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?))+", |found| {
            let plain = found.group(0).replace(',', "");
            let parts = plain.split(':').map(|part| match part.trim().split_once('.') {
                Some((whole, fraction)) => numerals::decimal(whole, fraction),
                None => sino(part.trim()),
            });
            Some(parts.collect::<Vec<_>>().join(" 대 "))
        }),
        (r"(\d{1,3}) ?대 ?(다수|다(?:\s|$))", |found| {
            Some(format!("{} 대 {}", sino(found.group(1)), found.group(2)))
        }),
        // -3/4km
        (r"([-−]?)(\d{1,3})/(\d{1,4})([A-Za-z]+)", |found| {
            let unit = super::units::word(found.group(4))?;
            let is_part = found.number(2)? < found.number(3)?;
            let sign = if found.group(1).is_empty() { "" } else { "마이너스 " };
            let starts = !found.before().ends_with(|it: char| it.is_ascii_digit() || it == '.');
            (is_part && starts)
                .then(|| format!("{sign}{}분의 {} {unit}", sino(found.group(3)), sino(found.group(2))))
        }),
        (r"([-−])(\d{1,3})/(\d{1,4})", |found| {
            let is_part = found.number(2)? < found.number(3)? && found.stands_alone();
            let starts = found.before().is_empty() || found.before().ends_with([' ', '(', '=']);
            (is_part && starts)
                .then(|| format!("마이너스 {}분의 {}", sino(found.group(3)), sino(found.group(2))))
        }),
        // 3대 2, 3대2로
        (r"(\d{1,3}) ?대 ?(\d{1,3})", |found| {
            let is_list = found.after().starts_with([',', '.'])
                && !found.after()[1..].starts_with(|it: char| it.is_ascii_digit());
            let is_last = is_list
                || !found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || ",.:~-%".contains(it))
                    && ["", "로", "의", "이", "가", "입", "으"].contains(&first(found.after()));
            // 과실 8 대 2에: with spaces, and nothing that is counted behind.
            let is_spaced = found.group(0).contains(" 대 ")
                && super::counters::lookup(found.after().trim_start()).is_none();
            let ends_early = found.after().trim_start_matches([',', '.']).is_empty();
            let score = || format!("{} 대 {}", sino(found.group(1)), sino(found.group(2)));
            (is_last || is_spaced || ends_early).then(score)
        }),
        (r"(\d{2,3})/(\d{2,3})( ?mmHg)", |found| {
            let (high, low) = (sino(found.group(1)), sino(found.group(2)));
            found.stands_alone().then(|| format!("{high}에 {low} 밀리미터 수은주"))
        }),
        (r"(혈압[은이가]? ?:? ?)(\d{2,3})/(\d{2,3})", |found| {
            Some(format!("{}{}에 {}", found.group(1), sino(found.group(2)), sino(found.group(3))))
        }),
        // 1, 2, 3명씩: every numeral is native, as the last.
        (r"((?:[1-9], ?){2,}[1-9])( ?(?:명|개|잔|마리|가지|장|병)씩)", |found| {
            let counts = found.group(1).split(',').map(|it| it.trim().parse().ok().and_then(native));
            let counts = counts.collect::<Option<Vec<_>>>()?.join(", ");
            let is_whole = found.stands_alone() && !found.before().trim_end().ends_with(',');
            is_whole.then(|| format!("{counts} {}", found.group(2).trim_start()))
        }),
        // 2, 3명: two or three.
        (
            r"([1-8]), ?([2-9])( ?(?:명|개|시간|잔|마리|달|가지|곳|군데|차례|개월|일 (?:안|내|이내|정도|뒤|후)))",
            |found| {
                let is_pair = found.number(2)? == found.number(1)? + 1;
                let is_list = found.before().trim_end().ends_with([',', '월']);
                (is_pair && !is_list && found.stands_alone())
                    .then(|| format!("{}~{}{}", found.group(1), found.group(2), found.group(3)))
            },
        ),
        // 2,30명: twenty or thirty.
        (r"([1-8]),([2-9])(0|00)", |found| {
            let (first, second) = (found.number(1)?, found.number(2)?);
            let unit = if found.group(3) == "0" { "십" } else { "백" };
            let pair = format!("{}{}{unit} ", sino(found.group(1)), sino(found.group(2)));
            let is_pair = second == first + 1 && found.after().starts_with(super::hangul::is_syllable);
            (is_pair && found.stands_alone()).then_some(pair)
        }),
        // 6,200/µL
        (r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?) ?/ ?(µL|mL|dL|L|mm³)", |found| {
            let unit = super::units::word(found.group(2))?;
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!goes_on).then(|| format!("{unit}당 {}", found.group(1)))
        }),
        // 1.2k개, 팔로워 1M: thousands and millions.
        (
            r"(\d{1,3})(?:\.(\d))?([kKM])( ?(?:개|명|회|건|뷰|팔로워|구독자|좋아요)|[을를은는이가이 ])",
            |found| {
                const COUNTED: [&str; 5] = ["팔로워", "구독자", "조회수", "좋아요", "댓글"];
                let is_counted = found.group(4).trim_start().len() > '을'.len_utf8()
                    || found.group(4).trim_start().starts_with(['개', '명', '회', '건', '뷰'])
                    || COUNTED.iter().any(|word| tail(found.before(), 12).contains(word));
                let zeros = if found.group(3) == "M" { 6 } else { 3 };
                let value = format!("{}{:0<zeros$}", found.group(1), found.group(2));
                is_counted.then(|| format!("{value}{}", found.group(4)))
            },
        ),
        // 9/10점: a mark out of ten.
        (r"(\d{1,3}(?:\.\d)?)/(5|10|100) ?점", |found| {
            let is_mark = found.stands_alone() && !found.after().starts_with('만');
            is_mark.then(|| format!("{}점 만점에 {}점", found.group(2), found.group(1)))
        }),
        (r"(?:(\d{1,2}) )?(\d{1,3})/(\d{1,4})", fraction),
    ])
});

static SIGNS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile_beside(&[
        (r"(\d) ?[-−] ?(\d+(?:\.\d+)?) ?=", |found| {
            Some(format!("{} 빼기 {} =", found.group(1), found.group(2)))
        }),
        (r"(\d) ?/ ?(\d+) ?=", |found| Some(format!("{} 나누기 {} =", found.group(1), found.group(2)))),
        (r"(\d)([²³])", |found| {
            let power = if found.group(2) == "²" { "제곱" } else { "세제곱" };
            Some(format!("{}의 {power}", found.group(1)))
        }),
        (r"(\d) ?\+ ?(\d)", |found| {
            let is_sum = super::hangul::head(found.after(), 12).contains('=');
            let plus = if is_sum { "더하기" } else { "플러스" };
            Some(format!("{} {plus} {}", found.group(1), found.group(2)))
        }),
        (r"([A-Za-z])\+(\d)", |found| Some(format!("{} 플러스 {}", found.group(1), found.group(2)))),
        // 1,234원x3
        (r"(\d(?:[A-Za-z%]{0,3}|[만천]?원|[개명장병회잔박])) ?[xX×*] ?(\d)", |found| {
            Some(format!("{} 곱하기 {}", found.group(1), found.group(2)))
        }),
        // 아메리카노 x2
        (r"([가-힣)]) ?[xX×] ?([1-9])", |found| {
            Some(format!("{} 곱하기 {}", found.group(1), found.group(2)))
        }),
        (r"(\d) ?÷ ?(\d)", |found| Some(format!("{} 나누기 {}", found.group(1), found.group(2)))),
        // 3월 5일-7일: a hyphen between two measures is a range.
        (
            r"(\d ?(?:시|분|일|월|년|원|층|세|명|개|시간|개월|주|도|회|점|박|km|kg|cm|mm|mg|m[lL]|[GMT]B|Mbps|%))( ?)-( ?)(\d)",
            |found| {
                // 3개월 -1.8%: a loss.
                let is_minus = found.group(2).len() > found.group(3).len();
                (!is_minus).then(|| format!("{}~{}", found.group(1), found.group(4)))
            },
        ),
        (r"(?i:op)\. ?(\d)", |found| {
            let is_word = found.before().ends_with(|it: char| it.is_ascii_alphabetic());
            (!is_word).then(|| format!("작품번호 {}", found.group(1)))
        }),
        (r"(?i:no)\. ?(\d)", |found| {
            let is_word = found.before().ends_with(|it: char| it.is_ascii_alphabetic());
            (!is_word).then(|| format!("넘버 {}", found.group(1)))
        }),
    ])
});

/// The text with such signs in words; the numbers may stay.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
    apply(&SIGNS, text);
}

/// A version in the first group, the name and the number of its build in the others: "1.2.3-beta2".
fn version(found: &Found<'_>) -> String {
    let mut words = dotted(found.group(1));
    let build = words::reading(found.group(2)).map_or_else(|| letters::spell(found.group(2)), str::to_owned);
    for part in [build, dotted(found.group(3))] {
        if !part.is_empty() {
            words = format!("{words} {part}");
        }
    }
    words
}

/// Versions and addresses of machines: numbers up to two digits as such, longer ones digit by digit.
fn dotted(number: &str) -> String {
    if number.is_empty() {
        return String::new();
    }
    let parts = number.split('.').map(|part| match part.len() {
        1 | 2 if !part.starts_with('0') || part == "0" => sino(part),
        _ => numerals::one_by_one(part, Zero::Yeong),
    });
    parts.collect::<Vec<_>>().join(" 점 ")
}

/// "1/2" as "이분의 일", "2 1/2" as "이와 이분의 일"; with a denominator that is too small, "슬래시".
fn fraction(found: &Found<'_>) -> Option<String> {
    let (numerator, denominator) = (found.number(2)?, found.number(3)?);
    if !found.stands_alone() {
        return None;
    }
    // 배송 중 (3/5)
    let is_enclosed = found.before().ends_with('(') && found.after().starts_with(')');
    let near = tail(found.before(), 12);
    if is_enclosed && numerator <= denominator && STAGES.iter().any(|word| near.contains(word)) {
        return Some(format!("{} 중 {}", sino(found.group(3)), sino(found.group(2))));
    }
    let part = format!("{}분의 {}", sino(found.group(3)), sino(found.group(2)));
    let whole = if found.group(1).is_empty() { String::new() } else { sino(found.group(1)) };
    // 7/4는 가분수
    let is_named = found.after().contains("분수")
        || found.before().contains("분수")
        || super::maths::names_value(found.before());
    // AST/ALT는 25/30
    let last = near.trim_end().rsplit([' ', '(']).next().unwrap_or_default();
    let is_pair = last.contains('/') && last.starts_with(|it: char| it.is_ascii_uppercase());
    if is_pair && !is_named && found.group(1).is_empty() {
        return Some(format!("{}, {}", sino(found.group(2)), sino(found.group(3))));
    }
    if (numerator >= denominator && !is_named) || denominator < 2 {
        return None;
    }
    // "3/4컵": a noun is a word of its own.
    let after = found.after();
    let is_noun = after.starts_with(super::hangul::is_syllable) && !super::hangul::word_ends_before(after);
    let part = if is_noun { format!("{part} ") } else { part };
    Some(match whole.as_str() {
        "" => part,
        whole => format!("{whole}{} {part}", if ends_in_consonant(whole) { "과" } else { "와" }),
    })
}

fn first(text: &str) -> &str {
    let end = text.char_indices().nth(1).map_or(text.len(), |(end, _)| end);
    text[..end].trim_matches(|it: char| !it.is_alphanumeric())
}
