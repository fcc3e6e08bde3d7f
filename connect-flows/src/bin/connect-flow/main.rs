//! `connect-flow`: contact flows of Amazon Connect on one's own machine.

mod diff;
mod explain;
mod explore;
mod files;
mod format;
mod lint;
mod out;
mod render;
mod run;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Contact flows of Amazon Connect, on your own machine: check, run, test and draw them before you deploy.
#[derive(Parser)]
#[command(name = "connect-flow", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell the changes in meaning between two versions of a flow.
    Diff(diff::Arguments),
    /// Explain a rule of lint.
    Explain(explain::Arguments),
    /// Walk all ways through flows, and find those that end badly.
    Explore(explore::Arguments),
    /// Write a flow on indented lines; nothing else changes.
    Format(format::Arguments),
    /// Find the faults of flows before they are imported.
    Lint(lint::Arguments),
    /// Draw a flow: an SVG for people, or text for mermaid and Graphviz.
    Render(render::Arguments),
    /// Run a flow with a caller: the recording, the time line and the flow log.
    Run(Box<run::Arguments>),
    /// Run scenarios and test cases against flows, and report like a test runner.
    Test(Box<test::Arguments>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Exit code 0: all is well; 1: the flows have faults, or a test failed; 2: the command could not do its work.
fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Diff(arguments) => diff::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Explore(arguments) => explore::run(arguments),
        Command::Format(arguments) => format::run(arguments),
        Command::Lint(arguments) => lint::run(arguments),
        Command::Render(arguments) => render::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Test(arguments) => test::run(arguments),
    }
}
