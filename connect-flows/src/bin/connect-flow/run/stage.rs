//! From the arguments to a runner: the flow, the functions, the prompts, the voices and the caller.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use connect_flows::{
    aws::AwsLambdas,
    http::{HttpClips, HttpFunction, HttpLambdas, HttpVoice},
    model::Flow,
    runner::{
        Act, Beeps, CallSettings, Caller, Clips, Function, Functions, Lambdas, Ports, PromptSound,
        PromptVoice, RealTime, Replies, Reply, Runner, Step, Then, When,
    },
    scenario::{self, Library, Scenario, SceneClips},
};
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::Arguments;
use crate::files;

/// Everything of a call.
pub(super) struct Stage {
    flow: Flow,
    settings: CallSettings,
    ports: Ports,
    has_voice: bool,
}

impl Stage {
    pub(super) fn build(arguments: &Arguments, handle: &Handle) -> Result<Self> {
        let scenario = arguments.scenario.as_deref().map(scenario::open).transpose()?;
        let mut settings = arguments.settings(scenario.as_ref())?;
        let flow = flow(&arguments.file, &mut settings)?;
        let flows = &mut settings.world.flows;
        for path in &arguments.flows {
            for left_out in flows.load(path).map_err(anyhow::Error::msg)? {
                eprintln!("warning: {left_out}");
            }
        }
        if let Some(scenario) = &scenario {
            let reached = Library::default().reached_by(scenario, &flow).map_err(anyhow::Error::msg)?;
            reached.unread.iter().for_each(|unread| flows.leave_out(unread));
            reached.flows.into_iter().for_each(|(_, flow)| flows.share(flow));
        }
        for prompt in &arguments.prompts {
            let (name, file) = pair("--prompt", prompt)?;
            settings.world.prompts.insert(name.to_owned(), PromptSound::File(file.into()));
        }
        let voice = voice(arguments)?;
        let ports = Ports {
            lambdas: Arc::new(functions(arguments, scenario.as_ref(), handle)?),
            clips: clips(arguments, scenario.as_ref(), handle)?,
            caller: voice.clone().map(|voice| placed(arguments, handle, voice)),
            voice: match voice.clone() {
                Some(voice) => placed(arguments, handle, voice),
                None => Arc::new(Beeps),
            },
            clock: Arc::new(OffsetDateTime::now_utc),
        };
        Ok(Self { flow, settings, ports, has_voice: voice.is_some() })
    }

    pub(super) fn flow(&self) -> &Flow {
        &self.flow
    }

    /// Name of the flow.
    pub(super) fn name(&self) -> &str {
        &self.settings.flow_name
    }

    /// The voice that speaks fixed texts before the call; beeps need no time.
    pub(super) fn spoken_ahead(&self) -> Option<Arc<dyn PromptVoice>> {
        self.has_voice.then(|| self.ports.voice.clone())
    }

    pub(super) fn runner(self) -> Runner {
        Runner::new(self.flow, self.ports, self.settings)
    }
}

