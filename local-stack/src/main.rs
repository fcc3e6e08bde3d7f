//! The program behind `cargo xtask call`, `cargo xtask dev` and `cargo xtask bench load`.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use connect_flows::play_text::Urls;
use local_stack::{
    call::{self, CallConfig},
    load::{Crowd, LoadConfig, Target, load},
    stack::{Ports, Stack, StackConfig},
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Its first sentence has eight words: the length for which times to first audio are compared.
const DEFAULT_TEXT: &str = "Thank you for calling the Firstword demonstration line. \
    Every sentence that you hear was made while the one before it was playing. \
    The first one reached you before the second one existed. \
    Your order number 4 5 7 ships on March 3rd, and the total is $12.50. \
    Is there anything else that I can do for you today?";

/// The one that is always fetched.
const DEFAULT_VOICE: &str = "hibari";

/// Firstword on this machine.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything, run a contact flow, and record what the caller hears.
    Call(CallArguments),
    /// Start everything and keep it up until Ctrl-C.
    Dev(DevArguments),
    /// Have many callers call at once; report what they hear, who is refused, and whether anything is lost.
    #[command(bin_name = "cargo xtask bench load")]
    Load(LoadArguments),
}

#[derive(Args)]
struct CallArguments {
    /// What to say: the contact attribute `text`.
    #[arg(long, conflicts_with = "text_file")]
    text: Option<String>,

    /// A UTF-8 file with what to say.
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,

    /// A contact flow as Connect exports it; the committed play-text flow when absent.
    #[arg(long, value_name = "FILE", conflicts_with = "urls")]
    flow: Option<PathBuf>,

    /// The URLs that the play-text flow plays: presigned ones, or plain ones that the bucket's policy lets Connect read.
    #[arg(long, value_name = "KIND", value_enum, default_value = "presigned")]
    urls: UrlKind,

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
    common: Common,
}

#[derive(Clone, Copy, ValueEnum)]
enum UrlKind {
    Presigned,
    S3,
}

#[derive(Args)]
struct DevArguments {
    /// Folder for the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    /// Port of S3.
    #[arg(long, default_value_t = 8101)]
    s3_port: u16,

    /// Port of synth-service.
    #[arg(long, default_value_t = 8100)]
    service_port: u16,

