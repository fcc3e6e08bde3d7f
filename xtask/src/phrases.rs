//! Builds and runs the example `warm-phrases`, which asks a running service to make the clips of its phrases.

use std::{path::Path, process::Command};

use anyhow::Result;
use clap::Args;

use crate::cargo;

/// `FIRSTWORD_SERVICE_URL` and `FIRSTWORD_SERVICE_TOKEN` name the service.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this voice, `voice/speaker` or speaker, instead of the first speaker of each voice.
    #[arg(long)]
    voice: Option<String>,
    /// The tenant whose phrases and lexicon are used.
    #[arg(long)]
    tenant: Option<String>,
    /// Factor on the speaking rate; clips of another speed are other clips.
    #[arg(long)]
    speed: Option<f32>,
}

/// # Errors
/// When the example can't be built, or some clips could not be made.
pub(crate) fn warm(root: &Path, options: &Options) -> Result<()> {
    let mut warm = Command::new(cargo::build_release_example(root, "warm-phrases")?);
    let speed = options.speed.map(|speed| speed.to_string());
    let given = [("--voice", &options.voice), ("--tenant", &options.tenant), ("--speed", &speed)];
    for (name, value) in given {
        warm.args(value.iter().flat_map(|value| [name, value.as_str()]));
    }
    cargo::run(&mut warm, "the clips of some phrases were not made")
}
