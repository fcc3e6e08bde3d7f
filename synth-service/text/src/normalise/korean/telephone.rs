//! Telephone numbers: zero is 공, and a comma stands where the groups of digits meet.

use std::sync::LazyLock;

use super::{
    counters,
    hangul::{self, tail},
    numerals::{Zero, one_by_one},
    rule::{Found, Rule, Text, apply, compile},
};

/// Short numbers that everyone knows, where the words around make them telephone numbers.
const SHORT: &str = "110|111|112|113|114|117|118|119|120|121|122|123|125|126|127|128|129|131|132|182|1330|1332|1339|1345|1350|1355|1357|1366|1369|1372|1388|1393|1397";

/// Those of them that nobody takes for an amount or a bus.
const LONE: &str = "112|119|1330|1339|1345|1350|1355|1357|1366|1369|1372|1388|1393|1397";

/// Needs that have a short number.
const HELP: [&str; 11] =
    ["화재", "간첩", "응급", "민원", "문의", "상담", "신고", "긴급", "범죄", "구급", "경찰"];

/// Words behind a count of times.
const TIMES: [&str; 8] = ["번 이상", "번 이하", "번 더", "번 넘", "번 정도", "번 시도", "번 잘못", "번 반복"];

/// Words that number a house or a room.
const PLACES: [char; 4] = ['로', '길', '동', '리'];

const CALL_BEHIND: [&str; 30] = [
    "상황실",
    "대원",
    "소방",
    "종합",
    "에 신고",
    "에 전화",
    "에 문의",
    "에 연락",
    "로 신고",
    "로 전화",
    "로 문의",
    "로 연락",
    "으로 신고",
    "으로 전화",
    "으로 문의",
    "으로 연락",
    "신고",
    "구급",
    "구조",
    "콜센터",
    "상담",
    "번으로",
    "번에",
    "번 콜센터",
    "번 상담",
    "안내",
    "를 눌러",
    "를 누르",
    "에 먼저",
    "에 즉시",
];
const CALL_BEFORE: [&str; 14] = [
    "국세청",
    "관세청",
    "센터",
    "공단",
    "한전",
    "전화",
    "전화는",
    "국번 없이",
    "국번없이",
    "긴급",
    "긴급전화",
    "신고",
    "신고는",
    "연락처",
];

