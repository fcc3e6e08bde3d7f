//! Typographic variants into the plain forms that the other modules know: full-width and circled digits, glyphs
//! that hold a whole unit, Hanja beside digits. Reads nothing aloud.

use std::sync::LazyLock;

use super::hangul::is_syllable;
use super::rule::{Rule, Text, apply, compile_beside};
use super::token::CURRENCY_SIGNS;

/// Full-width ASCII stands this far after ASCII.
const FULL_WIDTH_OFFSET: u32 = 0xfee0;

const GLYPHS: [(char, &str); 70] = [
    ('㎏', "kg"),
    ('㎎', "mg"),
    ('㎍', "µg"),
    ('㎞', "km"),
    ('㎝', "cm"),
    ('㎜', "mm"),
    ('㎛', "µm"),
    ('㎚', "nm"),
    ('㎟', "mm²"),
    ('㎠', "cm²"),
    ('㎡', "m²"),
    ('㎢', "km²"),
    ('㎣', "mm³"),
    ('㎤', "cm³"),
    ('㎥', "m³"),
    ('㎖', "mL"),
    ('㎗', "dL"),
    ('㎘', "kL"),
    ('ℓ', "L"),
    ('㏄', "cc"),
    ('㏊', "ha"),
    ('㎐', "Hz"),
    ('㎑', "kHz"),
    ('㎒', "MHz"),
    ('㎓', "GHz"),
    ('㎅', "KB"),
    ('㎆', "MB"),
    ('㎇', "GB"),
    ('㎈', "cal"),
    ('㎉', "kcal"),
    ('㎽', "mW"),
    ('㎾', "kW"),
    ('㎿', "MW"),
    ('㎸', "kV"),
    ('㏈', "dB"),
    ('㎧', "m/s"),
    ('㎱', "ns"),
    ('㎳', "ms"),
    ('㏂', "AM"),
    ('㏘', "PM"),
    ('℃', "°C"),
    ('℉', "°F"),
    ('º', "°"),
    ('Ω', "Ω"),
    ('μ', "µ"),
    ('㈜', "주식회사 "),
    ('㈔', "사단법인 "),
    ('☎', "전화 "),
    ('☏', "전화 "),
    ('№', "No. "),
    ('℡', "전화 "),
    ('½', "1/2"),
    ('⅓', "1/3"),
    ('⅔', "2/3"),
    ('¼', "1/4"),
    ('¾', "3/4"),
    ('⅕', "1/5"),
    ('⅖', "2/5"),
    ('⅗', "3/5"),
    ('⅘', "4/5"),
    ('⅛', "1/8"),
    ('⅜', "3/8"),
    ('⅝', "5/8"),
    ('⅞', "7/8"),
    ('￦', "₩"),
    ('￥', "¥"),
    ('￡', "£"),
    ('∶', ":"),
    ('ㆍ', "·"),
    ('㉿', "케이에스 "),
];

/// Runs of characters that stand for the numbers from the second entry on.
const NUMBER_GLYPHS: [(char, char, u32); 9] = [
    ('①', '⑳', 1),
    ('⑴', '⒇', 1),
    ('⒈', '⒛', 1),
    ('❶', '❿', 1),
    ('➀', '➉', 1),
    ('Ⅰ', 'Ⅻ', 1),
    ('ⅰ', 'ⅻ', 1),
    ('₀', '₉', 0),
    ('㉑', '㉟', 21),
];

