//! Our side.

use std::{error::Error, hint::black_box, time::Instant};

use crate::language::Language;

/// Rounds of a measurement; the fastest one counts, since other programs only make it slower.
const ROUNDS: usize = 5;

/// The words of a line, as they are given to a voice.
pub(crate) fn reading(language: Language, line: &str) -> Result<String, Box<dyn Error>> {
    let sentences = text::sentences(language.tag(), line)?;
    let spoken = sentences.iter().map(|sentence| text::normalise(language.tag(), &sentence.text()));
    Ok(spoken.collect::<Vec<_>>().join(" "))
}

/// Seconds that 100 characters take.
pub(crate) fn seconds(language: Language, texts: &[String]) -> f64 {
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for text in texts {
            black_box(text::normalise(language.tag(), text));
        }
        fastest = fastest.min(started.elapsed().as_secs_f64());
    }
    fastest / characters as f64 * 100.0
}