/// The one flow of a file. Faults in its shape are warnings: the flow runs as far as it can be read.
fn flow(path: &Path, settings: &mut CallSettings) -> Result<Flow> {
    let (source, one) = files::held(path)?;
    for fault in &one.reading.faults {
        eprintln!("warning: {}: {}", source.place(&fault.span), fault.text);
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    settings.flow_name = one.name.unwrap_or_else(|| stem.clone());
    settings.flow_id = stem;
    Ok(one.reading.flow)
}

fn functions(arguments: &Arguments, scenario: Option<&Scenario>, handle: &Handle) -> Result<Functions> {
    let mut functions = Functions::default();
    for function in scenario.into_iter().flat_map(|scenario| &scenario.functions) {
        let source = match function.source.real().map_err(anyhow::Error::msg)? {
            None => Function::Canned(Replies::new(function.replies().to_vec())),
            Some(port) => real(arguments, handle, port),
        };
        functions.set(&function.name, source);
    }
    for function in &arguments.functions {
        let (name, place) = pair("--function", function)?;
        let function = match place {
            "aws" => real(arguments, handle, Arc::new(AwsLambdas::of_environment()?)),
            web if web.starts_with("http://") || web.starts_with("https://") => {
                real(arguments, handle, at_address(web)?)
            }
            file => {
                let text = fs::read_to_string(file).with_context(|| format!("{file} can't be read"))?;
                let reply = serde_json::from_str(&text).with_context(|| format!("{file} is no JSON"))?;
                Function::Canned(Replies::new(vec![Reply::now(reply)]))
            }
        };
        functions.set(name, function);
    }
    Ok(functions)
}

/// The function at an address. An address without a path is that of an endpoint with many functions.
fn at_address(url: &str) -> Result<Arc<dyn Lambdas>> {
    let is_endpoint = url.splitn(4, '/').nth(3).is_none_or(str::is_empty);
    Ok(if is_endpoint { Arc::new(HttpLambdas::new(url)?) } else { Arc::new(HttpFunction::new(url)?) })
}

/// A real function where the call's clock needs it.
fn real(arguments: &Arguments, handle: &Handle, function: Arc<dyn Lambdas>) -> Function {
    Function::Real(match arguments.virtual_time {
        true => Arc::new(RealTime::new(handle.clone(), function)),
        false => function,
    })
}

/// The clips of the scenario, or those of the network.
fn clips(arguments: &Arguments, scenario: Option<&Scenario>, handle: &Handle) -> Result<Arc<dyn Clips>> {
    if let Some(scenario) = scenario.filter(|scenario| !scenario.clips.is_empty()) {
        return Ok(Arc::new(SceneClips::new(scenario.clips.clone())));
    }
    let clips = Arc::new(HttpClips::new()?);
    Ok(if arguments.virtual_time { Arc::new(RealTime::new(handle.clone(), clips)) } else { clips })
}

fn voice(arguments: &Arguments) -> Result<Option<Arc<dyn PromptVoice>>> {
    match &arguments.voice {
        Some(url) if !arguments.silent => {
            Ok(Some(Arc::new(HttpVoice::new(url, &arguments.voice_name, arguments.token.clone())?)))
        }
        None if !arguments.silent => {
            bail!("the flow's texts have no voice: name a service with --voice, or use --silent")
        }
        _ => Ok(None),
    }
}

/// The voice where the call's clock needs it.
fn placed(arguments: &Arguments, handle: &Handle, voice: Arc<dyn PromptVoice>) -> Arc<dyn PromptVoice> {
    if arguments.virtual_time { Arc::new(RealTime::new(handle.clone(), voice)) } else { voice }
}

/// The caller of `--say` and `--press`.
pub(super) fn caller(arguments: &Arguments) -> Result<Caller> {
    let says = arguments.say.iter().map(|text| Step { when: When::Listens, act: Act::Say(text.clone()) });
    let mut steps: Vec<Step> = says.collect();
    for press in &arguments.press {
        let (when, keys) = match press.split_once(':') {
            None => (When::Listens, press.as_str()),
            Some((at, keys)) => {
                let at = at.parse().with_context(|| format!("--press {press}: write MILLISECONDS:KEYS"))?;
                (When::At(Duration::from_millis(at)), keys)
            }
        };
        if keys.is_empty() || !keys.chars().all(|key| key.is_ascii_digit() || matches!(key, '*' | '#')) {
            bail!("--press {press}: keys are the digits, * and #");
        }
        steps.push(Step { when, act: Act::Press(keys.to_owned()) });
    }
    let then = if arguments.patient { Then::StaySilent } else { Then::HangUp };
    Ok(Caller { steps, then })
}

/// The two sides of `NAME=VALUE`.
pub(super) fn pair<'a>(option: &str, text: &'a str) -> Result<(&'a str, &'a str)> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        _ => bail!("{option} {text}: write NAME=VALUE"),
    }
}
