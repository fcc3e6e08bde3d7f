//! One call through a contact flow, on the running stack: its recording and its timings.

mod clips;
mod files;
mod functions;
mod progress;
mod streams;
pub(crate) mod table;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use connect_flows::{
    catalogue, lint,
    model::{Action, Flow},
    report::Report,
    runner::{Call, CallSettings, Ports, Runner},
    scenario::CannedFunction,
    source::Source,
    urls::Urls,
};
use time::OffsetDateTime;

pub use self::files::remove_old_results;
use self::{clips::ConnectClips, progress::Progress};
use crate::{prompt_voice::LocalPromptVoice, stack::Stack};

/// A flow, and its name in the flow log.
#[derive(Clone, Debug)]
pub struct NamedFlow {
    /// The name of the flow's file, without its extension.
    pub name: String,
    /// The flow as read from the file.
    pub flow: Flow,
}

/// The configuration of a call.
#[derive(Clone, Debug)]
pub struct CallConfig {
    /// The flow to run.
    pub flow: NamedFlow,
    /// Attributes, caller and world. The call gives the ids and the name of the flow.
    pub settings: CallSettings,
    /// Functions that the stack lacks; those of its own are always real.
    pub functions: Vec<CannedFunction>,
    /// Folder for `call.html`, `call.wav`, `timeline.json` and `flow-log.jsonl`.
    pub out: PathBuf,
    /// Folder that `cargo xtask fetch` fills.
    pub assets: PathBuf,
}

/// Runs the flow in real time, prints its progress and a table, and writes the report, the recording and the logs.
///
/// # Errors
/// One line: the reason why the flow can't be run, or the first failure in the call. After a failed call the report, the
/// recording and the logs are still written.
pub async fn call(stack: &Stack, config: CallConfig) -> Result<()> {
    let NamedFlow { name, flow } = config.flow.clone();
    println!("call       flow {name}, {} actions", flow.actions.len());
    let voice = LocalPromptVoice::new(config.assets.clone());
    // The time of loading would be heard. Ours that hold no conversation have texts only for a failure.
    let is_needed = |action: &Action| action.kind == "ConnectParticipantWithLexBot";
    if catalogue::flow(&name).is_none() || flow.actions.iter().any(is_needed) {
        voice.load().await.context("the voice of the flow's texts can't be loaded")?;
    }
    let ports = ports(stack, &config, voice)?;
    let contact_id = uuid::Uuid::new_v4().to_string();
    let settings = CallSettings { contact_id, flow_name: name.clone(), ..config.settings };
    let runner = Runner::new(flow.clone(), ports, settings);
    let mut progress = Progress::default();
    let call = runner.run(&mut |event| progress.show(event)).await;
    let streams = streams::statuses(stack, &call).await;
    let started_at_ms = progress.started_at_ms().unwrap_or_default();
    let mut report = Report::with_picture(&call, &flow, &name);
    // Below the sounds, which they become.
    let at = report.lanes.iter().position(|lane| lane.name == "Sounds").map_or(0, |sounds| sounds + 1);
    report.lanes.splice(at..at, streams::lanes(&streams, started_at_ms));
    files::write(&call, &report, &config.out)?;
    let reports = stack.lambdas().reports();
    println!("\n{}", table::render(&call, streams.first(), started_at_ms, &reports));
    told(&call, &config.out)
}

/// The last line of a call.
fn told(call: &Call, out: &Path) -> Result<()> {
    let out = out.display();
    println!(
        "wrote {out}/call.html, {out}/call.wav, {out}/timeline.json, {out}/flow-log.jsonl and the programs' logs in \
         {out}/logs"
    );
    match call.end.error() {
        Some(error) => bail!("the call went wrong: {error}"),
        None => Ok(()),
    }
}

/// The committed flow of this name, in the form that plays this kind of URL.
///
/// # Errors
/// When no flow has this name; the error lists the names.
pub fn committed_flow(name: &str, urls: Urls) -> Result<NamedFlow> {
    let name = format!("{name}{}", urls.suffix());
    match catalogue::flow(&name) {
        Some(flow) => Ok(NamedFlow { name, flow }),
        None => {
            let names: Vec<_> = catalogue::flows().into_iter().map(|(name, _)| name).collect();
            bail!("no flow {name} is committed: name a file, or one of {}", names.join(", "))
        }
    }
}

/// Reads and checks a flow's JSON.
///
/// # Errors
/// One line when the file can't be read or Connect would refuse the flow; the flow's problems are printed.
pub fn load_flow(path: &Path) -> Result<NamedFlow> {
    let source = Source::open(path).context("a flow")?;
    let judged = lint::file(&source);
    for finding in &judged.findings {
        let place = source.position(finding.span.start);
        eprintln!("{}:{}:{}: {finding}", source.name, place.line, place.column);
    }
    let errors = judged.findings.iter().filter(|finding| finding.is_error()).count();
    if errors > 0 {
        bail!("flow {} has {errors} errors; Connect would not take it", path.display());
    }
    let [held] = <[_; 1]>::try_from(judged.flows)
        .map_err(|flows| anyhow!("{} holds {} flows: give a file with one", path.display(), flows.len()))?;
    let flow = held.reading.flow;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(NamedFlow { name, flow })
}

fn ports(stack: &Stack, config: &CallConfig, voice: LocalPromptVoice) -> Result<Ports> {
    Ok(Ports {
        lambdas: Arc::new(functions::functions(stack, &config.functions)?),
        clips: Arc::new(ConnectClips::new(stack)?),
        voice: Arc::new(voice),
        caller: Some(Arc::new(LocalPromptVoice::of_caller(config.assets.clone()))),
        clock: Arc::new(OffsetDateTime::now_utc),
    })
}
