//! Writes the flows that designers import, and the reference page of the flow language; `cargo xtask flows` runs it.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use connect_flows::{
    arns::{Arns, left_in},
    catalogue,
    language::{page, table},
};

/// Write the contact flows and the page of the flow language: the committed ones anew or, with `--arns`, those to import, with the ARNs of a stack.
#[derive(Parser)]
#[command(bin_name = "cargo xtask flows")]
struct Arguments {
    /// Outputs of the stack: `out/stack.json`, or the output of `aws cloudformation describe-stacks` or of `sam list
    /// stack-outputs --output json`.
    #[arg(long, value_name = "FILE")]
    arns: Option<PathBuf>,

    /// Folder for the flows with ARNs.
    #[arg(long, value_name = "DIR", default_value = "out/flows", requires = "arns")]
    out: PathBuf,

    /// ARN of the alias of a Lex V2 bot, for the talk flows.
    #[arg(long, value_name = "ARN", requires = "arns")]
    bot_alias: Option<String>,

    /// ARN of the queue of your agents, for the talk flows and the live flow.
    #[arg(long, value_name = "ARN", requires = "arns")]
    queue: Option<String>,

    /// Telephone number that leads to the live calls, such as +15551234567, for the live flow.
    #[arg(long, value_name = "NUMBER", requires = "arns")]
    live_number: Option<String>,
}

fn main() -> ExitCode {
    match write(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &Arguments) -> Result<()> {
    if arguments.arns.is_some() {
        return write_with_arns(arguments);
    }
    let root = env!("CARGO_MANIFEST_DIR");
    fs::write(format!("{root}/../docs/flow-language.md"), page(table()))?;
    catalogue::flows()
        .into_iter()
        .try_for_each(|(name, flow)| Ok(fs::write(format!("{root}/flows/{name}.json"), flow.to_json())?))
}

fn write_with_arns(arguments: &Arguments) -> Result<()> {
    let arns = arns(arguments)?;
    let out = arguments.out.display();
    fs::create_dir_all(&arguments.out).with_context(|| format!("{out} can't be made"))?;
    for (name, flow) in catalogue::flows() {
        let flow = arns.fill(&flow);
        let path = arguments.out.join(format!("{name}.json"));
        fs::write(&path, flow.to_json()).with_context(|| format!("{} can't be written", path.display()))?;
        let left = left_in(&flow);
        let left = if left.is_empty() {
            String::new()
        } else {
            format!("; choose in the designer: {}", left.join(", "))
        };
        println!("{}{left}", path.display());
    }
    Ok(())
}

fn arns(arguments: &Arguments) -> Result<Arns> {
    let file = arguments.arns.clone().unwrap_or_default();
    let text = fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut arns = Arns::parse(&text).with_context(|| file.display().to_string())?;
    if let Some(arn) = &arguments.bot_alias {
        arns = arns.with_bot_alias(arn)?;
    }
    if let Some(arn) = &arguments.queue {
        arns = arns.with_queue(arn)?;
    }
    if let Some(number) = &arguments.live_number {
        arns = arns.with_live_number(number)?;
    }
    Ok(arns)
}
