//! Counters whose numerals depend on the context: 번, 분, 대, 통. Knows the words around them, never numerals.

use super::{
    amount::Amount,
    counters::{ALL_NATIVE, Counting},
    hangul::{head, tail},
};

/// Nouns before or after 분 that make it people instead of minutes.
const PEOPLE: &str = "\
    고객|고객님|손님|어르신|선생님|회원|회원님|환자|보호자|가족|부모님|성인|일행|직원|당첨자|어른|참석자";
const PEOPLE_BEHIND: &str = "\
    께| 모두| 예약| 계시| 계십| 계세|가 계|이 있으| 오시|이서|이 오|이 방문|이 신청|의 고객|의 손님|이시|이 계|이 앞|\
    이 대기|을 모|을 초대|이 참|이 앉|에게|이 함께|이 가입|이 추천|이 이용 중|을 위한 자리";

/// The subject of a sentence that counts people: 대기 고객은 열두 분이며.
const WAITING: &str = "고객은|고객은 총|고객이|고객이 총|고객님은|고객님이|손님은|손님이|앞에|인원은|회원은";

/// Vegetables that are sold by the bundle: 한 단; other 단 are steps and columns.
const BUNDLED: &str = "\
    시금치|파|부추|미나리|열무|쑥갓|근대|아욱|달래|냉이|나물|상추|갓|장작|볏짚|얼갈이|꽃|깻잎|고구마순|무청|시래기";

/// Things that are counted by the piece: 그림 세 점; other 점 are marks.
const PIECES: &str = "\
    그림|작품|유물|의류|미술품|도자기|문화재|유화|조각|옷|국보|보물|상의|하의|외투|고기|수화물|수하물|예물|소품|판화";

/// Words behind a 자 that is a party: 삼 자 대면; other 자 are letters and feet.
const PARTIES: &str = "회담|대면|통화|연합|구도|토론|협의|간|사기|물류|대결|합의|협상|협약|계약|보증";

/// Words before a 부 that parts a performance or a meeting, and documents that are counted with it.
const PARTS_BEHIND: &str = "\
    에서| 공연| 순서| 리그| 행사| 시작| 강의| 예배| 회의| 마지막|에는|는 |의 |가 |까지|부터|로 구성|로 나|로 이루";
const COPIED: &str = "\
    서류|증명서|등본|초본|사본|보고서|계약서|신문|잡지|인쇄|복사|출력|각|총|신청서";

/// Words before a 번 that counts times: 하루 세 번.
const OFTEN: &str = "\
    시간에|하루|하루에|매일|매주|매달|매월|달에|주에|주일에|년에|총|최대|모두|연속|벌써|최소|회당";
const TIMES_BEHIND: &str = "\
    에 나눠|에 나누|으로 나눠|만|까지|씩|이나|이상|이하|더|정도|도 |밖에|의 기회|에 걸쳐|연속|넘게|째|\
    쯤|다 |반복|, 식후|, 식전|식후|식전|, 아침|, 매|드세|드시|드십|드셔|복용|바르|발라|먹이|먹으|먹어|투여|넣으";
/// Events after a 번 that counts them.
const DONE: &str = "\
    추가|삐|울리|울려|깜빡|깜박|누른|클릭|두드|시도|실패|방문|오류|입력|잘못|틀|반복|전화|통화|연락|발송|복용|투여|접종|재시도|연체|환승|던지|던져|돌리|돌려|뛰|흔들|외치|접어|접은|해 |중 ";
/// Words after a 번 that is a label: 삼 번 출구.
const LABELLED: &str = "\
    회선|진료|검사|수술|상담|트랙|레인|벨트|수하물|컨베이어|홀|타석|정류장|주차|을|은|이 |이고|이며|과|으로|로 |입니다|이에요|출구|게이트|\
    창구|버튼|타는|승강장|홈|버스|선택|문항|문제|줄|테이블|방 |질문|채널|좌석|자리|트랙|학생|고객|손님|\
    환자|선수|카드|은행|후보|코스|노선|카운터|데스크|부스|구역|탑승|승차|플랫폼|사물함|국도|메뉴|항목|\
    라인|눌러|누르|키";
