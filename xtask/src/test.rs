//! The checks of a change: format, dependencies, lints, documentation, tests.

use std::{env, ffi::OsString, num::NonZero, path::Path, thread};

use anyhow::{Result, bail};

use crate::{cargo, fetch, infra, members::Member, supply, system};

/// The crate whose tests start the programs of other crates.
const STARTS_PROGRAMS: &str = "e2e";

/// Variable with the number of tests that a test program runs at once.
const TEST_THREADS: &str = "RUST_TEST_THREADS";

/// At least this many tests run at once: many wait for sound that plays in real time, and leave a core idle.
const LEAST_THREADS: usize = 4;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only the format check, the lints, and the tests that need no fetched files and no network.
    #[arg(long)]
    fast: bool,
    /// Run only the tests of this crate. Its dependencies are built once more, since the crate alone needs fewer
    /// features of them.
    #[arg(short, long, value_name = "CRATE")]
    package: Option<String>,
    /// Run only the tests with this text in their name.
    name: Option<String>,
}

/// # Errors
/// When a check fails; later checks are not run.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let members = select(Member::all(root)?, options.package.as_deref())?;
    if options.package.is_none() && options.name.is_none() {
        check(root, options.fast)?;
    }
    let needs_assets = members.iter().any(|member| !member.needs_assets.is_empty());
    if needs_assets && !options.fast {
        fetch::all(root)?;
    }
    match options.package.as_deref() {
        None | Some(STARTS_PROGRAMS) => cargo::cargo(root, ["build", "--workspace", "--bins", "--examples"])?,
        // Cargo builds a crate's examples itself, except when the tests are selected.
        Some(package) if options.fast && needs_assets => {
            cargo::cargo(root, ["build", "--package", package, "--examples"])?;
        }
        Some(_) => {}
    }
    if options.fast && needs_assets {
        test_without_assets(root, options, &members)
    } else {
        test(root, options, &[])
    }
}

fn select(members: Vec<Member>, package: Option<&str>) -> Result<Vec<Member>> {
    let Some(package) = package else { return Ok(members) };
    let names: Vec<_> = members.iter().map(|member| member.name.clone()).collect();
    let selected: Vec<_> = members.into_iter().filter(|member| member.name == package).collect();
    if selected.is_empty() {
        bail!("no crate {package}: say one of {}", names.join(", "));
    }
    Ok(selected)
}

/// Runs all checks but the tests.
fn check(root: &Path, fast: bool) -> Result<()> {
    cargo::check_format(root)?;
    if !fast {
        supply::check(root)?;
        infra::check(root)?;
    }
    cargo::lint(root)?;
    if !fast {
        cargo::document(root)?;
    }
    Ok(())
}

/// Runs the tests that need no fetched files. Each crate's manifest lists the others.
fn test_without_assets(root: &Path, options: &Options, members: &[Member]) -> Result<()> {
    let mut targets = vec!["--lib".into()];
    let mut skipped = Vec::new();
    for member in members {
        targets.extend(member.programs.iter().flat_map(|name| ["--bin".into(), name.into()]));
        let (needy, others): (Vec<_>, Vec<_>) =
            member.tests.iter().partition(|name| member.needs_assets.contains(*name));
        targets.extend(others.into_iter().flat_map(|name| ["--test".into(), name.into()]));
        skipped.extend(member.needs_assets.iter().filter(|name| !needy.contains(name)));
    }
    targets.push("--".into());
    targets.extend(skipped.iter().flat_map(|name| ["--skip".into(), (*name).into()]));
    test(root, options, &targets)?;
    test(root, options, &["--doc".into()])?;
    for member in members.iter().filter(|member| !member.needs_assets.is_empty()) {
        eprintln!("not run, since they need what `cargo xtask fetch` fetches: {member}");
    }
    Ok(())
}

/// Runs tests. `targets` are arguments of cargo and, after `--`, of the test programs.
fn test(root: &Path, options: &Options, targets: &[OsString]) -> Result<()> {
    let mut test = cargo::command(root);
    test.arg("test");
    if !options.fast && matches!(options.package.as_deref(), None | Some(STARTS_PROGRAMS)) {
        test.env("PATH", system::path_with_programs()?);
    }
    if env::var_os(TEST_THREADS).is_none() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        test.env(TEST_THREADS, cores.max(LEAST_THREADS).to_string());
    }
    match &options.package {
        Some(package) => test.args(["--package", package]),
        None => test.arg("--workspace"),
    };
    // The name's position is before the first `--`.
    test.args(&options.name).args(targets);
    cargo::run(&mut test, "cargo test")
}
