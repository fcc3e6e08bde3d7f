//! The process of `synth-service`: starts it, waits until it is ready, and stops it with the signal that an operator's
//! supervisor would send.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Stdio, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use contract::http::READYZ;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    fs::File,
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, Command},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// Longest wait until the voices are loaded, even from a slow disk.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Longest wait from listening to ready, which takes one write to S3.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

/// Pause between two readiness checks.
const READY_STEP: Duration = Duration::from_millis(20);

/// Longest wait for the stop, above the service's worst case: the grace period, a last upload, and a sentinel that S3
/// does not accept.
const STOP_TIMEOUT: Duration = Duration::from_secs(120);

/// The service's settings.
pub struct ServiceConfig {
    /// Path of the built service.
    pub program: PathBuf,
    /// File for the service's log lines.
    pub log: PathBuf,
    /// All environment variables of the service. They must ask for log lines in JSON; the port may be 0.
    pub environment: BTreeMap<String, String>,
}

/// The running process, killed when dropped.
pub struct ServiceProcess {
    child: Child,
    address: String,
    log: JoinHandle<()>,
}

impl ServiceProcess {
    /// Starts the process and waits until it listens.
    ///
    /// # Errors
    /// When the process ends instead; the error contains its last line.
    pub async fn start(config: &ServiceConfig) -> Result<Self> {
        if let Some(folder) = config.log.parent() {
            fs::create_dir_all(folder).with_context(|| format!("no folder {}", folder.display()))?;
        }
        let log = File::options()
            .create(true)
            .append(true)
            .open(&config.log)
            .await
            .with_context(|| format!("no log {}", config.log.display()))?;
        let mut child = Command::new(&config.program)
            .env_clear()
            .envs(&config.environment)
            // This pipe stays open for as long as this process lives, however it ends: the service stops when its
            // standard input ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} can't be started", config.program.display()))?;
        let stderr = child.stderr.take().context("its log is piped")?;
        let mut log = ServiceLog { lines: BufReader::new(stderr).lines(), file: log };
        let address = timeout(START_TIMEOUT, log.address())
            .await
            .map_err(|_| anyhow!("synth-service does not listen after {} s", START_TIMEOUT.as_secs()))??;
        Ok(Self { child, address, log: tokio::spawn(log.copy()) })
    }

    /// Base URL of the service.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Id of the process; `None` when it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Polls `/readyz` until the service is ready.
    pub async fn wait_until_ready(&self) -> Result<()> {
        let http = reqwest::Client::builder().no_proxy().timeout(READY_TIMEOUT).build()?;
        let url = format!("{}{READYZ}", self.endpoint());
        let ask = async {
            loop {
                if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
                sleep(READY_STEP).await;
            }
        };
        timeout(READY_TIMEOUT, ask).await.map_err(|_| anyhow!("synth-service is not ready; see its log"))
    }

    /// Sends SIGSTOP, which pauses the process until [`Self::go_on`].
    ///
    /// # Errors
    /// When the process has ended.
    pub fn pause(&self) -> Result<()> {
        self.signal(Signal::STOP)
    }

    /// Sends SIGCONT, which resumes the process.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn go_on(&self) -> Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(kill_process(pid.context("synth-service has ended")?, signal)?)
    }

    /// Sends SIGKILL and waits for the end of the process.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        // Waits until the whole log is copied; it ends with the process.
        let _ = self.log.await;
        Ok(())
    }

    /// Sends SIGTERM and waits for the end of the process.
    ///
    /// # Errors
    /// When the process had to be killed, or ended with an error.
    pub async fn stop(mut self) -> Result<()> {
        if self.child.id().is_some() {
            self.signal(Signal::TERM)?;
        }
        match timeout(STOP_TIMEOUT, self.child.wait()).await {
            Ok(status) => {
                let status = status?;
                // Waits until the whole log is copied; it ends with the process.
                let _ = self.log.await;
                if status.success() { Ok(()) } else { bail!("it ended with {status}") }
            }
            Err(_) => {
                self.child.kill().await?;
                bail!("it did not stop within {} s and was killed", STOP_TIMEOUT.as_secs())
            }
        }
    }
}

struct ServiceLog {
    lines: Lines<BufReader<ChildStderr>>,
    file: File,
}

impl ServiceLog {
    /// Reads log lines until one contains the address at which the service listens.
    async fn address(&mut self) -> Result<String> {
        let mut last = String::from("it said nothing");
        while let Some(line) = self.next().await? {
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            match (entry["message"].as_str(), entry["address"].as_str()) {
                (Some("listening"), Some(address)) => return Ok(address.to_owned()),
                _ => last = line,
            }
        }
        bail!("{last}")
    }

    async fn next(&mut self) -> Result<Option<String>> {
        let line = self.lines.next_line().await?;
        if let Some(line) = &line {
            self.file.write_all(line.as_bytes()).await?;
            self.file.write_all(b"\n").await?;
        }
        Ok(line)
    }

    /// Copies the remaining log lines into the file, so that the service never blocks on a full pipe.
    async fn copy(mut self) {
        while let Ok(Some(_)) = self.next().await {}
        let _ = self.file.flush().await;
    }
}
