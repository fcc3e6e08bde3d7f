//! The answers to the question whether more is to come.

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
