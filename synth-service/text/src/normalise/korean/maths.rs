//! Formulas: powers, roots, comparisons, the names of Greek letters. Their numbers stay as they are.

use std::sync::LazyLock;

use super::{
    hangul::{ends_in_consonant, head, is_syllable, tail},
    letters,
    numerals::{Zero, one_by_one},
    rule::{Found, Rule, Text, apply, compile, compile_beside},
};

/// How far from a minus an equals sign may stand, in characters.
const EQUATION: usize = 24;

const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const SIGNS: [(&str, &str); 26] = [
    ("∛", "세제곱근"),
    ("∜", "네제곱근"),
    ("√", "루트"),
    ("π", "파이"),
    ("α", "알파"),
    ("β", "베타"),
    ("γ", "감마"),
    ("δ", "델타"),
    ("Δ", "델타"),
    ("ε", "엡실론"),
    ("θ", "세타"),
    ("λ", "람다"),
    ("ρ", "로"),
    ("σ", "시그마"),
    ("Σ", "시그마"),
    ("∑", "시그마"),
    ("φ", "파이"),
    ("ω", "오메가"),
    ("∞", "무한대"),
    ("∫", "인테그랄"),
    ("∂", "라운드"),
    ("≈", "약"),
    ("≒", "약"),
    ("∴", "따라서"),
    ("∵", "왜냐하면"),
    ("∠", "각"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const ORDER: &str = "<=|>=|≤|≥|≦|≧|<|>";
    const NUMBER: &str = r"[-−]?[$€£₩¥]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?";
    const UNIT: &str = r"(?: ?(?:[만억]? ?원|[만억]|달러|점|세|살|명|개|회|일|년|도|%p?|°C|°|kg|g|mg|cm|mm|km|m|GB|MB|ms|초|분|시간|mg/dL|mmHg))?";
    let between = format!(r"({NUMBER}) ?(<=|≤|≦|<) ?([A-Za-z]) ?(<=|≤|≦|<) ?({NUMBER}{UNIT})");
    let bound = format!(r"(?:\b([A-Za-z]) ?|([가-힣)%] ?)|(\d) )?({ORDER}) ?({NUMBER}{UNIT})");
    let letters = format!(r"\b([A-Za-z]) ?({ORDER}) ?([A-Za-z])(이면|면|일 때|인)?");
    compile(&[
        // 10⁸, 10⁻³, x⁴
        (r"(\d+|[A-Za-z)])(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", |found| {
            let power = plain_power(found.group(2));
            // "m²" and "10³" are read with the units.
            (power != "2" && power != "3").then(|| raised(found.group(1), &power))
        }),
        (r"(\d+|[A-Za-z)]) ?(?:\^|\*\*) ?[({]?(-?(?:\d+|[A-Za-z]))[)}]?", |found| {
            Some(raised(found.group(1), found.group(2)))
        }),
        // 4/3πr³
        (r"(\d{1,3})/(\d{1,3}) ?(π)", |found| {
            let starts = !found.before().ends_with(|it: char| it.is_ascii_digit() || "./,".contains(it));
            starts.then(|| format!("{}분의 {} π", found.group(2), found.group(1)))
        }),
        // 1e-4
        (r"(\d+(?:\.\d+)?)e([-−+]?)(\d{1,3})", |found| {
            let minus = if ["-", "−"].contains(&found.group(2)) { "-" } else { "" };
            let value =
                format!("{} 곱하기 {}", found.group(1), raised("10", &format!("{minus}{}", found.group(3))));
            found.stands_alone().then_some(value)
        }),
        // 10C3, 5P2: choices and orders.
        (r"(\d{1,3})([CP])(\d{1,2})( ?=|[은는이가의])", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
            let letter = letters::spell(found.group(2));
            (!is_part).then(|| format!("{} {letter} {}{}", found.group(1), found.group(3), found.group(4)))
        }),
        (r"(?-u:\b)(?i:log) ?(\d+) (\d+|[A-Za-z(])", |found| {
            Some(format!("로그 {}의 {}", found.group(1), found.group(2)))
        }),
        (r"(\d+|(?-u:\b)n)!( ?[=×÷/+]|[은는이가의])", |found| {
            Some(format!("{} 팩토리얼{}", found.group(1), found.group(2)))
        }),
        // Binary numbers are read one by one.
        (r"((?:2|이)진(?:수|법)(?:으로|로|는|은|인|의)? ?)([01]{2,})", |found| {
            let is_alone = !found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == ',');
            is_alone.then(|| format!("{}{}", found.group(1), one_by_one(found.group(2), Zero::Gong)))
        }),
        (r"(제곱) ?m/s", |found| {
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == '²');
            (!goes_on).then(|| format!("{} 미터 매 초", found.group(1)))
        }),
        (&between, |found| {
            let (low, high) = (bound_name(flipped(found.group(2))), bound_name(found.group(4)));
            Some(format!("{} {} {low} {} {high}", subject(found.group(3)), found.group(1), found.group(5)))
        }),
        (&letters, compared),
        (&bound, bounded),
    ])
});

