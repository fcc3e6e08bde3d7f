//! `connect-flow explore`: the ways through a flow that end badly.

use std::{
    collections::HashSet,
    fmt::Write as _,
    fs,
    path::{Component, Path, PathBuf},
    process::ExitCode,
    slice,
    time::Duration,
};

use anyhow::{Context, Error, Result, anyhow, bail};
use clap::Args;
use connect_flows::{
    explore::{self, Explored, Limits},
    lint as rules,
    model::Flow,
    scenario,
    source::Source,
};

use crate::{
    files,
    lint::{
        find::{Found, find},
        report::is_about_a_flow,
    },
    out,
};

#[derive(Args)]
#[command(after_long_help = "\
Found are: ways from which no end of the flow can be reached; silence that may last longer than the limit, which is the
sum of function limits, waits and inputs without a prompt between two sounds (a clip is a sound, whatever is in it);
branches that lead nowhere; and errors that an action can have without a branch for them.

Function replies, keys, intents, hours and queues may be anything. Modules and other flows are not entered.

Exit code: 0 all ways end well, 1 some do not, 2 a file is no flow; the others are explored all the same.")]
pub(crate) struct Arguments {
    /// Files with one flow each, folders (all .json files in them that hold flows), or globs in quotation marks.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// The longest silence that a caller should hear, such as `8s` or `1500ms`.
    #[arg(long, default_value = "8s", value_parser = duration)]
    silence: Duration,
    /// The most states that are visited for one flow. A bound that is reached is reported.
    #[arg(long, default_value_t = Limits::default().states)]
    states: usize,
    /// Write a scenario for each finding into this folder, for `connect-flow test`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let (mut count, mut used) = (0, HashSet::new());
    let (paths, mut errors) = paths(&arguments.files);
    for path in &paths {
        match one(arguments, path, &mut used) {
            Ok(findings) => count += findings,
            Err(error) => errors.push(error),
        }
    }
    for error in &errors {
        anstream::eprintln!("error: {error:#}");
    }
    Ok(match (errors.is_empty(), count) {
        (false, _) => ExitCode::from(2),
        (true, 0) => ExitCode::SUCCESS,
        (true, _) => ExitCode::from(1),
    })
}

/// The files that are meant, each one once, and the errors of names that mean none.
fn paths(names: &[String]) -> (Vec<PathBuf>, Vec<Error>) {
    let (mut paths, mut errors) = (Vec::new(), Vec::new());
    for name in names {
        match find(slice::from_ref(name)) {
            Ok(found) => {
                let meant: Vec<PathBuf> =
                    found.into_iter().filter(is_meant).map(|found| found.path).collect();
                if meant.is_empty() {
                    errors.push(anyhow!("{name} holds no flow"));
                }
                paths.extend(meant);
            }
            Err(error) => errors.push(error),
        }
    }
    let mut seen = HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    (paths, errors)
}

/// Whether a file is meant. One that can't be read is, so that its error is told.
fn is_meant(found: &Found) -> bool {
    let is_flow = |source: &Source| is_about_a_flow(source, &rules::file(source));
    found.is_named || Source::open(&found.path).map_or(true, |source| is_flow(&source))
}

/// Explores the flow of one file. Returns the number of findings.
fn one(arguments: &Arguments, path: &Path, used: &mut HashSet<String>) -> Result<usize> {
    let limits = Limits { silence: arguments.silence, states: arguments.states };
    let (source, held) = files::flow(path)?;
    let flow = &held.reading.flow;
    let explored = explore::explore(flow, held.kind.as_deref(), &limits);
    out::line(lines(&source.name, flow, &explored).trim_end());
    if let Some(folder) = &arguments.out {
        save(folder, path, flow, &explored, used)?;
    }
    Ok(explored.findings.len())
}

/// The findings of a flow, as lines.
fn lines(name: &str, flow: &Flow, explored: &Explored) -> String {
    let mut text = String::new();
    for finding in &explored.findings {
        let _ = writeln!(text, "{name}: {}\n    {}", finding.verdict, finding.route(flow));
    }
    let (count, states) = (explored.findings.len(), explored.states);
    let plural = if count == 1 { "" } else { "s" };
    let _ = writeln!(text, "{name}: {count} finding{plural} in {states} states");
    if explored.bounded {
        let _ = writeln!(
            text,
            "{name}: not all ways were walked, the bound of states is reached: raise --states"
        );
    }
    text
}

/// Writes the scenarios as `FLOW-1.toml` and so on.
fn save(
    folder: &Path,
    flow_path: &Path,
    flow: &Flow,
    explored: &Explored,
    used: &mut HashSet<String>,
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    if explored.findings.is_empty() {
        return Ok(());
    }
    let stem = unused_stem(flow_path, used)?;
    let relative = relative(folder, flow_path)?;
    for (index, finding) in explored.findings.iter().enumerate() {
        let path = folder.join(format!("{stem}-{}.toml", index + 1));
        let scenario = explore::scenario(flow, &relative, finding);
        fs::write(&path, scenario).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

/// The name of a flow's file without its ending, after the names of as many folders as make it differ from those before.
fn unused_stem(path: &Path, used: &mut HashSet<String>) -> Result<String> {
    let mut stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let whole = path.canonicalize().with_context(|| path.display().to_string())?;
    let mut folders = whole.ancestors().skip(1).filter_map(Path::file_name);
    while !used.insert(stem.clone()) {
        match folders.next() {
            Some(folder) => stem = format!("{}-{stem}", folder.to_string_lossy()),
            None => bail!("{} has the name of a file before it: rename it", path.display()),
        }
    }
    Ok(stem)
}

/// The path of a file as seen from a folder, so that both can move together.
fn relative(folder: &Path, file: &Path) -> Result<String> {
    let whole = |path: &Path| path.canonicalize().with_context(|| path.display().to_string());
    let (folder, file) = (whole(folder)?, whole(file)?);
    let same = folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(same).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(file.components().skip(same)).collect();
    match path.to_str() {
        Some(path) => Ok(path.to_owned()),
        None => bail!("{} is no UTF-8 path: rename it", file.display()),
    }
}

/// A time such as `8s`.
fn duration(text: &str) -> Result<Duration, String> {
    scenario::duration(text).ok_or_else(|| "give a time with its unit, such as 8s or 1500ms".to_owned())
}
