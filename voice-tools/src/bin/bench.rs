//! The program behind `cargo xtask bench`.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use tracing_subscriber::EnvFilter;
use voice_tools::bench;

/// Measure voices: against their peers, by callers, by memory.
#[derive(Parser)]
#[command(bin_name = "cargo xtask bench")]
struct Arguments {
    #[command(flatten)]
    bench: bench::Arguments,
    /// Folder that `cargo xtask fetch` fills.
    #[arg(long, default_value = "assets", global = true, hide = true)]
    assets: PathBuf,
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,misaki_rs=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    match bench::run(&arguments.assets, &arguments.bench) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
