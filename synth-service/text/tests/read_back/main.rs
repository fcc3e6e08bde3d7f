//! Reads the words that the crate makes of numbers back into values, and compares these with the written ones.
//!
//! The readers share nothing with the crate: they have grammars of their own for English and Korean. They are strict,
//! so that a reading which a person would stumble over is a difference too. Some sweeps take every seventh number;
//! `FIRSTWORD_TEST_SEED` moves these, and gives the random numbers others.

#![allow(clippy::expect_used, reason = "a test whose table can't be read can only stop")]

mod english;
mod korean;
mod numbers;
mod report;

use numbers::{Numbers, seed};
use report::Report;
