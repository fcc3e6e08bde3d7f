//! The answers that all languages give, and the language of a call.

/// Whether more is to come behind a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A complete sentence, or a short answer.
    Complete,
    /// Its last word calls for more.
    Open,
    /// It ends in digits.
    Digits,
    /// Nothing speaks for one or the other.
    Unknown,
}

/// The language of a BCP 47 tag: `ko` of `ko-KR`.
pub(super) fn primary(tag: &str) -> &str {
    let language = tag.split(['-', '_']).next().unwrap_or(tag);
    ["en", "ko"].into_iter().find(|known| known.eq_ignore_ascii_case(language)).unwrap_or(language)
}
