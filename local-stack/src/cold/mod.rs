//! Cold starts of `get_next_batch`, beside those of the same function in Python: same Runtime API, same S3, same event, in
//! one run.

mod place;
mod report;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use serde_json::{Value, json};

use self::{place::Place, report::Figures};
use crate::{
    lambda_host::{ColdStart, Function},
    stack::{FUNCTIONS, REGION},
};

/// The function that is measured: it asks S3, the others ask the service.
const FUNCTION: &str = "get_next_batch";

/// Invocations of each process after the first one.
const LATER: usize = 20;

/// The function under measurement, and its yardstick.
pub struct ColdConfig {
    /// The program of `get_next_batch`, as it is in the zip.
    pub program: PathBuf,
    /// Folder with the zips, `FUNCTION/bootstrap.zip`.
    pub zips: PathBuf,
    /// A Python with awslambdaric and boto3.
    pub python: PathBuf,
    /// Folder of `handler.py`.
    pub handler: PathBuf,
    /// Folder to work in, which also gets the functions' logs.
    pub work: PathBuf,
    /// Number of cold starts of each.
    pub starts: usize,
}

/// Measures, prints tables, and says which aims are met.
///
/// # Errors
/// When a function does not reply as it should, or an aim is missed.
pub async fn cold(config: &ColdConfig) -> Result<()> {
    fs::create_dir_all(&config.work).with_context(|| format!("{} can't be made", config.work.display()))?;
    let zips = zips(&config.zips)?;
    let place = Place::open().await?;
    let ours = function(FUNCTION, &config.program, &place)?;
    let python = function("python", &python_program(config)?, &place)?;
    let event = Bytes::from(place.event().to_string());
    let (mut our_starts, mut python_starts) = (Vec::new(), Vec::new());
    let mut connections = Vec::new();
    // The first pair fills the caches of the file system, and counts for nothing.
    for number in 0..=config.starts {
        let pair = [
            ColdStart::of(&ours, REGION, &config.work, &event, LATER).await?,
            ColdStart::of(&python, REGION, &config.work, &event, LATER).await?,
        ];
        let connection = place.connect().await?;
        let [our, python] = pair;
        same_work(&our.reply, &python.reply)?;
        if number > 0 {
            our_starts.push(our);
            python_starts.push(python);
            connections.push(connection);
        }
        eprint!("\r{number} of {} starts of each", config.starts);
    }
    eprintln!();
    let figures = Figures { ours: our_starts, python: python_starts, connections, zips };
    println!("{}", figures.tables());
    let missed = figures.missed();
    ensure!(missed.is_empty(), "missed: {}", missed.join("; "));
    Ok(())
}

fn function(name: &str, program: &Path, place: &Place) -> Result<Function> {
    // A process runs in its program's folder.
    let program = std::path::absolute(program)?;
    let environment = place.environment();
    Ok(Function {
        timeout: Duration::from_secs(10),
        memory_mb: 512,
        environment,
        ..Function::new(name, program)
    })
}

/// The program that starts the function in Python, as the bootstrap of AWS's runtime does.
fn python_program(config: &ColdConfig) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let folder = config.work.join("python");
    fs::create_dir_all(&folder)?;
    let handler = config.handler.join("handler.py");
    fs::copy(&handler, folder.join("handler.py")).with_context(|| handler.display().to_string())?;
    let python = std::path::absolute(&config.python)?;
    let program = folder.join("bootstrap");
    fs::write(&program, format!("#!/bin/sh\nexec '{}' -m awslambdaric handler.handler\n", python.display()))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(program)
}

/// The sizes of the zips in bytes, by function.
fn zips(folder: &Path) -> Result<Vec<(&'static str, u64)>> {
    let size = |(name, _): (&'static str, Duration)| {
        let zip = folder.join(name).join("bootstrap.zip");
        let size = fs::metadata(&zip).with_context(|| format!("{} is missing", zip.display()))?.len();
        Ok((name, size))
    };
    FUNCTIONS.into_iter().map(size).collect()
}

/// Checks that both functions have found the same clips, and have signed URLs for them.
fn same_work(ours: &[u8], python: &[u8]) -> Result<()> {
    let (ours, python): (Value, Value) = (serde_json::from_slice(ours)?, serde_json::from_slice(python)?);
    for key in ["Status", "Count", "NextIndex", "Last", "StreamId", "S3Url0", "S3Url1"] {
        if ours[key] != python[key] || ours[key].is_null() {
            bail!("the replies differ in {key}: {ours} and {python}");
        }
    }
    ensure!(ours["Status"] == json!("play"), "there is a clip, and yet the reply is {ours}");
    Ok(())
}

/// The time that `work` takes.
async fn timed<T>(work: impl Future<Output = Result<T>>) -> Result<Duration> {
    let began = Instant::now();
    work.await?;
    Ok(began.elapsed())
}
