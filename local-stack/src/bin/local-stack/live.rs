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
    common::{Common, answering_voice},
    interrupt::Interrupt,
    start_stack,
};

#[derive(Args)]
pub(crate) struct LiveBenchArguments {
    /// Turns in each language and way.
    #[arg(long, value_name = "N", default_value_t = 60)]
    turns: usize,

    /// Languages of the callers, separated by commas: those that our voices speak are en and ko.
    #[arg(long, value_name = "TAGS", value_delimiter = ',', default_values = ["en", "ko"])]
    lang: Vec<String>,

    /// Folder with recordings of callers, NAME.wav with the words in NAME.txt, in place of turns that our voices speak. Give
    /// their language with `--lang`.
    #[arg(long, value_name = "FOLDER")]
    recordings: Option<PathBuf>,

    /// Name of the voice that answers in every language; hibari, and kokoro-ko in Korean, when absent.
    #[arg(long, value_name = "NAME")]
    voice: Option<String>,

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
    let mut report = Report::default();
    for language in &arguments.lang {
        measure_language(arguments, language, &mut report).await?;
    }
    let missed = report.judge(baseline.as_ref());
    if arguments.write_baseline {
        report.ratios().write(&arguments.baseline)?;
        println!("\nwrote {}", arguments.baseline.display());
    }
    ensure!(missed.is_empty(), "{} aims are missed, such as {}", missed.len(), missed[0]);
    Ok(())
}

/// Measures the three ways in one language, one after the other.
async fn measure_language(arguments: &LiveBenchArguments, language: &str, report: &mut Report) -> Result<()> {
    let corpus = corpus(arguments, language).await?;
    let voice = arguments.voice.as_deref().unwrap_or_else(|| answering_voice(language));
    for way in Way::ALL {
        println!();
        let service = LiveService::new(&arguments.common.assets, voice, language, way);
        let stack = start_stack(&arguments.common, config(arguments, voice, &service)).await?;
        let measured = one_way(&stack, &service, &corpus, way, arguments, report).await;
        let stopped = stack.stop().await;
        measured.and(stopped)?;
    }
    Ok(())
}

fn config(arguments: &LiveBenchArguments, voice: &str, service: &LiveService) -> StackConfig {
    let mut service_settings = service.settings.clone();
    service_settings.insert("FIRSTWORD_CHAT_MODEL".into(), "demo".into());
    StackConfig {
        voices: vec![voice.to_owned()],
        logs: arguments.out.join("logs"),
        service_settings,
        ..StackConfig::default()
    }
}

async fn corpus(arguments: &LiveBenchArguments, language: &str) -> Result<Corpus> {
    let (assets, turns) = (arguments.common.assets.clone(), arguments.turns);
    let (folder, language) = (arguments.recordings.clone(), language.to_owned());
    let made = tokio::task::spawn_blocking(move || match folder {
        Some(folder) => Corpus::folder(&folder, &language, turns),
        None => Corpus::spoken(&assets, &language, turns),
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
    // The number of calls is that of the first language.
    let callers = arguments.callers.iter().filter(|_| arguments.lang.first() == Some(&corpus.language));
    for callers in callers {
        let crowd = bench::crowd(&exchange, &log, corpus, *callers).await?;
        let is_kept = crowd.is_kept(IN_TIME_MS);
        report.add_crowd(crowd);
        if !is_kept {
            break;
        }
    }
    Ok(())
}
