//! `cargo xtask bench live`: which measurement runs on which stack.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use local_stack::{
    stack::{Stack, StackConfig},
    talk::{
        Exchange, LiveService, Voices, Way,
        bench::{self, Baseline, Corpus, Crowd, IN_TIME_MS, Measured, Report, Size},
        warm_phrases,
    },
};

use crate::{
    common::{Common, answering_voice},
    interrupt::Interrupt,
    start_stack,
};

#[derive(Args)]
pub(crate) struct LiveBenchArguments {
    /// Turns in each language with speculation.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = at_least_one)]
    turns: usize,

    /// Turns in each language in the two other ways. A ratio is over the turns that both ways have.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = at_least_one)]
    reference_turns: usize,

    /// Interruptions in each language, and at most as many noises.
    #[arg(long, value_name = "N", default_value_t = 20)]
    interruptions: usize,

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

    /// Hold one number of calls, `--callers N`, for this many minutes in place of all other measurements: whether every turn
    /// is answered or refused with a reason, and the service's memory stays flat.
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(2..))]
    minutes: Option<u32>,

    /// The committed ratios to the serial way.
    #[arg(long, value_name = "FILE", default_value = "local-stack/live-baseline.toml")]
    baseline: PathBuf,

    /// Write the ratios of this run as the baseline of its languages, in place of comparing with it.
    #[arg(long, conflicts_with = "minutes")]
    write_baseline: bool,

    /// Folder for the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    #[command(flatten)]
    common: Common,
}

pub(crate) async fn bench(arguments: LiveBenchArguments) -> Result<()> {
    let (is_one, are_ours) = (arguments.lang.len() == 1, arguments.recordings.is_none());
    ensure!(is_one || are_ours, "--recordings are in one language: give it with --lang");
    let mut interrupt = Interrupt::listen()?;
    bench::begin();
    let work = async {
        match arguments.minutes {
            Some(minutes) => hold(&arguments, minutes).await,
            None => measure(&arguments).await,
        }
    };
    tokio::select! {
        done = work => done,
        () = interrupt.wait() => bail!("interrupted"),
    }
}

async fn measure(arguments: &LiveBenchArguments) -> Result<()> {
    let baseline = match arguments.write_baseline {
        true => None,
        false => Some(Baseline::read(&arguments.baseline)?),
    };
    let mut report = Report::default();
    let size = Size { turns: arguments.turns, over: arguments.interruptions };
    for corpus in corpora(arguments, &arguments.lang, size).await? {
        for way in Way::ALL {
            measure_way(arguments, &corpus, way, &mut report).await?;
        }
    }
    let missed = report.judge(baseline.as_ref());
    if arguments.write_baseline {
        // A file that can't be read has no figures to keep.
        let before = Baseline::read(&arguments.baseline).unwrap_or_default();
        report.figures().completed_by(before, &arguments.lang).write(&arguments.baseline)?;
        println!("\nwrote {}", arguments.baseline.display());
    }
    fail_if(&missed)
}

/// Holds calls for minutes, in the first language.
async fn hold(arguments: &LiveBenchArguments, minutes: u32) -> Result<()> {
    let [callers] = arguments.callers[..] else {
        bail!("--minutes holds one number of calls: add --callers N");
    };
    let size = Size { turns: arguments.turns, over: 0 };
    let languages = arguments.lang.get(..1).unwrap_or_default();
    let corpus = corpora(arguments, languages, size).await?.pop().context("no language: give --lang")?;
    let (stack, service) = start(arguments, &corpus.language, Way::Speculating).await?;
    let log = stack.service_logs().swap_remove(0);
    let process = stack.service_ids().first().copied().context("the service has no process")?;
    let exchange = service.exchange(stack.service_endpoint());
    let held = bench::load(&exchange, &log, corpus, callers, minutes, process).await;
    let stopped = stack.stop().await;
    let missed = bench::report_load(&held?);
    stopped?;
    fail_if(&missed)
}

fn fail_if(missed: &[String]) -> Result<()> {
    ensure!(missed.is_empty(), "{} aims are missed, such as {}", missed.len(), missed[0]);
    Ok(())
}

/// Measures one way in one language, on a stack of its own.
async fn measure_way(
    arguments: &LiveBenchArguments,
    corpus: &Corpus,
    way: Way,
    report: &mut Report,
) -> Result<()> {
    println!();
    let (stack, service) = start(arguments, &corpus.language, way).await?;
    let measured = one_way(&stack, &service, corpus, way, arguments, report).await;
    let stopped = stack.stop().await;
    measured.and(stopped)
}

async fn start(arguments: &LiveBenchArguments, language: &str, way: Way) -> Result<(Stack, LiveService)> {
    let voice = arguments.voice.as_deref().unwrap_or_else(|| answering_voice(language));
    let service = LiveService::new(&arguments.common.assets, voice, language, way);
    let logs = arguments.out.join("logs");
    let script = std::path::absolute(bench::write_script(&logs)?)?;
    let mut service_settings = service.settings.clone();
    service_settings.insert("FIRSTWORD_CHAT_MODEL".into(), "demo".into());
    service_settings.insert("FIRSTWORD_DEMO_SCRIPT".into(), script.to_string_lossy().into_owned());
    let voices = vec![voice.to_owned()];
    let config = StackConfig { voices, logs, service_settings, ..StackConfig::default() };
    let stack = start_stack(&arguments.common, config).await?;
    warm_phrases(stack.service_endpoint(), stack.token()).await?;
    Ok((stack, service))
}

/// The callers' turns in all languages. They are spoken before the first call, and their voices are gone by then.
async fn corpora(arguments: &LiveBenchArguments, languages: &[String], size: Size) -> Result<Vec<Corpus>> {
    let (assets, folder) = (arguments.common.assets.clone(), arguments.recordings.clone());
    let languages = languages.to_vec();
    let made = tokio::task::spawn_blocking(move || -> Result<Vec<Corpus>> {
        match folder {
            Some(folder) => {
                languages.iter().map(|language| Corpus::folder(&folder, language, size.turns)).collect()
            }
            None => {
                let mut voices = Voices::open(&assets)?;
                languages.iter().map(|language| Corpus::spoken(&mut voices, language, size)).collect()
            }
        }
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
    let language = &corpus.language;
    let wanted = if way == Way::Speculating { arguments.turns } else { arguments.reference_turns };
    let measured = bench::turns(&exchange, &log, corpus, wanted).await?;
    report.add_turns(language, way, measured.clone());
    if way != Way::Speculating {
        return Ok(());
    }
    if !corpus.interruptions.is_empty() {
        report.add_interruptions(language, bench::interruptions(&exchange, &log, corpus).await?);
        report.add_noises(language, bench::noises(&exchange, &log, corpus).await?);
    }
    // The number of calls is that of the first language.
    match arguments.lang.first() == Some(language) {
        true => crowds(&exchange, &log, corpus, &arguments.callers, (measured, report)).await,
        false => Ok(()),
    }
}

/// Holds more and more calls at once, until one is too many. One call at once is the one whose turns are `alone`.
async fn crowds(
    exchange: &Exchange,
    log: &Path,
    corpus: &Corpus,
    numbers: &[usize],
    (alone, report): (Measured, &mut Report),
) -> Result<()> {
    for callers in numbers {
        let crowd = match callers {
            1 => Crowd::of_one(alone.clone()),
            _ => bench::crowd(exchange, log, corpus, *callers).await?,
        };
        let is_kept = crowd.is_kept(IN_TIME_MS);
        report.add_crowd(crowd);
        if !is_kept {
            break;
        }
    }
    Ok(())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "expected a number, 1 or more".into())
}
