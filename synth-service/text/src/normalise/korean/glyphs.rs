//! Characters in place of others: full-width and circled digits, glyphs that hold a whole unit, characters that
//! nobody sees. Knows no words.

use super::hangul::is_syllable;
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

/// The text with a plain character, or several, in place of each glyph.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut last = None;
    for (at, character) in text.char_indices() {
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
        // ① 확인 ② 동의: items of a list in one line.
        let is_item = is_item(character)
            && text[at + character.len_utf8()..].starts_with(' ')
            && text.chars().filter(|it| is_item(*it)).nth(1).is_some();
        if is_item && plain.ends_with(' ') && plain.trim_end().ends_with(is_syllable) {
            plain.truncate(plain.trim_end().len());
            plain.push_str(", ");
        }
        push_plain(&mut plain, character);
        if is_item {
            plain.push(',');
        }
        last = Some(character);
    }
    plain
}

/// "①"
fn is_item(character: char) -> bool {
    ('①'..='⒛').contains(&character)
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
