//! Compares our readings with those of another library, the oracle: `cargo xtask oracle` installs it and starts this.
//!
//!     oracle PYTHON SCRIPT KEPT LIMIT LANGUAGE...
//!
//! PYTHON runs SCRIPT, which reads lines with the oracle; the folder KEPT keeps its readings. LIMIT is the number of lines
//! that are compared of each language.

mod corpus;
mod differences;
mod english;
mod korean;
mod language;
mod notes;
mod ours;
mod report;
mod theirs;

use std::{env, error::Error, process::ExitCode};

use language::Language;
use report::Report;
use theirs::Oracle;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("oracle: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Compares each language. Whether every difference is explained.
fn run() -> Result<bool, Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [python, script, kept, limit, languages @ ..] = &arguments[..] else {
        return Err("start it with `cargo xtask oracle`".into());
    };
    let limit = limit.parse()?;
    let mut is_explained = true;
    for tag in languages {
        let language = Language::of(tag).ok_or("--language takes en-US or ko-KR")?;
        let mut oracle = Oracle::start(python, script, kept, language)?;
        is_explained &= compare(language, &mut oracle, limit)?;
    }
    Ok(is_explained)
}

fn compare(language: Language, oracle: &mut Oracle, limit: usize) -> Result<bool, Box<dyn Error>> {
    let notes = notes::read(language)?;
    let mut lines = corpus::lines(language)?;
    let is_whole = lines.len() <= limit;
    lines.truncate(limit);
    let mut report = Report::new(notes);
    for line in &lines {
        let ours = ours::reading(language, line)?;
        let theirs = oracle.reading(line)?;
        let (ours, theirs) = (language.words(&ours), language.words(&theirs));
        report.add(line, &differences::between(ours, theirs, language.is_number()), language);
    }
    report.print(language, is_whole);
    let texts = corpus::texts(&lines);
    let (ours, theirs) = (ours::seconds(language, &texts), oracle.seconds(&texts)?);
    println!("100 characters: ours {:.1} µs, the oracle's {:.0} µs", ours * 1e6, theirs * 1e6);
    Ok(report.is_explained())
}
