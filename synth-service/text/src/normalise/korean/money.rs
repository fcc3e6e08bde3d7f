//! Money that is written with signs or codes of currencies. The amounts themselves are quantities.

use std::sync::LazyLock;

use super::{
    hangul::{fitting_particle, is_syllable, word_ends_before},
    numerals,
    rule::{Found, Rule, Text, apply, compile},
};

/// Sign or code, name, and the name of its hundredth part.
const CURRENCIES: [(&str, &str, &str); 38] = [
    ("₩", "원", ""),
    ("KRW", "원", ""),
    ("US$", "달러", "센트"),
    ("U$", "달러", "센트"),
    ("USD", "달러", "센트"),
    ("$", "달러", "센트"),
    ("€", "유로", "센트"),
    ("EUR", "유로", "센트"),
    ("£", "파운드", "펜스"),
    ("GBP", "파운드", "펜스"),
    ("¥", "엔", ""),
    ("JPY", "엔", ""),
    ("CNY", "위안", ""),
    ("RMB", "위안", ""),
    ("HK$", "홍콩 달러", "센트"),
    ("HKD", "홍콩 달러", "센트"),
    ("SGD", "싱가포르 달러", "센트"),
    ("TWD", "대만 달러", "센트"),
    ("AUD", "호주 달러", "센트"),
    ("CAD", "캐나다 달러", "센트"),
    ("C$", "캐나다 달러", "센트"),
    ("A$", "호주 달러", "센트"),
    ("CHF", "스위스 프랑", "상팀"),
    ("VND", "동", ""),
    ("THB", "밧", ""),
    ("AED", "디르함", ""),
    ("MYR", "링깃", ""),
    ("IDR", "루피아", ""),
    ("INR", "루피", ""),
    ("NZD", "뉴질랜드 달러", "센트"),
    ("SEK", "스웨덴 크로나", ""),
    ("SAR", "리얄", ""),
    ("BRL", "헤알", ""),
    ("MXN", "멕시코 페소", ""),
    ("₹", "루피", ""),
    ("NT$", "대만 달러", ""),
    ("S$", "싱가포르 달러", "센트"),
    ("₿", "비트코인", ""),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const SIGN: &str = r"(US\$|U\$|HK\$|NT\$|S\$|C\$|A\$|KRW|USD|EUR|GBP|JPY|CNY|RMB|HKD|SGD|TWD|AUD|CAD|CHF|VND|THB|AED|MYR|IDR|INR|NZD|SEK|SAR|BRL|MXN|[₩$€£¥₹₿])";
    const PLAIN: &str = r"\d{1,3}(?:,\d{3})+|\d+";
    let scaled = r"(?:[십백천]?[만억조]|[십백천])";
    let magnitude = format!(r"([-+]?){SIGN} ?(\d+)(?:\.(\d{{1,3}}))?([KkMmB]|bn)");
    let coins = format!(r"([-+]?){SIGN} ?({PLAIN})\.(\d\d)");
    let coins_behind = format!(r"([-+]?)({PLAIN})\.(\d\d) ?{SIGN}");
    let before = format!(
        r"([-+]?){SIGN} ?([-+]?)((?:(?:{PLAIN})(?:\.\d+)?{scaled} ?)*(?:{PLAIN})(?:\.\d+)?{scaled}?)((?:으로|[을를은는이가과와로])?)"
    );
    let end = format!(r"({PLAIN})(?:\.(\d\d))?({scaled}?)");
    let range = format!(r"{SIGN} ?{end} ?[~-] ?(?:{SIGN} ?)?{end}");
    let behind = format!(r"((?:{PLAIN})(?:\.\d+)?{scaled}?) ?{SIGN}");
    compile(&[
        (&magnitude, magnified),
        (&range, ranged),
        (&coins, |found| cents(found, [2, 3, 4])),
        (&coins_behind, |found| cents(found, [4, 2, 3])),
        (&before, |found| {
            let (name, _) = currency(found.group(2))?;
            let (amount, particle) = (found.group(4), found.group(5));
            let fitting = match fitting_particle(name, particle) {
                Some((fitting, _)) if !found.after().starts_with(is_syllable) => fitting,
                _ => particle,
            };
            Some(format!("{}{}{amount}{}{fitting}", found.group(1), found.group(3), spaced(name)))
        }),
        (&behind, |found| {
            let ends = !found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            ends.then_some(())?;
            Some(format!("{}{}", found.group(1), spaced(currency(found.group(2))?.0)))
        }),
        // 1.2대/세대
        (r"(\d[\d,.]*대) ?/ ?(세대|가구)", |found| {
            Some(format!("{}당 {}", found.group(2), found.group(1)))
        }),
        // 72회/분, 2회/일
        (
            r"(\d[\d,.]* ?(?:회|건|잔|정|알|캡슐|포|명|개|걸음|보)) ?/ ?(초|분|시간|일|주|월|년)",
            |found| {
                let each = match found.group(2) {
                    "일" => "하루".to_owned(),
                    "년" => "연".to_owned(),
                    "월" | "주" => found.group(2).to_owned(),
                    unit => format!("{unit}당"),
                };
                word_ends_before(found.after()).then(|| format!("{each} {}", found.group(1)))
            },
        ),
        // 5,000원/월 is a price per month, 1,000원/개 a price per piece.
        (
            r"(-?(?:\d[\d,.]* ?[십백천만억]* ?)+(?:여 ?)?(?:원|달러|유로|파운드|엔|위안)) ?/ ?(\d{0,3}) ?(월|년|일|개월|개|명|인|회|건|박|시간|분|장|매|병|봉|주|M ?(?:토큰|tokens?)|kWh|kg|g|km|L|㎡|m²|평)",
            |found| {
                let each = match found.group(3) {
                    unit if unit.starts_with('M') => format!("{}00만 토큰당", found.group(2)),
                    unit if !found.group(2).is_empty() => {
                        format!("{}{unit}당", found.group(2))
                    }
                    "월" | "년" | "일" if found.before().trim_end().ends_with(['월', '연', '일']) => {
                        String::new()
                    }
                    "월" => "월".to_owned(),
                    "년" => "연".to_owned(),
                    "일" => "하루".to_owned(),
                    unit => format!("{}당", super::units::word(unit).unwrap_or(unit)),
                };
                Some(format!("{each} {}", found.group(1)).trim_start().to_owned())
            },
        ),
    ])
});

