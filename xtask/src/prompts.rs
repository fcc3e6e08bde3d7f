//! Builds and runs `clean-prompts`, which deletes the prompts that hosts have made in an Amazon Connect instance.

use std::{path::Path, process::Command};

use anyhow::Result;
use clap::Args;

use crate::cargo;

const PROGRAM: &str = "clean-prompts";

#[derive(Args)]
pub(crate) struct Options {
    /// Bucket of the streams, in place of `FIRSTWORD_BUCKET`.
    #[arg(long)]
    bucket: Option<String>,
    /// Delete without a question.
    #[arg(long)]
    yes: bool,
}

/// # Errors
/// When the program can't be built, or prompts are left.
pub(crate) fn clean(root: &Path, options: &Options) -> Result<()> {
    let mut clean = Command::new(cargo::build_release(root, &[PROGRAM])?.join(PROGRAM));
    clean.args(options.bucket.iter().flat_map(|bucket| ["--bucket", bucket.as_str()]));
    clean.args(options.yes.then_some("--yes"));
    cargo::run(&mut clean, "prompts are left")
}
