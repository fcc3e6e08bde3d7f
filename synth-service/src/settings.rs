//! Every setting of the service: a flag and an environment variable each.

mod chat;
mod live;
mod otlp;

use std::{fmt, net::SocketAddr, path::PathBuf};

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use connect_prompts::InstanceArn;
use contract::{InvalidNamespace, Namespace, env};
use speech::DeviceChoice;

pub use self::{
    chat::ChatFlags,
    live::{EarFlags, EarsChoice, LiveFlags, TurnFlags},
    otlp::{MetricsTo, OtlpFlags},
};

/// Turns text into speech, sentence by sentence, into S3.
///
/// AWS credentials, region and endpoint come from the SDK's usual sources (AWS_REGION, AWS_ENDPOINT_URL_S3,
/// instance role, ...).
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Settings {
    /// Another task than to serve.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Address to listen on.
    #[arg(long, env = "FIRSTWORD_BIND", default_value = "127.0.0.1:8080", global = true)]
    pub bind: SocketAddr,

    /// Address at which `GET /metrics` needs no token, besides the service's own address, where it does.
    #[arg(long, env = "FIRSTWORD_METRICS_BIND")]
    pub metrics_bind: Option<SocketAddr>,

    /// Namespace under which the metrics are sent to CloudWatch, once a minute. Empty: they are not sent.
    /// AWS_ENDPOINT_URL_CLOUDWATCH names another receiver.
    #[arg(long, env = env::CLOUDWATCH_NAMESPACE, default_value = "", value_parser = namespace)]
    pub cloudwatch_namespace: OptionalNamespace,

    /// Time between two deliveries to CloudWatch, in seconds. Tests shorten it; alarms look at single minutes.
    #[arg(long, env = "FIRSTWORD_CLOUDWATCH_INTERVAL_SECONDS", default_value_t = 60, hide = true,
          value_parser = clap::value_parser!(u64).range(1..=60))]
    pub cloudwatch_interval_seconds: u64,

    /// Bucket of the streams. Without one the service makes no streams and serves only `POST /v1/audio/speech`.
    #[arg(long, env = env::BUCKET)]
    pub bucket: Option<String>,

    /// ARN of an Amazon Connect instance: prompts are made there of the clips of phrases and of the silence, so that flows can
    /// play them by ARN. AWS_ENDPOINT_URL_CONNECT names another receiver.
    #[arg(long, env = env::CONNECT_INSTANCE, requires = "bucket")]
    pub connect_instance: Option<InstanceArn>,

    /// Bearer tokens, separated by commas or whitespace: every request but the health checks must carry one of them.
    /// Empty: no token is required. Other users of the machine can see arguments, but not the environment.
    #[arg(long, env = env::SERVICE_TOKEN, default_value = "", hide_env_values = true, hide_default_value = true)]
    pub token: Secret,

    /// File with the bearer tokens instead, one per line; lines that begin with # are comments. A change is picked up
    /// within a second; a version without a token is ignored.
    #[arg(long, env = "FIRSTWORD_SERVICE_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,

    /// Origins whose web pages may use the service (CORS), separated by commas, such as `https://example.com`; * for
    /// all pages. Empty: none. Requests need a token all the same.
    #[arg(long, env = "FIRSTWORD_CORS_ORIGINS", value_delimiter = ',')]
    pub cors_origins: Vec<String>,

    /// PEM file with the server's certificate and those up to its CA: connections are then TLS. A changed file is
    /// reloaded.
    #[arg(long, env = "FIRSTWORD_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,

    /// PEM file with the certificate's private key, without a passphrase.
    #[arg(long, env = "FIRSTWORD_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// Concurrent connections. A few more are accepted, for health checks or a 503 that says to retry; the rest wait.
    #[arg(long, env = "FIRSTWORD_MAX_CONNECTIONS", default_value_t = 1024, value_parser = positive)]
    pub max_connections: usize,

    /// Shared library of ONNX Runtime.
    #[arg(
        long,
        env = "FIRSTWORD_ONNXRUNTIME",
        default_value = "assets/onnxruntime/libonnxruntime.so",
        global = true
    )]
    pub onnxruntime: PathBuf,

    /// Folder with one folder per voice.
    #[arg(long, env = "FIRSTWORD_VOICES", default_value = "assets/voices", global = true)]
    pub voices: PathBuf,

    /// Voices to serve, by the names of their folders, separated by commas. Empty: all voices in the folder.
    #[arg(long, env = "FIRSTWORD_SERVE", value_delimiter = ',', global = true)]
    pub serve: Vec<String>,

    /// Folder with espeak-ng's shared library and its data, for voices that need it. When absent, a folder `espeak`
    /// beside the voices folder, else the system's.
    #[arg(long, env = "FIRSTWORD_ESPEAK", global = true)]
    pub espeak: Option<PathBuf>,

    /// Folder with one lexicon per tenant, TENANT.lexicon, and with phrases: phrases.toml for everybody and
    /// TENANT.phrases.toml. May be missing; changed files are reloaded.
    #[arg(long, env = "FIRSTWORD_LEXICONS", default_value = "lexicons")]
    pub lexicons: PathBuf,

    /// Device for the models: auto, cpu, cuda or cuda:N. auto takes CUDA when all its libraries are there.
    #[arg(long, env = "FIRSTWORD_DEVICE", default_value = "auto", global = true)]
    pub device: DeviceChoice,

    /// Voice of a request without one.
    #[arg(long, env = "FIRSTWORD_DEFAULT_VOICE", default_value = "hibari")]
    pub default_voice: String,

    /// Worker threads per voice. 0: one per core, or three on a GPU.
    #[arg(long, env = "FIRSTWORD_WORKERS", default_value_t = 0)]
    pub workers: usize,

    /// Whether the CPU has a worker more for first sentences. Benchmarks switch it off to show the difference.
    #[arg(long, env = "FIRSTWORD_EXPRESS_LANE", default_value_t = true, action = ArgAction::Set, hide = true)]
    pub express_lane: bool,

    /// Concurrent streams, and as many texts for listeners besides: a bound on memory. A host that could not keep up
    /// refuses work earlier. Both answer 429.
    #[arg(long, env = "FIRSTWORD_MAX_STREAMS", default_value_t = 256, value_parser = positive)]
    pub max_streams: usize,

    /// Starts that may queue for one voice, where the request allows it (`may_wait`).
    #[arg(long, env = "FIRSTWORD_MAX_WAITING", default_value_t = 32)]
    pub max_waiting: usize,

    /// Longest time that a start may queue, in seconds; then it ends as failed.
    #[arg(long, env = "FIRSTWORD_LONGEST_WAIT_SECONDS", default_value_t = 10)]
    pub longest_wait_seconds: u64,

    /// Longest text, in characters.
    #[arg(long, env = "FIRSTWORD_MAX_TEXT_CHARS", default_value_t = 10_000, value_parser = positive)]
    pub max_text_chars: usize,

    /// Largest request body, in bytes.
    #[arg(long, env = "FIRSTWORD_MAX_BODY_BYTES", default_value_t = 262_144, value_parser = positive)]
    pub max_body_bytes: usize,

    /// Default wait of a start for part 0, in milliseconds.
    #[arg(long, env = "FIRSTWORD_WAIT_MS", default_value_t = contract::http::DEFAULT_WAIT_MS)]
    pub wait_ms: u64,

    /// Validity of a presigned URL, in seconds.
    #[arg(long, env = env::URL_TTL_SECONDS, default_value_t = env::DEFAULT_URL_TTL_SECONDS,
          value_parser = clap::value_parser!(u64).range(1..=604_800))]
    pub url_ttl_seconds: u64,

    /// Time for running streams and live calls to finish after a request to stop, in seconds. Then streams are handed
    /// over to other hosts, and calls are ended.
    #[arg(long, env = "FIRSTWORD_SHUTDOWN_GRACE_SECONDS", default_value_t = 20)]
    pub shutdown_grace_seconds: u64,

    /// Stop when standard input ends as well: for a parent process that may itself be killed.
    #[arg(long, env = "FIRSTWORD_STOP_WHEN_STDIN_ENDS")]
    pub stop_when_stdin_ends: bool,

    /// Form of the log lines. RUST_LOG sets the level.
    #[arg(long, env = "FIRSTWORD_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Log each text once, with the id of its stream.
    #[arg(long, env = "FIRSTWORD_LOG_TEXT")]
    pub log_text: bool,

    /// The language model.
    #[command(flatten)]
    pub chat: ChatFlags,

    /// Live calls.
    #[command(flatten)]
    pub live: LiveFlags,

    /// The export of metrics and traces.
    #[command(flatten)]
    pub otlp: OtlpFlags,

    /// Load the voices, the phrases and the recognisers, report the first fault in one line, and exit.
    #[arg(long)]
    pub check_config: bool,
}

