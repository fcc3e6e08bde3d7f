//! How callers ask for a person.

/// The key that asks for a person.
pub const KEY: &str = "0";

/// Words with which callers ask for a person. Flows compare them as they stand; Lex writes most words in lower case.
pub const WORDS: [&str; 16] = [
    "agent",
    "Agent",
    "operator",
    "Operator",
    "representative",
    "Representative",
    "a human",
    "a person",
    "real person",
    "to someone",
    "to somebody",
    "with someone",
    "colleague",
    "상담원",
    "상담사",
    "직원",
];

/// Whether a caller asks for a person: by the key alone, or with one of the words, whatever their case.
pub fn is_asked_for(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.trim_end_matches(['#', ' ']) == KEY || WORDS.iter().any(|word| text.contains(&*word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_asked_for_by_the_key_or_a_word() {
        for text in ["0", "0 #", " Can I talk to SOMEONE?", "An agent, please.", "상담원 연결해 주세요."]
        {
            assert!(is_asked_for(text), "{text}");
        }
        for text in ["", "4 0 7 1", "1 0", "Where is my order?"] {
            assert!(!is_asked_for(text), "{text}");
        }
    }
}
