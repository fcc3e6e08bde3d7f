//! Units that are written in Latin letters or signs, and the words for them.

use std::sync::LazyLock;

use super::prefixes::Prefixes;

/// Written form and word; upper and lower case matter.
const UNITS: &[(&str, &str)] = &[
    ("%", "퍼센트"),
    ("%p", "퍼센트포인트"),
    ("%P", "퍼센트포인트"),
    ("‰", "퍼밀"),
    ("°", "도"),
    ("km", "킬로미터"),
    ("Km", "킬로미터"),
    ("KM", "킬로미터"),
    ("m", "미터"),
    ("cm", "센티미터"),
    ("CM", "센티미터"),
    ("mm", "밀리미터"),
    ("µm", "마이크로미터"),
    ("nm", "나노미터"),
    ("km²", "제곱킬로미터"),
    ("m²", "제곱미터"),
    ("m2", "제곱미터"),
    ("cm²", "제곱센티미터"),
    ("mm²", "제곱밀리미터"),
    ("m³", "세제곱미터"),
    ("m3", "세제곱미터"),
    ("cm³", "세제곱센티미터"),
    ("mm³", "세제곱밀리미터"),
    ("ha", "헥타르"),
    ("kg", "킬로그램"),
    ("Kg", "킬로그램"),
    ("KG", "킬로그램"),
    ("g", "그램"),
    ("mg", "밀리그램"),
    ("µg", "마이크로그램"),
    ("t", "톤"),
    ("lb", "파운드"),
    ("lbs", "파운드"),
    ("oz", "온스"),
    ("L", "리터"),
    ("l", "리터"),
    ("mL", "밀리리터"),
    ("ml", "밀리리터"),
    ("ML", "밀리리터"),
    ("µL", "마이크로리터"),
    ("dL", "데시리터"),
    ("dl", "데시리터"),
    ("kL", "킬로리터"),
    ("cc", "씨씨"),
    ("CC", "씨씨"),
    ("h", "시간"),
    ("hr", "시간"),
    ("hrs", "시간"),
    ("min", "분"),
    ("sec", "초"),
    ("ms", "밀리초"),
    ("KB", "킬로바이트"),
    ("MB", "메가바이트"),
    ("GB", "기가바이트"),
    ("TB", "테라바이트"),
    ("KiB", "키비바이트"),
    ("MiB", "메비바이트"),
    ("GiB", "기비바이트"),
    ("TiB", "테비바이트"),
    ("Mb", "메가비트"),
    ("Gb", "기가비트"),
    ("M", "메가"),
    ("G", "기가"),
    ("T", "테라"),
    ("bps", "비피에스"),
    ("kbps", "킬로비피에스"),
    ("Kbps", "킬로비피에스"),
    ("Mbps", "메가비피에스"),
    ("Gbps", "기가비피에스"),
    ("Hz", "헤르츠"),
    ("kHz", "킬로헤르츠"),
    ("MHz", "메가헤르츠"),
    ("GHz", "기가헤르츠"),
    ("P", "포인트"),
    ("W", "와트"),
    ("mW", "밀리와트"),
    ("kW", "킬로와트"),
    ("MW", "메가와트"),
    ("Wh", "와트시"),
    ("kWh", "킬로와트시"),
    ("KWh", "킬로와트시"),
    ("KWH", "킬로와트시"),
    ("MWh", "메가와트시"),
    ("Ω", "옴"),
    ("kΩ", "킬로옴"),
    ("V", "볼트"),
    ("kV", "킬로볼트"),
    ("mAh", "밀리암페어시"),
    ("mA", "밀리암페어"),
    ("cal", "칼로리"),
    ("kcal", "킬로칼로리"),
    ("Kcal", "킬로칼로리"),
    ("hPa", "헥토파스칼"),
    ("kPa", "킬로파스칼"),
    ("dB", "데시벨"),
    ("px", "픽셀"),
    ("dpi", "디피아이"),
    ("fps", "에프피에스"),
    ("rpm", "알피엠"),
    ("bpm", "비피엠"),
    ("ppm", "피피엠"),
    ("mmHg", "밀리미터 수은주"),
    ("IU", "아이유"),
    ("ns", "나노초"),
    ("ng", "나노그램"),
    ("pg", "피코그램"),
    ("mIU", "밀리아이유"),
    ("µs", "마이크로초"),
    ("ug", "마이크로그램"),
    ("mol", "몰"),
    ("mmol", "밀리몰"),
    ("mEq", "밀리당량"),
    ("Pa", "파스칼"),
    ("MPa", "메가파스칼"),
    ("psi", "피에스아이"),
    ("bar", "바"),
    ("kJ", "킬로줄"),
    ("Ah", "암페어시"),
    ("kVA", "킬로볼트암페어"),
    ("lx", "룩스"),
    ("lm", "루멘"),
    ("ppb", "피피비"),
    ("mSv", "밀리시버트"),
    ("yd", "야드"),
    ("gal", "갤런"),
    ("TWh", "테라와트시"),
    ("GW", "기가와트"),
    ("GWh", "기가와트시"),
    ("PB", "페타바이트"),
    ("Tb", "테라비트"),
    ("Tbps", "테라비피에스"),
    ("m/s²", "미터 매 초 제곱"),
    ("pt", "포인트"),
    ("inch", "인치"),
    ("ft", "피트"),
    ("mi", "마일"),
    ("kn", "노트"),
];

