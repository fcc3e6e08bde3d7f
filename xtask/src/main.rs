//! Every command a person types.
//!
//! Kept light, so that the first one answers soon: fetching is here, the programs it starts are built by
//! cargo and do the work.

mod cargo;
mod fetch;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// The voice of calls on this machine.
const VOICE: &str = "hibari";

/// Firstword: build it, hear it, test it.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything on this machine, run a contact flow, and record what the caller hears.
    #[command(disable_help_flag = true)]
    Call {
        /// See `cargo xtask call --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Start everything on this machine and keep it up, for curl, the AWS CLI and your own flows.
    #[command(disable_help_flag = true)]
    Dev {
        /// See `cargo xtask dev --help`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Check format and lints and run all tests, the end-to-end ones included.
    Test,
    /// Fetch what is missing: ONNX Runtime and all voices.
    Fetch,
    /// Write the committed contact flows anew.
    Flows,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let root = workspace_root()?;
    match command {
        Command::Call { arguments } => {
            fetch_for_calls(&root)?;
            cargo::run_release(&root, "local-stack", "call", &arguments)
        }
        Command::Dev { arguments } => {
            fetch_for_calls(&root)?;
            cargo::run_release(&root, "local-stack", "dev", &arguments)
        }
        Command::Test => {
            fetch::all(&root)?;
            cargo::test(&root)
        }
        Command::Fetch => fetch::all(&root),
        Command::Flows => cargo::write_flows(&root),
    }
}

/// What a call on this machine needs.
fn fetch_for_calls(root: &Path) -> Result<()> {
    fetch::runtime(root)?;
    fetch::voice(root, VOICE)
}

fn workspace_root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).context("xtask lies in the workspace's folder")
}
