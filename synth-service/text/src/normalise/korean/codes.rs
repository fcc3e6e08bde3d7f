//! Numbers that name instead of count: accounts, cards, orders, plates, codes of letters and digits. Read sign by
//! sign, zero as 공.

use std::sync::LazyLock;

use super::{
    counters, hangul, letters,
    numerals::{Zero, one_by_one, sino},
    rule::{Found, Rule, Text, apply, compile},
    units,
};

/// Numbers in a queue or a row, which are read as numbers.
const COUNTED: [&str; 10] = [
    "대기번호",
    "대기 번호",
    "순번",
    "좌석번호",
    "좌석 번호",
    "번호표",
    "차례번호",
    "문항번호",
    "줄번호",
    "방번호",
];

/// Things that are counted even after the name of a code: "비밀번호 4자리".
const NEVER_CODE: [&str; 24] = [
    "년",
    "번 이상",
    "번 이하",
    "번 더",
    "번 넘",
    "번 시도",
    "번 잘못",
    "자리",
    "개",
    "건",
    "명",
    "원",
    "글자",
    "단계",
    "차",
    "회",
    "가지",
    "시간",
    "개월",
    "문자",
    "종",
    "분",
    "일 이",
    "일 동",
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const NAME: &str = "끝자리|끝|번호|코드|뒷자리|앞자리|비밀번호|생년월일|아이디|내선|핀|PIN|OTP|ID|암호|패스워드|비번|계좌|카드|송장|운송장|우편번호|사번|학번|군번";
    let named = format!(
        r"((?:{NAME})(?: ?\d자리)?(?:는|은|가|이|를|을|로|인)? ?[:：]? ?(?:- ?)?[\[('\x22]?)((?:[A-Za-z]{{0,4}}|[A-Za-z]{{1,4}}-)[\d*][A-Za-z\d*]*(?:[- ][A-Z\d*]{{2,}}|-\d|/\d+)*)"
    );
    compile(&[
        // "•••• 5678": the digits in front are hidden.
        (r"(?:•{2,}[- ]?){1,4}(\d{2,6})", |found| {
            let is_said = found.before().trim_end().ends_with("끝자리");
            let name = if is_said { "" } else { "끝자리 " };
            Some(format!("{name}{}", one_by_one(found.group(1), Zero::Gong)))
        }),
        (
            r"(\d{2,3})([가나다라마바사아자하거너더러머버서어저허고노도로모보소오조호구누두루무부수우주배]) ?(\d{4})",
            plate,
        ),
        // 2026가단1832: year, kind and number of a case at a court.
        (
            r"((?:19|20)\d\d)((?:가[단합소]|고[단합정]|[카하][단합]|구[단합]|드[단합]|타[경채]|헌[가나마바]|[나다노도누두머차초])) ?(\d{1,7})",
            |found| {
                let is_counted = found.group(2).chars().count() == 1 && found.group(3).len() < 3;
                // A clerk says the year as a year. Long numbers are spelled out.
                let number = match found.group(3) {
                    long if long.len() > 4 => one_by_one(long, Zero::Gong),
                    short => sino(short),
                };
                (found.stands_alone() && !is_counted)
                    .then(|| format!("{} {} {number}", sino(found.group(1)), found.group(2)))
            },
        ),
        // Oil of an engine: 5W-30.
        (r"(\d{1,2})W-?(\d0)", |found| {
            let is_alone = found.stands_alone() && ends(found);
            is_alone.then(|| format!("{} 더블유 {}", found.group(1), found.group(2)))
        }),
        // 처방전 7731145번, 버스 7016번: nobody writes a count so.
        (r"([A-Z]?\d{4,9}) ?번", |found| {
            let after = found.after();
            let near = [hangul::tail(found.before(), 16), hangul::head(after, 12)];
            let is_bus = ["버스", "환승", "노선"].iter().any(|word| near.iter().any(|it| it.contains(word)));
            let is_count = after.starts_with('째')
                || COUNTED.iter().any(|word| near[0].contains(word))
                || found.group(1).ends_with("000")
                || NEVER_CODE
                    .iter()
                    .any(|word| word.strip_prefix('번').is_some_and(|it| after.starts_with(it)));
            (found.stands_alone() && !is_count && (is_bus || found.group(1).len() > 4))
                .then(|| format!("{} 번", code(found.group(1))))
        }),
        (&named, named_code),
        // The first six digits of a number of a person: 생년월일 여섯 자리를 850716처럼
        (
            r"((?:생년월일|주민번호|주민등록번호)(?: ?\d자리)?[^\d.]{1,24}|일 ?생(?:이면|이라면|은|이시면) )(\d{6})",
            |found| {
                let is_counted = counters::lookup(found.after()).is_some() || has_thousands(found.after());
                (ends(found) && !is_counted).then(|| format!("{}{}", found.group(1), code(found.group(2))))
            },
        ),
        // 850716 맞으시죠?
        (r"(\d{6})( ?(?:이 |가 )?맞(?:으시|으신|으십|으실|습니까|나요))", |found| {
            let is_alone = found.stands_alone() && !found.group(1).ends_with("000");
            is_alone.then(|| format!("{}{}", code(found.group(1)), found.group(2)))
        }),
        (r"(\(우\) ?|우\) ?)(\d{5})", |found| {
            ends(found).then(|| format!("{}{}", found.group(1), code(found.group(2))))
        }),
        // The year of a class: 95학번.
        (r"(\d\d)( ?학번)", |found| {
            found.stands_alone().then(|| format!("{}{}", code(found.group(1)), found.group(2)))
        }),
        (
            r"(자리(?:는|가|숫자|숫자는|번호|번호는|인)? ?:? ?[\['‘“\x22]?)(\d{3,8})",
            |found| {
                // 뒤 네 자리가 7713인 계좌
                let is_counted = counters::lookup(found.after()).is_some_and(|(name, _)| name != "인")
                    || has_thousands(found.after());
                (ends(found) && !is_counted).then(|| format!("{}{}", found.group(1), code(found.group(2))))
            },
        ),
        // An international number of an account: GB29 NWBK 6016 1331 9268 19
        (r"([A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?)", grouped),
        (r"(\d{6})-([\d*]{7})", grouped),
        (r"([\d*]{4} [\d*]{4} [\d*]{4} [\d*]{4})", grouped),
        (r"([\d*]+(?:-[\d*]+){2,})", grouped),
        (r"(\d{5,}-\d+|\d+-\d{5,})", grouped),
        (r"([A-Za-z]{1,4}-?\d{5,}(?:-\d+)*)", grouped),
        (r"([*#]\d+[*#]?|\d{2,}[*#])", |found| {
            // 1,234원*3 is a sum.
            let is_sum = found.before().ends_with(['원', '개']) && !found.group(1).ends_with(['*', '#']);
            (!is_sum).then(|| code(found.group(1)))
        }),
        // 8841 카드로: the last digits of a card.
        (r"(\d{4})( 카드)", |found| {
            found.stands_alone().then(|| format!("{}{}", code(found.group(1)), found.group(2)))
        }),
        // SWIFT 코드는 SHBKKRSE
        (r"((?:코드|SWIFT|BIC|스위프트)(?:는|은|가|이)? ?:? ?)([A-Z]{6,11})", |found| {
            ends(found).then(|| format!("{}{}", found.group(1), letters::spell(found.group(2))))
        }),
        (r"([A-Z\d]{2,}(?:-[A-Z\d]{2,})+|[A-Z\d]{4,})", |found| {
            if found.group(1).contains('-') && !is_serial(found.group(1)) {
                return None;
            }
            let kinds: Vec<bool> =
                found.group(1).bytes().filter(|it| *it != b'-').map(|it| it.is_ascii_digit()).collect();
            let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
            (changes > 1 && begins(found) && ends(found)).then(|| code(found.group(1)))
        }),
    ])
});

