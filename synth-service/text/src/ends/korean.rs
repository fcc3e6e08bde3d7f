//! Sentence ends in Korean.
//!
//! Spoken notices are often written without marks. A formal ending and a space count as the end of a sentence
//! where the ending can't be anything else: 습니다 and its kin, 습니까, 십시오, and the polite endings in 요 that
//! no noun has, each after enough words. The plain 다 never counts.

use super::{Ahead, Verdict, verdict};

/// Syllables of a sentence that ends without a mark.
const SHORTEST_FORMAL: usize = 5;
const SHORTEST_POLITE: usize = 8;

/// Polite endings; "필요", "중요", "개요" are nouns, and 는데요 often goes on.
const POLITE: [&str; 17] = [
    "세요", "셔요", "어요", "아요", "해요", "돼요", "워요", "겨요", "려요", "에요", "예요", "네요", "까요",
    "게요", "군요", "나요", "지요",
];

/// Continuations of a clause after a quotation or a verb.
const QUOTING: [&str; 18] = [
    "라고",
    "라는",
    "라며",
    "라면서",
    "라니",
    "라던",
    "라면",
    "라서",
    "이라고",
    "이라는",
    "이라며",
    "하고",
    "하며",
    "하는",
    "고",
    "는",
    "만",
    "그려",
];

/// Forms of address at the end of a greeting.
const ADDRESSED: [&str; 8] = ["고객님", "고객님들", "여러분", "선생님", "손님", "회원님", "사장님", "승객"];

pub(super) fn is_hangul(character: char) -> bool {
    matches!(character, '가'..='힣' | 'ㄱ'..='ㆎ')
}

/// The word at the end of a text.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(|character: char| !character.is_alphanumeric());
    text.rsplit(|character: char| !is_hangul(character)).next().unwrap_or_default()
}

/// Whether the last word can stand at the end of a sentence.
pub(super) fn ends_formally(text: &str) -> bool {
    let word = last_word(text);
    word.ends_with(['다', '요', '죠', '까']) || word.ends_with("시오") || is_formal(word)
}

/// "했습니다", "입니까", "하십시오"
fn is_formal(word: &str) -> bool {
    let stem = word.strip_suffix("니다").or_else(|| word.strip_suffix("니까"));
    let has_final_b =
        stem.and_then(|stem| stem.chars().next_back()).is_some_and(|last| final_consonant(last) == 17);
    has_final_b || word.ends_with("십시오") || word.ends_with("십시요")
}

fn is_polite(word: &str) -> bool {
    POLITE.iter().any(|ending| word.ends_with(ending)) && word != "안녕하세요"
}

/// The number of the consonant that closes a syllable, 0 without one.
pub(super) fn final_consonant(syllable: char) -> u32 {
    if ('가'..='힣').contains(&syllable) { (u32::from(syllable) - 0xac00) % 28 } else { 0 }
}

/// Whether a sentence ends without a mark before a gap and the next word.
pub(super) fn unmarked(before: &str, next: &Ahead<'_>) -> Verdict {
    if !before.chars().next_back().is_some_and(is_hangul) {
        return Verdict::GoesOn;
    }
    let word = last_word(before);
    // 좋아요 350만 개: the likes of a film.
    if word == "좋아요" && next.first().is_some_and(char::is_numeric) {
        return Verdict::GoesOn;
    }
    let is_formal = is_formal(word);
    if !is_formal && !is_polite(word) {
        return Verdict::GoesOn;
    }
    let shortest = if is_formal { SHORTEST_FORMAL } else { SHORTEST_POLITE };
    if before.chars().filter(|&character| is_hangul(character)).take(shortest).count() < shortest {
        return Verdict::GoesOn;
    }
    match next.first() {
        None => Verdict::Open,
        Some(first) if !first.is_alphanumeric() => verdict(super::closers::is_opener(first)),
        Some(_) => {
            next.word().map_or(Verdict::Open, |word| verdict(!continues(word) && !ADDRESSED.contains(&word)))
        }
    }
}

/// "'네.' 라고"
pub(super) fn behind_quote(next: &Ahead<'_>) -> Verdict {
    next.word().map_or(Verdict::Open, |word| verdict(!continues(word)))
}

/// "비밀번호는 abc!입니다", "'가자!'라고"
pub(super) fn is_attached(before: &str, word: &str) -> bool {
    const PARTICLES: [&str; 12] =
        ["입니다", "이", "가", "을", "를", "은", "는", "로", "으로", "에", "와", "과"];
    let is_foreign = !before.ends_with(is_hangul);
    continues(word)
        || is_foreign && PARTICLES.iter().any(|particle| word == *particle || word.starts_with("입니"))
}

/// Words after the number of a day: "2024. 5. 3. 오전"
pub(super) fn follows_date(word: &str) -> bool {
    const FOLLOWING: [&str; 30] = [
        "오전", "오후", "새벽", "아침", "저녁", "정오", "자정", "월요", "화요", "수요", "목요", "금요",
        "토요", "일요", "이후", "이전", "까지", "부터", "기준", "현재", "당일", "에", "선고", "시행", "개정",
        "공포", "체결", "발급", "접수", "승인",
    ];
    let is_subject = word.ends_with(['은', '는']);
    !is_subject && FOLLOWING.iter().any(|following| word.starts_with(following))
}

fn continues(word: &str) -> bool {
    QUOTING
        .iter()
        .any(|quoting| word == *quoting || (quoting.chars().count() > 1 && word.starts_with(quoting)))
}

/// "감사합니다.다음", but not "가.나.다" and "네이버.com".
pub(super) fn glued(before: &str, next: char, next_word: &str) -> Verdict {
    let word = last_word(before);
    if is_hangul(next) {
        let is_word = word.chars().nth(1).is_some() || matches!(word, "네" | "예" | "응");
        return verdict(is_word && !super::words::is_domain(next_word));
    }
    verdict(ends_formally(before) && next.is_alphanumeric() && !super::words::is_domain(next_word))
}
