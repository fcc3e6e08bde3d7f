//! `connect-flow run`: one call through a flow.

mod output;
mod progress;
mod stage;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use clap::Args;
use connect_flows::{
    model::Action,
    runner::{Call, CallSettings, PromptVoice, Runner, in_virtual_time},
    scenario::Scenario,
};
use tokio::runtime::Runtime;

use self::{progress::Progress, stage::Stage};

/// Most texts that are spoken before the call begins.
const MOST_TEXTS: usize = 100;

/// The longest call: a day.
const MOST_SECONDS: u64 = 24 * 60 * 60;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The flow, or the module.
    file: PathBuf,
    /// A scenario, whose caller, attributes, functions and world are those of the call. Other options go before it.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Further flows and modules that the flow can reach: a file, or a folder with files.
    #[arg(long, value_name = "PATH")]
    flows: Vec<PathBuf>,
    /// A function's reply or place: `NAME=reply.json`, `NAME=http://HOST:PORT` for an endpoint with Lambda's Invoke API,
    /// `NAME=http://HOST/PATH` for an address to which the event is posted, `NAME=aws` for AWS Lambda with the keys of the
    /// environment or a profile. `*` is the name of all others.
    #[arg(long = "function", value_name = "NAME=REPLY")]
    functions: Vec<String>,
    /// A prompt's sound: `NAME=file.wav`, by its name, id or ARN. Other prompts have their names spoken.
    #[arg(long = "prompt", value_name = "NAME=FILE")]
    prompts: Vec<String>,
    /// A contact attribute at the start of the call.
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
    /// The caller's words, one text each time the flow listens.
    #[arg(long, value_name = "TEXT")]
    say: Vec<String>,
    /// Keys that the caller presses when the flow listens, or at a time: `1`, or `2500:1` for 2.5 s after the start.
    #[arg(long, value_name = "KEYS")]
    press: Vec<String>,
    /// The caller stays on the line when everything is said and pressed.
    #[arg(long)]
    patient: bool,
    /// Folder for `call.html`, `call.wav`, `timeline.json` and `flow-log.jsonl`.
    #[arg(long, default_value = "call")]
    out: PathBuf,
    /// A service with OpenAI's speech API that speaks the flow's texts and the caller's words.
    #[arg(long, value_name = "URL", env = "FIRSTWORD_SERVICE_URL")]
    voice: Option<String>,
    /// Name of the voice; the service's default without it.
    #[arg(long, value_name = "NAME", default_value = "")]
    voice_name: String,
    /// The service's token.
    #[arg(long, env = "FIRSTWORD_SERVICE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Beeps of the right length in place of a voice.
    #[arg(long)]
    silent: bool,
    /// Jump over all waiting: a call of ten minutes takes milliseconds.
    #[arg(long = "virtual")]
    virtual_time: bool,
    /// Seed of everything that is left to chance; 0 without it.
    #[arg(long)]
    seed: Option<u64>,
    /// Longest duration of the call, in seconds; half an hour without it.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=MOST_SECONDS))]
    limit: Option<u64>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let runtime = Runtime::new().context("no runtime")?;
    let stage = Stage::build(arguments, runtime.handle())?;
    if let Some(voice) = stage.spoken_ahead() {
        runtime.block_on(speak_ahead(&*voice, &stage));
    }
    let virtual_time = arguments.virtual_time;
    let (flow, name) = (stage.flow().clone(), stage.name().to_owned());
    let runner = Arc::new(stage.runner());
    let call = if virtual_time { in_virtual_time(one(&runner))? } else { runtime.block_on(one(&runner)) };
    output::write(&call, &flow, &name, &arguments.out)?;
    progress::summary(&call, &arguments.out);
    Ok(if call.end.reason.is_failure() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn one(runner: &Runner) -> Call {
    let mut progress = Progress::default();
    runner.run(&mut |event| progress.show(event)).await
}

/// Speaks the flow's fixed texts before the call, so that their making is no silence in it.
async fn speak_ahead(voice: &dyn PromptVoice, stage: &Stage) {
    let text = |action: &Action| action.text("Text").filter(|text| !text.contains('$')).map(str::to_owned);
    let texts = stage.flow().actions.iter().filter_map(text).take(MOST_TEXTS);
    for text in texts {
        if let Err(reason) = voice.speak(&text).await {
            eprintln!("warning: the voice does not speak: {reason}; use --silent for beeps");
            return;
        }
    }
}

impl Arguments {
    /// The settings of the call, without its flows: those of the scenario, and those of the other options above them.
    fn settings(&self, scenario: Option<&Scenario>) -> Result<CallSettings> {
        let unnamed = || CallSettings::new("00000000-0000-4000-8000-000000000000");
        let mut settings = scenario.map_or_else(unnamed, Scenario::settings);
        settings.seed = self.seed.unwrap_or(settings.seed);
        settings.max_duration = self.limit.map_or(settings.max_duration, Duration::from_secs);
        if scenario.is_none() || !self.say.is_empty() || !self.press.is_empty() {
            settings.script = stage::caller(self)?;
        }
        for attribute in &self.attributes {
            let (name, value) = stage::pair("--attribute", attribute)?;
            settings.attributes.insert(name.to_owned(), value.to_owned());
        }
        Ok(settings)
    }
}
