//! Facts that Hangul syllables alone show: final consonants, particles, the words around a place.

const FIRST: u32 = 0xac00;
const LAST: u32 = 0xd7a3;
/// Syllables that share their first two sounds: none or one of 27 final consonants.
const FINALS: u32 = 28;

/// Endings that leave a word the same word: particles, copulas, and the suffixes that stand after an amount.
const ENDINGS: [&str; 81] = [
    "이", "가", "은", "는", "을", "를", "의", "에", "도", "만", "과", "와", "로", "으로", "까지", "부터",
    "마다", "씩", "당", "쯤", "정도", "나", "밖", "보다", "처럼", "간", "째", "전", "후", "내", "외", "미만",
    "초과", "반", "짜리", "입", "였", "인", "뿐", "경", "께", "랑", "하고", "란", "든", "일", "들", "중",
    "용", "동안", "같", "라", "예요", "지", "다", "및", "모두", "넘", "사이", "뒤", "남짓", "가량", "채",
    "따라", "마저", "조차", "치", "꼴", "분량", "어치", "대로", "말고", "더", "안", "님", "네", "면", "죠",
    "야", "여서", "십니",
];

pub(super) fn is_syllable(character: char) -> bool {
    (FIRST..=LAST).contains(&u32::from(character))
}

/// Whether the last syllable closes with a consonant; `false` where there is no syllable.
pub(super) fn ends_in_consonant(word: &str) -> bool {
    let last = word.chars().next_back().filter(|&character| is_syllable(character));
    last.is_some_and(|syllable| !(u32::from(syllable) - FIRST).is_multiple_of(FINALS))
}

fn ends_in_rieul(word: &str) -> bool {
    const RIEUL: u32 = 8;
    word.chars()
        .next_back()
        .is_some_and(|last| is_syllable(last) && (u32::from(last) - FIRST) % FINALS == RIEUL)
}

/// The same particle in the form that fits after `word`, and the rest of the text: "을" is "를" after a
/// vowel. `None` where `rest` begins with no such particle.
pub(super) fn fitting_particle<'t>(word: &str, rest: &'t str) -> Option<(&'static str, &'t str)> {
    const PAIRS: [(&str, &str); 5] = [("을", "를"), ("은", "는"), ("이", "가"), ("과", "와"), ("으로", "로")];
    PAIRS.into_iter().find_map(|(closed, open)| {
        let behind = rest.strip_prefix(closed).or_else(|| rest.strip_prefix(open))?;
        // ㄹ takes 로: 일로, 서울로.
        let is_closed = ends_in_consonant(word) && !(open == "로" && ends_in_rieul(word));
        let fitting = if is_closed { closed } else { open };
        (!behind.starts_with(is_syllable)).then_some((fitting, behind))
    })
}

/// Whether the word before `rest` is complete: `rest` begins with an ending, or with no Hangul syllable.
pub(super) fn word_ends_before(rest: &str) -> bool {
    !rest.starts_with(is_syllable) || ENDINGS.iter().any(|ending| rest.starts_with(ending))
}

/// The last `count` characters of `text`.
pub(super) fn tail(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().take(count).last().map_or(text.len(), |(start, _)| start);
    &text[start..]
}

/// The first `count` characters of `text`.
pub(super) fn head(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map_or(text.len(), |(end, _)| end);
    &text[..end]
}
