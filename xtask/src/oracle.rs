//! Installs the oracle and builds the example `oracle` of the crate `text`, which compares its readings with ours.

use std::{path::Path, process::Command};

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{
    cargo,
    peers::{self, ORACLE},
};

const SCRIPT: &str = "synth-service/text/oracle/read.py";

#[derive(Args)]
pub(crate) struct Options {
    /// Compare only this language.
    #[arg(long)]
    language: Option<Language>,
    /// Compare only this many lines of each language.
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    #[value(name = "en-US")]
    English,
    #[value(name = "ko-KR")]
    Korean,
}

/// # Errors
/// When something can't be installed or built, or a difference has no note.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let environment = ORACLE.install(root)?;
    let program = cargo::build_release_example(root, "oracle")?;
    let mut oracle = Command::new(program);
    oracle.arg(peers::python(&environment)).arg(root.join(SCRIPT)).arg(environment.join("kept"));
    oracle.arg(options.limit.to_string());
    let languages =
        options.language.map_or_else(|| Language::value_variants().to_vec(), |language| vec![language]);
    oracle.args(
        languages.iter().filter_map(ValueEnum::to_possible_value).map(|value| value.get_name().to_owned()),
    );
    cargo::run(&mut oracle, "the oracle failed, or a difference has no note; the lines above say which")
}
