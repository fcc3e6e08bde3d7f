//! Typographic variants into the plain forms that the other modules know: dashes, arrows, grouped digits, marks of
//! feet and inches, Hanja beside digits. Single characters are replaced by `glyphs`.

use std::sync::LazyLock;

use super::hangul::{head, is_syllable, tail};
use super::rule::{Rule, Text, apply, compile_beside};
use super::{faces, glyphs};

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
        // Long dashes in a telephone number or a date.
        (r"\d+(?:[–—]\d+){2,}|1[568]\d\d[–—]\d{4}", |found| {
            Some(found.group(0).replace(['–', '—'], "-"))
        }),
        // 토 09:00
        (r"(^|[ ,(/])([월화수목금토일]) (\d{1,2}:\d)", |found| {
            let before = found.before().trim_end();
            let is_noun = found.group(2) == "일" && !before.is_empty() && !before.ends_with([',', '/', '(']);
            (!is_noun).then(|| format!("{}{}요일 {}", found.group(1), found.group(2), found.group(3)))
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
        (r"(\d{1,2}분 ?\d{1,2}초) ?/ ?km", |found| Some(format!("킬로미터당 {}", found.group(1)))),
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
        // 1,5억 and 0,05%: a comma of decimals. 5,6% and 10,20% may be two rates.
        (r"(\d{1,3}),(\d{1,2})( ?(?:[%만억조배]|kg|km|cm|mm|mg|g|m|L|mL|ml))", |found| {
            let [whole, fraction]: [u32; 2] =
                [1, 2].map(|part| found.group(part).parse().unwrap_or_default());
            let is_pair = fraction == whole + 1
                || whole > 0 && whole % 10 == 0 && fraction > whole && fraction % 10 == 0;
            let is_sized = found.group(3).ends_with(|it: char| it.is_ascii_alphabetic()) && fraction > 9;
            let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!is_pair && !is_sized && !goes_on && found.stands_alone())
                .then(|| format!("{}.{}{}", found.group(1), found.group(2), found.group(3)))
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
            // 계좌 개설 – 5분: a word and its amount.
            let words = found.before().trim_end_matches(is_syllable);
            let is_noun = is_syllable(found.group(1).chars().next()?)
                && !words.trim_end().ends_with(|it: char| it.is_ascii_digit() || "만억)".contains(it));
            let is_apart = is_noun && found.group(0).contains(' ');
            let joint = if is_apart { ", " } else { "~" };
            Some(format!("{}{joint}{}", found.group(1), found.group(2)))
        }),
        (r"([가-힣\d%p)]) ?([↑↓▲▼])", |found| {
            let is_up = "↑▲".contains(found.group(2));
            let (before, after) = (tail(found.before(), NEAR), head(found.after(), NEAR));
            let is_rate = found.group(1) == "%" && !is_up;
            let is_sale =
                is_rate && SALES.iter().any(|word| found.before().contains(word) || after.contains(word));
            // It says how far the number behind it has moved, or begins an item.
            let next = found.after().trim_start();
            let is_ahead = next.starts_with(|it: char| it.is_ascii_digit())
                || found.group(0).contains(' ') && found.after().starts_with(is_syllable);
            if is_ahead && "▲▼".contains(found.group(2)) {
                return None;
            }
            let bound = match is_market(found.before()) || is_market(found.after()) {
                _ if is_sale && (before.contains("할인") || after.contains("할인")) => "",
                _ if is_sale => "할인",
                true if is_up => "상승",
                true => "하락",
                false if "▲▼".contains(found.group(2)) => "",
                false if is_up => "이상",
                false => "이하",
            };
            Some(format!("{} {bound}", found.group(1)).trim_end().to_owned())
        }),
        // In accounts △ is a minus; elsewhere it marks an item of a list.
        (r"( ?)△ ?(\d)", |found| {
            let has = |words: &[&str]| {
                words.iter().any(|word| found.before().contains(word) || found.after().contains(word))
            };
            let names_item =
                |text: &str| text.split('△').skip(1).any(|item| item.trim_start().starts_with(is_syllable));
            let is_list = names_item(found.before()) || names_item(found.after());
            let near = head(found.after(), NEAR);
            let is_said = FALLEN.iter().any(|word| near.contains(word));
            let is_minus = has(&ACCOUNTS) && !has(&RISEN) && !is_said && !is_list;
            let has_others =
                found.before().contains(['▲', '▼', '▽']) || found.after().contains(['▲', '▼', '▽']);
            let sign = match is_list {
                _ if is_minus => "-",
                false if has_others => "▲",
                _ => "",
            };
            let apart = if is_list { item_joint(found.before()) } else { found.group(1) };
            Some(format!("{apart}{sign}{}", found.group(2)))
        }),
        (r"▽ ?(\d)", |found| Some(format!("▼{}", found.group(1)))),
        // ▲가격 ▲품질: items of a list in one line.
        (r" ?[▲△] ?([가-힣])", |found| {
            Some(format!("{}{}", item_joint(found.before()), found.group(1)))
        }),
        (r"[△▽]", |_| Some(String::new())),
        (r"([가-힣])♭", |found| Some(format!("{} 플랫", found.group(1)))),
        (r"([가-힣])♯", |found| Some(format!("{} 샤프", found.group(1)))),
        (r"(^|[^A-Za-z])([A-G])([♭♯])", |found| {
            let sign = if found.group(3) == "♭" { "플랫" } else { "샤프" };
            Some(format!("{}{} {sign}", found.group(1), found.group(2)))
        }),
        (r"([▲▼]) ?([+-]?\d+(?:[.,]\d+)*)(%p?|p|원|포인트)?", |found| {
            let is_up = found.group(1) == "▲";
            let moved = if is_up { "상승 " } else { "하락 " };
            let near = head(found.after(), NEAR);
            let is_said = if is_up { &RISEN[..] } else { &FALLEN[..] }.iter().any(|word| near.contains(word));
            // An item of a list goes on with words: ▲ 5% 적립.
            let is_item = near.strip_prefix(' ').is_some_and(|next| next.starts_with(is_syllable));
            let is_change = !found.group(3).is_empty() && !is_item;
            let is_enclosed = found.before().ends_with('(') && near.starts_with(')');
            let is_rate = is_change || is_enclosed;
            let is_moved = !is_said && (is_rate || is_market(found.before()) || is_market(found.after()));
            Some(format!("{}{}{}", if is_moved { moved } else { "" }, found.group(2), found.group(3)))
        }),
        (r"[↑↓]+", |_| Some(" ".to_owned())),
        (r"\(주\)", |_| Some("주식회사 ".to_owned())),
    ])
});

