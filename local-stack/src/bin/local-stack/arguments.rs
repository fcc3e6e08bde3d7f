//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    call::CallArguments,
    common::{ChatArguments, Common, DEFAULT_VOICE},
    live::LiveBenchArguments,
    talk::TalkArguments,
};

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
    Call(Box<CallArguments>),
    /// Start everything, hold a live call through Twilio's protocol in real time, and record it.
    Talk(Box<TalkArguments>),
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
    /// Hold live calls with the demo model and the local ears: from the end of speech to the first sound in three ways,
    /// interruptions, noises, calls at once. Ends with an error when an aim is missed.
    #[command(bin_name = "cargo xtask bench live")]
    Live(LiveBenchArguments),
    /// Start `get_next_batch` cold, again and again, beside the same function in Python: time to the first reply, memory,
    /// sizes of the zips. Ends with an error when an aim is missed.
    #[command(bin_name = "cargo xtask bench cold")]
    Cold(ColdArguments),
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
