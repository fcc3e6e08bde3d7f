//! The scenarios and test cases in folders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use connect_flows::{source::Source, test_case};

use super::job::{Job, Kind};
use crate::files::PASSED_OVER;

/// Most files in all folders: a test of a whole disk is a mistake.
const MOST_FILES: usize = 50_000;

/// The jobs in the order of their paths.
pub(super) fn jobs(paths: &[PathBuf], flow: Option<&Path>) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            walk(path, &mut files)?;
            jobs.extend(files.iter().filter_map(|file| job(file, flow)));
        } else {
            match job(path, flow) {
                Some(job) => jobs.push(job),
                None if path.exists() => bail!("{} is no scenario (*.toml) and no test case", path.display()),
                None => bail!("there is no file or folder {}", path.display()),
            }
        }
    }
    Ok(jobs)
}

/// All files of a folder and below it, in the order of their names.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("folder {} can't be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir()
            && !path.is_symlink()
            && !name.starts_with('.')
            && !PASSED_OVER.contains(&name.as_str())
        {
            walk(&path, files)?;
        } else if path.is_file() {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            bail!("more than {MOST_FILES} files: name the folder with the scenarios");
        }
    }
    Ok(())
}

/// A job, if the file is a scenario or a test case. Another file of TOML in the folder, which has no key `flow`, is left
/// out; so is one that is not readable as text.
fn job(path: &Path, flow: Option<&Path>) -> Option<Job> {
    let kind = match path.extension()?.to_str()? {
        "toml" if is_scenario(path) => Kind::Scenario,
        "json" => {
            let source = Source::open(path).ok()?;
            // Reading JSON costs time, and most files are flows.
            let is_case = source.text.contains("Observations") && test_case::is_test_case(&source.text);
            is_case.then(|| Kind::TestCase { flow: flow.map(Path::to_owned) })?
        }
        _ => return None,
    };
    Some(Job { path: path.to_owned(), kind })
}

fn is_scenario(path: &Path) -> bool {
    const KEYS: [&str; 3] = ["flow", "[[caller]]", "[[expect]]"];
    let text = fs::read_to_string(path).unwrap_or_default();
    let is_key = |line: &str, key: &str| {
        line.strip_prefix(key).is_some_and(|rest| key.starts_with('[') || rest.trim_start().starts_with('='))
    };
    text.lines().any(|line| KEYS.iter().any(|key| is_key(line.trim(), key)))
}
