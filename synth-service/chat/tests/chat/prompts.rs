//! The default instructions.

use chat::system_prompt;

#[test]
fn answers_are_asked_for_that_can_be_spoken_in_the_callers_language() {
    for (language, expected) in [
        (None, "in the language that the caller speaks"),
        (Some(""), "in the language that the caller speaks"),
        (Some("ko"), "in Korean"),
        (Some("ko-KR"), "in Korean"),
        (Some("EN_us"), "in English"),
        (Some("nl"), "in nl"),
    ] {
        let prompt = system_prompt(language);
        assert!(prompt.contains(&format!("Answer {expected}. ")), "{prompt}");
        for wish in ["short, complete sentences", "no lists", "markup", "read aloud"] {
            assert!(prompt.contains(wish), "{prompt}");
        }
    }
}
