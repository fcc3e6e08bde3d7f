//! Fixed phrases: an acknowledgement while the model thinks, and an apology when it fails.

/// Acknowledgements of a language, in several wordings.
const ACKNOWLEDGEMENTS: [(&str, [&str; 3]); 2] = [
    ("ko", ["잠시만 기다려 주세요.", "확인해 볼게요.", "잠시만요."]),
    ("en", ["One moment, please.", "Let me check that.", "Just a second."]),
];

/// The apology of a language.
const APOLOGIES: [(&str, &str); 2] = [
    ("ko", "죄송합니다. 지금은 답변을 드릴 수 없습니다."),
    ("en", "I'm sorry, I can't answer that right now."),
];

/// The acknowledgement number `turn`; they take turns. `None` in a language without any.
pub(super) fn acknowledgement(language: &str, turn: usize) -> Option<&'static str> {
    of(&ACKNOWLEDGEMENTS, language).map(|phrases| phrases[turn % phrases.len()])
}

/// `None` in a language without an apology.
pub(super) fn apology(language: &str) -> Option<&'static str> {
    of(&APOLOGIES, language).copied()
}

/// Whether a sentence is a fixed phrase, which no model has written.
pub(super) fn is_phrase(sentence: &str) -> bool {
    ACKNOWLEDGEMENTS.iter().any(|(_, phrases)| phrases.contains(&sentence))
        || APOLOGIES.iter().any(|(_, phrase)| *phrase == sentence)
}

fn of<'a, T>(phrases: &'a [(&str, T)], language: &str) -> Option<&'a T> {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    phrases.iter().find(|(of, _)| of.eq_ignore_ascii_case(primary)).map(|(_, phrases)| phrases)
}
