//! Compares our engine and the peer with the same files, in turns, so that other load on the machine affects both.

use std::time::Duration;

use anyhow::Result;
use speech::Band;

use super::{
    Bench, machine,
    ours::Ours,
    peer::{Measured, Peer},
    texts::{LENGTHS, named},
};

/// A note on the columns of the table and their limits.
const CAVEATS: &str = "Medians of all turns, ours and the peer's one after the other, each with a name that it has not spoken before. \
`first audio` is the time to the first audible sample, silence at the beginning of the audio included; ours is that of a stream, \
which splits a long first sentence. `work` is the time for the whole sentence in one run, `ratio` ours by the peer's. RTF is work per \
second of audio: we cut the silence at both ends, which makes our audio shorter and our RTF larger. `wide` is the model's own rate, \
as the peer gives it; `telephone` is what a caller gets.";

/// Pause after each turn of the peer, whose threads keep spinning for a moment on cores that our engine would use.
const REST: Duration = Duration::from_millis(50);

pub(super) fn run(bench: &Bench<'_>) -> Result<()> {
    println!("## Each voice against the library of the same voice\n");
    println!("{CAVEATS}");
    for cores in [1, machine::cores()] {
        let plural = if cores == 1 { "" } else { "s" };
        match machine::use_cores(cores)? {
            true => println!("\n### Both on {cores} core{plural}\n"),
            false => println!("\n### {cores} worker{plural}; this system can't limit cores\n"),
        }
        println!(
            "| voice | sentence | first audio: peer, ms | ours, ms | work: peer, ms | ours wide, ms | ours telephone, ms | RTF: peer | ours wide | ours telephone | ratio wide | ratio telephone |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for voice in &bench.voices {
            rows(bench, voice, cores)?;
        }
    }
    Ok(())
}

fn rows(bench: &Bench<'_>, voice: &str, cores: usize) -> Result<()> {
    let ours = Ours::start(bench, voice, cores)?;
    let mut peer = Peer::start(bench, voice, cores)?;
    for (name, text) in LENGTHS {
        let mut row = Row::default();
        // The first turn warms up and does not count.
        for turn in 0..=bench.arguments.turns {
            let [one, two, three] = [0, 1, 2].map(|offset| named(text, 3 * turn + offset));
            let wide = ours.sentence(&one, Band::Wide)?;
            let theirs = peer.speak(&one)?;
            rest();
            let telephone = ours.sentence(&two, Band::Telephone)?;
            let stream = ours.text(&three, Band::Telephone)?;
            if turn > 0 {
                row.wide.push(wide);
                row.theirs.push(theirs);
                row.telephone.push(telephone);
                row.stream.push(stream);
            }
        }
        row.print(voice, name);
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when another program's threads have come to rest"
)]
fn rest() {
    std::thread::sleep(REST);
}

/// The measurements of one sentence in all turns.
#[derive(Default)]
struct Row {
    theirs: Vec<Measured>,
    wide: Vec<Measured>,
    telephone: Vec<Measured>,
    stream: Vec<Measured>,
}

impl Row {
    fn print(&self, voice: &str, name: &str) {
        let first = |measured: &[Measured]| 1000.0 * median(measured, Measured::first_audible);
        let work = |measured: &[Measured]| 1000.0 * median(measured, |measured| measured.total);
        let factor = |measured: &[Measured]| median(measured, Measured::real_time_factor);
        println!(
            "| {voice} | {name} | {:.0} | {:.0} | {:.1} | {:.1} | {:.1} | {:.4} | {:.4} | {:.4} | {:.2} | {:.2} |",
            first(&self.theirs),
            first(&self.stream),
            work(&self.theirs),
            work(&self.wide),
            work(&self.telephone),
            factor(&self.theirs),
            factor(&self.wide),
            factor(&self.telephone),
            work(&self.wide) / work(&self.theirs),
            work(&self.telephone) / work(&self.theirs),
        );
    }
}

fn median(measured: &[Measured], value: impl Fn(&Measured) -> f64) -> f64 {
    let mut values: Vec<f64> = measured.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
