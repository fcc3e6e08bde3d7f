//! The answers to the question whether more is to come.

/// Whether more is to come behind a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Its words alone say that it is whole: a short answer, or a form that only ends sentences.
    Whole,
    /// A complete sentence.
    Complete,
    /// Nothing speaks for one or the other.
    Unknown,
    /// It may be whole, but its words often stand before more. A full stop behind it says nothing.
    Soft,
    /// Its last word calls for more.
    Open,
    /// It ends in digits.
    Digits,
}
