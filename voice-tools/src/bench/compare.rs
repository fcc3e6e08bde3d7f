//! Ours and the peer with the same files, in turns, so that whatever else the machine does hits both.

use anyhow::Result;
use speech::Band;

use super::{
    Bench, machine,
    ours::Ours,
    peer::{Measured, Peer},
    texts::LENGTHS,
};

/// Turns per text; the median counts.
const TURNS: usize = 11;

pub(super) fn run(bench: &Bench<'_>) -> Result<()> {
    println!("## Each voice against the library of the same voice\n");
    println!(
        "Medians of {TURNS} turns, ours and the peer's one after the other. `first` is the time to the first audible sample, silence at its beginning included; RTF is seconds of work per second of audio. `wide` is the model's own rate, as the peer gives it; `telephone` is what a caller gets."
    );
    for cores in [1, machine::cores()] {
        machine::use_cores(cores)?;
        let s = if cores == 1 { "" } else { "s" };
        println!("\n### Both on {cores} core{s}\n");
        println!(
            "| voice | sentence | audio, s | peer first, ms | ours wide, ms | ours telephone, ms | peer RTF | ours wide | ours telephone | ratio wide | ratio telephone |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for voice in &bench.arguments.voices {
            rows(bench, voice, cores)?;
        }
    }
    Ok(())
}

fn rows(bench: &Bench<'_>, voice: &str, cores: usize) -> Result<()> {
    let ours = Ours::start(bench, voice, cores)?;
    let mut peer = Peer::start(bench, voice, voice)?;
    for (name, text) in LENGTHS {
        let (mut wide, mut telephone, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        // The first turn warms up and does not count.
        for turn in 0..=TURNS {
            let measured =
                (ours.speak(text, Band::Wide)?, ours.speak(text, Band::Telephone)?, peer.speak(text)?);
            if turn > 0 {
                wide.push(measured.0);
                telephone.push(measured.1);
                theirs.push(measured.2);
            }
        }
        row(voice, name, &wide, &telephone, &theirs);
    }
    Ok(())
}

fn row(voice: &str, name: &str, wide: &[Measured], telephone: &[Measured], theirs: &[Measured]) {
    let first = |measured: &[Measured]| 1000.0 * median(measured, Measured::first_audible);
    let factor = |measured: &[Measured]| median(measured, Measured::real_time_factor);
    println!(
        "| {voice} | {name} | {:.1} | {:.0} | {:.0} | {:.0} | {:.4} | {:.4} | {:.4} | {:.2} | {:.2} |",
        median(wide, |measured| measured.audio),
        first(theirs),
        first(wide),
        first(telephone),
        factor(theirs),
        factor(wide),
        factor(telephone),
        factor(wide) / factor(theirs),
        factor(telephone) / factor(theirs),
    );
}

fn median(measured: &[Measured], value: impl Fn(&Measured) -> f64) -> f64 {
    let mut values: Vec<f64> = measured.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
