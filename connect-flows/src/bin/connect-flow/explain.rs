//! `connect-flow explain`: a rule of lint, with an example and the remedy.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use connect_flows::lint::{Rule, Severity};

use crate::out;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The rule: its code (`FW011`) or its name (`dangling-transition`). Without one, all rules are listed.
    rule: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.rule {
        Some(rule) => {
            out::print(&explained(rule.parse().map_err(|error: String| anyhow!(error))?));
        }
        None => out::print(&Rule::ALL.iter().map(listed).collect::<String>()),
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(rule: &Rule) -> String {
    format!("{rule}  {:<8} {}\n", severity(*rule), rule.about().title)
}

fn explained(rule: Rule) -> String {
    let about = rule.about();
    let example = match about.example.as_str() {
        "" => String::new(),
        example => format!("Example:\n\n    {example}\n\n"),
    };
    format!(
        "{rule} {} ({})\n\n{}\n\nWhy: {}\n\n{example}Mend it: {}\n\nSource: {}\n",
        rule.name(),
        severity(rule),
        about.title,
        about.why,
        about.mend,
        about.source
    )
}

fn severity(rule: Rule) -> &'static str {
    match rule.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