/// The text with the name of each currency after its amount.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

fn currency(sign: &str) -> Option<(&'static str, &'static str)> {
    CURRENCIES.iter().find(|(written, _, _)| *written == sign).map(|&(_, name, coin)| (name, coin))
}

/// A name of two words must not be taken for a counter that touches the amount.
fn spaced(name: &str) -> String {
    if name.contains(' ') { format!(" {name}") } else { name.to_owned() }
}

/// "$3.50" as "3달러 50센트"; where there are no coins, as a decimal. The groups are sign, whole and coins.
fn cents(found: &Found<'_>, [sign, whole, coins]: [usize; 3]) -> Option<String> {
    let currency = currency(found.group(sign)).filter(|(_, coin)| !coin.is_empty())?;
    let is_larger = found.after().starts_with(|it: char| it.is_ascii_digit() || "십백천만억조".contains(it));
    let price = price(currency, found.group(whole), found.group(coins));
    (!is_larger).then(|| format!("{}{price}", found.group(1)))
}

fn price((name, coin): (&str, &str), whole: &str, coins: &str) -> String {
    match (whole, coins.trim_start_matches('0')) {
        (whole, "") => format!("{whole}{}", spaced(name)),
        ("0", coins) => format!("{} {coin}", numerals::sino(coins)),
        (whole, coins) => format!("{whole}{} {} {coin}", spaced(name), numerals::sino(coins)),
    }
}

/// "$5-10" and "$5.50~$7" have one currency at both ends.
fn ranged(found: &Found<'_>) -> Option<String> {
    let currency = currency(found.group(1)).filter(|_| ["", found.group(1)].contains(&found.group(5)))?;
    if found.group(3).is_empty() && found.group(7).is_empty() {
        let (first, last) = (found.group(2), found.group(6));
        return Some(format!("{first}{}~{last}{}{}", found.group(4), found.group(8), spaced(currency.0)));
    }
    let end = |whole, coins| price(currency, found.group(whole), found.group(coins));
    let has_scale = !found.group(4).is_empty() || !found.group(8).is_empty();
    (!has_scale && !currency.1.is_empty()).then(|| format!("{}~{}", end(2, 3), end(6, 7)))
}

/// "$1.5M" as "1500000달러".
fn magnified(found: &Found<'_>) -> Option<String> {
    let zeros = match found.group(5) {
        "K" | "k" => 3,
        "M" | "m" => 6,
        _ => 9,
    };
    let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
    let digits = format!("{}{:0<zeros$}", found.group(3), found.group(4));
    (!goes_on).then(|| {
        currency(found.group(2)).map(|(name, _)| format!("{}{digits}{}", found.group(1), spaced(name)))
    })?
}