/// Hanja that stand after digits, and their Hangul.
const HANJA: [(&str, &str); 20] = [
    ("年", "년"),
    ("月", "월"),
    ("日", "일"),
    ("時間", "시간"),
    ("時", "시"),
    ("分", "분"),
    ("秒", "초"),
    ("號", "호"),
    ("号", "호"),
    ("回", "회"),
    ("次", "차"),
    ("名", "명"),
    ("個", "개"),
    ("萬", "만"),
    ("万", "만"),
    ("億", "억"),
    ("圓", "원"),
    ("円", "엔"),
    ("元", "위안"),
    ("層", "층"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile_beside(&[
        // Laughter, tears and faces are seen, not said.
        (r"ㅇㅋ|ㅇㅇ|ㄴㄴ|ㄱㅅ|ㅊㅋ|ㅈㅅ|ㅂㅂ|ㅅㄱ", |found| {
            let short = [
                ("ㅇㅋ", "오케이"),
                ("ㅇㅇ", "응"),
                ("ㄴㄴ", "아니"),
                ("ㄱㅅ", "감사"),
                ("ㅊㅋ", "축하"),
                ("ㅈㅅ", "죄송"),
                ("ㅂㅂ", "바이바이"),
                ("ㅅㄱ", "수고"),
            ];
            short.iter().find(|(written, _)| *written == found.group(0)).map(|(_, word)| (*word).to_owned())
        }),
        (r"\^[oO-]\^;*", |_| Some(String::new())),
        (r" ?\((?:\^[_.oO-]?\^|[TㅠㅜQ]_{1,2}[TㅠㅜQ]|>_<|-_-|o_o|O_O)[;~]*\)", |_| Some(String::new())),
        (r"(?:^| )(?:T_T|Q_Q|o_o|O_O)", |found| {
            (!found.after().starts_with(|it: char| it.is_ascii_alphanumeric())).then(String::new)
        }),
        (r" ?(?:[ㅋㅎㄷㅠㅜㅡ]+|\^[_.]?\^;*| --;+|[ㅠㅜ]_[ㅠㅜ]|-_-;*|>_<|;;+)", |_| {
            Some(String::new())
        }),
        (r"(?:^| )[:;]-?[DPpO]", |found| {
            (!found.after().starts_with(|it: char| it.is_alphanumeric())).then(String::new)
        }),
        (r" *[:;] *-? *[)(]", |found| {
            let is_last = |it: char| " .!?~다요죠까네".contains(it);
            let begins = found.group(0).starts_with(' ') || found.before().is_empty();
            let stands = begins || found.before().ends_with(is_last);
            let ends = !found.after().starts_with(|it: char| !it.is_whitespace());
            (stands && ends).then(String::new)
        }),
        // Long dashes in a telephone number or a date.
        (r"\d+(?:[–—]\d+){2,}|1[568]\d\d[–—]\d{4}", |found| {
            Some(found.group(0).replace(['–', '—'], "-"))
        }),
        // A dash that touches only the number after it is a minus, but none that follows a measure.
        (r"(^|[\s(])[–—](\d)", |found| {
            let is_between = found
                .before()
                .ends_with(|it: char| it.is_ascii_alphanumeric() || ")%시분초일월년원층도".contains(it));
            (!is_between).then(|| format!("{}-{}", found.group(1), found.group(2)))
        }),
        // A pace: 5'30"/km.
        (r"(\d{1,2})['′’](\d\d)[\x22″”](/km)?", |found| {
            let is_pace = !found.group(3).is_empty() || found.before().contains("페이스");
            let each = if found.group(3).is_empty() { "" } else { "킬로미터당 " };
            is_pace.then(|| format!("{each}{}분 {}초", found.group(1), found.group(2)))
        }),
        // 5'9" and 55": feet and inches.
        (r"(\d)['′’](\d{1,2})[\x22″”]", |found| {
            Some(format!("{}피트 {}인치", found.group(1), found.group(2)))
        }),
        (r"(\d)[\x22″]", |found| {
            let quotes = found.before().matches('"').count();
            let is_open = quotes % 2 == 1 || found.after().matches('"').count() % 2 == 1;
            (!is_open || found.group(0).ends_with('″')).then(|| format!("{}인치", found.group(1)))
        }),
        // 1.234,56 and 1,00,000 and "1 234 567원" are groups too.
        (r"\d{1,3}(?:\.\d{3})+,\d{1,2}", |found| {
            found.stands_alone().then(|| found.group(0).replace('.', "").replace(',', "."))
        }),
        (r"\d{1,2}(?:,\d\d)+,\d{3}", |found| found.stands_alone().then(|| found.group(0).replace(',', ""))),
        (r"[1-9]\d{0,2}(?:(?: \d{3}){1,5}|(?:\.\d{3}){2,5})", |found| {
            let after = found.after();
            let is_priced = found.before().trim_end().ends_with(['₩', '$', '€', '£'])
                && !after.trim_start().starts_with(char::is_alphanumeric);
            let is_paid = after.trim_start().starts_with(['원', '달', '유', '₩', '$', '€', '£']);
            // One group may be a number of its own: "3 254명".
            let has_groups = found.group(0).matches([' ', '.']).count() > 1;
            let is_amount =
                is_priced || is_paid || (has_groups && after.trim_start().starts_with(['명', '개']));
            (is_amount && found.stands_alone()).then(|| found.group(0).replace([' ', '.'], ""))
        }),
        ("第 ?(\\d)", |found| Some(format!("제{}", found.group(1)))),
        ("(\\d ?)(時間|[年月日時分秒號号回次名個萬万億圓円元層])", |found| {
            let hanja = found.group(2);
            let hangul = HANJA.iter().find(|(written, _)| *written == hanja).map(|(_, hangul)| hangul)?;
            Some(format!("{}{hangul}", found.group(1)))
        }),
        // Punctuation between digits is part of a number.
        ("(\\d)([：，．])(\\d)", |found| {
            let sign = match found.group(2) {
                "：" => ":",
                "，" => ",",
                _ => ".",
            };
            Some(format!("{}{sign}{}", found.group(1), found.group(3)))
        }),
        (r"([가-힣\d%)])\s?[–—]\s?(\d)", |found| {
            Some(format!("{}~{}", found.group(1), found.group(2)))
        }),
        (r"([가-힣\d%p)]) ?([↑↓▲▼])", |found| {
            let is_up = "↑▲".contains(found.group(2));
            let bound = match is_market(found.before()) || is_market(found.after()) {
                true if is_up => "상승",
                true => "하락",
                false if "▲▼".contains(found.group(2)) => "",
                false if is_up => "이상",
                false => "이하",
            };
            Some(format!("{} {bound}", found.group(1)).trim_end().to_owned())
        }),
        (r"([▲▼]) ?([+-]?\d)", |found| {
            let moved = if found.group(1) == "▲" { "상승 " } else { "하락 " };
            let is_moved = is_market(found.before()) || is_market(found.after());
            Some(format!("{}{}", if is_moved { moved } else { "" }, found.group(2)))
        }),
        (r"[↑↓]+", |_| Some(" ".to_owned())),
        (r"\(주\)", |_| Some("주식회사 ".to_owned())),
    ])
});