/// The text with codes in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

/// Letters together, digits together, signs by name; a comma where groups meet.
pub(super) fn code(code: &str) -> String {
    if let Some((first, last)) = code.split_once('/') {
        return format!("{} 슬래시 {}", self::code(first), self::code(last));
    }
    let groups = code.split(['-', ' ']).filter(|group| !group.is_empty());
    groups.map(group).collect::<Vec<_>>().join(", ")
}

fn group(group: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for character in group.chars() {
        let kind = (character.is_ascii_digit(), character.is_ascii_alphabetic());
        let word = match character {
            '0'..='9' => one_by_one(&character.to_string(), Zero::Gong),
            '*' => "별표".to_owned(),
            '#' => "샵".to_owned(),
            _ => letters::name(character).unwrap_or_default().to_owned(),
        };
        match words.last_mut() {
            Some(run) if last == Some(kind) && kind != (false, false) => run.push_str(&word),
            _ => words.push(word),
        }
        last = Some(kind);
    }
    words.join(" ")
}

fn named_code(found: &Found<'_>) -> Option<String> {
    let (name, written) = (found.group(1), found.group(2));
    let before = format!("{}{name}", hangul::tail(found.before(), 3));
    let letter = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphabetic());
    let is_part = letter(name.chars().next()) && letter(found.before().chars().next_back());
    let is_long = written.chars().filter(|it| it.is_ascii_digit()).count() > 3;
    let after = found.after();
    let is_counted = counters::lookup(after.trim_start()).is_some() && !after.starts_with("번입");
    let is_queue = COUNTED.iter().any(|word| before.contains(word));
    let never = NEVER_CODE.iter().any(|word| after.trim_start().starts_with(word));
    // 주문번호 20251103-0042871 건은: groups are no amount.
    let never = never && !written.contains('-');
    let is_amount = never || has_thousands(after) || is_queue || (!is_long && is_counted);
    let is_other =
        after.starts_with(['.', ':', '/', '~']) && after[1..].starts_with(|it: char| it.is_ascii_digit());
    // "12/27" is a date.
    let is_date = written.split_once('/').is_some_and(|(first, _)| first.len() < 4);
    // 계좌 and 카드 alone stand before numbers of any kind.
    let is_vague = ["계좌", "카드", "끝"].iter().any(|it| name.starts_with(it));
    // 끝번호 -4471 has a dash; 코드 -1 is below zero, and 끝은 2030 is a year.
    let bare = name.strip_suffix(['-', ' ']).map(|it| it.trim_end_matches('-'));
    let is_dashed = name.contains('-');
    let is_minus = is_dashed && name.starts_with("코드") && !name.ends_with(' ');
    let is_noun =
        name.starts_with('끝') && !name.starts_with("끝자리") && name.trim_end_matches(['-', ' ']) != "끝";
    let name =
        bare.filter(|_| is_dashed).map_or_else(|| name.to_owned(), |bare| format!("{} ", bare.trim_end()));
    let is_code = !(is_part || is_amount || is_other || is_date || is_minus || is_noun);
    (ends(found) && is_code && (is_long || !is_vague)).then(|| format!("{name}{}", code(written)))
}

