//! `connect-flow render`: a picture of a flow.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use connect_flows::{
    lint::Finding,
    render::{self, Mark, Options, Severity, Visited},
    source::{Held, Source},
};

use crate::{files, lint, out};

#[derive(Args)]
pub(crate) struct Arguments {
    /// The flow.
    file: PathBuf,
    /// The file for the picture. Without it, the picture goes to the standard output.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// The kind of picture.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The places of the cards (SVG only).
    #[arg(long, value_enum, default_value_t)]
    layout: Layout,
    /// The coverage file of `connect-flow test`: shows the part that runs visited, and fades the rest (SVG only).
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// Leave out the findings of lint (SVG only).
    #[arg(long)]
    no_findings: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// A picture for people: cards with icons, light and dark.
    #[default]
    Svg,
    /// A flowchart for Markdown.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Layout {
    /// As in the designer, with more room; anew where cards would overlap.
    #[default]
    Designer,
    /// Anew, from the left to the right.
    Fresh,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    // Faults don't keep a flow from being drawn.
    let (source, held) = files::held(&arguments.file)?;
    let flow = &held.reading.flow;
    let picture = match arguments.format {
        Format::Svg => render::svg(flow, &options(arguments, &source, &held)?),
        Format::Mermaid => render::mermaid(flow),
        Format::Dot => render::dot(flow),
    };
    match &arguments.out {
        Some(path) => {
            fs::write(path, picture).with_context(|| format!("{} can't be written", path.display()))?;
        }
        None => out::print(&picture),
    }
    Ok(ExitCode::SUCCESS)
}

/// The findings of lint, as marks on cards.
fn marks(source: &Source) -> Result<Vec<Mark>> {
    let mark = |finding: Finding| Mark {
        severity: if finding.is_error() { Severity::Error } else { Severity::Warning },
        text: format!("{}: {}; {}", finding.rule, finding.what, finding.remedy),
        action: finding.action.unwrap_or_default(),
    };
    Ok(lint::findings(&source.name)?.into_iter().map(mark).collect())
}

fn options(arguments: &Arguments, source: &Source, held: &Held) -> Result<Options> {
    let visited = match &arguments.coverage {
        None => None,
        Some(path) => {
            let text =
                fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
            Some(Visited::read(&text, &source.name).with_context(|| path.display().to_string())?)
        }
    };
    let layout = match arguments.layout {
        Layout::Designer => render::Layout::Designer,
        Layout::Fresh => render::Layout::Fresh,
    };
    let stem = arguments.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let title = held.name.clone().or(stem).unwrap_or_default();
    let marks = if arguments.no_findings { Vec::new() } else { marks(source)? };
    Ok(Options { title, layout, visited, marks, ..Options::default() })
}
