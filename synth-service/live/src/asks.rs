//! Whether an answer asks the caller something. Where it asks for a number, the ears wait between digits.

/// Words for something that is dictated digit by digit.
const NUMBERS: [&str; 14] = [
    "number",
    "digits",
    "code",
    "date of birth",
    "pin",
    "zip",
    "postcode",
    "번호",
    "숫자",
    "코드",
    "생년월일",
    "전화",
    "우편",
    "자리",
];

/// Words that ask the caller for something.
const ASKS: [&str; 18] = [
    "?",
    "please",
    "tell me",
    "give me",
    "could you",
    "can you",
    "may i have",
    "enter",
    "i need",
    "say the",
    "read me",
    "주세요",
    "주시겠",
    "말씀",
    "알려",
    "입력",
    "불러",
    "인가요",
];

/// Endings of Korean questions, which are often written without a mark.
const QUESTIONS: [&str; 5] = ["까요", "니까", "나요", "가요", "을래요"];

/// Whether a sentence of an answer asks for a number, in English or Korean. The word for it and the wish may stand far
/// apart in a text, so each of its sentences counts by itself.
pub(crate) fn for_number(text: &str) -> bool {
    text.to_lowercase().split_inclusive(['.', '?', '!', '。', '？', '！', '\n']).any(|sentence| {
        let has = |word: &&str| match word.is_ascii() && word.chars().all(char::is_alphabetic) {
            // "pin" is no part of "spinning".
            true => sentence.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word),
            false => sentence.contains(word),
        };
        NUMBERS.iter().any(has) && ASKS.iter().any(has)
    })
}

/// Whether a text ends in a question: "yes" answers it.
pub(crate) fn is_question(text: &str) -> bool {
    let is_mark = |char: char| matches!(char, '?' | '？' | '؟');
    let text = text.trim_end_matches(|char: char| !char.is_alphanumeric() && !is_mark(char));
    text.ends_with(is_mark) || QUESTIONS.iter().any(|ending| text.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{for_number, is_question};

    #[test]
    fn questions_for_numbers_are_known() {
        for asks in [
            "What is your order number?",
            "Please enter your PIN.",
            "주문 번호를 말씀해 주세요.",
            "전화번호가 어떻게 되세요?",
            "번호를 말씀해 주세요. 편지에 있습니다.",
        ] {
            assert!(for_number(asks), "{asks}");
        }
        for other in [
            "Your order number is 12.",
            "Your order number is 12. Can I do anything else?",
            "Is the coin spinning?",
            "무엇을 도와 드릴까요?",
            "",
        ] {
            assert!(!for_number(other), "{other}");
        }
    }

    #[test]
    fn questions_are_known_by_their_end() {
        for asks in
            ["Shall I book it?", "He asked: \"Now?\" ", "예약해 드릴까요.", "맞습니까", "괜찮으세요？"]
        {
            assert!(is_question(asks), "{asks}");
        }
        for other in
            ["We open at nine.", "Really? Yes, at nine.", "아홉 시에 엽니다.", "Please tell me more.", ""]
        {
            assert!(!is_question(other), "{other}");
        }
    }
}
