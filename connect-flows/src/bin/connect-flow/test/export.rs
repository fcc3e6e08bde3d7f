//! Scenarios as test cases of Amazon Connect, in files.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};
use connect_flows::{
    scenario::{self, Library},
    test_case::{self, Exported, is_test_case},
};

use super::job::{Job, Kind};
use crate::out;

/// Writes one file for each scenario, and lists the parts that the testing language can't say.
pub(super) fn run(jobs: &[Job], folder: &Path) -> Result<ExitCode> {
    fs::create_dir_all(folder).with_context(|| format!("folder {} can't be made", folder.display()))?;
    let library = Library::default();
    for job in jobs.iter().filter(|job| matches!(job.kind, Kind::Scenario)) {
        let Exported { entry, attributes, content, left_out } = exported(job, &library)?;
        let stem = job.path.file_stem().unwrap_or_default().to_string_lossy();
        let request = test_case::request(&stem, &entry, &attributes, &content.to_string());
        let path = folder.join(format!("{stem}.json"));
        // A scenario may be called as its flow is.
        let is_other = path.exists() && !fs::read_to_string(&path).is_ok_and(|text| is_test_case(&text));
        if is_other {
            bail!("{} is no test case and would be lost: name another folder", path.display());
        }
        fs::write(&path, format!("{request:#}\n"))
            .with_context(|| format!("{} can't be written", path.display()))?;
        out::line(format_args!("{} -> {}", job.name(), path.display()));
        for line in left_out {
            out::line(format_args!("  left out: {line}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn exported(job: &Job, library: &Library) -> Result<Exported> {
    let scenario = scenario::open(&job.path)?;
    test_case::export(&scenario, library).with_context(|| job.name())
}
