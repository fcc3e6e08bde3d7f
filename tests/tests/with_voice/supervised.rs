//! The service under systemd, played by a socket of the test: ready, alive, stopping.

use std::{process::Stdio, time::Duration};

use e2e::{places, prelude::*};
use tempfile::TempDir;
use tokio::{net::UnixDatagram, process::Command, time::timeout};

/// Longest wait for one report.
const PATIENCE: Duration = Duration::from_secs(60);

/// Systemd's end of the reports.
struct Systemd {
    folder: TempDir,
    socket: UnixDatagram,
}

impl Systemd {
    fn new() -> Result<Self> {
        let folder = TempDir::new()?;
        let socket = UnixDatagram::bind(folder.path().join("notify"))?;
        Ok(Self { folder, socket })
    }

    fn address(&self) -> String {
        self.folder.path().join("notify").display().to_string()
    }

    /// The lines of the next report.
    async fn report(&self) -> Result<Vec<String>> {
        let mut report = [0; 4096];
        let length = timeout(PATIENCE, self.socket.recv(&mut report)).await.context("no report")??;
        Ok(String::from_utf8(report[..length].to_vec())?.lines().map(str::to_owned).collect())
    }

    /// All reports up to the one with this line.
    async fn until(&self, line: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        while !lines.iter().any(|other| other == line) {
            lines.extend(self.report().await?);
        }
        Ok(lines)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_reports_that_it_is_ready_alive_and_stopping() -> Result<()> {
    let bench = Bench::start().await?;
    let systemd = Systemd::new()?;
    let address = systemd.address();
    let settings = [("NOTIFY_SOCKET", address.as_str()), ("WATCHDOG_USEC", "300000")];
    let host = bench.another_host("supervised", &settings).await?;
    let before = systemd.until("READY=1").await?;
    assert!(!before.contains(&"WATCHDOG=1".to_owned()), "{before:?}");
    for _ in 0..3 {
        systemd.until("WATCHDOG=1").await?;
    }
    let stopped = tokio::spawn(host.stop());
    systemd.until("STOPPING=1").await?;
    stopped.await??;
    bench.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_can_ask_for_its_own_health() -> Result<()> {
    let bench = Bench::start().await?;
    let address = bench.stack.service_endpoint().trim_start_matches("http://").to_owned();
    let health = async |address: &str| -> Result<_> {
        let program = places::program("synth-service")?;
        Ok(Command::new(program).env_clear().args(["health", "--bind", address]).output().await?)
    };
    let output = health(&address).await?;
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    bench.stop().await?;
    let output = health(&address).await?;
    let said = String::from_utf8(output.stderr)?;
    assert!(
        !output.status.success() && said.lines().count() == 1 && said.contains("no answer from"),
        "{said}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_bucket_is_out_of_reach_says_so_and_is_not_ready() -> Result<()> {
    let systemd = Systemd::new()?;
    let assets = places::assets()?;
    let _service = Command::new(places::program("synth-service")?)
        .env_clear()
        .envs([
            ("NOTIFY_SOCKET", systemd.address().as_str()),
            ("FIRSTWORD_BIND", "127.0.0.1:0"),
            ("FIRSTWORD_BUCKET", "bucket"),
            ("FIRSTWORD_SERVE", "hibari"),
            ("FIRSTWORD_WORKERS", "1"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            // Nothing listens on this port.
            ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
        ])
        .env("FIRSTWORD_ONNXRUNTIME", assets.join("onnxruntime/libonnxruntime.so"))
        .env("FIRSTWORD_VOICES", assets.join("voices"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    loop {
        let report = systemd.report().await?;
        assert!(!report.contains(&"READY=1".to_owned()), "{report:?}");
        if report.iter().any(|line| line.starts_with("STATUS=not ready yet: ")) {
            return Ok(());
        }
    }
}
