//! The program behind `cargo xtask call`, `talk` and `dev`, `cargo xtask bench load`, `fleet`, `chat`
//! and `cold`.

mod arguments;
mod call;
mod chat;
mod common;
mod interrupt;
mod live;
mod talk;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use local_stack::{
    cold::{ColdConfig, cold},
    load::{Crowd, FleetConfig, LoadConfig, Target, fleet, load},
    stack::{Ports, Stack, StackConfig},
};
use tracing_subscriber::EnvFilter;

use self::{
    arguments::{Arguments, ColdArguments, Command, DevArguments, FleetArguments, LoadArguments},
    common::Common,
    interrupt::Interrupt,
};

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error,s3s=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).init();
    let result = match Arguments::parse().command {
        Command::Call(arguments) => call::run(*arguments).await,
        Command::Talk(arguments) => talk::run(*arguments).await,
        Command::Dev(arguments) => dev(arguments).await,
        Command::Load(arguments) => put_load(arguments).await,
        Command::Fleet(arguments) => put_load_on_a_fleet(arguments).await,
        Command::Chat(arguments) => chat::bench(arguments).await,
        Command::Live(arguments) => live::bench(arguments).await,
        Command::Cold(arguments) => start_cold(arguments).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dev(arguments: DevArguments) -> Result<()> {
    let ports =
        Ports { s3: arguments.s3_port, service: arguments.service_port, lambda: arguments.lambda_port };
    let logs = arguments.out.join("logs");
    let service_settings = arguments.chat.settings();
    let mut interrupt = Interrupt::listen()?;
    let stack = StackConfig { ports, logs, service_settings, ..StackConfig::default() };
    let stack = tokio::select! {
        stack = start_stack(&arguments.common, stack) => stack?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    println!("\n# Paste this into another shell:");
    for (name, value) in stack.environment() {
        println!("export {name}={value}");
    }
    println!("\n# The page for operators: {}/ (token {})", stack.service_endpoint(), stack.token());
    println!("\n{TRY_THIS}\nCtrl-C stops everything.");
    interrupt.wait().await;
    println!("stopping");
    stack.stop().await
}

async fn start_cold(arguments: ColdArguments) -> Result<()> {
    let ColdArguments { starts, program, zips, python, handler, work, common: _ } = arguments;
    let mut interrupt = Interrupt::listen()?;
    let config = ColdConfig { program, zips, python, handler, work, starts: starts.into() };
    tokio::select! {
        done = cold(&config) => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
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
                let config = StackConfig { voices: vec![voice.clone()], logs, ..StackConfig::default() };
                let stack = start_stack(&common, config).await?;
                Target::Own(Box::new(stack))
            }
        };
        load(target, LoadConfig { crowd, seed, voices: vec![voice], as_functions: false }).await
    };
    tokio::select! {
        done = work => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

async fn put_load_on_a_fleet(arguments: FleetArguments) -> Result<()> {
    let FleetArguments { callers, seconds, seed, voice, slow_voice, serve, out, common } = arguments;
    let slow_voice = slow_voice.map_or_else(|| a_slow_voice(&common), Ok)?;
    let both = vec![voice.clone(), slow_voice.clone()];
    let names = |list: &String| list.split(',').map(str::to_owned).collect();
    let (voices, further_voices) = match &serve[..] {
        [] => (both, Vec::new()),
        [first, second] => (names(first), names(second)),
        _ => bail!("--serve is for both hosts or for none: it is needed twice"),
    };
    let mut interrupt = Interrupt::listen()?;
    let lasts = Duration::from_secs(seconds);
    let work = async {
        let config = StackConfig {
            voices,
            further_hosts: 1,
            further_voices,
            balanced: true,
            logs: out.join("logs"),
            ..StackConfig::default()
        };
        let stack = start_stack(&common, config).await?;
        fleet(Box::new(stack), FleetConfig { callers, lasts, seed, voice, slow_voice }).await
    };
    tokio::select! {
        done = work => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

fn a_slow_voice(common: &Common) -> Result<String> {
    let is_there = |voice: &&&str| common.assets.join("voices").join(voice).join("voice.toml").is_file();
    let voice = ["kokoro", "piper"].iter().find(is_there);
    let voice = voice.context("no slow voice is here: `cargo xtask voices fetch kokoro`, or name one")?;
    Ok((*voice).to_owned())
}

const TRY_THIS: &str = r#"# Then, for example:
curl -s $FIRSTWORD_SERVICE_URL/synthesize_stream -H "Authorization: Bearer $FIRSTWORD_SERVICE_TOKEN" \
  -H 'Content-Type: application/json' -d '{"text": "Hello there. This is a second sentence."}'
aws s3 ls --recursive s3://$FIRSTWORD_BUCKET/
echo '{"Details": {"ContactData": {"ContactId": "c-1"}, "Parameters": {"Text": "Hello there."}}}' > event.json
aws lambda invoke --function-name start_stream --payload fileb://event.json /dev/stdout
"#;

async fn start_stack(common: &Common, config: StackConfig) -> Result<Stack> {
    let programs = std::env::current_exe()?.parent().context("the programs lie in one folder")?.to_owned();
    let began = Instant::now();
    let assets = common.assets.clone();
    let stack = Stack::start(&StackConfig { programs, assets, ..config }).await?;
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
