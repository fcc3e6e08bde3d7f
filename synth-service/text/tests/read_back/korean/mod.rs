//! Korean: the reader, and the sweeps.

mod calendar;
mod codes;
mod counters;
mod numerals;
mod rows;
mod words;
