//! A real Prometheus that scrapes the service, and its checker `promtool`. Both must be on the PATH.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStderr, Command},
    time::timeout,
};

use crate::{functions::http, patience::LONG};

const MISSING: &str = "is not on the PATH: run the tests with `cargo xtask test`, which puts it there";

/// A running Prometheus with a store of its own. Dropping it kills the process.
pub struct Prometheus {
    endpoint: String,
    http: reqwest::Client,
    /// Read until the end, so that the process does not wait for its reader.
    _log: tokio::task::JoinHandle<()>,
    _process: Child,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts it with the example of a configuration, which scrapes `target`, a URL, five times a second.
    pub async fn start(target: &str, token: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let (token_file, config) = (folder.path().join("token"), folder.path().join("prometheus.yml"));
        fs::write(&token_file, token)?;
        fs::write(&config, configuration(target, &token_file)?)?;
        let mut process = Command::new("prometheus")
            .arg(argument("--config.file", &config))
            .arg(argument("--storage.tsdb.path", &folder.path().join("data")))
            .args(["--web.listen-address=127.0.0.1:0", "--log.format=json"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("prometheus {MISSING}"))?;
        let mut log = BufReader::new(process.stderr.take().context("its log is piped")?);
        let address = timeout(LONG, address(&mut log)).await.context("prometheus does not listen")??;
        let log = tokio::spawn(async move {
            let mut line = String::new();
            while log.read_line(&mut line).await.is_ok_and(|length| length > 0) {
                line.clear();
            }
        });
        let endpoint = format!("http://{address}/api/v1");
        Ok(Self { endpoint, http: http()?, _log: log, _process: process, _folder: folder })
    }

    /// The result of an expression, as it is now: the samples of a vector.
    pub async fn query(&self, expression: &str) -> Result<Vec<f64>> {
        let data = self.ask("query", &[("query", expression)]).await?;
        ensure!(data["resultType"] == "vector", "{expression} is a {}", data["resultType"]);
        let samples = data["result"].as_array().context("a list")?.iter();
        let value = |sample: &Value| sample["value"][1].as_str().and_then(|value| value.parse().ok());
        samples.map(|sample| value(sample).with_context(|| sample.to_string())).collect()
    }

    /// The answer of the API to a request.
    ///
    /// # Errors
    /// With the reason that the API gives.
    pub async fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value> {
        let mut url = reqwest::Url::parse(&format!("{}/{path}", self.endpoint))?;
        url.query_pairs_mut().extend_pairs(parameters);
        let mut answer: Value = self.http.get(url).send().await?.json().await?;
        ensure!(answer["status"] == "success", "{parameters:?}: {}", answer["error"]);
        Ok(answer["data"].take())
    }
}

/// A file of `infra/prometheus`.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/prometheus").join(name)
}

/// The example with our target, token and rules.
fn configuration(target: &str, token: &Path) -> Result<String> {
    let example = fs::read_to_string(file("prometheus.yml"))?;
    let rules = file("firstword.rules.yml").canonicalize()?;
    let target = target.trim_start_matches("http://");
    let mut filled = String::new();
    for line in example.lines() {
        let line = match line.trim() {
            "- 10.0.1.10:8080" => line.replace("10.0.1.10:8080", target),
            "- 10.0.2.10:8080" => continue,
            _ => line
                .replace("15s", "200ms")
                .replace("/etc/prometheus/firstword.token", &token.to_string_lossy())
                .replace("firstword.rules.yml", &rules.to_string_lossy()),
        };
        filled.push_str(&line);
        filled.push('\n');
    }
    ensure!(filled.contains(target), "the example has other targets");
    Ok(filled)
}

fn argument(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}

/// The address on which it listens, from its log.
async fn address(log: &mut BufReader<ChildStderr>) -> Result<String> {
    let (mut line, mut last) = (String::new(), String::new());
    while log.read_line(&mut line).await? > 0 {
        let entry: Value = serde_json::from_str(&line).unwrap_or_default();
        if entry["msg"] == "Listening on" {
            return Ok(entry["address"].as_str().context("an address")?.to_owned());
        }
        last = std::mem::take(&mut line);
    }
    bail!("prometheus has ended: {last}")
}

/// Runs `promtool` in `infra/prometheus` with this input.
///
/// # Errors
/// With its words when it finds a fault.
pub async fn promtool(arguments: &[&str], input: &str) -> Result<()> {
    let mut process = Command::new("promtool")
        .args(arguments)
        .current_dir(file("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("promtool {MISSING}"))?;
    let mut stdin = process.stdin.take().context("its input is piped")?;
    let (_, output) = tokio::join!(
        async move {
            // Without a reader there is nothing to write.
            let _ = stdin.write_all(input.as_bytes()).await;
        },
        timeout(LONG, process.wait_with_output())
    );
    let output = output.context("promtool does not end")??;
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "promtool {arguments:?}: {}", String::from_utf8_lossy(&said));
    Ok(())
}
