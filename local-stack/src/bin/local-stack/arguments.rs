//! The command line.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use connect_flows::{
    runner::{KeyPress, Script, Then},
    urls::Urls,
};

/// The default voice, which `cargo xtask` always fetches.
pub(super) const DEFAULT_VOICE: &str = "hibari";

/// A voice that is slow enough for the order of its work to be heard.
const SLOWER_VOICE: &str = "piper";

/// Firstword on this machine.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Start everything, run a contact flow, and record the call's audio.
    Call(CallArguments),
    /// Start everything and keep it up until Ctrl-C.
    Dev(DevArguments),
    /// Run many callers at once; report latency, refusals and lost audio.
    #[command(bin_name = "cargo xtask bench load")]
    Load(LoadArguments),
    /// Run twice as many callers as two hosts can carry through a load balancer, every fourth with a slow voice. Report
    /// the speech that was made twice, and end with an error when a call was lost.
    #[command(bin_name = "cargo xtask bench fleet")]
    Fleet(FleetArguments),
    /// Hold conversations with the demo model: the time to the first audible sample taken apart, three sentences in three
    /// ways, twenty and two hundred conversations at once.
    #[command(bin_name = "cargo xtask bench chat")]
    Chat(ChatBenchArguments),
    /// Start `get_next_batch` cold, again and again, beside the same function in Python: time to the first reply, memory,
    /// sizes of the zips. Ends with an error when an aim is missed.
    #[command(bin_name = "cargo xtask bench cold")]
    Cold(ColdArguments),
}

#[derive(Args)]
pub(super) struct CallArguments {
    /// Text to speak: the contact attribute `text`.
    #[arg(long, conflicts_with = "text_file")]
    pub(super) text: Option<String>,

    /// A UTF-8 file with the text to speak.
    #[arg(long, value_name = "FILE")]
    pub(super) text_file: Option<PathBuf>,

    /// A committed flow by name (play-text, talk, talk-async), or a contact flow as Connect exports it.
    #[arg(long, value_name = "NAME|FILE", default_value = "play-text")]
    pub(super) flow: PathBuf,

    /// The URLs that a committed flow plays: presigned ones, which is the default, or plain ones that the bucket's
    /// policy lets Connect read.
    #[arg(long, value_name = "KIND", value_enum)]
    pub(super) urls: Option<UrlKind>,

    /// Words that the caller says when Lex listens; given several times, one after the other.
    #[arg(long, value_name = "WORDS")]
    pub(super) say: Vec<String>,

    /// A key that the caller presses this many milliseconds after the start of the call, as MS:KEY (a digit, * or #).
    /// Without KEY it is #. May be given several times.
    #[arg(long, value_name = "MS[:KEY]", value_parser = key_press)]
    pub(super) interrupt_at: Vec<KeyPress>,

    /// The caller speaks over a sound that Lex plays, this many milliseconds after its start. With `--set
    /// barge_in=true` the talk flow has Lex play the last clip of each answer.
    #[arg(long, value_name = "MS")]
    pub(super) barge_in_after: Option<u64>,

    /// The caller's behaviour when everything is said.
    #[arg(long, value_enum, default_value = "hang-up")]
    pub(super) then: CallerThen,

    /// Name of a voice: the contact attribute `voice`.
    #[arg(long)]
    pub(super) voice: Option<String>,

    /// Folder for the recording, the time line and the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,

    /// A contact attribute; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = attribute)]
    pub(super) attributes: Vec<(String, String)>,

    #[command(flatten)]
    pub(super) chat: ChatArguments,

    #[command(flatten)]
    pub(super) common: Common,
}

