//! English: the reader, and the sweeps.

mod calendar;
mod codes;
mod numerals;
mod quantities;
mod words;

use words::{Variety, Words};
