//! Measures [`text::normalise`]: microseconds for 100 characters of plain and of dense text.
//!
//!     cargo run --release -p text --example normalise-time

use std::hint::black_box;
use std::time::Instant;

use text::normalise;

/// Turns; their median is printed.
const TURNS: usize = 301;

/// Sentences of about 100 characters, as callers hear them; a dense one is full of numbers and signs.
const TEXTS: [(&str, &str, [&str; 4]); 4] = [
    (
        "plain English",
        "en-US",
        [
            "Thank you for calling, and please stay on the line, because a colleague will be with you very soon.",
            "If you would like to change the delivery address, have your order and your name ready, please.",
            "We have sent the confirmation to the address that you gave us, so look into your mailbox today.",
            "Is there anything else that I can do for you, or would you rather speak with one of our people?",
        ],
    ),
    (
        "dense English",
        "en-US",
        [
            "Your balance of $1,250.75 is due on 05/06/2025 at 5:30 p.m.; call 800-555-0199 about order #48213.",
            "Flight UA 1422 leaves gate B12 on Mar. 3 at 7:05 am, 25 min late, and lands 2,450 miles away at 1 pm.",
            "Dr. Lee, 401 W. 5th St., Apt. 12, Austin, TX 78701, paid 20% of €349.99 on Jan 12, 2024, by card 4471.",
            "The 2.5 kg parcel (30x20 cm) costs $8.40, arrives in 3-5 days and is insured up to 1.5k until 12/31.",
        ],
    ),
    (
        "plain Korean",
        "ko-KR",
        [
            "안녕하세요, 고객님. 전화해 주셔서 감사합니다. 지금은 모든 상담원이 통화 중이오니 잠시만 기다려 주시면 순서대로 연결해 드리겠습니다. 기다려 주셔서 고맙습니다.",
            "배송지를 바꾸고 싶으시면 주문하실 때 쓰신 이름과 주소를 말씀해 주세요. 확인이 끝나는 대로 새 주소로 보내 드리고, 문자로도 다시 한번 알려 드리겠습니다.",
            "남겨 주신 주소로 확인 편지를 보내 드렸으니 오늘 안으로 살펴보시고, 궁금한 점이 있으시면 언제든지 다시 전화해 주시기 바랍니다. 좋은 하루 보내세요, 고객님.",
            "더 도와드릴 일이 있을까요, 아니면 담당 상담원과 직접 이야기하고 싶으신가요? 원하시는 쪽을 편하게 말씀해 주시면 바로 도와드리도록 하겠습니다, 고객님.",
        ],
    ),
    (
        "dense Korean",
        "ko-KR",
        [
            "고객님의 잔액 1,250,750원은 2025년 5월 6일 오후 5시 30분까지 내셔야 하며, 주문번호 48213은 02-555-0199번이나 1588-1234번으로 문의해 주세요.",
            "대한항공 KE1422편은 3월 3일 오전 7시 5분에 12번 탑승구에서 25분 늦게 출발해, 2,450km를 날아 오후 1시에 도착합니다. 수하물은 1인당 2개, 23kg까지입니다.",
            "서울시 강남구 테헤란로 152, 3층 301호 이민호 님은 2024년 1월 12일에 카드(4471)로 €349.99의 20%를 내셨고, 나머지는 5% 이자로 3개월 동안 나누어 냅니다.",
            "2.5kg 소포(30x20cm) 3개는 배송비가 8,400원이고 3~5일 걸리며, 12/31까지 150만 원의 보험이 듭니다. 7권짜리 책은 1박스에 4,500원, 10% 할인됩니다.",
        ],
    ),
];

fn main() {
    println!("| text | µs for 100 characters |\n| --- | ---: |");
    for (name, language, sentences) in TEXTS {
        println!("| {name} | {:.1} |", median(language, &sentences));
    }
}

/// The median time for 100 characters.
fn median(language: &str, sentences: &[&str]) -> f64 {
    let characters: usize = sentences.iter().map(|sentence| sentence.chars().count()).sum();
    let mut times: Vec<f64> = (0..TURNS)
        .map(|_| {
            let start = Instant::now();
            for sentence in sentences {
                black_box(normalise(language, black_box(sentence)));
            }
            start.elapsed().as_secs_f64() * 1e6 * 100.0 / characters as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[TURNS / 2]
}
