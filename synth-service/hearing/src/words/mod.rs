//! Words of callers: whether two texts say the same, whether a text is only a sign of listening, whether more is to
//! come.
//!
//! The tables know English and Korean. Of other languages only marks and digits count.

mod compare;
mod complete;
mod english;
mod korean;
mod language;
mod token;

pub(crate) use self::compare::join;
pub use self::{
    compare::{count, is_backchannel, same_words},
    complete::completeness,
    language::Completeness,
};

#[cfg(test)]
mod tests;
