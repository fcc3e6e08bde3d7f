//! Signs of documents: citations, pages, verses, Roman numerals, lists with strokes, short names.

use std::sync::LazyLock;

use super::{
    hangul::{is_syllable, tail},
    letters,
    numerals::{Zero, english_digit, one_by_one, sino},
    rule::{Found, Rule, Text, apply, compile},
    units,
};

const BOOKS: &str = "창세기|출애굽기|레위기|민수기|신명기|여호수아|사사기|룻기|사무엘상|사무엘하|열왕기상|열왕기하|역대상|역대하|에스라|느헤미야|에스더|욥기|시편|잠언|전도서|아가|이사야|예레미야|에스겔|다니엘|호세아|요엘|아모스|요나|미가|하박국|스바냐|학개|스가랴|말라기|마태복음|마가복음|누가복음|요한복음|사도행전|로마서|고린도전서|고린도후서|갈라디아서|에베소서|빌립보서|골로새서|데살로니가전서|데살로니가후서|디모데전서|디모데후서|디도서|빌레몬서|히브리서|야고보서|베드로전서|베드로후서|요한일서|유다서|요한계시록|마태|마가|누가|요한";

/// Books by their first syllable, as a reference in brackets or at the beginning of a text has them.
const SHORT_BOOKS: &str = "창|출|레|민|신|수|삿|룻|잠|전|사|렘|겔|단|마|막|눅|요|행|롬|갈|엡|빌|골|히|약|계|고전|고후|살전|살후|딤전|딤후|벧전|벧후|요일";

