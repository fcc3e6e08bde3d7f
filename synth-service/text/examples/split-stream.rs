//! Splits a stream of text into parts, a sentence or the first clause: prints each one as soon as it is certain, then how
//! its words are spoken.
//!
//!     echo "Dr. Lee is in until 3:30 p.m. Shall I call back?" | cargo run -p text --example split-stream

use std::io::{self, Read};

use text::{FirstPart, GrowingText, Sentence, normalise};

const LANGUAGE: &str = "en-US";

/// Bytes of a piece. A language model sends about as much at once.
const PIECE: usize = 5;

fn main() -> io::Result<()> {
    let mut text = GrowingText::new(LANGUAGE, FirstPart::Usual);
    let mut pieces = Pieces::default();
    while let Some(piece) = pieces.next()? {
        text.push(&piece).iter().for_each(print);
    }
    text.finish().iter().for_each(print);
    Ok(())
}

fn print(part: &Sentence) {
    let text = part.text();
    println!("{text}\n  {}", normalise(LANGUAGE, &text));
}

/// Standard input in pieces of whole characters.
#[derive(Default)]
struct Pieces {
    /// The beginning of a character whose end has not come.
    cut: Vec<u8>,
}

impl Pieces {
    fn next(&mut self) -> io::Result<Option<String>> {
        let mut piece = [0; PIECE];
        let length = io::stdin().read(&mut piece)?;
        if length == 0 {
            return Ok(None);
        }
        self.cut.extend(&piece[..length]);
        let whole = match str::from_utf8(&self.cut) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let rest = self.cut.split_off(whole);
        let whole = std::mem::replace(&mut self.cut, rest);
        String::from_utf8(whole).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}