/// Whether a comma leads to more digits of the same amount.
fn has_thousands(after: &str) -> bool {
    after.strip_prefix(',').is_some_and(|after| after.starts_with(|it: char| it.is_ascii_digit()))
}

fn grouped(found: &Found<'_>) -> Option<String> {
    let has_digit = found.group(0).bytes().any(|it| it.is_ascii_digit());
    let is_range = counters::is_counted(found.after());
    (has_digit && begins(found) && ends(found) && !is_range).then(|| code(found.group(0)))
}

/// The plate of a car: "12가 3456".
fn plate(found: &Found<'_>) -> Option<String> {
    let letter = found.group(2);
    let is_apart = found.group(0).contains(' ');
    // These are counters too, and need the number after to touch them.
    let is_doubtful = is_apart && "도호주구부수".contains(letter);
    let after = found.after().trim_start();
    let is_amount =
        has_thousands(after) || after.starts_with(['원', '년', '만', '억', '개', '명', '호', '-']);
    let plate = || {
        format!(
            "{} {letter} {}",
            one_by_one(found.group(1), Zero::Gong),
            one_by_one(found.group(3), Zero::Gong)
        )
    };
    (found.stands_alone() && !is_doubtful && !is_amount).then(plate)
}

/// "SM-S928N", and no range such as "100MB-500MB".
fn is_serial(written: &str) -> bool {
    const SHORTEST: usize = 8;
    let is_measure = |group: &str| {
        let unit = group.trim_start_matches(|it: char| it.is_ascii_digit());
        unit.len() < group.len() && units::word(unit).is_some()
    };
    written.len() >= SHORTEST && !written.split('-').all(is_measure)
}

fn begins(found: &Found<'_>) -> bool {
    !found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || "-.,*".contains(it))
}

fn ends(found: &Found<'_>) -> bool {
    !found.after().starts_with(|it: char| it.is_ascii_alphanumeric())
}
