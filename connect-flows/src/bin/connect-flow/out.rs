//! The standard output. A reader that has closed the pipe has seen enough: that is no failure.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Prints a text as it is.
pub(crate) fn print(text: &str) {
    write(io::stdout().lock(), text);
}

/// Prints a text for people, without its colours where they are not wanted.
pub(crate) fn print_coloured(text: &str) {
    write(anstream::stdout().lock(), text);
}

/// Prints a line. Names and texts of flows in it give the terminal no orders.
pub(crate) fn line(text: impl Display) {
    print(&format!("{}\n", shown(&text.to_string())));
}

/// Prints a line as [`line()`] does, with a word before it in a colour of the terminal.
pub(crate) fn marked(word: &str, colour: u8, text: impl Display) {
    print_coloured(&format!("\u{1b}[{colour}m{word}\u{1b}[0m{}\n", shown(&text.to_string())));
}

fn write(mut out: impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The text with its control characters, and those that turn the direction of a line, escaped.
fn shown(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => shown.push(letter),
            _ if letter.is_control() || turns(letter) => shown.extend(letter.escape_default()),
            _ => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_gives_the_terminal_no_orders() {
        assert_eq!(shown("a\u{1b}[31m é\nb\u{202e}"), "a\\u{1b}[31m é\nb\\u{202e}");
    }
}
