//! Measures voices: against other programs with the same files, by the number of callers that one host keeps,
//! and by the memory that stays. Prints tables in Markdown.

mod callers;
mod compare;
mod machine;
mod memory;
mod ours;
mod peer;
mod texts;
mod throughput;

use std::path::{Path, PathBuf};

use anyhow::Result;
use speech::{DeviceChoice, Runtime};

use crate::runtime_config;

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// Voices to measure, separated by commas.
    #[arg(long, value_delimiter = ',', default_value = "hibari,piper,kokoro", global = true)]
    voices: Vec<String>,
    /// Where models run: auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "cpu", global = true)]
    device: DeviceChoice,
    /// Python that has the peers (voice-tools/peers/requirements.txt).
    #[arg(long, default_value = "python3", hide = true, global = true)]
    python: PathBuf,
    /// Script that speaks with them.
    #[arg(long, default_value = "voice-tools/peers/measure.py", hide = true, global = true)]
    peers: PathBuf,
    /// Sentences of `memory`.
    #[arg(long, default_value_t = 10_000, global = true)]
    sentences: usize,
    /// Seconds per step of `callers` and `gpu`.
    #[arg(long, default_value_t = 20, global = true)]
    seconds: u64,
}

#[derive(clap::Subcommand, Clone, Copy)]
enum What {
    /// Each voice against the library of the same voice: time to first audio and real-time factor.
    Compare,
    /// How many callers one host keeps without a gap.
    Callers,
    /// Resident memory over 10,000 sentences.
    Memory,
    /// Throughput, and time to first audio at half of it, on a GPU host.
    Gpu,
}

/// Runs what was asked for; everything but `gpu` when nothing was.
///
/// # Errors
/// With one line that says what to do.
pub fn run(assets: &Path, arguments: &Arguments) -> Result<()> {
    let runtime = Runtime::open(runtime_config(assets, arguments.device))?;
    let bench = Bench { assets, arguments, runtime };
    println!("{}\n", machine::describe());
    match arguments.what {
        Some(What::Compare) => compare::run(&bench),
        Some(What::Callers) => callers::run(&bench),
        Some(What::Memory) => memory::run(&bench),
        Some(What::Gpu) => throughput::run(&bench),
        None => {
            compare::run(&bench)?;
            callers::run(&bench)?;
            memory::run(&bench)
        }
    }
}

/// What every measurement needs.
struct Bench<'a> {
    assets: &'a Path,
    arguments: &'a Arguments,
    /// One per process.
    runtime: Runtime,
}

impl Bench<'_> {
    fn voice_folder(&self, voice: &str) -> PathBuf {
        self.assets.join("voices").join(voice)
    }
}
