//! One call through a contact flow, on the running stack: its recording and its timings.

mod clips;
mod progress;
mod table;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use connect_flows::{
    catalogue,
    http::HttpLambdas,
    lint,
    model::Flow,
    runner::{Call, CallSettings, Ports, Runner, Script},
    source::Source,
    urls::Urls,
};
use contract::http::{STREAMS, StreamStatus};
use time::OffsetDateTime;

use self::{clips::ConnectClips, progress::Progress};
use crate::{prompt_voice::LocalPromptVoice, stack::Stack};

/// The files that a call writes.
const RESULTS: [&str; 3] = ["call.wav", "timeline.json", "flow-log.jsonl"];

/// A flow, and its name in the flow log.
#[derive(Clone, Debug)]
pub struct NamedFlow {
    /// The name of the flow's file, without its extension.
    pub name: String,
    /// The flow as read from the file.
    pub flow: Flow,
}

/// A call's settings.
#[derive(Clone, Debug)]
pub struct CallConfig {
    /// The flow to run.
    pub flow: NamedFlow,
    /// Contact attributes.
    pub attributes: BTreeMap<String, String>,
    /// The caller's part of the call.
    pub script: Script,
    /// Folder for `call.wav`, `timeline.json` and `flow-log.jsonl`.
    pub out: PathBuf,
    /// Folder that `cargo xtask fetch` fills.
    pub assets: PathBuf,
}

/// Runs the flow in real time, prints its progress and a table, and writes the recording and the logs.
///
/// # Errors
/// One line: the reason why the flow can't be run, or the first failure in the call. After a failed call the recording
/// and the logs are still written.
pub async fn call(stack: &Stack, config: CallConfig) -> Result<()> {
    println!("call       flow {}, {} actions", config.flow.name, config.flow.flow.actions.len());
    let voice = LocalPromptVoice::new(config.assets.clone());
    // A conversation has such texts between its answers: there the time of loading would be heard.
    if config.flow.flow.actions.iter().any(|action| action.kind == "ConnectParticipantWithLexBot") {
        voice.load().await.context("the voice of the flow's texts can't be loaded")?;
    }
    let ports = ports(stack, voice)?;
    let settings = CallSettings {
        flow_name: config.flow.name,
        attributes: config.attributes,
        script: config.script.into(),
        ..CallSettings::new(uuid::Uuid::new_v4().to_string())
    };
    let runner = Runner::new(config.flow.flow, ports, settings);
    let mut progress = Progress::start();
    let call = runner.run(&mut |event| progress.show(event)).await;
    write(&call, &config.out)?;
    let stream = stream_status(stack, &call).await;
    println!(
        "\n{}",
        table::render(&call, stream.as_ref(), progress.started_at_ms(), &stack.lambdas().reports())
    );
    let out = config.out.display();
    println!(
        "wrote {out}/call.wav, {out}/timeline.json, {out}/flow-log.jsonl and the programs' logs in {out}/logs"
    );
    match call.end.error() {
        Some(error) => bail!("the call went wrong: {error}"),
        None => Ok(()),
    }
}

/// Removes the files of an earlier call, so that they aren't taken for the new call's files.
pub fn remove_old_results(out: &Path) {
    for name in RESULTS {
        let _ = fs::remove_file(out.join(name));
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

fn ports(stack: &Stack, voice: LocalPromptVoice) -> Result<Ports> {
    Ok(Ports {
        lambdas: Arc::new(HttpLambdas::new(&stack.lambdas().endpoint())?),
        clips: Arc::new(ConnectClips::new(stack)?),
        voice: Arc::new(voice),
        caller: None,
        clock: Arc::new(OffsetDateTime::now_utc),
    })
}

fn write(call: &Call, out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("no folder {}", out.display()))?;
    let [recording, timeline, log] = RESULTS.map(|name| out.join(name));
    call.recording
        .save_wav(&recording)
        .with_context(|| format!("{} can't be written", recording.display()))?;
    let events = serde_json::to_string_pretty(&call.timeline.to_json())? + "\n";
    let lines: String = call.flow_log.iter().map(|line| line.to_json() + "\n").collect();
    for (path, content) in [(timeline, events), (log, lines)] {
        fs::write(&path, content).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

/// The service's status of the call's first stream; `None` when no part was heard.
async fn stream_status(stack: &Stack, call: &Call) -> Option<StreamStatus> {
    let stream_id = table::first_stream(call)?;
    let url = format!("{}{STREAMS}/{stream_id}", stack.service_endpoint());
    let http = reqwest::Client::builder().no_proxy().build().ok()?;
    http.get(url).bearer_auth(stack.token()).send().await.ok()?.json().await.ok()
}