/// Kings whose number is 세.
const KINGS: [&str; 11] = [
    "헨리",
    "루이",
    "엘리자베스",
    "조지",
    "찰스",
    "에드워드",
    "펠리페",
    "나폴레옹",
    "바오로",
    "람세스",
    "카를",
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let verses = format!(r"({BOOKS}) ?(\d{{1,3}}):(\d{{1,3}})(?: ?[-~–] ?(\d{{1,3}}))?");
    let short = format!(r"(^|[(,;] ?)({SHORT_BOOKS}) (\d{{1,3}}):(\d{{1,3}})(?: ?[-~–] ?(\d{{1,3}}))?");
    compile(&[
        // A face, whose zero is no number.
        (r" ?\^0\^;*", |_| Some(String::new())),
        // .5 has a zero that is not written.
        (r"(^|[ (~±+-])\.(\d+)([A-Za-z%°²³µ]*)", |found| {
            let is_unit = found.group(3).is_empty() || units::lookup(found.group(3), "").is_some();
            is_unit.then(|| format!("{}0.{}{}", found.group(1), found.group(2), found.group(3)))
        }),
        // A citation after a sentence or a word: 0.75명이었습니다[1].
        (r"([가-힣.?!%)'”’\x22]|[다요] )((?:\[\d{1,3}(?:[-,~–] ?\d{1,3})*\])+)", |found| {
            let is_named = found.after().starts_with(['번', '을', '를']);
            (!is_named).then(|| found.group(1).trim_end().to_owned())
        }),
        (r"\b[Pp]{1,2}\. ?(\d{1,4})(?:[-~–](\d{1,4}))?", |found| {
            let is_part = found.before().ends_with(|it: char| it.is_ascii_alphanumeric());
            let range =
                if found.group(2).is_empty() { String::new() } else { format!("~{}", found.group(2)) };
            (!is_part).then(|| format!("{}{range}페이지", found.group(1)))
        }),
        (&verses, |found| {
            Some(format!("{} {}", found.group(1), verse([found.group(2), found.group(3), found.group(4)])))
        }),
        (&short, |found| {
            let place = verse([found.group(3), found.group(4), found.group(5)]);
            Some(format!("{}{} {place}", found.group(1), found.group(2)))
        }),
        // Names have Roman numerals: 헨리 VIII, World War II.
        (r"(^|[A-Za-z가-힣] ?)(?-u:\b)(II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV|XVI)(?-u:\b)", roman),
        // A floor below the ground, in a text that speaks of floors.
        (
            r"(?-u:\b)[Bb]([1-9])((?:에서는|에서|에는|에|으로|까지|부터|의|과|와|예요|이에요|입니다|이고|이며|은|는|이|가)?)",
            |found| {
                const FLOORS: [&str; 9] =
                    ["층", "주차", "지하", "매장", "엘리베이터", "코트", "식당", "로비", "영화관"];
                let is_floor = [found.before(), found.after()]
                    .iter()
                    .any(|text| FLOORS.iter().any(|word| text.contains(word)));
                let is_other = found.before().contains("비타민")
                    || found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || "-.".contains(it))
                    || found.after().starts_with(|it: char| it.is_alphanumeric() || it == '-');
                (is_floor && !is_other).then(|| format!("지하 {}층{}", found.group(1), found.group(2)))
            },
        ),
        // Groups of blood: RH-, O+형.
        (r"(?i:(rh))([+-])", |found| Some(format!("알에이치 {}", signed(found.group(2))))),
        (r"(AB|A|B|O)([+-]) ?형", |found| {
            Some(format!("{} {} 형", letters::spell(found.group(1)), signed(found.group(2))))
        }),
        // Chemical elements: 철(Fe).
        (
            r"([가-힣])\((H|He|Li|Be|B|C|N|O|F|Ne|Na|Mg|Al|Si|P|S|Cl|Ar|K|Ca|Ti|Cr|Mn|Fe|Ni|Cu|Zn|Br|Ag|I|Au|Hg|Pb|U|Pt|Sn|Co|As)\)",
            |found| Some(format!("{}({})", found.group(1), letters::spell(found.group(2)))),
        ),
        // 6/12개월: one or the other.
        (
            r"(\d{1,3})/(\d{1,3})(?:/(\d{1,3}))?( ?(?:개월|GB|TB|학년|등급|호선|인용|인승|인치|층|박|회차|평형|명|개입|주차|기가|번))",
            |found| {
                let is_list = found.number(1)? > 1 && found.number(1)? < found.number(2)?;
                let third =
                    if found.group(3).is_empty() { String::new() } else { format!(", {}", found.group(3)) };
                (is_list && found.stands_alone())
                    .then(|| format!("{}, {}{third}{}", found.group(1), found.group(2), found.group(4)))
            },
        ),
        // 3/5 단계
        (r"(\d{1,2})/(\d{1,2})( ?)(단계|페이지|쪽|회)", |found| {
            let unit = found.group(4);
            let is_within = found.number(1)? <= found.number(2)? && found.stands_alone();
            is_within.then(|| format!("{}{unit} 중 {}{unit}", found.group(2), found.group(1)))
        }),
        // 0-1-6개월: months of a plan.
        (r"(\d{1,2})-(\d{1,2})-(\d{1,2})( ?(?:개월|주|일))", |found| {
            let is_plan = found.number(1)? < found.number(2)? && found.number(2)? < found.number(3)?;
            let is_alone = !found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || it == '-');
            (is_plan && is_alone).then(|| {
                format!("{}, {}, {}{}", found.group(1), found.group(2), found.group(3), found.group(4))
            })
        }),
        // 2·4·6개월
        (r"\d{1,2}(?:·\d{1,2}){2,}", |found| {
            found.stands_alone().then(|| found.group(0).replace('·', ", "))
        }),
        // The door of a train: 2-3 칸.
        (r"(\d{1,2})-([1-4])( ?(?:칸|번 ?칸|번 ?문|승강장|에서 (?:타|내|하차)))", |found| {
            found
                .stands_alone()
                .then(|| format!("{} 다시 {}{}", sino(found.group(1)), sino(found.group(2)), found.group(3)))
        }),
        // 디스크 L4-L5, 경추 C5-6
        (r"([CTLS])(\d{1,2})[-/~]([CTLS]?)(\d{1,2})", |found| {
            let is_spine = ["경추", "요추", "흉추", "디스크", "척추", "추간판"]
                .iter()
                .any(|it| found.before().contains(it));
            let [upper, lower] = [1, 3].map(|part| letters::spell(found.group(part)));
            let apart = if lower.is_empty() { "" } else { " " };
            (is_spine && found.stands_alone())
                .then(|| format!("{upper} {}, {lower}{apart}{}", found.group(2), found.group(4)))
        }),
        (r"([123])(룸)", |found| {
            let digit = found.group(1).chars().next().and_then(english_digit)?;
            found.stands_alone().then(|| format!("{digit}{}", found.group(2)))
        }),
        // Generations that a number of three digits names.
        (r"([3-6]86)( ?세대)", |found| {
            let name = one_by_one(found.group(1), Zero::Gong);
            found.stands_alone().then(|| format!("{name}{}", found.group(2)))
        }),
        (r"63( ?빌딩)", |found| found.stands_alone().then(|| format!("육삼{}", found.group(1)))),
        // 12개월(12M)
        (r"(\d{1,2})(개월 ?\()(\d{1,2})M\)", |found| {
            let is_same = found.group(1) == found.group(3);
            is_same.then(|| format!("{}{}{} 엠)", found.group(1), found.group(2), found.group(3)))
        }),
        // The young and the old: 3040세대, 7080 노래.
        (r"([2-8]0)([3-9]0)( ?(?:세대|노래|음악|가요|콘서트|감성))", |found| {
            let decades = one_by_one(&format!("{}{}", found.group(1), found.group(2)), Zero::Gong);
            found.stands_alone().then(|| format!("{decades}{}", found.group(3)))
        }),
        (r"(?-u:\b)(?i:top) ?(\d{1,2})", |found| {
            let number = match found.group(1) {
                "10" => "텐",
                digit if digit.len() == 1 => english_digit(digit.chars().next()?)?,
                number => number,
            };
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!goes_on).then(|| format!("톱 {number}"))
        }),
        (r"(오메가) ?-?3", |found| found.stands_alone().then(|| format!("{} 쓰리", found.group(1)))),
        // EP.3
        (r"(?-u:\b)(?i:ep)\.? ?(\d{1,3})", |found| Some(format!("에피소드 {}", found.group(1)))),
        (r"(0[과와] ?)1만( [가-힣])", |found| Some(format!("{}일만{}", found.group(1), found.group(2)))),
        // N 37°: north
        (r"(?-u:\b)([NSEW]) ?(\d{1,3}(?:\.\d+)?°(?:\d{1,2})?)", |found| {
            let name = match found.group(1) {
                "N" => "북위",
                "S" => "남위",
                "E" => "동경",
                _ => "서경",
            };
            let is_scale = found.after().starts_with(['C', 'F']);
            (!is_scale).then(|| format!("{name} {}", found.group(2)))
        }),
        (r"P\.? ?S\. ", |found| found.before().trim().is_empty().then(|| "추신, ".to_owned())),
        (r"(\d{2})/(\d{2})( ?(?:법칙|룰|원칙))", |found| {
            Some(format!("{} 대 {}{}", found.group(1), found.group(2), found.group(3)))
        }),
    ])
});

