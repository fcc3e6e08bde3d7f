//! Runs every target with its seeds, and with several thousand texts generated from them.

use std::{io, thread};

use fuzz::{Mutants, Seeds, Target, Verdict};

/// Prints the text that broke a promise.
struct Tried<'a> {
    name: &'a str,
    text: &'a str,
}

impl Drop for Tried<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}:\n{:?}", self.name, self.text);
        }
    }
}

fn check(target: &Target, name: &str, text: &str) -> Verdict {
    let _tried = Tried { name, text };
    (target.check)(text)
}

/// Both verdicts must be frequent: otherwise the promises of only one of them would be tested.
fn assert_both_occur(what: &str, verdicts: &[Verdict]) {
    for verdict in [Verdict::Accepted, Verdict::Refused] {
        let count = verdicts.iter().filter(|&&found| found == verdict).count();
        assert!(count * 50 >= verdicts.len(), "{what}: {count} of {} {verdict:?}", verdicts.len());
    }
}

fn run(name: &str, mutants: usize) -> io::Result<()> {
    let target = Target::named(name).ok_or(io::ErrorKind::NotFound)?;
    let seeds = Seeds::read(target)?;
    assert!(seeds.texts.len() >= 10 && seeds.words.len() >= 20, "the corpus or the dictionary is missing");
    let of_seeds: Vec<_> = seeds.texts.iter().map(|(name, text)| check(target, name, text)).collect();
    assert_both_occur("seeds", &of_seeds);
    let texts = Mutants::new(&seeds, 1).take(mutants);
    let of_mutants: Vec<_> = texts.map(|text| check(target, "made of the seeds", &text)).collect();
    assert_both_occur("mutants", &of_mutants);
    Ok(())
}

#[test]
fn ssml() -> io::Result<()> {
    run("ssml", 3_000)
}

#[test]
fn voice_toml() -> io::Result<()> {
    run("voice-toml", 5_000)
}

#[test]
fn contact_event() -> io::Result<()> {
    run("contact-event", 10_000)
}

#[test]
fn flow() -> io::Result<()> {
    run("flow", 5_000)
}