/// Whether the words speak of prices that rise and fall.
fn is_market(words: &str) -> bool {
    const MARKET: [&str; 17] = [
        "나스닥",
        "다우",
        "코스피",
        "코스닥",
        "지수",
        "주가",
        "증시",
        "환율",
        "매출",
        "전일",
        "전월",
        "전년",
        "전주",
        "대비",
        "상승",
        "하락",
        "마감",
    ];
    MARKET.iter().any(|word| words.contains(word))
}

pub(super) fn plain(text: &str) -> Text {
    let mut plain = String::with_capacity(text.len());
    let mut last = None;
    for character in text.chars() {
        // A glyph of a number, "₂", and the digits after it are two numbers; "₁₀" is one.
        let follows_glyph = last.is_some_and(|last| number_of(last).is_some());
        let is_apart = if is_subscript(character) {
            !last.is_some_and(is_subscript)
        } else {
            number_of(character).is_some() || (character.is_ascii_digit() && follows_glyph)
        };
        if is_apart && plain.ends_with(|last: char| last.is_ascii_digit()) {
            plain.push(' ');
        }
        push_plain(&mut plain, character);
        last = Some(character);
    }
    let mut plain = Text::new(plain);
    apply(&RULES, &mut plain);
    plain
}

fn is_subscript(character: char) -> bool {
    ('₀'..='₉').contains(&character)
}

fn push_plain(plain: &mut String, character: char) {
    if is_syllable(character) || character == ' ' || character.is_ascii_alphanumeric() {
        plain.push(character);
    } else if let Some((_, written)) = GLYPHS.iter().find(|(glyph, _)| *glyph == character) {
        // 1¾ is one and three quarters.
        if plain.ends_with(|last: char| last.is_ascii_digit())
            && written.starts_with(|it: char| it.is_ascii_digit())
        {
            plain.push(' ');
        }
        plain.push_str(written);
    } else if let Some(number) = number_of(character) {
        plain.push_str(&number.to_string());
    } else {
        // "₩₩₩" has one name.
        let sign = plain_sign(character);
        plain.extend(sign.filter(|it| !(CURRENCY_SIGNS.contains(it) && plain.ends_with(*it))));
    }
}

/// Characters that nobody sees must not part a number: controls, and marks of joining and direction.
fn is_unseen(character: char) -> bool {
    let is_control = character.is_control() && !character.is_whitespace();
    is_control
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn number_of(character: char) -> Option<u32> {
    let (first, _, value) =
        NUMBER_GLYPHS.iter().find(|(first, last, _)| (*first..=*last).contains(&character))?;
    Some(value + u32::from(character) - u32::from(*first))
}

fn digit(character: char, zero: u32) -> char {
    u32::from(character).checked_sub(zero).and_then(|value| char::from_digit(value, 10)).unwrap_or(character)
}

/// `None` for a character that is not seen.
fn plain_sign(character: char) -> Option<char> {
    if is_unseen(character) {
        return None;
    }
    Some(match character {
        // Ordinary punctuation stays as it is written.
        '！' | '？' | '，' | '．' | '：' | '；' | '（' | '）' => character,
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - FULL_WIDTH_OFFSET).unwrap_or(character)
        }
        '〜' | '∼' | '˜' => '~',
        '−' | '‑' | '‐' => '-',
        '✕' | '✖' => '×',
        '\u{a0}' | '\u{3000}' | '\u{2009}' | '\u{202f}' => ' ',
        // Arabic, Persian and Indian digits.
        '\u{660}'..='\u{669}' => digit(character, 0x660),
        '\u{6f0}'..='\u{6f9}' => digit(character, 0x6f0),
        '\u{966}'..='\u{96f}' => digit(character, 0x966),
        '٫' => '.',
        '٬' => ',',
        _ => character,
    })
}