    /// Port of Lambda's Invoke API.
    #[arg(long, default_value_t = 8102)]
    lambda_port: u16,

    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct LoadArguments {
    /// Callers at a time. They begin evenly; of their answers some are cancelled, some barged in on, and some callers
    /// hang up.
    #[arg(long, value_name = "N", default_value_t = 40, conflicts_with = "burst")]
    callers: usize,

    /// Starts within one second instead, one answer each.
    #[arg(long, value_name = "N")]
    burst: Option<usize>,

    /// How long new answers begin, in seconds.
    #[arg(long, default_value_t = 120)]
    seconds: u64,

    /// The same callers again for the same number.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Name of a voice.
    #[arg(long, default_value = DEFAULT_VOICE)]
    voice: String,

    /// A service that runs already. S3 is where AWS programs find it: AWS_ENDPOINT_URL_S3, AWS_REGION, ...
    #[arg(long, requires = "bucket")]
    url: Option<String>,

    /// Its bearer token.
    #[arg(long, env = contract::env::SERVICE_TOKEN, default_value = "", hide_env_values = true, hide_default_value = true)]
    token: String,

    /// Its bucket.
    #[arg(long, requires = "url")]
    bucket: Option<String>,

    /// Folder for the service's log, where it is started here.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// Folder of what `cargo xtask fetch` fetched.
    #[arg(long, value_name = "DIR", default_value = "assets", hide = true)]
    assets: PathBuf,
}

fn attribute(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error,s3s=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).init();
    let result = match Arguments::parse().command {
        Command::Call(arguments) => call(arguments).await,
        Command::Dev(arguments) => dev(arguments).await,
        Command::Load(arguments) => put_load(arguments).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn call(arguments: CallArguments) -> Result<()> {
    let attributes = attributes(&arguments)?;
    let flow = match (&arguments.flow, arguments.urls) {
        (Some(path), _) => call::load_flow(path)?,
        (None, UrlKind::Presigned) => call::play_text_flow(Urls::Presigned),
        (None, UrlKind::S3) => call::play_text_flow(Urls::Plain),
    };
    let voices = voices(&arguments);
    call::remove_old_results(&arguments.out);
    let mut interrupt = Interrupt::listen()?;
    let stack = tokio::select! {
        stack = start(&arguments.common, voices, arguments.out.join("logs"), Ports::default()) => stack?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    let config = CallConfig { flow, attributes, out: arguments.out, assets: arguments.common.assets };
    let called = tokio::select! {
        called = call::call(&stack, config) => called,
        () = interrupt.wait() => Err(anyhow!("interrupted")),
    };
    let stopped = stack.stop().await;
    called.and(stopped)
}

fn attributes(arguments: &CallArguments) -> Result<BTreeMap<String, String>> {
    let text = match (&arguments.text, &arguments.text_file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => {
            std::fs::read_to_string(path).with_context(|| format!("text file {}", path.display()))?
        }
        (None, None) => DEFAULT_TEXT.to_owned(),
    };
    let mut attributes = BTreeMap::from([("text".to_owned(), text)]);
    attributes.extend(arguments.voice.clone().map(|voice| ("voice".to_owned(), voice)));
    attributes.extend(arguments.attributes.iter().cloned());
    Ok(attributes)
}

/// The default voice and the one that is asked for: every further one would take its time to load. One that
/// isn't there is left to the service, which says so to the flow.
fn voices(arguments: &CallArguments) -> Vec<String> {
    let folders = arguments.common.assets.join("voices");
    let is_there = |voice: &&str| folders.join(voice).join("voice.toml").is_file();
    let wanted = arguments.voice.iter().filter_map(|voice| voice.split('/').next());
    let mut voices: Vec<_> = wanted.filter(is_there).map(str::to_owned).collect();
    voices.push(DEFAULT_VOICE.to_owned());
    voices.sort();
    voices.dedup();
    voices
}

async fn dev(arguments: DevArguments) -> Result<()> {
    let ports =
        Ports { s3: arguments.s3_port, service: arguments.service_port, lambda: arguments.lambda_port };
    let mut interrupt = Interrupt::listen()?;
    let stack = tokio::select! {
        stack = start(&arguments.common, Vec::new(), arguments.out.join("logs"), ports) => stack?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    println!("\n# Paste this into another shell:");
    for (name, value) in stack.environment() {
        println!("export {name}={value}");
    }
    println!("\n{TRY_THIS}\nCtrl-C stops everything.");
    interrupt.wait().await;
    println!("stopping");
    stack.stop().await
}

async fn put_load(arguments: LoadArguments) -> Result<()> {
    let LoadArguments { burst, callers, seconds, seed, voice, url, token, bucket, out, common } = arguments;
    let crowd = match burst {
        Some(callers) => Crowd::Burst { callers },
        None => Crowd::Steady { callers, lasts: Duration::from_secs(seconds) },
    };
    let mut interrupt = Interrupt::listen()?;
    let work = async {
        let target = match url.zip(bucket) {
            Some((url, bucket)) => Target::Other { url, token, bucket },
            None => {
                let logs = out.join("logs");
                let log = logs.join("synth-service.log");
                let stack = start(&common, vec![voice.clone()], logs, Ports::default()).await?;
                Target::Own { stack: Box::new(stack), log }
            }
        };
        load(target, LoadConfig { crowd, seed, voice: Some(voice) }).await
    };
    tokio::select! {
        done = work => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

const TRY_THIS: &str = r#"# Then, for example:
curl -s $FIRSTWORD_SERVICE_URL/synthesize_stream -H "Authorization: Bearer $FIRSTWORD_SERVICE_TOKEN" \
  -H 'Content-Type: application/json' -d '{"text": "Hello there. This is a second sentence."}'
aws s3 ls --recursive s3://$FIRSTWORD_BUCKET/
echo '{"Details": {"ContactData": {"ContactId": "c-1"}, "Parameters": {"Text": "Hello there."}}}' > event.json
aws lambda invoke --function-name start_stream --payload fileb://event.json /dev/stdout
"#;

async fn start(common: &Common, voices: Vec<String>, logs: PathBuf, ports: Ports) -> Result<Stack> {
    let programs = std::env::current_exe()?.parent().context("the programs lie in one folder")?.to_owned();
    let began = Instant::now();
    let assets = common.assets.clone();
    let config = StackConfig { programs, assets, voices, logs, ports, ..StackConfig::default() };
    let stack = Stack::start(&config).await?;
    println!("S3         {}", stack.s3_endpoint());
    println!("service    {}, ready after {:.1} s", stack.service_endpoint(), began.elapsed().as_secs_f64());
    let inits: Vec<String> = stack
        .warm_functions()
        .await?
        .into_iter()
        .map(|(name, init)| format!("{name} (init {:.0} ms)", init.as_secs_f64() * 1000.0))
        .collect();
    println!("Lambda     {}: {}", stack.lambdas().endpoint(), inits.join(", "));
    Ok(stack)
}

/// Ctrl-C or SIGTERM, listened for before anything is started that would be left behind.
struct Interrupt {
    terminate: Signal,
    ctrl_c: Signal,
}

impl Interrupt {
    fn listen() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, ctrl_c: signal(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.ctrl_c.recv() => {}
        }
    }
}
