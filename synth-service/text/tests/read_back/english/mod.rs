//! English: the reader, and the sweeps.

mod calendar;
mod codes;
mod numerals;
mod quantities;
mod rows;
mod words;

use words::{Variety, Words};
