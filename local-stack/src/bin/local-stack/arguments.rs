//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The default voice, which `cargo xtask` always fetches.
pub(super) const DEFAULT_VOICE: &str = "hibari";

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
}

#[derive(Args)]
pub(super) struct CallArguments {
    /// Text to speak: the contact attribute `text`.
    #[arg(long, conflicts_with = "text_file")]
    pub(super) text: Option<String>,

    /// A UTF-8 file with the text to speak.
    #[arg(long, value_name = "FILE")]
    pub(super) text_file: Option<PathBuf>,

    /// A contact flow as Connect exports it; the committed play-text flow when absent.
    #[arg(long, value_name = "FILE", conflicts_with = "urls")]
    pub(super) flow: Option<PathBuf>,

    /// The URLs that the play-text flow plays: presigned ones, or plain ones that the bucket's policy lets Connect read.
    #[arg(long, value_name = "KIND", value_enum, default_value = "presigned")]
    pub(super) urls: UrlKind,

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
    pub(super) common: Common,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum UrlKind {
    Presigned,
    S3,
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
pub(super) struct Common {
    /// Folder that `cargo xtask fetch` fills.
    #[arg(long, value_name = "DIR", default_value = "assets", hide = true)]
    pub(super) assets: PathBuf,
}

fn attribute(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