/// The tasks of the program beside serving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Open each library that the models need, and the recogniser of live calls, and print the versions and the package
    /// that mends each missing one.
    Doctor,
    /// Ask the service on this machine whether it is ready: for containers. Not with TLS.
    Health,
}

/// A setting that is never printed: `Debug` hides it.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.trim().to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Plain lines, for people.
    Text,
    /// One JSON object per line, for CloudWatch.
    Json,
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be at least 1".into()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

/// A namespace, or `None` for an empty text.
#[derive(Clone, Debug)]
pub struct OptionalNamespace(pub Option<Namespace>);

fn namespace(text: &str) -> Result<OptionalNamespace, InvalidNamespace> {
    let text = text.trim();
    let namespace = if text.is_empty() { None } else { Some(text.parse()?) };
    Ok(OptionalNamespace(namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_must_be_set() {
        let settings = Settings::try_parse_from(["synth-service"]).expect("parses");
        assert_eq!((settings.bucket, settings.wait_ms, settings.max_streams), (None, 1500, 256));
    }

    #[test]
    fn a_token_is_not_shown_with_the_settings() {
        let settings = Settings::try_parse_from(["synth-service", "--bucket", "b", "--token", " abc "]);
        let settings = settings.expect("parses");
        assert_eq!(settings.token.reveal(), "abc");
        assert!(!format!("{settings:?}").contains("abc"));
    }

    #[test]
    fn a_namespace_of_amazon_is_refused_and_an_empty_one_is_none() {
        let parse =
            |namespace| Settings::try_parse_from(["synth-service", "--cloudwatch-namespace", namespace]);
        assert!(parse("Firstword/eu").is_ok_and(|settings| settings.cloudwatch_namespace.0.is_some()));
        assert!(parse(" ").is_ok_and(|settings| settings.cloudwatch_namespace.0.is_none()));
        let error = parse("AWS/EC2").expect_err("is Amazon's").to_string();
        assert!(error.contains("does not begin with AWS/"), "{error}");
    }

    #[test]
    fn limits_of_zero_are_refused() {
        let result = Settings::try_parse_from(["synth-service", "--bucket", "b", "--max-streams", "0"]);
        assert!(result.is_err());
    }
}
