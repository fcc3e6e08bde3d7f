//! One way to write each character: typographic variants become the plain form that the rules know, emoji are removed.
//! Never reads anything.

/// The zeros of the scripts whose digits are used in running text; nine more follow each.
const ZEROS: [u32; 22] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20,
    0x1040, 0x17e0, 0x1810, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2,
];

const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/// The first sign of each row of numbers in circles and brackets or with a stop, and its number.
const ENCLOSED: [(char, u32); 12] = [
    ('①', 1),
    ('⑴', 1),
    ('⒈', 1),
    ('⓪', 0),
    ('⓫', 11),
    ('⓵', 1),
    ('⓿', 0),
    ('❶', 1),
    ('➀', 1),
    ('➊', 1),
    ('㉑', 21),
    ('㊱', 36),
];
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// Character references that get through from web pages, and signs that are typed as two.
const REFERENCES: [(&str, &str); 14] = [
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&apos;", "'"),
    ("&amp;", "&"),
    // Signs of programs, the longer ones first.
    ("-->", "→"),
    ("->", "→"),
    ("=>", "→"),
    ("<=", "≤"),
    (">=", "≥"),
    ("!=", "≠"),
    ("==", "="),
];

/// The text in plain characters.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let fractions = if text.contains('⁄') { Some(unraised(text)) } else { None };
    let written = fractions.as_deref().unwrap_or(text);
    for (at, character) in written.char_indices() {
        if character == '−' && subtracts(&plain, &written[at + character.len_utf8()..]) {
            plain.push_str("minus");
        } else {
            push(&mut plain, character);
        }
    }
    if plain.contains(['&', '=', '>']) {
        plain = REFERENCES.iter().fold(plain, |text, (reference, meant)| text.replace(reference, meant));
    }
    plain
}

/// Whether a minus, unlike a hyphen never the sign of a range, stands between two terms: "100 − 32".
fn subtracts(before: &str, after: &str) -> bool {
    let mut terms = before.chars().rev().skip_while(|gap| *gap == ' ');
    let is_term = |term: char| term.is_ascii_digit() || ")%°²³".contains(term);
    let is_number = terms.next().is_some_and(is_term);
    let next = after.trim_start().chars().next();
    let begins = next.is_some_and(|next| next.is_ascii_digit() || "($€£".contains(next));
    before.ends_with(' ') && after.starts_with(' ') && is_number && begins
}

/// "⁴⁄₃πr³" with "4/3 " in front of the letters.
fn unraised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_lowered = false;
    for (at, character) in text.char_indices() {
        let behind = text[at..].trim_start_matches(|next| SUPERSCRIPTS.contains(next));
        let raised = SUPERSCRIPTS.chars().position(|raised| raised == character);
        match raised.filter(|_| behind.starts_with('⁄')) {
            Some(digit) => plain.push_str(&digit.to_string()),
            None => {
                if is_lowered && character.is_alphabetic() {
                    plain.push(' ');
                }
                plain.push(character);
            }
        }
        is_lowered = ('₀'..='₉').contains(&character);
    }
    plain
}

fn push(plain: &mut String, character: char) {
    match character {
        _ if character.is_ascii_graphic() || character == ' ' => plain.push(character),
        // Marks of direction and of nothing may stand inside a number.
        '\0'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}' => {}
        '‘' | '’' | 'ʼ' | '′' | '‛' => plain.push('\''),
        '“' | '”' | '„' | '″' | '«' | '»' | '‟' => plain.push('"'),
        '‐' | '‑' | '−' | '﹣' => plain.push('-'),
        '‒' => plain.push('–'),
        '↑' => plain.push_str(" up "),
        '↓' => plain.push_str(" down "),
        '∼' | '〜' => plain.push('~'),
        '￡' => plain.push('£'),
        '￥' => plain.push('¥'),
        '￦' => plain.push('₩'),
        '٪' => plain.push('%'),
        '٫' => plain.push('.'),
        '٬' => plain.push(','),
        '―' => plain.push('—'),
        '⁄' | '∕' => plain.push('/'),
        '∗' | '⋅' => plain.push('*'),
        '№' => plain.push('#'),
        '→' | '⇒' | '➔' | '➜' | '➡' => plain.push('→'),
        '›' => plain.push('>'),
        '★' | '☆' | '▲' | '△' | '▼' | '▽' | '⌘' | '⌥' | '⌃' | '⇧' | '♭' | '♯' => {
            plain.push(character)
        }
        '₀'..='₉' => push_offset(plain, character, '₀', '0'),
        '①'..='⒛' | '⓪'..='⓿' | '❶'..='➓' | '㉑'..='㉟' | '㊱'..='㊿' => {
            push_enclosed(plain, character)
        }
        'Ⅰ'..='Ⅻ' => plain.push_str(ROMAN[(character as usize - 'Ⅰ' as usize).min(11)]),
        '！'..='～' if !('０'..='９').contains(&character) => push_offset(plain, character, '！', '!'),
        '⁻' => plain.push_str("^-"),
        '⁺' => plain.push('+'),
        _ if SUPERSCRIPTS.contains(character) => push_superscript(plain, character),
        _ if character.is_numeric() => push_number(plain, character),
        _ if character.is_whitespace() || character.is_control() || is_picture(character) => plain.push(' '),
        _ => plain.push(character),
    }
}

fn push_offset(plain: &mut String, character: char, first: char, plain_first: char) {
    let moved = character as u32 - first as u32 + plain_first as u32;
    plain.extend(char::from_u32(moved));
}

/// "⑩", "⑴", "❶"
fn push_enclosed(plain: &mut String, character: char) {
    let first = ENCLOSED.iter().rev().find(|(first, _)| *first <= character);
    let number = first.map(|(first, number)| number + character as u32 - *first as u32);
    plain.extend(number.map(|number| number.to_string()));
}

/// Raised digits become `^` and digits.
fn push_superscript(plain: &mut String, character: char) {
    let digit = SUPERSCRIPTS.chars().position(|raised| raised == character).unwrap_or_default();
    let goes_on = plain.rsplit_once('^').is_some_and(|(_, digits)| {
        let digits = digits.strip_prefix('-').unwrap_or(digits);
        digits.len() < 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !goes_on {
        plain.push('^');
    }
    plain.push_str(&digit.to_string());
}

fn push_number(plain: &mut String, character: char) {
    if let Some(fraction) = fraction(character) {
        if plain.ends_with(|before: char| before.is_ascii_digit()) {
            plain.push(' ');
        }
        plain.push_str(fraction);
        return;
    }
    let code = character as u32;
    let digit = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero);
    match digit.and_then(|digit| char::from_digit(digit, 10)) {
        Some(digit) => plain.push(digit),
        None => plain.push(' '),
    }
}

fn fraction(character: char) -> Option<&'static str> {
    Some(match character {
        '½' => "1/2",
        '⅓' => "1/3",
        '⅔' => "2/3",
        '¼' => "1/4",
        '¾' => "3/4",
        '⅕' => "1/5",
        '⅖' => "2/5",
        '⅗' => "3/5",
        '⅘' => "4/5",
        '⅙' => "1/6",
        '⅚' => "5/6",
        '⅛' => "1/8",
        '⅜' => "3/8",
        '⅝' => "5/8",
        '⅞' => "7/8",
        _ => return None,
    })
}

/// Emoji, dingbats, box drawing, private characters: never read.
fn is_picture(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fffc}'..='\u{fffd}' | '\u{1f000}'..='\u{1faff}'
        | '\u{e0000}'..='\u{e007f}' | '®' | '™' | '℠' | '†' | '‡')
}
