//! Marks of reviews, and results of games: "4.8/5", "7-3으로 이겼어요", "9초58".

use std::sync::LazyLock;

use super::{
    hangul::is_syllable,
    numerals::{Zero, one_by_one, sino},
    rule::{Found, Rule, Text, apply, compile},
};

/// Qualities that a mark is given for.
const MARKED: &str = "평점|별점|학점|점수|평가|총점|성적|재미|연출|연기|맛|서비스|분위기|가성비|추천도|만족도|난이도|스토리|음질|화질|디자인|성능|완성도|몰입도|청결도|청결|위치|시설|친절도|통증|통증 정도|별";

/// Words of a game with goals or sets.
const GAME: &str = "후반 |전반 |이겼|꺾었|꺾고|승리|패했|역전승|역전패|스코어|무승부|완승|완패|대승|결승골";

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let marks = format!(
        r"((?:{MARKED})(?:은|는|이|가|도)? ?:? ?)(\d{{1,3}}(?:\.\d+)?) ?/ ?(\d{{1,3}}(?:\.\d+)?)(?: ?점)?"
    );
    compile(&[
        (&marks, |found| {
            let is_mark = found.stands_alone() && value(found.group(2))? <= value(found.group(3))?;
            let most = found.group(3).strip_suffix(".0").unwrap_or(found.group(3));
            let is_word = found.before().ends_with(is_syllable) && !found.group(1).contains("점");
            (is_mark && !is_word).then(|| format!("{}{most}점 만점에 {}점", found.group(1), found.group(2)))
        }),
        (r"([★☆]+ ?\(?)(\d(?:\.\d)?)/5", |found| {
            Some(format!("{}5점 만점에 {}점", found.group(1), found.group(2)))
        }),
        (r"(88)( ?올림픽)", |found| found.stands_alone().then(|| format!("팔팔{}", found.group(2)))),
        (r"(\d{1,2})R", |found| {
            let is_fight = ["UFC", "KO", "복싱", "라운드", "판정"]
                .iter()
                .any(|word| found.before().contains(word) || found.after().contains(word));
            // 1R 3분 14초
            let time = found.after().trim_start().trim_start_matches(|it: char| it.is_ascii_digit());
            let is_timed = found.after().starts_with(' ')
                && time.len() < found.after().len() - 1
                && time.starts_with('분');
            ((is_fight || is_timed) && found.stands_alone()).then(|| format!("{}라운드", found.group(1)))
        }),
        // 2021-22시즌
        (r"((?:19|20)\d\d)[-/](\d\d)( ?시즌)", |found| {
            Some(format!("{}, {}{}", found.group(1), found.group(2), found.group(3)))
        }),
        // A score: 7-3으로 이겼어요.
        (r"(\d{1,3}) ?[-:] ?(\d{1,3})((?:으로|로|의)? ?)", score),
        // 50-50: home runs and steals.
        (r"([2-9]0)-([2-9]0)", |found| {
            let is_pair = found.group(1) == found.group(2) && found.stands_alone();
            is_pair.then(|| format!("{} {}", sino(found.group(1)), sino(found.group(2))))
        }),
        // 1:31.447 on a stop watch
        (r"(\d{1,2}):([0-5]\d)\.(\d{1,3})", |found| {
            let hundredths = one_by_one(found.group(3), Zero::Yeong);
            found.stands_alone().then(|| format!("{}분 {}초 {hundredths}", found.group(1), found.group(2)))
        }),
        // 8.6/10: no fraction has a point.
        (r"(\d{1,2}\.\d+)/(4\.[35]|5(?:\.0)?|10)", |found| {
            let most = found.group(2).strip_suffix(".0").unwrap_or(found.group(2));
            (found.stands_alone() && !found.after().starts_with('점'))
                .then(|| format!("{most}점 만점에 {}점", found.group(1)))
        }),
        // 9초58
        (r"(\d{1,2}초) ?(\d)(\d)(\d?)", |found| {
            // With a space, in a record of a race only.
            let is_record = ["기록", "m ", "신기록", "완주", "결승"]
                .iter()
                .any(|word| found.before().contains(word) || found.after().contains(word));
            if found.group(0).contains(' ') && !is_record {
                return None;
            }
            let is_counted = found
                .after()
                .starts_with(|it: char| it.is_ascii_digit() || "개명원번회건초분시".contains(it));
            let [tenths, hundredths, thousandths] = [2, 3, 4].map(|part| found.group(part));
            let record = format!("{} {tenths} {hundredths} {thousandths}", found.group(1));
            (!is_counted).then(|| record.trim_end().to_owned())
        }),
    ])
});

/// The text with marks and results in words; most numbers stay.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

fn value(written: &str) -> Option<f64> {
    written.parse().ok()
}

/// Two counts of goals with a word of winning or losing behind them.
fn score(found: &Found<'_>) -> Option<String> {
    const PLAYED: [&str; 20] = [
        "이겼",
        "이기",
        "꺾",
        "승",
        "졌",
        "지고",
        "패",
        "앞",
        "뒤",
        "비겼",
        "비기",
        "역전",
        "제압",
        "완파",
        "무승부",
        "눌렀",
        "끝났",
        "마쳤",
        "물리",
        "대승",
    ];
    const BEFORE: [&str; 4] = ["스코어", "스코어는", "점수는", "경기는"];
    let after = found.after();
    let is_clock = found.group(0).contains(':');
    // "3:30으로 앞당겼어요" is a time.
    let may_be_time = is_clock && found.group(2).len() == 2;
    let is_played = PLAYED.iter().any(|word| after.starts_with(word))
        && !(may_be_time && after.starts_with(['앞', '뒤', '끝', '마', '지']));
    let is_named = !is_clock && BEFORE.iter().any(|word| found.before().trim_end().ends_with(word));
    let has_zero =
        [1, 2].iter().any(|&part| found.group(part).len() > 1 && found.group(part).starts_with('0'));
    let is_game = !is_clock
        && GAME.split('|').any(|word| found.before().contains(word) || after.contains(word))
        && !after.starts_with(['번', '호', '동', '층', '칸', '일', '월', '시', '분', '원', '개', '명']);
    let is_alone = !found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || "-:.".contains(it))
        && (!found.group(3).is_empty()
            || !after.starts_with(|it: char| it.is_ascii_alphanumeric() || "-:".contains(it)));
    ((is_played || is_named || is_game) && is_alone && !has_zero)
        .then(|| format!("{} 대 {}{}", found.group(1), found.group(2), found.group(3)))
}
