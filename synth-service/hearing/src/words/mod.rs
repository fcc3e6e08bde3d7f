//! Words of callers: whether two texts say the same, whether a text is only a sign of listening, whether more is to
//! come.
//!
//! The tables know English and Korean. Of other languages only marks and digits count.

mod compare;
mod complete;
mod completeness;
mod english;
mod korean;
mod token;

pub(crate) use self::{compare::join, complete::is_complete_by_words};
pub use self::{
    compare::{count, is_backchannel, same_words, wants_the_word},
    complete::completeness,
    completeness::Completeness,
};

#[cfg(test)]
mod tests;
