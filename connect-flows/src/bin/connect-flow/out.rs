//! The standard output. A reader that has closed the pipe has seen enough: that is no failure.

use std::io::{self, Write};

/// Prints a text as it is.
pub(crate) fn print(text: &str) {
    write(io::stdout().lock(), text);
}

/// Prints a text for people, without its colours where they are not wanted.
pub(crate) fn print_coloured(text: &str) {
    write(anstream::stdout().lock(), text);
}

fn write(mut out: impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
