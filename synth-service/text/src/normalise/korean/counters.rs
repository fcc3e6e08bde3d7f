//! Counters and the numerals that they take. Never looks at the words around them.

use std::sync::LazyLock;

use super::{
    amount::Amount,
    hangul::word_ends_before,
    numerals::{self, Zero},
    prefixes::Prefixes,
};

/// How a counter is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// With native numerals up to this count, with Sino-Korean ones beyond.
    Native(u8),
    Sino,
    /// Sino-Korean, where a zero in front is only a way to write: "05일".
    Padded,
    /// The hour of a clock: native up to twelve.
    Hour,
    /// Joined to its numeral, with two months of their own: 유월, 시월.
    Month,
    /// 번째.
    Rank,
    /// 분의, joined to its Sino-Korean numeral.
    Fraction,
}

pub(super) const ALL_NATIVE: Counting = Counting::Native(99);

/// Native numerals: 세 개, 스물다섯 명.
const NATIVE: &str = "개 명 사람 분 살 번 마리 권 장 대 잔 병 켤레 벌 그루 송이 통 곳 가지 달 마디 끼 채 척 자루 \
    군데 바퀴 걸음 모금 숟가락 스푼 컵 그릇 접시 조각 판 박스 상자 봉지 봉 팩 캔 포기 모 다발 쌍 방울 알 정 포 첩 갑 \
    자리 글자 단어 문장 문제 문항 과목 줄 칸 건 팀 세트 편 부 통화 곡 표 골 가구 가족 식구 형제 종류 가닥 갈래 차례 정거장 \
    정류장 테이블 객실 룸 침대 계좌 구좌 구간 개비 꼬치 돈 근 다스 뭉치 묶음 켤레 토막 톨 필지 겹 매듭 움큼 줌 \
    자녀 공기 사발 가마 줄기 발짝 발자국 나라 자매 바구니 쟁반 개점 개구 개역 개동 개팀 \
    개층 손 축 접 쾌 두름 캡슐 바늘 가락 바가지 대접 양동이 주전자 냄비 항아리 꾸러미 보따리 가마니 부부 커플 가게 계단 \
    게임 제품 상품 옵션 후보 버튼 파일 폴더 계정 친구 아들 딸 대분 되 발 짝 재 쌈 제 톳 포대 롤 타래 뿌리 스쿱 펌프 큰술 작은술 티스푼 테이블스푼 꼬집 국자 주걱 배 평 시간 블록 종목 타입 품목 항목 단추 좌석 회선 \
    고랑 이랑 냥 닢 덩이 덩어리 도막 마지기 뙈기 말 섬 홉 망 무더기 뼘 술 숟갈 젓가락 수저 치 뭇 필 질 무리 바탕 아름 올 떼 \
    폭 보루 꼭지 단락 문단 구절 대목 장면 컷 끼니 밤 마당 목숨 자락 사리 시루 땀 끗 가정 튜브 스틱 블럭 컬레 꿰미 뭉텅이 \
    트럭 수레 삽 아이템 고비 타임";

/// Counters that take native numerals only up to a small number.
const NATIVE_UP_TO: [(&str, u8); 12] = [
    ("시간", 23),
    ("배", 19),
    ("건", 20),
    ("평", 10),
    ("좌석", 9),
    ("회선", 9),
    ("편", 20),
    ("정", 29),
    ("량", 9),
    ("방", 9),
    ("자", 9),
    // 삼남매
    ("남매", 2),
];

/// Sino-Korean numerals: 삼 층, 오 퍼센트. Also words that only begin like a native counter.
const SINO: &str = "기압 상품권 게임기 시간제 등분 단위 주택 주택자 가구원 세기 비트코인 원 달러 유로 엔 위안 파운드 센트 전 프로 퍼센트 퍼센트포인트 포인트 마일 마일리지 회 회차 차 차선 \
    차로 차전 호 호선 호차 호실 호점 호봉 번지 번길 번가 층 세 세대 인 인분 인실 인용 인승 인조 인당 개별 개월 개년 \
    개사 개국 개국어 개소 개조 개항 주 주일 주년 주차 주간 박 학년 학년도 학기 학점 교시 반 반기 분기 페이지 쪽 위 등 등급 등석 \
    급 단 단계 단지 도 동 호기 기 조 항 호 관 국 관왕 급수 점 점대 승 패 무 연승 연패 부제 배속 길 면 통 반 구역 \
    구 군 킬로 킬로미터 킬로그램 킬로와트 미터 센티 센티미터 밀리 밀리미터 그램 밀리그램 리터 밀리리터 톤 인치 헤르츠 \
    와트 볼트 암페어 칼로리 킬로칼로리 바이트 메가 메가바이트 기가 기가바이트 테라 테라바이트 비트 할 푼 대손 종 종세트 \
    매 석 명제 위권 만원권 원권 년 년대 년도 년생 년식 년째 년간 년제 년형 선 타석 타수 안타 도움 \
    홀 라운드 쿼터 이닝 볼 아웃 루 막 장 집 악장 편성 사 사단 부두 급지 종합 정도 \
    번호 시리즈 사이즈 시장 시작 시대 분야 분석 분류 장비 장소 대표 대보험 대보험료 병동 통신 통신사 판매 팩스 달성 번역 번화 포함 \
    알림 곳곳 개통 개설 개방 개발 개편 개시 살균 배송 배달 배율 배수 편의점 표준 집중 자릿수 \
    중 중추돌 선발 선택 차원 방향 개월분 부산 ";

