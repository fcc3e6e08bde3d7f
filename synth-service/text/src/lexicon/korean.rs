//! Endings that follow a Korean word without a space and leave it the same word.

/// Particles, endings of "to be" and titles. Several may follow each other.
const PARTICLES: [&str; 91] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "도",
    "만",
    "와",
    "과",
    "로",
    "으로",
    "에서",
    "에게",
    "에게서",
    "께",
    "께서",
    "한테",
    "한테서",
    "부터",
    "까지",
    "보다",
    "처럼",
    "만큼",
    "마다",
    "조차",
    "마저",
    "밖에",
    "대로",
    "뿐",
    "라도",
    "이라도",
    "나",
    "이나",
    "든지",
    "이든지",
    "랑",
    "이랑",
    "하고",
    "며",
    "이며",
    "야",
    "이야",
    "요",
    "이요",
    "고",
    "이고",
    "라고",
    "이라고",
    "라는",
    "이라는",
    "란",
    "이란",
    "라면",
    "이라면",
    "로서",
    "으로서",
    "로써",
    "으로써",
    "입니다",
    "입니까",
    "이에요",
    "예요",
    "이었습니다",
    "였습니다",
    "이었어요",
    "였어요",
    "인데",
    "인데요",
    "인가요",
    "인지",
    "인",
    "일",
    "이지만",
    "지만",
    "이죠",
    "죠",
    "이신",
    "이신가요",
    "이신지",
    "이시면",
    "이십니다",
    "이십니까",
    "이세요",
    "님",
    "씨",
    "들",
    "측",
    "쪽",
];

/// Most particles in a row, as in "에서는", "까지도", "님께서는".
const MOST: usize = 3;

/// Whether the text consists of particles only.
pub(super) fn is_particles(text: &str) -> bool {
    is_at_most(MOST, text)
}

fn is_at_most(most: usize, text: &str) -> bool {
    text.is_empty()
        || (most > 0
            && PARTICLES
                .iter()
                .filter_map(|particle| text.strip_prefix(particle))
                .any(|rest| is_at_most(most - 1, rest)))
}
