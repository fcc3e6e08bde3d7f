//! `cargo xtask bench live`: which measurement runs on which stack.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use local_stack::{
    stack::{Stack, StackConfig},
    talk::{
        LiveService, Way,
        bench::{self, Baseline, Corpus, IN_TIME_MS, Report},
    },
};

use crate::{
    common::{Common, DEFAULT_VOICE},
    interrupt::Interrupt,
    start_stack,
};

#[derive(Args)]
pub(crate) struct LiveBenchArguments {
    /// Turns in each language and way.
    #[arg(long, value_name = "N", default_value_t = 60)]
    turns: usize,

    /// Folder with a caller's recordings, NAME.wav with the words in NAME.txt, in place of English turns that our voices
    /// speak.
    #[arg(long, value_name = "FOLDER")]
    recordings: Option<PathBuf>,

    /// Language of the recordings, as a BCP 47 tag.
    #[arg(long, value_name = "TAG", default_value = "ko", requires = "recordings")]
    lang: String,

    /// Name of the voice that answers.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_VOICE)]
    voice: String,

    /// Numbers of calls at once, separated by commas, until one is too many.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_values_t = [1, 2, 3, 4, 6, 8, 12])]
    callers: Vec<usize>,

    /// The committed ratios to the serial way.
    #[arg(long, value_name = "FILE", default_value = "local-stack/live-baseline.toml")]
    baseline: PathBuf,

    /// Write the ratios of this run as the baseline, in place of comparing with it.
    #[arg(long)]
    write_baseline: bool,

    /// Folder for the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    #[command(flatten)]
    common: Common,
}

pub(crate) async fn bench(arguments: LiveBenchArguments) -> Result<()> {
    let mut interrupt = Interrupt::listen()?;
    bench::begin();
    tokio::select! {
        done = measure(&arguments) => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

async fn measure(arguments: &LiveBenchArguments) -> Result<()> {
    let baseline = match arguments.write_baseline {
        true => None,
        false => Some(Baseline::read(&arguments.baseline)?),
    };
    let corpus = corpus(arguments).await?;
    let mut report = Report::default();
    for way in Way::ALL {
        println!();
        let service = LiveService::new(&arguments.common.assets, &arguments.voice, &corpus.language, way);
        let stack = start_stack(&arguments.common, config(arguments, &service)).await?;
        let measured = one_way(&stack, &service, &corpus, way, arguments, &mut report).await;
        let stopped = stack.stop().await;
        measured.and(stopped)?;
    }
    let missed = report.judge(baseline.as_ref());
    if arguments.write_baseline {
        report.ratios().write(&arguments.baseline)?;
        println!("\nwrote {}", arguments.baseline.display());
    }
    ensure!(missed.is_empty(), "{} aims are missed, such as {}", missed.len(), missed[0]);
    Ok(())
}

fn config(arguments: &LiveBenchArguments, service: &LiveService) -> StackConfig {
    let mut service_settings = service.settings.clone();
    service_settings.insert("FIRSTWORD_CHAT_MODEL".into(), "demo".into());
    StackConfig {
        voices: vec![arguments.voice.clone()],
        logs: arguments.out.join("logs"),
        service_settings,
        ..StackConfig::default()
    }
}

async fn corpus(arguments: &LiveBenchArguments) -> Result<Corpus> {
    let (assets, turns) = (arguments.common.assets.clone(), arguments.turns);
    let folder = arguments.recordings.clone().map(|folder| (folder, arguments.lang.clone()));
    let made = tokio::task::spawn_blocking(move || match folder {
        Some((folder, language)) => Corpus::folder(&folder, &language, turns),
        None => Corpus::english(&assets, turns),
    });
    made.await?.context("the callers' turns")
}

/// Measures the turns in one way; in the last one also interruptions, noises and calls at once.
async fn one_way(
    stack: &Stack,
    service: &LiveService,
    corpus: &Corpus,
    way: Way,
    arguments: &LiveBenchArguments,
    report: &mut Report,
) -> Result<()> {
    let exchange = service.exchange(stack.service_endpoint());
    let log = stack.service_logs().swap_remove(0);
    report.add_turns(&corpus.language, way, bench::turns(&exchange, &log, corpus).await?);
    if way != Way::Speculating {
        return Ok(());
    }
    if !corpus.interruptions.is_empty() {
        report.add_interruptions(bench::interruptions(&exchange, &log, corpus).await?);
        report.add_noises(bench::noises(&exchange, &log, corpus).await?);
    }
    for callers in &arguments.callers {
        let crowd = bench::crowd(&exchange, &log, corpus, *callers).await?;
        let is_kept = crowd.is_kept(IN_TIME_MS);
        report.add_crowd(crowd);
        if !is_kept {
            break;
        }
    }
    Ok(())
}
