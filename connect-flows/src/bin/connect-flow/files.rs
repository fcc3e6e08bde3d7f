//! The files that a command is given.

use std::path::Path;

use anyhow::{Result, bail};
use connect_flows::source::{Held, Source};

/// Folders of packages and of built programs: the flows and tests in them are not the user's own.
pub(crate) const PASSED_OVER: [&str; 2] = ["node_modules", "target"];

/// Reads a file.
pub(crate) fn open(path: &Path) -> Result<Source> {
    Ok(Source::open(path)?)
}

/// The one flow of a file, as far as it can be read.
pub(crate) fn held(path: &Path) -> Result<(Source, Held)> {
    let source = open(path)?;
    let mut held = match source.flows() {
        Ok(held) => held,
        Err(error) => bail!("{}: {}", source.place(&error.span), error.reason),
    };
    match (held.pop(), held.len()) {
        (Some(one), 0) => Ok((source, one)),
        (_, more) => bail!("{} holds {} flows: give a file with one", source.name, more + 1),
    }
}

/// The one flow of a file. The first fault of its shape is an error.
pub(crate) fn flow(path: &Path) -> Result<(Source, Held)> {
    let (source, held) = held(path)?;
    if let Some(fault) = held.reading.faults.first() {
        bail!("{}: {}", source.place(&fault.span), fault.text);
    }
    Ok((source, held))
}
