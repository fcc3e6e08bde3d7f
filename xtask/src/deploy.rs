//! Deploys the stack into the user's account, and deletes it. SAM does the work; the scripts in `infra/deploy/` check what
//! it would stumble over, and ask.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{
    package_functions::{self, Architecture},
    peers::{self, INFRA},
};

/// The template's parameter for the processor of the functions, as it is given.
const ARCHITECTURE: &str = "Architecture=";

/// The stack to change.
#[derive(clap::Args)]
pub(crate) struct Stack {
    /// Name of the stack.
    #[arg(long, default_value = "firstword")]
    stack_name: String,
    /// Region of the Connect instance, if it is not the one of your credentials.
    #[arg(long)]
    region: Option<String>,
    /// Don't ask: for scripts.
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    stack: Stack,
    /// File for the stack's outputs.
    #[arg(long, value_name = "FILE", default_value = "out/stack.json")]
    out: PathBuf,
    /// Parameters of infra/template.yaml. A parameter that is left out keeps the value of the last deployment.
    #[arg(value_name = "NAME=VALUE")]
    parameters: Vec<String>,
}

/// Packages the functions, shows the changes, asks, and carries them out.
///
/// # Errors
/// When a function can't be built, or AWS refuses; the last line says why.
pub(crate) fn deploy(root: &Path, options: &Options) -> Result<()> {
    let given = options.parameters.iter().find_map(|parameter| parameter.strip_prefix(ARCHITECTURE));
    let deployed = check(root, options)?;
    // A value that is none is refused by CloudFormation, whatever is built here.
    let architecture = Architecture::from_str(given.unwrap_or(&deployed), false).ok();
    let architecture = architecture.map_or_else(package_functions::usual, Ok)?;
    package_functions::for_the_template(root, architecture)?;
    let mut deploy = deploy_script(root, options, &[])?;
    if given.is_none() {
        deploy.arg(format!("{ARCHITECTURE}{}", architecture.name()));
    }
    become_script(&mut deploy)
}

/// Checks what can be known before the functions are built. Returns the processor of the stack; empty for a new one.
fn check(root: &Path, options: &Options) -> Result<String> {
    let mut check = deploy_script(root, options, &["--only-check"])?;
    let output = check.stderr(Stdio::inherit()).output().context("python can't be started")?;
    if !output.status.success() {
        // The script has said why.
        std::process::exit(1);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn deploy_script(root: &Path, options: &Options, flags: &[&str]) -> Result<Command> {
    let mut deploy = script(root, "deploy.py", &options.stack)?;
    deploy.arg("--out").arg(&options.out).args(flags).arg("--").args(&options.parameters);
    Ok(deploy)
}

/// Says what will be lost, asks, and deletes the stack.
///
/// # Errors
/// When there is no such stack, or AWS refuses; the last line says why.
pub(crate) fn destroy(root: &Path, stack: &Stack) -> Result<()> {
    become_script(&mut script(root, "destroy.py", stack)?)
}

/// Lets a script take this process over, so that its last line is the last one.
fn become_script(command: &mut Command) -> Result<()> {
    Err(command.exec()).context("python can't be started")
}

fn script(root: &Path, name: &str, stack: &Stack) -> Result<Command> {
    let tools = INFRA.install(root)?;
    let mut command = Command::new(peers::python(&tools));
    command.current_dir(root).env("PYTHONDONTWRITEBYTECODE", "1").arg(format!("infra/deploy/{name}"));
    command.args(["--stack-name", &stack.stack_name]);
    command.args(stack.region.iter().flat_map(|region| ["--region", region]));
    command.args(stack.yes.then_some("--yes"));
    Ok(command)
}
