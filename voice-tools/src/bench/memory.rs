//! Measures the resident memory over many sentences of different length, and after an extremely long one.

use std::time::Instant;

use anyhow::{Context, Result};
use speech::Job;
use text::Sentence;

use super::{
    Bench, machine,
    ours::Ours,
    texts::{LENGTHS, named, sentence},
};

/// Number of rows in the table.
const READINGS: usize = 10;

pub(super) fn run(bench: &Bench<'_>, voices: &[String]) -> Result<()> {
    let sentences = bench.arguments.sentences;
    println!("\n## Resident memory over {sentences} sentences\n");
    println!("Lengths from one word to 2,000 characters; the engine alone, {} workers.\n", machine::cores());
    println!("| voice | after sentences | MiB |\n| --- | --- | --- |");
    for voice in voices {
        let ours = Ours::start(bench, voice, machine::cores())?;
        let mut waiting = std::collections::VecDeque::new();
        for number in 0..=sentences {
            if number % (sentences / READINGS).max(1) == 0 {
                print(voice, &number.to_string());
            }
            waiting.push_back(ours.engine.submit(job(&mixed(number)))?);
            // Two sentences for each worker keep all workers busy.
            if waiting.len() >= 2 * machine::cores() {
                let answer = waiting.pop_front().context("is not empty")?;
                answer.blocking_recv().context("the engine stopped")??;
            }
        }
        for answer in waiting {
            answer.blocking_recv().context("the engine stopped")??;
        }
        let long = LENGTHS[2].1.repeat(10);
        let long: String = long.chars().take(2000).collect();
        ours.engine.submit(job(&long))?.blocking_recv().context("the engine stopped")??;
        print(voice, "one of 2,000 characters");
        for number in 0..100 {
            ours.engine.submit(job(&mixed(number)))?.blocking_recv().context("the engine stopped")??;
        }
        print(voice, "100 more");
    }
    Ok(())
}

fn job(sentence: &str) -> Job {
    Job::new(Sentence::plain(sentence), Instant::now())
}

/// A sentence of one to twelve words, or sometimes a long one.
fn mixed(number: usize) -> String {
    if number % 50 == 49 {
        return named(LENGTHS[2].1, number);
    }
    let sentence = sentence(number);
    sentence.split(' ').take(1 + number * 7 % 12).collect::<Vec<_>>().join(" ")
}

fn print(voice: &str, after: &str) {
    println!("| {voice} | {after} | {:.0} |", machine::resident().unwrap_or(f64::NAN));
}