/// Sino-Korean counters of a calendar or a clock.
const PADDED: &str = "년 년도 일 일자 일차 분 초 밀리초 일간 일째 분간 초간 년간 분기 일분";

static COUNTERS: LazyLock<Prefixes<Counting>> = LazyLock::new(|| {
    let sino = SINO.split_whitespace().map(|name| (name, Counting::Sino));
    let padded = PADDED.split_whitespace().map(|name| (name, Counting::Padded));
    let native = NATIVE.split_whitespace().map(|name| (name, ALL_NATIVE));
    let limited = NATIVE_UP_TO.iter().map(|&(name, limit)| (name, Counting::Native(limit)));
    let special = [
        ("시", Counting::Hour),
        ("월", Counting::Month),
        ("월호", Counting::Month),
        ("월분", Counting::Month),
        ("월생", Counting::Month),
        ("번째", Counting::Rank),
        ("분의", Counting::Fraction),
    ];
    Prefixes::new(sino.chain(padded).chain(native).chain(limited).chain(special))
});

/// The longest counter that `rest` begins with, if the text after it allows a counter.
pub(super) fn lookup(rest: &str) -> Option<(&'static str, Counting)> {
    let (name, counting) = COUNTERS.of(rest).next()?;
    let may_be_a_longer_word =
        name.chars().count() == 1 && matches!(counting, Counting::Native(_) | Counting::Hour);
    // 개 stands before nouns, 명 and 원 before anything.
    let is_word = word_ends_before(&rest[name.len()..]) || ["개", "명", "번"].contains(&name);
    (is_word || !may_be_a_longer_word).then_some((name, counting))
}

/// Whether something that no code has stands behind a number: units of money, of time, of things.
pub(super) fn is_counted(after: &str) -> bool {
    const COUNTED: [&str; 35] = [
        "원",
        " 원",
        " 명",
        " 개",
        " 만",
        " 건",
        "달러",
        "유로",
        "명",
        "개",
        "건",
        "권",
        "장",
        "대",
        "년",
        "월",
        "일",
        "시",
        "분",
        "초",
        "주",
        "회",
        "층",
        "세",
        "살",
        "점",
        "쪽",
        "페이지",
        "병",
        "잔",
        "만",
        "억",
        "%",
        "km",
        "kg",
    ];
    COUNTED.iter().any(|word| after.starts_with(word))
}

/// The amount with its counter.
pub(super) fn say(amount: &Amount<'_>, name: &str, counting: Counting) -> String {
    let digits = amount.digits.unwrap_or_default();
    let is_padded = !matches!(counting, Counting::Native(_) | Counting::Sino | Counting::Rank);
    if amount.has_leading_zero() && !is_padded {
        return format!("{} {name}", numerals::one_by_one(digits, Zero::Gong));
    }
    match (counting, amount.count()) {
        (Counting::Month, Some(month @ 1..=12)) => {
            let numeral = match month {
                6 => "유",
                10 => "시",
                _ => &amount.spoken,
            };
            format!("{numeral}{name}")
        }
        (Counting::Fraction, _) => format!("{}{name}", amount.spoken),
        (Counting::Rank, Some(_)) => numerals::ordinal(digits),
        (Counting::Hour, Some(count @ 1..=12)) => with_native(count, amount, name),
        (Counting::Native(limit), Some(count)) if count <= limit => with_native(count, amount, name),
        _ => format!("{} {name}", amount.spoken),
    }
}

fn with_native(count: u8, amount: &Amount<'_>, name: &str) -> String {
    let old = match (count, name) {
        (3, "돈" | "말") => Some("서"),
        (4, "돈" | "말") => Some("너"),
        (3, "냥" | "되" | "섬" | "자") => Some("석"),
        (4, "냥" | "되" | "섬" | "자") => Some("넉"),
        _ => None,
    };
    let numeral = old.map(str::to_owned).or_else(|| numerals::native(count));
    format!("{} {name}", numeral.unwrap_or_else(|| amount.spoken.clone()))
}

/// "2~3명" as "두세 명", "2~3일" as "이삼 일": counts side by side, spoken as one word.
pub(super) fn side_by_side(
    first: &Amount<'_>,
    second: &Amount<'_>,
    name: &str,
    counting: Counting,
) -> Option<String> {
    const NATIVE_PAIRS: [&str; 8] =
        ["한두", "두세", "서너", "네다섯", "대여섯", "예닐곱", "일고여덟", "여덟아홉"];
    const SINO_PAIRS: [&str; 8] = ["일이", "이삼", "삼사", "사오", "오륙", "육칠", "칠팔", "팔구"];
    const SPANS: [&str; 8] = ["일", "주", "주일", "개월", "년", "분", "주간", "일간"];
    let (low, high) = (first.count()?, second.count()?);
    if name == "대" && counting == Counting::Sino && low >= 20 && low % 10 == 0 && high == low + 10 {
        let pair = SINO_PAIRS.get(usize::from(low / 10 - 1))?;
        return Some(format!("{pair}십 {name}"));
    }
    let pairs = match counting {
        Counting::Native(_) => &NATIVE_PAIRS,
        // "일이 일" would stammer.
        _ if SPANS.contains(&name) && (low, name) != (1, "일") => &SINO_PAIRS,
        _ => return None,
    };
    let pair = pairs.get(usize::from(low.checked_sub(1)?)).filter(|_| high == low + 1)?;
    Some(format!("{pair} {name}"))
}
