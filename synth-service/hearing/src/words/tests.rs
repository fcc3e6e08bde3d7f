use super::*;
use crate::Hint;

fn rows(language: &str, rows: &[(&str, Completeness)]) {
    let wrong: Vec<_> = rows
        .iter()
        .map(|(text, wanted)| (*text, *wanted, completeness(language, text, Hint::None)))
        .filter(|(_, wanted, found)| wanted != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn english_without_marks() {
    use Completeness::{Complete, Digits, Open, Soft, Unknown, Whole};
    rows(
        "en-US",
        &[
            ("", Unknown),
            ("   ", Unknown),
            ("yes", Whole),
            ("Yes please", Whole),
            ("no thank you", Whole),
            ("I would like to book a table please", Whole),
            ("what time do you open on sunday", Complete),
            ("can i change my booking to friday", Complete),
            ("can you tell me", Soft),
            ("I want to book a table", Unknown),
            ("my number is", Open),
            ("my name's", Open),
            ("I want to", Open),
            ("a table for", Open),
            ("and", Open),
            ("I called because", Open),
            ("it was the", Open),
            ("I'm", Open),
            ("well um", Open),
            ("yes it is", Complete),
            ("I think it is", Open),
            ("five five five", Digits),
            ("my number is five five five", Digits),
            ("at five", Unknown),
            ("it's 555-123", Digits),
            ("room 12", Unknown),
            ("double oh seven", Digits),
            ("it is five five five please", Whole),
        ],
    );
}

#[test]
fn english_with_a_mark_behind_everything() {
    use Completeness::{Complete, Digits, Open, Soft, Whole};
    rows(
        "en",
        &[
            ("My number is.", Open),
            ("I want to.", Open),
            ("A table for four people.", Complete),
            ("And.", Open),
            ("I would like the.", Open),
            ("Where are you from?", Complete),
            ("Is there anybody I can talk to?", Complete),
            ("Can I talk to?", Open),
            ("I want to talk to", Open),
            ("I am from.", Open),
            ("Five five five.", Digits),
            ("It's 555-123.", Digits),
            ("I'd like.", Open),
            ("Well, I think...", Open),
            ("I think…", Open),
            ("I think,", Open),
            ("Yes, it is.", Complete),
            ("Did you say \"no\"?", Complete),
            ("Is that what it is?", Complete),
            ("I don’t know.", Whole),
            ("I’m.", Open),
            // Whole sentences that a table for parts of them must not hold up.
            ("Can you help me.", Complete),
            ("Can you repeat that.", Complete),
            ("I'd like a table.", Complete),
            ("I want to cancel.", Complete),
            ("That is good to know.", Complete),
            ("Hello.", Complete),
            ("Can you tell me?", Complete),
            // Parts of sentences.
            ("I'd like to know.", Soft),
            ("Hi, I'm calling to ask.", Soft),
            ("Can you tell me.", Soft),
            ("Could you please give us.", Soft),
            ("I was wondering.", Soft),
            ("Can you please.", Open),
            ("Thank you.", Whole),
            ("No.", Whole),
            ("Excuse me.", Soft),
            ("Stop. Please.", Soft),
            ("Sorry?", Complete),
        ],
    );
}

#[test]
fn korean() {
    use Completeness::{Complete, Digits, Open, Soft, Unknown, Whole};
    rows(
        "ko-KR",
        &[
            ("네", Whole),
            ("예.", Whole),
            ("아니요", Whole),
            ("예약하고 싶습니다", Whole),
            ("예약하고 싶어요", Whole),
            ("몇 시에 여나요", Whole),
            ("언제 문을 엽니까", Whole),
            ("내일 갈 수 있을까", Complete),
            ("맞죠", Complete),
            ("좋네", Complete),
            ("도와주세요", Whole),
            ("이거 얼마", Complete),
            ("점심은?", Complete),
            ("제가 어제 전화했는데", Open),
            ("예약을 했는데.", Open),
            ("예약하고", Open),
            ("시간이 없어서", Open),
            ("가능하면", Open),
            ("바쁘니까", Open),
            ("제 이름은", Open),
            ("제 번호는.", Open),
            ("예약이", Open),
            ("제가", Open),
            ("예약을", Open),
            ("번호를", Open),
            ("서울에", Open),
            ("저는 음", Open),
            ("음", Open),
            ("어", Unknown),
            ("예약하려고 하는데요", Soft),
            ("아니, 잠깐만요.", Soft),
            ("여름 휴가", Unknown),
            ("창고", Unknown),
            ("사람이 많이", Unknown),
            ("공일공", Digits),
            ("공일공 일이삼사", Digits),
            ("번호는 공일공.", Digits),
            ("하나 둘", Digits),
            ("010-1234", Digits),
            ("이사", Unknown),
            ("25,000원", Unknown),
            ("25,000원.", Complete),
            ("4시 45분", Unknown),
            ("안녕하세요.", Complete),
            ("여보세요", Complete),
            ("확인 부탁드립니다", Whole),
            ("지금 확인되나요.", Whole),
            // A full stop behind a polite connective says nothing.
            ("예약하려고 하는데요.", Soft),
            ("제 차가 고장났는데요.", Soft),
            ("전화를 드렸던데요.", Soft),
            ("바쁠 텐데요.", Soft),
            ("아직 안 왔거든요, 그런데요.", Soft),
            ("시간이 없어서요.", Soft),
            ("그쪽으로 갔던데", Open),
            ("비쌀 텐데", Open),
            ("어제보다", Open),
            ("주말마다", Open),
            ("먹으면서", Open),
            ("계약서", Unknown),
            ("신청서", Unknown),
            ("설명서", Unknown),
            ("업무 보고서", Unknown),
            ("동의", Unknown),
            ("별로", Unknown),
            ("그대로", Unknown),
            ("세 군데", Unknown),
            ("다시", Unknown),
            ("공이 다시", Digits),
            ("공일공 다시 일이삼사 다시", Digits),
            ("이거 다시", Unknown),
        ],
    );
}

#[test]
fn one_digit_is_a_number_where_one_is_dictated() {
    let number = |language, text| completeness(language, text, Hint::Number);
    assert_eq!(number("en", "five"), Completeness::Digits);
    assert_eq!(number("en", "It's 5."), Completeness::Digits);
    assert_eq!(number("ko", "오"), Completeness::Digits);
    assert_eq!(number("ko", "이사"), Completeness::Digits);
    assert_eq!(number("en", "I don't know"), Completeness::Whole);
    assert_eq!(number("de", "12"), Completeness::Digits);
}

#[test]
fn other_languages_have_marks_only() {
    use Completeness::{Complete, Digits, Open, Unknown};
    rows(
        "de",
        &[
            ("Ich komme und", Unknown),
            ("Ich komme.", Complete),
            ("Ich komme,", Open),
            ("Kommen Sie?", Complete),
            ("0171", Digits),
        ],
    );
    rows("ja", &[("はい。", Complete), ("ええと、", Open)]);
}

#[test]
fn the_same_words() {
    for (one, other) in [
        ("I would like a table.", "i would like a table"),
        ("to day", "Today!"),
        ("안녕하세요", "안녕 하세요."),
        // The same syllable as one character and as three.
        ("한", "\u{1112}\u{1161}\u{11ab}"),
        ("ＯＫ", "ok"),
        ("", " . "),
    ] {
        assert!(same_words(one, other), "{one:?} {other:?}");
    }
    for (one, other) in [("five", "5"), ("yes", "yes please"), ("네", "예"), ("can", "can't")] {
        assert!(!same_words(one, other), "{one:?} {other:?}");
    }
}

#[test]
fn words_of_a_listener() {
    for text in ["mhm", "Uh-huh.", "yeah", "OK", "Okay, okay.", "right", "I see.", "Mm-hmm", "yeah right"] {
        assert!(is_backchannel("en-GB", text), "{text:?}");
    }
    for text in [
        "네",
        "네네",
        "네 네 네.",
        "예",
        "응",
        "음…",
        "아 네 네",
        "그래요?",
        "그렇구나",
        "아, 예.",
        "네 알겠습니다.",
        "맞습니다",
        "정말요?",
    ] {
        assert!(is_backchannel("ko", text), "{text:?}");
    }
    for text in ["", "no", "stop", "wait a moment", "yeah but", "what"] {
        assert!(!is_backchannel("en", text), "{text:?}");
    }
    for text in ["", "아니요", "잠깐만요", "네 그런데", "알겠습니다 그런데", "여보세요"]
    {
        assert!(!is_backchannel("ko", text), "{text:?}");
    }
    assert!(is_backchannel("fr", "mhm") && !is_backchannel("fr", "oui"));
}

#[test]
fn words_that_ask_for_the_word() {
    for (language, text) in [
        ("en", "Wait."),
        ("en-US", "Excuse me, one more thing"),
        ("en", "I'm sorry, I can't hear you"),
        ("ko", "잠깐만요, 주문을 확인하고 싶어요."),
        ("ko", "저기요"),
    ] {
        assert!(wants_the_word(language, text), "{text:?}");
    }
    for (language, text) in [("en", ""), ("en", "waiting for a train"), ("en", "excuse"), ("fr", "wait")] {
        assert!(!wants_the_word(language, text), "{text:?}");
    }
}

#[test]
fn counts() {
    assert_eq!(count("en", "I don't know."), 3);
    assert_eq!(count("en", " - "), 0);
    assert_eq!(count("ko", "예약하고 싶은데요"), 2);
    assert_eq!(count("ja", "すみません"), 3);
}

#[test]
fn texts_are_joined() {
    assert_eq!(join("a table", "for four"), "a table for four");
    assert_eq!(join("", " for four "), "for four");
    assert_eq!(join("예약을", "하고 싶어요"), "예약을 하고 싶어요");
    assert_eq!(join("はい。", "そうです"), "はい。そうです");
}