const LABELLING: &str = "\
    출구|번호|창구|게이트|버스|순번|국도|메뉴|탑승구|좌석|선택|보기";

/// Nouns that come in groups such as "the four big ones": 사대 보험.
const GREAT: &str = "\
    독자|보험|은행|통신사|문명|불가사의|강국|메이저|성인|종교|비극|기획사|거래소|증권사|보험사|손보사|금융|지주|정당|공약|권역|성장|사망|요인|원소|미술관|사찰|명산|고궁|궁|축제|시장|해양|대륙|리그|스포츠|가수|광역시|질병|암|영양소|의무|명소|뉴스|그룹|도시|과제|원칙|대학|천왕|기업|국회|\
    대통령|총선|대선|회장|의장|총장|강|왕|임금|황제|교황|총리|사장|이사장|위원장|총재|감독";
const VEHICLES: &str = "\
    책상|복사기|에어컨|냉장고|카메라|자전거|오토바이|노트북|피아노|선풍기|프린터|모니터|서버|로봇|드론|비행기|기계|\
    장비|휠체어|유모차|킥보드|스마트폰|태블릿|정수기|공기청정기|세탁기|건조기|침대|헬기|충전기|단말기|키오스크|\
    차|차량|버스|승용차|트럭|택시|자동차|전화기|컴퓨터|휴대폰|기기|총";

/// How the counter is counted in this place; `before` and `after` are the text around amount and counter.
pub(super) fn counting(
    name: &str,
    counting: Counting,
    amount: &Amount<'_>,
    around: (&str, &str),
) -> Counting {
    let (before, after) = around;
    let is_native = match name {
        "분" if ends_in(before, "총") && ["인승", "일행", "인원"].iter().any(|it| before.contains(it)) => {
            true
        }
        "분" if ends_in(before, WAITING) && begins_with(after, "이") => true,
        "분" => ends_in(before, PEOPLE) || begins_with(after, PEOPLE_BEHIND),
        "번" => is_times(amount, before, after),
        "대" => is_machine(amount, before, after),
        "권" if after.starts_with(" 분립") => false,
        "권" => !is_volume(before, after),
        "단" if ends_in(before, BUNDLED) => true,
        "점" if ends_in(before, PIECES) => amount.count().is_some_and(|it| it <= 20),
        "쪽" => ends_in(before, "마늘|생강|통마늘"),
        "부" => !is_part(before, after),
        "장" => !is_chapter(before, after),
        "가구" => !is_taxed(after),
        "통" => !is_ward(after),
        "자" if begins_with(after.trim_start(), PARTIES) => false,
        _ => return counting,
    };
    match (name, is_native) {
        (_, true) => ALL_NATIVE,
        ("분", false) => Counting::Padded,
        (_, false) => Counting::Sino,
    }
}

/// "1권에서 2권과 3권": books with a number, one after the other.
fn is_volume(before: &str, after: &str) -> bool {
    const JOINED: [&str; 6] = ["에서", "부터", "과", "이나", ",", "~"];
    let goes_on = JOINED.iter().filter_map(|joint| after.strip_prefix(joint)).any(|rest| {
        let rest = rest.trim_start();
        let behind = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        behind.len() < rest.len() && behind.starts_with('권')
    });
    let before = before.trim_end();
    // 3권 2호 45쪽
    let issue = after.trim_start().trim_start_matches(|it: char| it.is_ascii_digit());
    let has_issue = issue.len() < after.trim_start().len() && issue.starts_with('호');
    goes_on
        || has_issue
        || JOINED.iter().any(|joint| before.strip_suffix(joint).is_some_and(|it| it.ends_with('권')))
}

/// "3통 2반": parts of a quarter, not copies of a document.
fn is_ward(after: &str) -> bool {
    let next = after.trim_start();
    let behind = next.trim_start_matches(|it: char| it.is_ascii_digit());
    behind.len() < next.len() && behind.trim_start().starts_with('반')
}

/// "1가구 2주택": terms of a law.
fn is_taxed(after: &str) -> bool {
    after.trim_start().trim_start_matches(|it: char| it.is_ascii_digit()).starts_with("주택")
}

