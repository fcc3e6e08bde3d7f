//! Reads the words that the crate makes of numbers back into values, and compares these with the written ones.
//!
//! The readers share nothing with the crate: they have grammars of their own for English and Korean. They are strict,
//! so that a reading which a person would stumble over is a difference too.
//!
//! Integers that stand bare, with separators, before a noun, or as dollars are all tried to 20,000; other forms take
//! every seventh of them, in a part of the seven that `FIRSTWORD_TEST_SEED` moves. The seed also gives other random
//! numbers. `FIRSTWORD_TEST_STEP=1` takes every integer in every form.

#![allow(clippy::expect_used, reason = "a test whose table can't be read can only stop")]

mod english;
mod korean;
mod numbers;
mod report;
mod rows;

use numbers::seed;
use report::Report;