static BESIDE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let signs: String = SIGNS.iter().map(|(sign, _)| *sign).collect();
    let named = format!("([{signs}])( ?)");
    compile_beside(&[
        // 3x - 4 = 0
        (r"([A-Za-z\d)²³]) ?[-−] ?(\d*[A-Za-z(]|\d+)", |found| {
            let is_equation = head(found.after(), EQUATION).contains('=')
                || tail(found.before(), EQUATION).contains(['=', '×', '÷']);
            let is_spaced = found.group(0).contains(' ');
            // Two numbers with no equals sign before them may be a range.
            let has_letter =
                found.group(0).contains(|it: char| it.is_ascii_alphabetic() || "²³)".contains(it))
                    || found.before().contains('=');
            let is_letter = found.group(1).starts_with(|it: char| it.is_ascii_alphabetic());
            let is_word = is_letter && found.before().ends_with(|it: char| it.is_ascii_alphabetic())
                || found.after().starts_with(|it: char| it.is_ascii_alphabetic());
            (is_equation && is_spaced && has_letter && !is_word)
                .then(|| format!("{} 마이너스 {}", found.group(1), found.group(2)))
        }),
        // (재직일수/365), (근속월수 / 12)
        (r"([가-힣)]) ?/ ?(\d)", |found| {
            let is_formula = tail(found.before(), EQUATION).contains(['=', '×', '÷'])
                || head(found.after(), EQUATION).contains(['×', '÷']);
            is_formula.then(|| format!("{} 나누기 {}", found.group(1), found.group(2)))
        }),
        // μ is a mean as well as a millionth.
        (r"(^|[\s(])µ( ?=|[는은가이를])", |found| {
            Some(format!("{}뮤{}", found.group(1), found.group(2)))
        }),
        (r"\| ?(-?\d+(?:\.\d+)?|-?[a-z]) ?\|", |found| Some(format!("{}의 절댓값", found.group(1)))),
        // 2ab
        (r"(\d)([a-z]{2,3})(?-u:\b)", |found| {
            let is_formula = found.before().contains('=') || found.after().contains('=');
            let is_unit = super::units::word(found.group(2)).is_some();
            (is_formula && !is_unit).then(|| format!("{} {}", found.group(1), letters::spell(found.group(2))))
        }),
        // 환불 금액 = 결제 금액 − 수수료
        (r"([가-힣)]) [-−] ([가-힣(\d])", |found| {
            let is_equation =
                tail(found.before(), EQUATION).contains('=') || head(found.after(), EQUATION).contains('=');
            is_equation.then(|| format!("{} 빼기 {}", found.group(1), found.group(2)))
        }),
        (&named, |found| {
            let name = SIGNS.iter().find(|(sign, _)| *sign == found.group(1)).map(|(_, name)| name)?;
            let is_alone = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            let space = if is_alone { " " } else { found.group(2) };
            Some(format!("{name}{space}"))
        }),
        // Orders that are left, sign by sign: 1.5 < √3 < 1.8.
        (r"([\dA-Za-z)]) ?(<=|>=|≤|≥|≦|≧|<|>) ([\d√루A-Za-z(-])", |found| {
            let name = match found.group(2) {
                "<" => "작다",
                ">" => "크다",
                "<=" | "≤" | "≦" => "작거나 같다",
                _ => "크거나 같다",
            };
            let is_sum = found.group(1).starts_with(|it: char| it.is_ascii_digit() || it == ')')
                || found.group(3).starts_with(|it: char| it.is_ascii_digit() || "√루(-".contains(it));
            is_sum.then(|| format!("{} {name} {}", found.group(1), found.group(3)))
        }),
        (r"([A-Za-z])['′’]( ?=)", |found| {
            Some(format!("{} 프라임{}", letters::spell(found.group(1)), found.group(2)))
        }),
        (r"(%) ?: ?(\d)", |found| Some(format!("{} 대 {}", found.group(1), found.group(2)))),
        (r"(°\d{1,2})['′’]", |found| {
            found.before().ends_with(|it: char| it.is_ascii_digit()).then(|| format!("{}분", found.group(1)))
        }),
        // 300만→500만 원으로
        (
            r"([\d만억%](?: ?(?:만 ?원|원|도|점|위|명|개|등급|단계|일|시|층|배))?) ?[→⇒] ?(\d)",
            |found| {
                let is_chain = found.before().contains(['→', '⇒']) || found.after().contains(['→', '⇒']);
                let near = head(found.after(), EQUATION);
                let is_amount = !found.group(1).ends_with(|it: char| it.is_ascii_digit());
                let is_change =
                    is_amount || near.contains("로 ") || near.ends_with('로') || near.contains("까지");
                (!is_chain && is_change).then(|| format!("{}에서 {}", found.group(1), found.group(2)))
            },
        ),
        // A way through menus: 파일 > 내보내기.
        (r"([가-힣A-Za-z\d)\]]) ?[>›»] ?([가-힣A-Za-z\[])", |found| {
            // <표 1> is no way.
            let is_closed = tail(found.before(), EQUATION).contains('<');
            (!is_closed).then(|| format!("{}, {}", found.group(1), found.group(2)))
        }),
    ])
});

