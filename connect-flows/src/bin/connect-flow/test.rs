//! `connect-flow test`: scenarios and test cases, in parallel, with coverage.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `find` | the scenarios and test cases in folders |
//! | `job` | one of them, from its file to its outcome |
//! | `crew` | all of them, on as many threads as there are cores |
//! | `console`, `junit`, `table` | the report for people, for other programs, and of the coverage |
//! | `random` | random callers |
//! | `export`, `remote`, `service` | test cases for Amazon Connect, and their execution there over its API |

mod console;
mod crew;
mod export;
mod find;
mod job;
mod junit;
mod random;
mod remote;
mod service;
mod table;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;
use connect_flows::coverage::Coverage;

use self::job::{Job, Outcome};
use crate::out;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Scenarios (*.toml) and test cases (*.json), or folders with them. With --random: one flow.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Only tests whose path contains this.
    #[arg(long)]
    filter: Option<String>,
    /// The flow of test cases that name none that is here.
    #[arg(long, value_name = "FILE")]
    flow: Option<PathBuf>,
    /// Write the results as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the actions and branches that calls reached, as JSON for `connect-flow render --coverage`.
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// Fail when calls took less than this share of all branches, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    /// List the branches that no call took.
    #[arg(long)]
    missed: bool,
    /// Number of calls at a time; as many as there are cores where it is not given.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    random: random::Arguments,
    #[command(flatten)]
    away: remote::Arguments,
    /// Write each scenario as a test case of Amazon Connect into this folder, and run nothing.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["random", "remote"])]
    export: Option<PathBuf>,
}

/// Exit code 1: a test failed, or the coverage is too low.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some(count) = arguments.random.random {
        return random::run(&arguments.random, count, &arguments.paths, arguments.threads);
    }
    let jobs = jobs(arguments)?;
    if let Some(folder) = &arguments.export {
        return export::run(&jobs, folder);
    }
    if let Some(instance) = &arguments.away.remote {
        return remote::run(&arguments.away, instance, &jobs);
    }
    let outcomes = crew::run(&jobs, arguments.threads, &mut console::line);
    console::failures(&outcomes);
    let coverage = coverage(&outcomes);
    if !coverage.is_empty() {
        out::line(format_args!("\n{}", table::of(&coverage)));
    }
    if arguments.missed {
        table::missed(&coverage);
    }
    write_files(arguments, &outcomes, &coverage)?;
    let is_covered = is_covered(arguments.fail_under, &coverage);
    let passed = outcomes.iter().filter(|outcome| outcome.has_passed()).count();
    out::line(format_args!("\n{passed} passed, {} failed", outcomes.len() - passed));
    Ok(ExitCode::from(u8::from(passed < outcomes.len() || !is_covered)))
}

fn jobs(arguments: &Arguments) -> Result<Vec<Job>> {
    let mut jobs = find::jobs(&arguments.paths, arguments.flow.as_deref())?;
    if let Some(filter) = &arguments.filter {
        let has_any = !jobs.is_empty();
        jobs.retain(|job| job.name().contains(filter.as_str()));
        if jobs.is_empty() && has_any {
            bail!("no test has {filter:?} in its path");
        }
    }
    if jobs.is_empty() {
        bail!("no scenario and no test case here: name a folder with *.toml scenarios beside flows");
    }
    Ok(jobs)
}

/// A share in percent.
fn percent(text: &str) -> Result<f64, String> {
    let number =
        text.trim_end_matches([' ', '%']).parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "use a number from 0 to 100".to_owned())
}

fn coverage(outcomes: &[Outcome]) -> Coverage {
    let mut coverage = Coverage::default();
    for outcome in outcomes {
        if let Ok(checked) = &outcome.result {
            coverage.add(checked.coverage.clone());
        }
    }
    coverage
}

fn write_files(arguments: &Arguments, outcomes: &[Outcome], coverage: &Coverage) -> Result<()> {
    if let Some(path) = &arguments.coverage {
        let text = format!("{:#}\n", coverage.to_json());
        fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))?;
    }
    if let Some(path) = &arguments.junit {
        let text = junit::of(outcomes)?;
        fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

fn is_covered(fail_under: Option<f64>, coverage: &Coverage) -> bool {
    let percent = coverage.branches_percent();
    let is_enough = fail_under.is_none_or(|least| percent >= least);
    if !is_enough {
        let least = fail_under.unwrap_or_default();
        out::line(format_args!("\ncalls took {percent:.1} % of the branches, less than {least} %"));
    }
    is_enough
}
