//! Values that stand for a missing value: an unresolved reference, or a program's word for nothing.

/// The words for nothing in JSON and JavaScript, in this case only: "Null" is German for zero.
const WORDS: [&str; 2] = ["null", "undefined"];

/// The word for nothing that `text` consists of, if any.
pub(super) fn word(text: &str) -> Option<&'static str> {
    WORDS.into_iter().find(|word| *word == text.trim())
}

/// Whether all of `text` is a reference such as `$.Attributes.name` or `$['External']['reply']`. A name begins with a
/// letter, so that "$.50" is a price.
pub(super) fn is_reference(text: &str) -> bool {
    let Some(mut path) = text.trim().strip_prefix('$').filter(|path| !path.is_empty()) else { return false };
    while !path.is_empty() {
        let Some(rest) = behind_member(path) else { return false };
        path = rest;
    }
    true
}

/// The rest of `path` after its first member.
fn behind_member(path: &str) -> Option<&str> {
    if let Some(name) = path.strip_prefix('.') {
        let is_named = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
        let is_part = |character: char| character.is_alphanumeric() || character == '_' || character == '-';
        return is_named.then(|| name.trim_start_matches(is_part));
    }
    let (key, rest) = path.strip_prefix('[')?.split_once(']')?;
    let is_quoted = |quote: char| key.len() > 1 && key.starts_with(quote) && key.ends_with(quote);
    let is_index = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    (is_quoted('\'') || is_quoted('"') || is_index).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_from_a_price_and_from_a_sentence() {
        for reference in [
            "$.External.reply",
            " $.Attributes.x\n",
            "$.Attributes.first-name",
            "$.Lex.Slots.city",
            "$['External']['reply']",
            "$.SegmentAttributes[\"connect:Subtype\"]",
            "$.Lex.AlternativeIntents[0].Name",
            "$.ContactId",
        ] {
            assert!(is_reference(reference), "{reference}");
        }
        for text in [
            "$",
            "$5 off",
            "$.50",
            "$.50 off",
            "$5",
            "$ 5",
            "$.",
            "$..a",
            "$[sic]",
            "$['open",
            "$.External.reply is ready",
            "Say $.External.reply",
            "",
        ] {
            assert!(!is_reference(text), "{text}");
        }
    }

    #[test]
    fn only_the_bare_word_of_a_program_stands_for_nothing() {
        assert_eq!((word("null"), word(" undefined ")), (Some("null"), Some("undefined")));
        for text in ["Null", "NULL", "null.", "none", "nullify", "is null"] {
            assert_eq!(word(text), None, "{text}");
        }
    }
}
