//! `connect-flow format`: a flow on indented lines.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;
use connect_flows::json;

use crate::{files, out};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The flow. It is printed to the standard output.
    file: PathBuf,
    /// Write the file itself instead.
    #[arg(long)]
    write: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let source = files::open(&arguments.file)?;
    let root = match json::read(&source.text) {
        Ok(root) => root,
        Err(error) => bail!("{}: {error}", source.place(&error.span)),
    };
    let text = root.to_pretty();
    if arguments.write {
        fs::write(&arguments.file, text).with_context(|| format!("{} can't be written", source.name))?;
    } else {
        out::print(&text);
    }
    Ok(ExitCode::SUCCESS)
}
