//! Counters: native numerals to ninety-nine before some, Sino-Korean ones before the others.

use super::words::{native, sino};
use crate::Report;

#[derive(Clone, Copy)]
enum Kind {
    /// Native up to this number; beyond it both are said.
    Native(u64),
    Sino,
}

/// Counters and sentences that leave no doubt of their kind.
const COUNTERS: [(Kind, &str, &str); 28] = [
    (Kind::Native(99), "개", "상품 N개를 주문하셨습니다."),
    (Kind::Native(99), "명", "모두 N명입니다."),
    (Kind::Native(99), "권", "책 N권을 빌렸습니다."),
    (Kind::Native(99), "대", "차량 N대가 있습니다."),
    (Kind::Native(20), "번", "비밀번호를 N번 이상 잘못 입력하셨습니다."),
    (Kind::Native(99), "살", "올해 N살입니다."),
    (Kind::Native(12), "시간", "비행은 N시간 걸립니다."),
    (Kind::Sino, "분", "예상 대기 시간은 N분입니다."),
    (Kind::Sino, "초", "N초 안에 입력해 주세요."),
    (Kind::Sino, "일", "배송은 N일 걸립니다."),
    (Kind::Sino, "개월", "N개월 동안 이용하세요."),
    (Kind::Sino, "년", "N년 동안 이용하셨습니다."),
    (Kind::Sino, "층", "N층으로 오세요."),
    (Kind::Sino, "호", "N호로 오세요."),
    (Kind::Native(99), "잔", "커피 N잔을 주문하셨습니다."),
    (Kind::Native(99), "병", "물 N병을 보냈습니다."),
    (Kind::Native(99), "마리", "강아지 N마리가 있습니다."),
    (Kind::Native(99), "장", "사진 N장을 가져오세요."),
    (Kind::Native(99), "통", "문자 N통을 보냈습니다."),
    (Kind::Native(20), "건", "내역이 N건 있습니다."),
    (Kind::Sino, "회", "하루 N회 복용하세요."),
    (Kind::Sino, "차", "N차 접종입니다."),
    (Kind::Sino, "위", "이번에 N위를 했습니다."),
    (Kind::Sino, "세", "올해 N세입니다."),
    (Kind::Sino, "단계", "다음은 N단계입니다."),
    (Kind::Sino, "페이지", "안내서 N페이지를 보세요."),
    (Kind::Native(99), "곳", "지점은 N곳입니다."),
    (Kind::Sino, "번 as a label", "대기번호 N번 고객님"),
];

/// The numeral before a counter of this kind.
fn count(kind: Kind, text: &str) -> Option<u64> {
    let sino = sino(text);
    let native = native(text);
    match kind {
        Kind::Native(most) => {
            native.or_else(|| sino.filter(|value| *value == 0 || *value > most)).or_else(|| mixed(text))
        }
        Kind::Sino => sino,
    }
}

/// "백한": hundreds in Sino-Korean, and the rest native.
fn mixed(text: &str) -> Option<u64> {
    let (hundreds, rest) = text.split_at(text.rfind('백')? + '백'.len_utf8());
    Some(sino(hundreds)? + native(rest)?)
}

#[test]
fn counters() {
    let mut report = Report::new("ko-KR");
    for value in 1..=1_000 {
        let digits = value.to_string();
        for (kind, name, frame) in COUNTERS {
            report.read(name, frame, &digits, &value, |text| count(kind, text));
            // A space before the counter changes nothing.
            report.read(name, &frame.replacen('N', "N ", 1), &digits, &value, |text| count(kind, text));
        }
        report.read("번째", "N번째 상담입니다.", &digits, &value, |text| {
            if text == "첫" { Some(1) } else { count(Kind::Native(99), text).filter(|value| *value > 1) }
        });
        report.read("제", "제N조에 따라 처리됩니다.", &digits, &value, sino);
    }
    report.finish();
}