/// "1부 60분": the parts of a performance, not copies of a document.
fn is_part(before: &str, after: &str) -> bool {
    let next = after.trim_start();
    let is_copied = COPIED.split('|').any(|word| tail(before, 8).contains(word));
    let is_long = after.starts_with(' ') && next.starts_with(|it: char| it.is_ascii_digit());
    !is_copied && (is_long || begins_with(after, PARTS_BEHIND))
}

/// "3장 16절", "1장부터 3장까지": chapters, not sheets.
fn is_chapter(before: &str, after: &str) -> bool {
    let section = after.trim_start().trim_start_matches(|it: char| it.is_ascii_digit() || "~-".contains(it));
    let has_section = after.trim_start().starts_with(|it: char| it.is_ascii_digit())
        && section.starts_with(['절', '조', '쪽', '페']);
    // 제1편 학이 1장
    let is_in_part = tail(before, 8).contains("편 ");
    has_section || is_in_part || ends_in(before, "』|상권|하권|책|교재|교과서|소설|논문|막")
}

fn is_times(amount: &Amount<'_>, before: &str, after: &str) -> bool {
    let is_small =
        amount.count().is_some_and(|count| (1..=30).contains(&count)) && !amount.has_leading_zero();
    let next = after.trim_start();
    let is_menu = head(after, 10).contains("누르") || head(after, 10).contains("눌러");
    // One of a list of labels: "1번 예약, 2번 확인", "1번과 2번".
    let near = tail(before, 16);
    let is_listed = near.rsplit_once("번").is_some_and(|(_, between)| between.contains(','))
        || ends_in(before, "번과|번이나|번 또는|번 혹은|번 및");
    // 아침, 저녁 두 번: the end of a part.
    let is_daily = ends_in(before, "아침|점심|저녁") && (next.is_empty() || next.starts_with(','));
    let is_said = is_daily || ends_in(before, OFTEN) || begins_with(next, TIMES_BEHIND);
    let is_done = begins_with(next, DONE) || is_verb(next);
    // Counts above nine are labels: the students of a class, the buses of a town.
    let is_label = begins_with(after, LABELLED)
        || begins_with(next, LABELLED)
        || amount.count().is_some_and(|count| count > 9);
    // 한 번에: at once.
    let is_once = amount.count() == Some(1) && after.starts_with("에 ");
    let is_done = is_done && !is_label && !is_listed;
    is_small && !is_menu && !ends_in(before, LABELLING) && (is_said || is_once || is_done)
}

/// Whether the next word ends as only verbs do.
fn is_verb(next: &str) -> bool {
    const VERB_ENDINGS: [&str; 12] =
        ["다", "요", "고", "며", "면", "데", "지만", "니까", "셨던", "했던", "해서", "하신"];
    /// Endings of nouns: 세 번 침대입니다 would be a count of beds.
    const COPULAS: [&str; 8] = ["입니다", "이에요", "예요", "이고", "이며", "인데", "이지만", "이니까"];
    let word = head(next, 12).split(|it: char| !it.is_alphanumeric()).next().unwrap_or_default();
    let is_noun = COPULAS.iter().any(|ending| word.ends_with(ending));
    !is_noun && word.chars().count() > 1 && VERB_ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Cars and devices, not "people in their twenties" and not "the four big ones".
fn is_machine(amount: &Amount<'_>, before: &str, after: &str) -> bool {
    let is_decade = amount.count().is_some_and(|count| count >= 10 && count % 10 == 0);
    // Generations of a family.
    let is_family = begins_with(
        after,
        "째 이|째 내려|째 살|째 가업|째 물려|째 대를|째 운영|째 전해|가 함께 사|가 모여|에 걸쳐|가 같이 사",
    );
    !is_family && !begins_with(after.trim_start(), GREAT) && (!is_decade || ends_in(before, VEHICLES))
}

/// The words stand apart by strokes.
fn ends_in(before: &str, words: &str) -> bool {
    let last = tail(before, 12).trim_end();
    words.split('|').any(|word| last.ends_with(word))
}

fn begins_with(after: &str, words: &str) -> bool {
    words.split('|').any(|word| after.starts_with(word))
}
