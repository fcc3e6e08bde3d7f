//! Whether a cut leaves numbers and shortened words the words beside them that tell how they are read.

use crate::normalise;

/// Whether two texts are read, each on its own, as both together.
pub(super) fn is_kept(language: &str, before: &str, after: &str) -> bool {
    let [before, after, both] =
        [before, after, &format!("{before}{after}")].map(|it| normalise(language, it));
    let said = |text: &str| -> String { text.chars().filter(|it| it.is_alphanumeric()).collect() };
    said(&before) + &said(&after) == said(&both)
}

#[cfg(test)]
mod tests {
    use super::is_kept;

    #[test]
    fn a_number_needs_the_words_that_tell_how_it_is_read() {
        for (language, before, after, kept) in [
            ("en-US", "Thank you for calling, ", "and please hold.", true),
            ("en-US", "You owe $1,250.75, ", "due on May 3.", true),
            ("en-US", "Your order numbers are 40771 ", "and 88213.", false),
            ("ko-KR", "잔액은 1,250원이고 ", "내일까지 내세요.", true),
        ] {
            assert_eq!(is_kept(language, before, after), kept, "{before}|{after}");
        }
    }
}
