//! `cargo xtask call`: from its arguments to a call on a stack of its own.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Error, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use connect_flows::{
    runner::{CallSettings, KeyPress, Script, Then},
    scenario::{self, Scenario},
    urls::Urls,
};
use local_stack::{
    call::{self, CallConfig, NamedFlow},
    stack::StackConfig,
};

use crate::{
    common::{ChatArguments, Common, DEFAULT_VOICE},
    interrupt::Interrupt,
    start_stack,
};

/// The default text. Its first sentence has eight words, the usual length for comparisons of the time to first audio.
const DEFAULT_TEXT: &str = "Thank you for calling the Firstword demonstration line. \
    Every sentence that you hear was made while the one before it was playing. \
    The first one reached you before the second one existed. \
    Your order number 4 5 7 ships on March 3rd, and the total is $12.50. \
    Is there anything else that I can do for you today?";

#[derive(Args)]
pub(crate) struct CallArguments {
    /// Text to speak: the contact attribute `text`.
    #[arg(long, conflicts_with = "text_file")]
    text: Option<String>,

    /// A UTF-8 file with the text to speak.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,

    /// A committed flow by name (play-text, talk, talk-async), or a contact flow as Connect exports it. Without it the
    /// flow of the scenario, or play-text.
    #[arg(long, value_name = "NAME|FILE")]
    flow: Option<PathBuf>,

    /// Further flows and modules that the flow can reach: a file, or a folder with files. May be given several times.
    #[arg(long, value_name = "PATH")]
    flows: Vec<PathBuf>,

    /// A scenario, whose flow, caller, attributes and world are those of the call. Our own functions are real in any
    /// case; others are those of the scenario. Other options go before it, and its expectations are not judged.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// The URLs that a committed flow plays: presigned ones, which is the default, or plain ones that the bucket's
    /// policy lets Connect read.
    #[arg(long, value_name = "KIND", value_enum)]
    urls: Option<UrlKind>,

    /// Words that the caller says when Lex listens; given several times, one after the other.
    #[arg(long, value_name = "WORDS")]
    say: Vec<String>,

    /// A key that the caller presses this many milliseconds after the start of the call, as MS:KEY (a digit, * or #).
    /// Without KEY it is #. May be given several times.
    #[arg(long, value_name = "MS[:KEY]", value_parser = key_press)]
    interrupt_at: Vec<KeyPress>,

    /// The caller speaks over a sound that Lex plays, this many milliseconds after its start. With `--set
    /// barge_in=true` the talk flow has Lex play the last clip of each answer.
    #[arg(long, value_name = "MS")]
    barge_in_after: Option<u64>,

    /// The caller's behaviour when everything is said; hang-up without it.
    #[arg(long, value_enum)]
    then: Option<CallerThen>,

    /// Name of a voice: the contact attribute `voice`.
    #[arg(long)]
    voice: Option<String>,

    /// Folder for the recording, the time line and the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    /// A contact attribute; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = attribute)]
    attributes: Vec<(String, String)>,

    #[command(flatten)]
    chat: ChatArguments,

    #[command(flatten)]
    common: Common,
}

impl CallArguments {
    /// Attributes, caller and world: those of the scenario, and those of the other options above them.
    fn settings(&self, scenario: Option<&Scenario>) -> Result<CallSettings> {
        let mut settings = scenario.map_or_else(|| CallSettings::new(""), Scenario::settings);
        let own = scenario.map(|scenario| &scenario.flows);
        for path in self.flows.iter().chain(own.into_iter().flatten()) {
            for left_out in settings.world.flows.load(path).map_err(Error::msg)? {
                eprintln!("warning: {left_out}");
            }
        }
        if let Some(text) = self.text()?.or_else(|| scenario.is_none().then(|| DEFAULT_TEXT.to_owned())) {
            settings.attributes.insert("text".into(), text);
        }
        let voice = self.voice.iter().map(|voice| ("voice".to_owned(), voice.clone()));
        settings.attributes.extend(voice.chain(self.attributes.iter().cloned()));
        let is_silent = self.say.is_empty() && self.interrupt_at.is_empty();
        if scenario.is_none() || !is_silent {
            settings.script = self.script().into();
        }
        Ok(settings)
    }

