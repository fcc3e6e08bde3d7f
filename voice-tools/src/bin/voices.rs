//! The programs behind `cargo xtask voices say` and `add`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use voice_tools::{add, say};

/// Try a voice, or make one from a downloaded model.
#[derive(Parser)]
#[command(bin_name = "cargo xtask voices")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Folder that `cargo xtask fetch` fills.
    #[arg(long, default_value = "assets", global = true, hide = true)]
    assets: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Speak a text into a WAV file.
    Say(say::Arguments),
    /// Make a voice from a downloaded model: write its voice.toml, and let it speak once.
    Add(add::Arguments),
}

fn main() -> ExitCode {
    // The dictionary would log every unknown word.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,misaki_rs=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("voices: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        Command::Say(wanted) => say::run(&arguments.assets, &wanted),
        Command::Add(wanted) => add::run(&arguments.assets, &wanted),
    }
}
