//! Korean.

pub(super) fn normalise(text: &str) -> String {
    text.to_owned()
}

pub(super) fn say_as(_kind: super::SayAs, text: &str) -> String {
    normalise(text)
}