static WORDS: LazyLock<Prefixes<&str>> = LazyLock::new(|| Prefixes::new(UNITS.iter().copied()));

/// A unit at the start of a text: the words before and after the amount, and the bytes that it takes.
pub(super) struct Unit {
    pub(super) before: String,
    pub(super) name: String,
    pub(super) length: usize,
}

/// The unit that `rest` begins with. `before` is the text before the amount: a word that it has already is not
/// repeated.
pub(super) fn lookup(rest: &str, before: &str) -> Option<Unit> {
    let near = before.trim_end().trim_end_matches("약").trim_end();
    let said = |word: &str| near.strip_suffix("으로").unwrap_or(near).ends_with(word);
    let prefixed = |word: &str, name: &str, length: usize| Unit {
        before: if said(word) { String::new() } else { format!("{word} ") },
        name: name.to_owned(),
        length,
    };
    let degrees = ["°C", "° C", "°F", "° F"].into_iter().find(|written| rest.starts_with(written));
    if let Some(written) = degrees.filter(|written| is_complete(&rest[written.len()..])) {
        let scale = if written.ends_with('C') { "섭씨" } else { "화씨" };
        return Some(prefixed(scale, "도", written.len()));
    }
    let (unit, name) = single(rest)?;
    let behind = &rest[unit.len()..];
    let per = behind.strip_prefix('/').and_then(|behind| {
        let hours = [("h", "시속"), ("hr", "시속"), ("s", "초속")];
        let is_speed = ["km", "m", "Km", "KM", "mi"].contains(&unit);
        let speed =
            hours.iter().find(|(sign, _)| behind.starts_with(sign) && is_complete(&behind[sign.len()..]));
        if let Some((sign, word)) = speed.filter(|_| is_speed) {
            return Some(prefixed(word, name, unit.len() + 1 + sign.len()));
        }
        let (second, each) = period(behind).or_else(|| {
            let (second, word) = single(behind)?;
            Some((second, format!("{word}당 ")))
        })?;
        let length = unit.len() + 1 + second.len();
        Some(Unit { before: each, name: name.to_owned(), length })
    });
    per.or_else(|| {
        (!unit.ends_with(char::is_alphabetic) || is_complete(behind)).then(|| Unit {
            before: String::new(),
            name: name.to_owned(),
            length: unit.len(),
        })
    })
}

/// The span of time that `rest` begins with, and the words for "per" such a span.
fn period(rest: &str) -> Option<(&str, String)> {
    const PERIODS: [(&str, &str); 12] = [
        ("월", "월"),
        ("년", "연"),
        ("일", "하루"),
        ("시간", "시간당"),
        ("분", "분당"),
        ("초", "초당"),
        ("인", "인당"),
        ("sec", "초당"),
        ("s", "초당"),
        ("min", "분당"),
        ("h", "시간당"),
        ("day", "하루"),
    ];
    let ends = |written: &str| !written.is_ascii() || is_complete(&rest[written.len()..]);
    let (written, each) = PERIODS.iter().find(|(written, _)| rest.starts_with(written) && ends(written))?;
    Some((&rest[..written.len()], format!("{each} ")))
}

/// The word for a unit that stands without an amount, as in "kg당".
pub(super) fn word(unit: &str) -> Option<&'static str> {
    WORDS.of(unit).next().filter(|(whole, _)| *whole == unit).map(|(_, word)| word)
}

fn single(rest: &str) -> Option<(&'static str, &'static str)> {
    let is_whole =
        |(unit, _): &(&str, _)| !unit.ends_with(char::is_alphabetic) || is_complete(&rest[unit.len()..]);
    WORDS.of(rest).find(is_whole)
}

/// Whether no letter or digit goes on with the unit.
fn is_complete(behind: &str) -> bool {
    !behind.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '²' || next == '³')
}