impl CallArguments {
    /// The caller's part of the call.
    pub(super) fn script(&self) -> Script {
        let then = match self.then {
            CallerThen::HangUp => Then::HangUp,
            CallerThen::Silence => Then::StaySilent,
        };
        let barges_in_after = self.barge_in_after.map(Duration::from_millis);
        Script { says: self.say.clone(), keys: self.interrupt_at.clone(), barges_in_after, then }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum UrlKind {
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
pub(super) enum CallerThen {
    HangUp,
    Silence,
}

#[derive(Args)]
pub(super) struct ColdArguments {
    /// Number of cold starts of each function.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u16).range(20..))]
    pub(super) starts: u16,

    /// The program of get_next_batch, as it is in its zip.
    #[arg(long, hide = true)]
    pub(super) program: PathBuf,

    /// Folder with the zips.
    #[arg(long, hide = true)]
    pub(super) zips: PathBuf,

    /// A Python with awslambdaric and boto3.
    #[arg(long, hide = true)]
    pub(super) python: PathBuf,

    /// Folder with the function in Python.
    #[arg(long, hide = true)]
    pub(super) handler: PathBuf,

    /// Folder to work in.
    #[arg(long, hide = true)]
    pub(super) work: PathBuf,

    #[command(flatten)]
    pub(super) common: Common,
}

/// The model that answers callers.
#[derive(Args)]
pub(super) struct ChatArguments {
    /// Kind of the model that answers callers: demo needs no network, openai any server with its interface.
    #[arg(long, value_name = "KIND", env = "FIRSTWORD_CHAT_MODEL", default_value = "demo")]
    model: String,

    /// Base URL of the model's server.
    #[arg(long, value_name = "URL", env = "FIRSTWORD_CHAT_BASE_URL")]
    chat_base: Option<String>,

    /// Name of the model at its server.
    #[arg(long, value_name = "NAME", env = "FIRSTWORD_CHAT_MODEL_NAME")]
    chat_model: Option<String>,
}

impl ChatArguments {
    /// The service's settings. The key comes from the environment only: a command line is seen by others.
    pub(super) fn settings(self) -> BTreeMap<String, String> {
        let key = "FIRSTWORD_CHAT_KEY";
        [
            ("FIRSTWORD_CHAT_MODEL", Some(self.model)),
            ("FIRSTWORD_CHAT_BASE_URL", self.chat_base),
            ("FIRSTWORD_CHAT_MODEL_NAME", self.chat_model),
            (key, std::env::var(key).ok()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

#[derive(Args)]
pub(super) struct DevArguments {
    /// Folder for the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,

    /// Port of S3.
    #[arg(long, default_value_t = 8101)]
    pub(super) s3_port: u16,

    /// Port of synth-service.
    #[arg(long, default_value_t = 8100)]
    pub(super) service_port: u16,

    /// Port of Lambda's Invoke API.
    #[arg(long, default_value_t = 8102)]
    pub(super) lambda_port: u16,

    #[command(flatten)]
    pub(super) chat: ChatArguments,

    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Args)]
pub(super) struct LoadArguments {
    /// Number of simultaneous callers, evenly started. Some of them cancel, barge in or hang up.
    #[arg(long, value_name = "N", default_value_t = 40, conflicts_with = "burst")]
    pub(super) callers: usize,

    /// Number of starts within one second, one answer each, in place of `--callers`.
    #[arg(long, value_name = "N")]
    pub(super) burst: Option<usize>,

    /// Time during which new answers start, in seconds.
    #[arg(long, default_value_t = 120)]
    pub(super) seconds: u64,

    /// Random seed; the same seed gives the same callers.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,

    /// Name of a voice.
    #[arg(long, default_value = DEFAULT_VOICE)]
    pub(super) voice: String,

    /// URL of a running service to test. Its S3 is given by the usual variables of AWS programs: AWS_ENDPOINT_URL_S3,
    /// AWS_REGION, ...
    #[arg(long, requires = "bucket")]
    pub(super) url: Option<String>,

    /// Bearer token of the service at `--url`.
    #[arg(long, env = contract::env::SERVICE_TOKEN, default_value = "", hide_env_values = true, hide_default_value = true)]
    pub(super) token: String,

    /// Bucket of the service at `--url`.
    #[arg(long, requires = "url")]
    pub(super) bucket: Option<String>,

    /// Folder for the service's log, unless `--url` is given.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,

    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Args)]
pub(super) struct FleetArguments {
    /// Number of simultaneous callers; when absent, twice as many as the machine can carry, by the voices' measured
    /// cost.
    #[arg(long, value_name = "N")]
    pub(super) callers: Option<usize>,

    /// Time during which new answers start, in seconds.
    #[arg(long, default_value_t = 60)]
    pub(super) seconds: u64,

    /// Random seed; the same seed gives the same callers.
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,

    /// Name of the voice of most callers.
    #[arg(long, default_value = DEFAULT_VOICE)]
    pub(super) voice: String,

    /// Name of the voice of every fourth caller; when absent, kokoro if it is fetched, else piper.
    #[arg(long)]
    pub(super) slow_voice: Option<String>,

    /// Names of the voices that a host serves, separated by commas; given once for each host. When absent, both hosts
    /// serve both voices.
    #[arg(long, value_name = "NAMES", num_args = 1)]
    pub(super) serve: Vec<String>,

    /// Folder for the hosts' logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,

    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Args)]
pub(super) struct ChatBenchArguments {
    /// Names of the voices, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_values = [DEFAULT_VOICE, SLOWER_VOICE])]
    pub(super) voices: Vec<String>,

    /// Name of a voice that speaks Korean, for the three sentences in Korean. When absent, these are left out.
    #[arg(long, value_name = "NAME")]
    pub(super) korean: Option<String>,

    /// Numbers of conversations at once, separated by commas. They are held with the first voice.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [20, 200])]
    pub(super) conversations: Vec<usize>,

    /// Turns of each of these conversations.
    #[arg(long, default_value_t = 4)]
    pub(super) turns: usize,

    /// Folder for the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub(super) out: PathBuf,

    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Args)]
pub(super) struct Common {
    /// Folder that `cargo xtask fetch` fills.
    #[arg(long, value_name = "DIR", default_value = "assets", hide = true)]
    pub(super) assets: PathBuf,
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
