//! Test cases in an instance of Amazon Connect: created, executed, watched to their end, and deleted.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use connect_flows::{scenario::Library, test_case};
use serde_json::Value;

use super::{
    export,
    job::{Job, Kind},
    service::Service,
};
use crate::out;

/// Test cases that an instance executes at a time.
const AT_A_TIME: usize = 5;

/// Time between two looks at an execution.
const PAUSE: Duration = Duration::from_secs(2);

/// Longest wait for an execution: five minutes for the test, and as long in the queue of the instance.
const LONGEST: Duration = Duration::from_secs(10 * 60);

#[derive(Args)]
#[group(id = "remote tests")]
pub(super) struct Arguments {
    /// Run the tests in this instance of Amazon Connect: its id or ARN. Credentials and region come from the
    /// environment, as the AWS CLI reads them.
    #[arg(long, value_name = "INSTANCE")]
    pub(super) remote: Option<String>,
    /// Id of the flow in the instance, for tests that have no id of one.
    #[arg(long, value_name = "ID", requires = "remote")]
    flow_id: Option<String>,
    /// Region of the instance, where neither its ARN nor the environment says it.
    #[arg(long, requires = "remote")]
    region: Option<String>,
    /// Base URL of the service, for a service of one's own.
    #[arg(long, value_name = "URL", requires = "remote")]
    endpoint: Option<String>,
    /// Leave the test cases in the instance.
    #[arg(long, requires = "remote")]
    keep: bool,
}

/// Runs all tests there, five at a time.
pub(super) fn run(arguments: &Arguments, instance: &str, jobs: &[Job]) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let service = Service::new(instance, arguments.region.as_deref(), arguments.endpoint.as_deref())?;
        let library = Library::default();
        let requests: Vec<_> =
            jobs.iter().map(|job| request(job, arguments, &library)).collect::<Result<_>>()?;
        let mut failed = 0;
        for group in requests.chunks(AT_A_TIME) {
            failed += execute(&service, group, arguments.keep).await?;
        }
        out::line(format_args!("\n{} passed, {failed} failed", jobs.len() - failed));
        Ok(ExitCode::from(u8::from(failed > 0)))
    })
}

/// The name of a test with the body of its `CreateTestCase`.
fn request(job: &Job, arguments: &Arguments, library: &Library) -> Result<(String, Value)> {
    let name = job.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (content, mut entry, attributes) = match &job.kind {
        Kind::Scenario => {
            let mut exported = export::exported(job, library)?;
            exported.entry.flow = None;
            for line in &exported.left_out {
                out::line(format_args!("{}: left out: {line}", job.name()));
            }
            (exported.content.to_string(), exported.entry, exported.attributes)
        }
        Kind::TestCase { .. } => {
            let case = job.test_case()?;
            (case.content, case.entry, case.attributes)
        }
    };
    // Exported test cases have the flow's name, for which an instance has an id.
    let named = entry.flow.take();
    let id = named.clone().filter(|flow| is_id(flow));
    entry.flow = id.or_else(|| arguments.flow_id.clone()).or(named);
    if entry.flow.is_none() {
        bail!("{}: the id of the flow in the instance is missing: give --flow-id", job.name());
    }
    let name = format!("{name} {}", uuid::Uuid::new_v4());
    Ok((job.name(), test_case::request(&name, &entry, &attributes, &content)))
}

/// Whether a flow is named by its id or ARN.
fn is_id(flow: &str) -> bool {
    flow.starts_with("arn:") || uuid::Uuid::parse_str(flow).is_ok()
}

/// Runs a group, and returns the number of those that failed.
async fn execute(service: &Service, group: &[(String, Value)], keep: bool) -> Result<usize> {
    let mut running = Vec::new();
    for (name, body) in group {
        let case = service.create(body).await.with_context(|| name.clone())?;
        let execution = service.start(&case).await.with_context(|| name.clone());
        running.push((name, case, execution));
    }
    let mut failed = 0;
    let mut ended = Ok(());
    for (name, case, execution) in running {
        let outcome = match execution {
            Ok(execution) => watch(service, &case, &execution).await,
            Err(error) => Err(error),
        };
        if !keep {
            // The test case must not stay behind because another request failed.
            ended = ended.and(service.delete(&case).await);
        }
        match outcome.with_context(|| name.clone())? {
            None => out::line(format_args!("ok      {name}")),
            Some(reason) => {
                failed += 1;
                out::line(format_args!("FAILED  {name}\n{reason}"));
            }
        }
    }
    ended.map(|()| failed)
}

/// Waits for the end of an execution. `None`: it passed; otherwise the records of those observations that did not.
async fn watch(service: &Service, case: &str, execution: &str) -> Result<Option<String>> {
    let start = Instant::now();
    loop {
        let summary = service.summary(case, execution).await?;
        match summary["Status"].as_str() {
            Some("PASSED") => return Ok(None),
            Some("FAILED" | "STOPPED") => {
                let records = service.failed_records(case, execution).await?;
                return Ok(Some(format!("  {}\n{records}", summary["ObservationSummary"])));
            }
            _ if start.elapsed() > LONGEST => {
                bail!("the execution has not ended after {} s", LONGEST.as_secs())
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}
