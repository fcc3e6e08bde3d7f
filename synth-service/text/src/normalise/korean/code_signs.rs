//! The names that signs have in codes and addresses, where every character is said.

/// "하이픈" for "-"; `None` for signs that are never named.
pub(super) fn name(sign: char) -> Option<&'static str> {
    Some(match sign {
        '.' => "점",
        ',' => "쉼표",
        '@' => "골뱅이",
        '/' => "슬래시",
        '\\' => "역슬래시",
        '-' => "하이픈",
        '_' => "언더바",
        '?' => "물음표",
        '!' => "느낌표",
        '#' => "샵",
        '*' => "별표",
        '=' => "이퀄",
        '&' => "앤드",
        '%' => "퍼센트",
        '+' => "플러스",
        '~' => "물결",
        ':' => "콜론",
        ';' => "세미콜론",
        '$' => "달러",
        '₩' => "원",
        '(' => "괄호 열고",
        ')' => "괄호 닫고",
        '\'' | '"' => "따옴표",
        _ => return None,
    })
}