    /// The text that was given, or that of the file.
    fn text(&self) -> Result<Option<String>> {
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path).with_context(|| format!("text file {}", path.display()))
        };
        let file = self.text_file.as_ref().map(read).transpose()?;
        Ok(self.text.clone().or(file))
    }

    /// The caller's part of the call.
    fn script(&self) -> Script {
        let then = match self.then {
            None | Some(CallerThen::HangUp) => Then::HangUp,
            Some(CallerThen::Silence) => Then::StaySilent,
        };
        let barges_in_after = self.barge_in_after.map(Duration::from_millis);
        Script { says: self.say.clone(), keys: self.interrupt_at.clone(), barges_in_after, then }
    }

    /// The committed flow of the name that was given, or the flow in the file.
    fn flow(&self, scenario: Option<&Scenario>) -> Result<NamedFlow> {
        let of_scenario = scenario.map(|scenario| &scenario.flow);
        let Some(flow) = self.flow.as_ref().or(of_scenario) else { return self.committed("play-text") };
        let committed = self.committed(&flow.to_string_lossy());
        if committed.is_ok() || self.urls.is_some() || !flow.exists() {
            return committed;
        }
        call::load_flow(flow)
    }

    fn committed(&self, name: &str) -> Result<NamedFlow> {
        call::committed_flow(name, self.urls.map_or(Urls::Presigned, Urls::from))
    }

    /// The voices to load: the default voice and the requested one, since each further voice costs time. If the
    /// requested voice does not exist, the service reports that to the flow.
    fn voices(&self) -> Vec<String> {
        let folders = self.common.assets.join("voices");
        let is_there = |voice: &&str| folders.join(voice).join("voice.toml").is_file();
        let wanted = self.voice.iter().filter_map(|voice| voice.split('/').next());
        let mut voices: Vec<_> = wanted.filter(is_there).map(str::to_owned).collect();
        voices.push(DEFAULT_VOICE.to_owned());
        voices.sort();
        voices.dedup();
        voices
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum UrlKind {
    Presigned,
    S3,
}

impl From<UrlKind> for Urls {
    fn from(kind: UrlKind) -> Self {
        match kind {
            UrlKind::Presigned => Self::Presigned,
            UrlKind::S3 => Self::Plain,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum CallerThen {
    HangUp,
    Silence,
}

pub(crate) async fn run(arguments: CallArguments) -> Result<()> {
    let scenario = arguments.scenario.as_deref().map(scenario::open).transpose()?;
    let settings = arguments.settings(scenario.as_ref())?;
    let flow = arguments.flow(scenario.as_ref())?;
    let functions = scenario.map(|scenario| scenario.functions).unwrap_or_default();
    let voices = arguments.voices();
    call::remove_old_results(&arguments.out);
    let mut interrupt = Interrupt::listen()?;
    let logs = arguments.out.join("logs");
    let service_settings = arguments.chat.settings();
    let stack = StackConfig { voices, logs, service_settings, ..StackConfig::default() };
    let stack = tokio::select! {
        stack = start_stack(&arguments.common, stack) => stack?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    let config =
        CallConfig { flow, settings, functions, out: arguments.out, assets: arguments.common.assets };
    let called = tokio::select! {
        called = call::call(&stack, config) => called,
        () = interrupt.wait() => Err(anyhow!("interrupted")),
    };
    let stopped = stack.stop().await;
    called.and(stopped)
}

fn attribute(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn key_press(text: &str) -> Result<KeyPress, String> {
    let (ms, key) = text.split_once(':').unwrap_or((text, "#"));
    let ms = ms.parse().map_err(|_| format!("expected milliseconds before {key:?}"))?;
    let mut keys = key.chars().filter(|key| matches!(key, '0'..='9' | '*' | '#'));
    match (keys.next(), key.len()) {
        (Some(key), 1) => Ok(KeyPress { at: Duration::from_millis(ms), key }),
        _ => Err("expected a digit, * or # as the key".into()),
    }
}