static HIDDEN: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        // ****-****-****-1234, 900101-1******, 010-****-5678, 02-***-1234
        (r"(\(?[\d*]+(?:(?:\) ?|[-. ])[\d*]+)*)(\)?)", |found| {
            let number = found.group(1);
            let is_hidden =
                number.matches('*').count() > 1 && number.contains(|it: char| it.is_ascii_digit());
            // The brackets of 카드(****-4471) go together, those of an area code are a part of the number.
            let is_enclosed = number.starts_with('(') && !number.contains(')');
            let closer = if is_enclosed { "" } else { found.group(2) };
            (is_hidden && ends(found) && begins(found))
                .then(|| format!("{}{closer}", masked(number, found.before())))
        }),
        // 홍*동
        (r"([가-힣])\*{1,2}([가-힣])", |found| Some(format!("{} {}", found.group(1), found.group(2)))),
    ])
});

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let short = format!("({SHORT})");
    let pair = format!(
        "({SHORT})( ?[,/·] ?|이?나 |[와과] |(?: 또는| 혹은| 및)(?: [가-힣]{{2,8}}){{0,2}} )({SHORT})"
    );
    let lone = format!("({LONE})");
    compile(&[
        (r"((?:\+|\b00)\d{1,3}(?:[-. ]?\(?\d{1,4}\)?){2,5})", |found| {
            let digits = found.group(1).bytes().filter(u8::is_ascii_digit).count();
            ((9..=15).contains(&digits) && ends(found)).then(|| spoken(found.group(1)))
        }),
        // 010-1234-5678, 02)123-4567, (02) 123 4567, 010-****-5678
        (
            r"((?:\(?0\d{1,3}(?:\) ?| ?[-.] ?| )|\([2-9]\d\d\) ?)[\d*Xx]{3,4}(?: ?[-.] ?| )[\d*Xx]{4})(~\d{1,4}|(?: ?[xX#]| ?(?i:ext)[. ] ?)\d{1,5})?",
            |found| {
                let digits = one_by_one(found.group(2), Zero::Gong);
                let last = match found.group(2).chars().next() {
                    None => String::new(),
                    Some('~') => format!("에서 {digits}"),
                    Some(_) => format!(", 내선 {digits}"),
                };
                // The bracket of 연락처(010-1234-5678) is no part of the number, as that of (02) is.
                let number = found.group(1);
                let opener = if number.starts_with('(') && !number.contains(')') { "(" } else { "" };
                (ends(found) && begins(found)).then(|| format!("{opener}{}{last}", spoken(number)))
            },
        ),
        (r"(1[3-9]\d\d[- ]\d{4}|\d{3,4}-\d{4})(?: ?[xX#]| ?(?i:ext)[. ] ?)(\d{1,5})", |found| {
            let extension = one_by_one(found.group(2), Zero::Gong);
            (ends(found) && begins(found)).then(|| format!("{}, 내선 {extension}", spoken(found.group(1))))
        }),
        (r"(1[3-9]\d\d[- ]\d{4}|\d{3,4}-\d{4})", |found| {
            let years =
                found.group(1).split('-').all(|part| part.starts_with("19") || part.starts_with("20"));
            let is_room = found.after().trim_start().starts_with(['호', '동']);
            let is_range = years || is_room || counters::is_counted(found.after());
            let is_call = found.group(1).contains('-') || found.group(1).starts_with("15");
            (ends(found) && begins(found) && is_call && !is_range).then(|| spoken(found.group(1)))
        }),
        (r"(01[016789]\d{7,8}|02\d{7,8}|0[3-7]\d{8,10}|080\d{7})", |found| {
            found.stands_alone().then(|| spoken(found.group(1)))
        }),
        // 02-120, 지역번호+120: a short number behind an area code.
        (r"(0\d{1,2}|지역번호)( ?[-+) ]? ?)(1\d{2,3})", |found| {
            let is_code = SHORT.split('|').any(|short| short == found.group(3)) && !found.group(2).is_empty();
            let area = match found.group(1) {
                "지역번호" => "지역번호".to_owned(),
                digits => group(digits),
            };
            let apart = if found.group(2).contains('+') { " 플러스" } else { "," };
            let is_counted = counters::lookup(found.after()).is_some_and(|(name, _)| name != "번");
            (is_code && ends(found) && begins(found) && !is_counted)
                .then(|| format!("{area}{apart} {}", group(found.group(3))))
        }),
        // 대표번호 15881234
        (r"(1[568]\d\d)(\d{4})", |found| {
            let (before, after) = (tail(found.before(), 10).trim_end(), found.after().trim_start());
            let is_call =
                ["번호", "번호는", "번호:", "센터", "센터는", "전화", "전화:", "문의", "문의:", "☎"]
                    .iter()
                    .any(|word| before.ends_with(word))
                    || CALL_BEHIND.iter().any(|word| after.starts_with(word));
            (found.stands_alone() && is_call)
                .then(|| spoken(&format!("{}-{}", found.group(1), found.group(2))))
        }),
        // 112나 119
        (&pair, |found| {
            let short = |index| one_by_one(found.group(index), Zero::Gong);
            let is_counted = counters::lookup(found.after()).is_some_and(|(name, _)| name != "번");
            let apart = if found.group(2).starts_with(',') { ", " } else { found.group(2) };
            // "112 또는 금융감독원 1332로 신고" has a name between.
            let has_name = found.group(2).trim().contains(' ');
            let is_call = !has_name || CALL_BEHIND.iter().any(|word| found.after().starts_with(word));
            (found.stands_alone() && !is_counted && is_call)
                .then(|| format!("{}{apart}{}", short(1), short(3)))
        }),
        // 1366번, 119는
        (&lone, |found| {
            let after = found.after();
            // "1350 에" may be an amount; 112 and 119 hardly are.
            let is_long = found.group(1).len() > 3;
            let is_often = TIMES.iter().any(|word| after.starts_with(word));
            let is_bus =
                ["번 버스", "번버스", "번 국도", "번 고객"].iter().any(|word| after.starts_with(word));
            let is_counted = !after.starts_with('번') && !hangul::word_ends_before(after);
            let is_unit =
                !after.starts_with('번') && (is_long || !is_said(after)) || after.starts_with("번째");
            let is_place = found.before().trim_end().ends_with(PLACES);
            (found.stands_alone() && !is_often && !is_bus && !is_counted && !is_unit && !is_place)
                .then(|| one_by_one(found.group(1), Zero::Gong))
        }),
        (&short, |found| {
            let near = tail(found.before(), 10);
            let before = near.trim_end();
            let after = found.after().trim_start();
            let is_end = ["번", ",", ".", "입니다", "번입니다", "번,"].iter().any(|word| {
                after
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.is_empty() || !rest.starts_with(char::is_alphanumeric))
            });
            let is_help = HELP.iter().any(|word| near.contains(word)) && (is_end || after.is_empty());
            let is_call = is_help
                || CALL_BEFORE.iter().any(|word| before.ends_with(word))
                    && hangul::word_ends_before(after.strip_prefix('번').unwrap_or(after))
                || CALL_BEHIND.iter().any(|word| after.starts_with(word));
            (found.stands_alone() && is_call).then(|| one_by_one(found.group(1), Zero::Gong))
        }),
    ])
});

