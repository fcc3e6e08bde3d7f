//! Checks the templates of the stack with the linters of CloudFormation and SAM, tries them on an emulator, loads the
//! dashboards into Grafana's own types, and renders the chart with Helm's engine. All of it works without an account, and without a network once the tools are
//! installed.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    cargo, fetch,
    peers::{self, HELM, INFRA},
};

const TEMPLATES: [&str; 3] = ["infra/template.yaml", "infra/hosts.yaml", "infra/watch.yaml"];

const DASHBOARDS: [&str; 2] = ["infra/grafana/dashboards/calls.json", "infra/grafana/dashboards/hosts.json"];

/// Of the regions with Connect, the largest and the one with the fewest services: every type of the templates must exist
/// in both. Each region more takes three seconds.
const REGIONS: [&str; 2] = ["us-east-1", "af-south-1"];

/// The programs that a call on the emulator needs.
const PROGRAMS: [&str; 6] = [
    "synth-service",
    "start_stream",
    "chat_and_stream",
    "get_next_batch",
    "synthesize_stream_cancel",
    "live_call",
];

/// # Errors
/// When a linter finds something, or the tools can't be installed.
pub(crate) fn check(root: &Path) -> Result<()> {
    let helm = HELM.install(root)?;
    let mut render = tool(root, &helm, "python");
    cargo::run(render.arg("infra/check/chart.py").arg(root), "the chart has a fault")?;
    let tools = INFRA.install(root)?;
    let mut load = tool(root, &tools, "python");
    load.arg("infra/check/dashboards.py").args(DASHBOARDS);
    cargo::run(&mut load, "a dashboard has what Grafana does not know")?;
    let [main, ..] = TEMPLATES;
    // As CloudFormation gets it: the source alone hides faults in Globals.
    let expanded = tools.join("expanded.json");
    let mut expand = tool(root, &tools, "python");
    expand.arg("infra/check/expand.py").arg(main).arg(&expanded);
    cargo::run(&mut expand, "the template can't be expanded")?;
    let mut lint = tool(root, &tools, "cfn-lint");
    lint.args(["--regions"]).args(REGIONS).arg("--").args(TEMPLATES).arg(&expanded);
    cargo::run(&mut lint, "cfn-lint")?;
    let mut validate = tool(root, &tools, "sam");
    // Its words on success are no news.
    let output = validate.args(["validate", "--lint", "--template", main]).output();
    let output = output.context("sam can't be started")?;
    anyhow::ensure!(
        output.status.success(),
        "sam validate --lint: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// # Errors
/// When a deployment or a call goes wrong; the last line says which.
pub(crate) fn try_out(root: &Path) -> Result<()> {
    let tools = INFRA.install(root)?;
    fetch::runtime(root)?;
    fetch::voice(root, crate::VOICE)?;
    let programs = cargo::build_release(root, &PROGRAMS)?;
    let mut run = Command::new(peers::python(&tools));
    run.current_dir(root).env("PYTHONDONTWRITEBYTECODE", "1").arg("infra/check/try.py");
    run.arg(root).arg(programs).arg(cargo::target_folder()?.join("infra-try"));
    cargo::run(&mut run, "the try failed; the lines above say why")
}

/// A tool of Python's, kept from the network: without a region boto3 would ask for the instance's.
fn tool(root: &Path, tools: &Path, name: &str) -> Command {
    let path: PathBuf = tools.join("bin").join(name);
    let mut command = Command::new(path);
    command.current_dir(root).env("SAM_CLI_TELEMETRY", "0").env("AWS_DEFAULT_REGION", "us-east-1");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}
