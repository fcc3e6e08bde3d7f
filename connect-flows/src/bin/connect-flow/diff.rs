//! `connect-flow diff`: the changes in meaning between two versions of a flow.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use connect_flows::{diff, model::Flow};

use crate::{files, out};

/// Arguments with which git calls a program: path, old file, its object and mode, new file, its object and mode.
const FROM_GIT: usize = 7;

#[derive(Args)]
#[command(after_long_help = "\
In git, with a line `flows/*.json diff=flow` in .gitattributes:

    git config diff.flow.command 'connect-flow diff'
    git diff

or once: `GIT_EXTERNAL_DIFF='connect-flow diff' git diff -- flows`. Called by git, the exit code is always 0, since git
takes another one for a failure.

Exit code: 0 the flows mean the same, 1 they differ, 2 a file is no flow.")]
pub(crate) struct Arguments {
    /// OLD NEW: two files with one flow each. Git gives seven arguments or more.
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form of the result.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Colours in the text.
    #[arg(long, value_enum, default_value_t)]
    color: Colour,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for a terminal.
    #[default]
    Text,
    /// A list for a review.
    Markdown,
    /// An array for programs.
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.files[..] {
        [old, new] => {
            let differs = compare(arguments, old, new)?;
            Ok(if differs { ExitCode::from(1) } else { ExitCode::SUCCESS })
        }
        [name, old, _, _, new, ..] if arguments.files.len() >= FROM_GIT => {
            if arguments.format == Format::Text {
                out::print(&format!("flow {}\n", name.display()));
            }
            if let Err(error) = compare(arguments, old, new) {
                out::print(&format!("{error:#}\n"));
            }
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("give two files: connect-flow diff OLD NEW"),
    }
}

fn compare(arguments: &Arguments, old: &Path, new: &Path) -> Result<bool> {
    let differences = diff::diff(&flow(old)?, &flow(new)?);
    let shown = match arguments.format {
        Format::Text => diff::text(&differences, coloured(arguments.color)),
        Format::Markdown => diff::markdown(&differences),
        Format::Json => diff::json(&differences),
    };
    out::print(&shown);
    Ok(!differences.is_empty())
}

/// The flow of a file. Git names the null device for a file that is new or gone.
fn flow(path: &Path) -> Result<Flow> {
    if path == Path::new("/dev/null") {
        return Ok(Flow::of(Vec::new()));
    }
    Ok(files::flow(path)?.1.reading.flow)
}

fn coloured(colour: Colour) -> bool {
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
