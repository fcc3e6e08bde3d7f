//! Whether an answer asks for a number: the ears then wait between digits.

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

/// Whether this sentence of an answer asks for a number, in English or Korean.
pub(crate) fn for_number(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    let has = |word: &&str| match word.is_ascii() && word.chars().all(char::is_alphabetic) {
        // "pin" is no part of "spinning".
        true => sentence.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word),
        false => sentence.contains(word),
    };
    NUMBERS.iter().any(has) && ASKS.iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::for_number;

    #[test]
    fn questions_for_numbers_are_known() {
        for asks in [
            "What is your order number?",
            "Please enter your PIN.",
            "주문 번호를 말씀해 주세요.",
            "전화번호가 어떻게 되세요?",
        ] {
            assert!(for_number(asks), "{asks}");
        }
        for other in ["Your order number is 12.", "Is the coin spinning?", "무엇을 도와 드릴까요?", ""]
        {
            assert!(!for_number(other), "{other}");
        }
    }
}
