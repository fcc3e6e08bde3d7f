//! Measures voices: against other programs with the same files, by the number of callers that one host can serve, and
//! by resident memory. Prints tables in Markdown.

mod callers;
mod compare;
mod machine;
mod memory;
mod ours;
mod peer;
mod texts;
mod throughput;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use speech::{Device, DeviceChoice, Runtime};

use crate::{check_is_there, runtime_config};

/// The measurement and its settings.
#[derive(clap::Args)]
// Clap would give this group the same name as the program's own, `Arguments`.
#[group(skip)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// Voices to measure, separated by commas: hibari,piper,kokoro when absent; for `gpu`, piper.
    #[arg(long, value_delimiter = ',', global = true)]
    voices: Vec<String>,
    /// Where models run: auto, cpu, cuda or cuda:N. The CPU when absent; for `gpu`, cuda.
    #[arg(long, global = true)]
    device: Option<DeviceChoice>,
    /// Python with the peers installed (voice-tools/peers/requirements.txt).
    #[arg(long, default_value = "python3", hide = true, global = true)]
    python: PathBuf,
    /// Script that measures the peers.
    #[arg(long, default_value = "voice-tools/peers/measure.py", hide = true, global = true)]
    peers: PathBuf,
    /// Turns per sentence of `compare`; their median is reported.
    #[arg(long, default_value_t = 11, global = true)]
    turns: usize,
    /// Number of sentences of `memory`.
    #[arg(long, default_value_t = 10_000, global = true)]
    sentences: usize,
    /// Seconds per step of `callers` and `gpu`.
    #[arg(long, default_value_t = 30, global = true)]
    seconds: u64,
    /// Measure `callers` in one step, with this number of callers.
    #[arg(long, global = true)]
    callers: Option<usize>,
}

#[derive(clap::Subcommand, Clone, Copy, PartialEq, Eq)]
enum What {
    /// Compare each voice with another library for the same voice: time to first audio and real-time factor.
    Compare,
    /// Find the number of callers that one host can serve without a gap.
    Callers,
    /// Measure resident memory over 10,000 sentences.
    Memory,
    /// Measure throughput, and time to first audio at half of it, on a GPU host.
    Gpu,
}

/// Runs the requested measurement; without one, all of them but `gpu`.
///
/// # Errors
/// One line that names the remedy.
pub fn run(assets: &Path, arguments: &Arguments) -> Result<()> {
    let bench = Bench::new(assets, arguments)?;
    println!("{}\n", machine::describe());
    match arguments.what {
        Some(What::Compare) => compare::run(&bench),
        Some(What::Callers) => callers::run(&bench),
        Some(What::Memory) => memory::run(&bench, &bench.voices),
        Some(What::Gpu) => throughput::run(&bench),
        None => {
            compare::run(&bench)?;
            callers::run(&bench)?;
            // Ten thousand sentences take a slow voice hours: only an explicit `memory` measures each voice.
            memory::run(&bench, &bench.voices[..1])
        }
    }
}

/// The context of every measurement.
struct Bench<'a> {
    assets: &'a Path,
    arguments: &'a Arguments,
    voices: Vec<String>,
    /// The runtime of ONNX models, of which there is one per process.
    runtime: Runtime,
}

impl<'a> Bench<'a> {
    fn new(assets: &'a Path, arguments: &'a Arguments) -> Result<Self> {
        let is_gpu = arguments.what == Some(What::Gpu);
        let (voices, device): (&[_], _) = match is_gpu {
            true => (&["piper"], Device::Cuda(0)),
            false => (&["hibari", "piper", "kokoro"], Device::Cpu),
        };
        let voices = match arguments.voices.is_empty() {
            true => voices.iter().map(ToString::to_string).collect(),
            false => arguments.voices.clone(),
        };
        voices.iter().try_for_each(|voice| check_is_there(assets, voice))?;
        let device = arguments.device.unwrap_or(DeviceChoice::Only(device));
        let runtime = Runtime::open(runtime_config(assets, device))?;
        if is_gpu && runtime.device() == Device::Cpu {
            bail!(
                "`gpu` measures a GPU, and with --device {device} models run on the CPU: say --device cuda"
            );
        }
        Ok(Self { assets, arguments, voices, runtime })
    }

    fn voice_folder(&self, voice: &str) -> PathBuf {
        self.assets.join("voices").join(voice)
    }
}