/// The text with formulas in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
    apply(&BESIDE, text);
}

/// Whether the value of a letter comes next: "x는", "y =".
pub(super) fn names_value(before: &str) -> bool {
    let name = before.trim_end().strip_suffix(['는', '은', '가', '이', '=']).map(str::trim_end);
    name.is_some_and(|name| {
        let rest = name.trim_end_matches(|it: char| it.is_ascii_lowercase());
        name.len() == rest.len() + 1 && !rest.ends_with(|it: char| it.is_ascii_alphanumeric())
    })
}

fn plain_power(written: &str) -> String {
    let plain = |sign: char| match SUPERSCRIPTS.chars().position(|it| it == sign) {
        Some(value) => char::from_digit(value as u32, 10),
        None => Some('-'),
    };
    written.chars().filter_map(plain).collect()
}

/// "10의 8제곱"; the second and the third power have names.
fn raised(base: &str, power: &str) -> String {
    match power {
        "2" => format!("{base}²"),
        "3" => format!("{base}³"),
        power => format!("{base}의 {power}제곱"),
    }
}

/// "엑스가"
fn subject(letter: &str) -> String {
    let name = letters::spell(letter);
    let particle = if ends_in_consonant(&name) { "이" } else { "가" };
    format!("{name}{particle}")
}

fn flipped(order: &str) -> &str {
    match order {
        "<" => ">",
        ">" => "<",
        "<=" | "≤" | "≦" => ">=",
        _ => "<=",
    }
}

fn bound_name(order: &str) -> &'static str {
    match order {
        "<" => "미만",
        ">" => "초과",
        "<=" | "≤" | "≦" => "이하",
        _ => "이상",
    }
}

/// "x ≤ 10인" as "엑스가 10 이하인", "≥ 60점" as "60점 이상".
fn bounded(found: &Found<'_>) -> Option<String> {
    let is_said = |next: char| !is_syllable(next) || "이인일면을를은는의로에까부입".contains(next);
    let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || "<>".contains(it));
    let is_word =
        !found.group(1).is_empty() && found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
    // "설정 > 2단계" goes through menus; "1 > 2" has no bound.
    let is_bound = found.after().chars().next().is_none_or(is_said) && found.group(3).is_empty();
    let left = match (found.group(1), found.group(2)) {
        ("", word) if word.is_empty() || word.ends_with(' ') => word.to_owned(),
        ("", word) => format!("{word} "),
        (letter, _) => format!("{} ", subject(letter)),
    };
    (is_bound && !goes_on && !is_word)
        .then(|| format!("{left}{} {}", found.group(5), bound_name(found.group(4))))
}

/// "a > b" as "에이가 비보다 크다".
fn compared(found: &Found<'_>) -> Option<String> {
    let (large, equal) = match found.group(2) {
        "<" => ("작", ""),
        ">" => ("크", ""),
        "<=" | "≤" | "≦" => ("작거나 같", "같"),
        _ => ("크거나 같", "같"),
    };
    let ending = match (found.group(4), large) {
        ("이면" | "면", "크") => "면",
        ("이면" | "면", _) => "으면",
        ("일 때", "크") => "ㄹ 때",
        ("일 때", _) => "을 때",
        ("인", "크") => "ㄴ",
        ("인", _) => "은",
        _ => "다",
    };
    let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || is_syllable(it));
    let verb = match (ending, equal) {
        ("ㄹ 때", _) => "클 때".to_owned(),
        ("ㄴ", _) => "큰".to_owned(),
        (ending, _) => format!("{large}{ending}"),
    };
    (!goes_on).then(|| format!("{} {}보다 {verb}", subject(found.group(1)), letters::spell(found.group(3))))
}
