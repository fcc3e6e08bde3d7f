//! Korean endings that open or close a sentence.

use super::{completeness::Completeness, token::Token};

/// Words of a listener, without spaces.
pub(super) const BACKCHANNELS: &[&str] = &[
    "네",
    "예",
    "넵",
    "응",
    "음",
    "흠",
    "아",
    "어",
    "오",
    "으응",
    "그래",
    "그래요",
    "그렇구나",
    "그렇군요",
    "그렇죠",
    "그쵸",
    "그러게요",
    "그러네요",
    "맞아",
    "맞아요",
    "아하",
    "아하네",
    "아네",
    "어네",
    "네에",
    "예에",
    "알겠어요",
    "알겠습니다",
    "그렇습니까",
    "그러시군요",
    "그러시구나",
    "맞습니다",
    "정말요",
    "진짜요",
];

/// Single digits as they are dictated: Sino-Korean, one syllable each.
const DIGITS: &str = "공영일이삼사오육륙칠팔구";

/// The dash within a spoken number; elsewhere it is "again".
pub(super) const DASH: &str = "다시";

/// Native numbers.
const NUMBERS: &[&str] =
    &["하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "스물", "서른", "마흔", "쉰"];

/// A caller who ends in one of these wants to be listened to, and goes on, often behind a pause.
pub(super) const ATTENTION: &[&str] =
    &["잠깐", "잠깐만", "잠깐만요", "잠시만", "잠시만요", "저기요", "있잖아요", "그만"];

/// Answers that are complete by themselves.
const ANSWERS: &[&str] = &[
    "네",
    "예",
    "넵",
    "네네",
    "아니",
    "아니요",
    "아니오",
    "아뇨",
    "응",
    "그래",
    "됐어",
    "알았어",
    "몰라",
    "없어",
    "있어",
    "맞아",
    "좋아",
    "싫어",
    "아니야",
    "괜찮아",
    "고마워",
];

/// Question words, which end a clipped question: "이거 얼마".
const QUESTIONS: &[&str] = &["언제", "어디", "누구", "뭐", "무엇", "왜", "얼마", "몇시", "어때"];

/// Hesitation.
const FILLERS: &[&str] = &["음", "어", "그", "저", "저기", "그게", "뭐지", "이제", "그러니까", "막", "약간"];

/// Nouns and adverbs whose end only looks like an ending or a particle.
const LOOK_ALIKES: &[&str] = &[
    "최고",
    "광고",
    "창고",
    "사고",
    "재고",
    "보고",
    "신고",
    "참고",
    "경고",
    "부서",
    "비서",
    "도서",
    "보고서",
    "안내서",
    "의뢰서",
    "군데",
    "가운데",
    "라면",
    "화면",
    "냉면",
    "방면",
    "측면",
    "많이",
    "같이",
    "깊이",
    "높이",
    "길이",
    "없이",
    "휴가",
    "평가",
    "작가",
    "추가",
    "허가",
    "대가",
    "필요",
    "중요",
    "수요",
    "동네",
    "아까",
    "보다",
    "마다",
    "모두다",
    "결과",
    "효과",
    "과",
    "치과",
    "안과",
    "내과",
    "마을",
    "가을",
    "노을",
    "조은",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "회의",
    "주의",
    "문의",
    "동의",
    "합의",
    "예의",
    "강의",
    "지은",
    "점심에",
    "의",
    "와",
    "고",
    "서",
    "면",
    "데",
    "에",
    "로",
    "서로",
    "바로",
    "따로",
    "별로",
    "새로",
    "대로",
    "그대로",
    "제대로",
    "마음대로",
];

/// Connectives: the sentence goes on.
const CONNECTIVES: &[&str] = &[
    "고",
    "면서",
    "면",
    "지만",
    "려고",
    "도록",
    "거나",
    "든지",
    "다가",
    "때문에",
    "위해",
    "는지",
    "인지",
    "을지",
    "며",
    "느라",
    "자마자",
    "랑",
    "하고",
    "처럼",
    "그럼",
    "만약",
    "혹시",
    "또는",
    "아니면",
];

/// Particles that call for a verb.
const PARTICLES: &[&str] =
    &["는", "를", "을", "의", "와", "에", "에게", "한테", "께", "로", "께서", "보다", "마다"];

/// Polite endings that often stand before more: "예약하려고 하는데요".
const SOFT: &[&str] = &["데요", "고요", "구요", "서요", "면요", "니까요"];

/// Endings that only close a sentence. "-ㅂ니다" and "-ㅂ니까" are others.
const CLOSING: &[&str] = &["세요", "세여", "나요", "까요", "싶어요"];

/// They look like such an ending, but the caller has not said yet why they call.
const GREETINGS: &[&str] = &["안녕하세요", "안녕하십니까", "여보세요", "수고하세요", "수고하십니다"];

/// Endings of sentences.
const ENDINGS: &[&str] = &[
    "다",
    "요",
    "까",
    "죠",
    "네",
    "시오",
    "잖아",
    "구나",
    "거든",
    "는군",
    "을게",
    "할게",
    "줄게",
    "갈게",
    "볼게",
    "세여",
    "아니야",
    "됐어",
    "알았어",
    "몰라",
    "없어",
    "있어",
    "맞아",
    "좋아",
    "싫어",
    "해줘",
    "줄래",
    "할래",
    "싶어",
];

pub(super) fn completeness(tokens: &[Token]) -> Completeness {
    let Some((last, before)) = tokens.split_last() else { return Completeness::Unknown };
    let word = last.word.as_str();
    if last.is_cut_off() {
        return Completeness::Open;
    }
    // A particle or a connective with a question mark is a whole question: "점심은?"
    if last.mark() == Some('?') {
        return Completeness::Complete;
    }
    let alone = before.is_empty();
    if ATTENTION.contains(&word) {
        return Completeness::Soft;
    }
    if ANSWERS.contains(&word) {
        return Completeness::Whole;
    }
    if GREETINGS.contains(&word) || (!alone && QUESTIONS.contains(&word)) {
        return Completeness::Complete;
    }
    if FILLERS.contains(&word) {
        return if alone && word == "어" { Completeness::Unknown } else { Completeness::Open };
    }
    if LOOK_ALIKES.contains(&word) {
        return Completeness::Unknown;
    }
    if SOFT.iter().any(|soft| word.ends_with(soft)) { Completeness::Soft } else { by_ending(word) }
}

fn by_ending(word: &str) -> Completeness {
    // "-ㅂ니까" asks, "-니까" gives a reason.
    if has_before(word, "니까", |sound| sound == FINAL_B)
        || has_before(word, "니다", |sound| sound == FINAL_B)
    {
        return Completeness::Whole;
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let goes_on = word.ends_with("니까") || ends(CONNECTIVES) || is_connective(word);
    if goes_on || ends(PARTICLES) || has_subject_particle(word) {
        Completeness::Open
    } else if ends(CLOSING) {
        Completeness::Whole
    } else if ends(ENDINGS) {
        Completeness::Complete
    } else {
        Completeness::Unknown
    }
}

/// "-ㄴ데" and "-서": a form of a verb ends in a vowel before "-서", the name of a document seldom does.
fn is_connective(word: &str) -> bool {
    has_before(word, "데", |sound| sound == FINAL_N) || has_before(word, "서", |sound| sound == 0)
}

/// Whether a word ends so, behind a syllable with such a final consonant.
fn has_before(word: &str, end: &str, is_right: impl Fn(u32) -> bool) -> bool {
    let stem = word.strip_suffix(end).and_then(|stem| stem.chars().next_back());
    stem.and_then(final_of).is_some_and(is_right)
}

/// 이, 은 and 과 follow a consonant, 가 a vowel; elsewhere they are part of a word.
fn has_subject_particle(word: &str) -> bool {
    let mut backwards = word.chars().rev();
    let (particle, stem) = (backwards.next(), backwards.next().and_then(final_of));
    match particle {
        Some('이' | '은' | '과') => stem.is_some_and(|sound| sound > 0),
        Some('가') => stem == Some(0),
        _ => false,
    }
}

/// The numbers of ㄴ and ㅂ among final consonants.
const FINAL_N: u32 = 4;
const FINAL_B: u32 = 17;

/// The number of a syllable's final consonant, 0 without one; `None` of other characters.
fn final_of(syllable: char) -> Option<u32> {
    matches!(syllable, '가'..='힣').then(|| (u32::from(syllable) - u32::from('가')) % 28)
}

/// The number of digits that a word stands for; 0 for others.
pub(super) fn digits(word: &str) -> usize {
    if NUMBERS.contains(&word) {
        // Counting on, "하나 둘", is two digits of a longer run.
        return 2;
    }
    let syllables = word.chars().count();
    if word.chars().all(|char| DIGITS.contains(char)) { syllables } else { 0 }
}
