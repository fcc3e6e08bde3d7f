//! `connect-flow lint`: the faults of flows, as text or for other programs.

pub(crate) mod find;
mod github;
mod json;
pub(crate) mod report;
mod sarif;
mod settings;
mod text;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use connect_flows::lint::Finding;

use crate::out;
use report::Report;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Flows: files, folders (all .json files in them that hold flows), or globs in quotation marks.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Take warnings for errors: `--deny warnings`.
    #[arg(long, value_enum)]
    deny: Option<Deny>,
    /// The flows are all there are: an attribute that none of them sets is a warning.
    #[arg(long)]
    together: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people, with the line of the file.
    Text,
    /// One object with all findings.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

#[derive(Clone, Copy, ValueEnum)]
enum Deny {
    /// A warning is an error.
    Warnings,
}

/// The findings of one file, without those that `connect-flow.toml` excepts.
pub(crate) fn findings(file: &str) -> Result<Vec<Finding>> {
    let report = Report::of(&[file.to_owned()], false)?;
    Ok(report
        .files
        .into_iter()
        .filter(|judged| judged.source.name == file)
        .flat_map(|judged| judged.findings)
        .collect())
}

/// Exit code 0: no error; 1: an error, or a denied warning; 2: a file can't be read.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let report = Report::of(&arguments.files, arguments.together)?;
    match arguments.format {
        Format::Text => out::print_coloured(&text::write(&report)),
        Format::Json => out::print(&json::write(&report)),
        Format::Sarif => out::print(&sarif::write(&report)),
        Format::Github => out::print(&github::write(&report)),
    }
    for line in &report.unread {
        anstream::eprintln!("error: {line}");
    }
    let is_bad = report.errors() > 0 || (arguments.deny.is_some() && report.warnings() > 0);
    Ok(if !report.unread.is_empty() {
        ExitCode::from(2)
    } else if is_bad {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