/// The text with telephone numbers in words.
pub(super) fn read(text: &mut Text) {
    if text.contains('*') {
        apply(&HIDDEN, text);
    }
    apply(&RULES, text);
}

/// The number group by group; without written groups, the area code decides them.
pub(super) fn spoken(number: &str) -> String {
    if number.contains(is_hidden) {
        return masked(number, "");
    }
    let is_sign = |it: char| !it.is_ascii_digit();
    let mut groups: Vec<&str> = number.split(is_sign).filter(|group| !group.is_empty()).collect();
    if let [digits] = groups[..] {
        groups = grouped(digits);
    }
    let plus = if number.trim_start().starts_with('+') { "플러스 " } else { "" };
    let groups: Vec<String> = groups.into_iter().map(group).collect();
    format!("{plus}{}", groups.join(", "))
}

/// Whether a particle or the end of the word follows, and no counter or unit.
fn is_said(after: &str) -> bool {
    const PARTICLES: [&str; 12] =
        ["에", "에서", "에도", "로", "으로", "는", "은", "를", "을", "나", "와", "과"];
    let ends = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric());
    PARTICLES.iter().any(|word| after.strip_prefix(word).is_some_and(ends)) || after.starts_with("이나 ")
}

fn group(group: &str) -> String {
    one_by_one(group, Zero::Gong)
}

/// Hidden digits are left out: "공일공, 끝자리 오육칠팔".
fn masked(number: &str, before: &str) -> String {
    let is_digit = |it: char| it.is_ascii_digit();
    let first = number.find(is_hidden).unwrap_or(number.len());
    let last = number.rfind(is_hidden).map_or(0, |at| at + 1);
    let groups = |part: &str| -> Vec<String> {
        let groups = part.split(|it| !is_digit(it)).filter(|group| !group.is_empty());
        groups.map(group).collect()
    };
    let (mut words, end) = (groups(&number[..first]), groups(&number[last..]).join(", "));
    let is_named = before.trim_end().ends_with("자리");
    if !end.is_empty() {
        words.push(if is_named { end } else { format!("끝자리 {end}") });
    }
    words.join(", ")
}

fn is_hidden(sign: char) -> bool {
    "*Xx".contains(sign)
}

fn grouped(digits: &str) -> Vec<&str> {
    let area = match digits {
        _ if !digits.is_ascii() => 0,
        _ if digits.starts_with("02") => 2,
        _ if digits.starts_with("050") && digits.len() == 12 => 4,
        _ if digits.starts_with('0') => 3,
        _ if digits.len() == 8 => 0,
        _ => return vec![digits],
    };
    if digits.len() < area + 7 {
        return vec![digits];
    }
    let (area, rest) = digits.split_at(area);
    let (exchange, line) = rest.split_at(rest.len() - 4);
    [area, exchange, line].into_iter().filter(|group| !group.is_empty()).collect()
}

/// Whether the number is not the beginning of a longer one.
fn ends(found: &Found<'_>) -> bool {
    let mut after = found.after().chars();
    let next = after.next();
    let goes_on = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    !(goes_on(next) || (next == Some('-') && goes_on(after.next())))
}

/// Whether the number is not the end of a longer one.
fn begins(found: &Found<'_>) -> bool {
    let mut before = found.before().chars().rev();
    let previous = before.next();
    let is_code = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric() || it == '*');
    let leads = previous.is_some_and(|it| "-.,".contains(it));
    !(is_code(previous) || (leads && is_code(before.next())))
}