/// The sign between the text and the item of a list that a triangle begins.
fn item_joint(before: &str) -> &'static str {
    match before.chars().next_back() {
        None | Some('(' | '[') => "",
        Some(':' | ',' | '.' | '은' | '는') => " ",
        _ => ", ",
    }
}

/// Words of accounts, in which a hollow triangle is a minus.
const ACCOUNTS: [&str; 16] = [
    "이익",
    "손실",
    "손익",
    "적자",
    "성장률",
    "증감",
    "증가율",
    "매출",
    "수지",
    "실적",
    "전년",
    "대비",
    "수익률",
    "하락",
    "감소",
    "줄었",
];

/// Words beside which a triangle says nothing new.
const RISEN: [&str; 7] = ["올랐", "오른", "올라", "상승", "급등", "늘었", "증가"];

/// Words behind an amount beside which a triangle says nothing new, and the characters within which they count.
const FALLEN: [&str; 4] = ["감소", "하락", "줄", "마이너스"];
const NEAR: usize = 12;

/// Words of a sale, in which an arrow that points down is a discount.
const SALES: [&str; 9] = ["정가", "할인가", "할인", "세일", "특가", "쿠폰", "최대", "행사", "전품목"];

/// Whether the words speak of prices that rise and fall.
fn is_market(words: &str) -> bool {
    const MARKET: [&str; 25] = [
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
        "수출",
        "수입",
        "판매",
        "금리",
        "물가",
        "비용",
        "성능",
        "효율",
    ];
    MARKET.iter().any(|word| words.contains(word))
}

pub(super) fn plain(text: &str) -> Text {
    let mut plain = Text::new(glyphs::plain(text));
    apply(&faces::RULES, &mut plain);
    apply(&RULES, &mut plain);
    plain
}