/// The text with such signs in words; most numbers stay.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

fn signed(sign: &str) -> &'static str {
    if sign == "+" { "플러스" } else { "마이너스" }
}

/// "3장 16절", "5장 3~12절"
fn verse([chapter, first, last]: [&str; 3]) -> String {
    let range = if last.is_empty() { String::new() } else { format!("~{last}") };
    format!("{chapter}장 {first}{range}절")
}

fn roman(found: &Found<'_>) -> Option<String> {
    const NUMERALS: [&str; 16] = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
    ];
    let number = NUMERALS.iter().position(|it| *it == found.group(2))? + 1;
    // A drip and the number eleven look the same.
    if found.group(2) == "IV" && found.group(1).trim().ends_with(is_syllable) {
        return None;
    }
    let name = format!("{}{}", tail(found.before(), 8), found.group(1));
    let is_king = KINGS.iter().any(|king| name.trim_end().ends_with(king));
    if name.trim_end().ends_with(|it: char| it.is_ascii_alphabetic()) && number < 10 {
        let digit = english_digit(char::from_digit(number as u32, 10)?)?;
        return Some(format!("{}{digit}", found.group(1)));
    }
    let age = if is_king && !found.after().starts_with('세') { "세" } else { "" };
    Some(format!("{}{number}{age}", found.group(1)))
}
