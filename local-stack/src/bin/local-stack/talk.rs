//! `cargo xtask talk`: from its arguments to a live call on a stack of its own.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use local_stack::{
    stack::{Stack, StackConfig},
    talk::{self, CALLER_VOICE, Item, LiveService, NoiseChoice, TalkConfig, Voices, Way},
};

use crate::{
    common::{ChatArguments, Common, answering_voice},
    interrupt::Interrupt,
    start_stack,
};

/// The talk that is held when nothing is given: topics of the demo model.
const KOREAN_TALK: [&str; 3] = [
    "안녕하세요, 토요일에는 언제 문을 여세요?",
    "택배가 어디에 있나요? 주문 번호는 4 7 1 1이에요.",
    "네, 감사합니다.",
];
const USUAL_TALK: [&str; 3] = [
    "When are you open on Saturdays?",
    "Where is my parcel? The order number is 4 7 1 1.",
    "Thank you very much, goodbye.",
];

/// The turn that interrupts where the caller has no further one.
const KOREAN_INTERRUPTION: &str = "잠깐만요, 다른 질문이 있어요.";
const USUAL_INTERRUPTION: &str = "Wait, I have another question.";

#[derive(Args)]
pub(crate) struct TalkArguments {
    /// Recordings of the caller's turns: WAV files of any rate, linear, floating point or mu-law. The words of NAME.wav may
    /// stand in NAME.txt.
    #[arg(value_name = "FILES", conflicts_with = "open")]
    files: Vec<PathBuf>,

    /// A turn of the caller that one of our voices speaks; given several times, one after the other, behind the recordings.
    #[arg(long, value_name = "TEXT")]
    text: Vec<String>,

    /// Keys that the caller presses as the last turn.
    #[arg(long, value_name = "KEYS", value_parser = keys)]
    keys: Option<String>,

    /// Language of the caller, as a BCP 47 tag.
    #[arg(long, value_name = "TAG", default_value = "en")]
    lang: String,

    /// The caller's next turn begins this many seconds after the first sound of the answer, over the answer. Given several
    /// times, it holds for the first answers in order. Without a next turn the caller asks to wait.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    interrupt_at: Vec<Duration>,

    /// Noise on the caller's line: pink, music or babble, with the ratio of voice to noise in dB, 15 when absent.
    #[arg(long, value_name = "KIND[:DB]")]
    noise: Option<NoiseChoice>,

    /// Name of the voice that answers; hibari, and kokoro-ko in Korean, when absent.
    #[arg(long, value_name = "NAME")]
    voice: Option<String>,

    /// Name of the caller's voice, or of one of its speakers, for `--text`; kokoro, and
    /// kokoro-ko in Korean, when absent.
    #[arg(long, value_name = "NAME[/SPEAKER]")]
    caller_voice: Option<String>,

    /// Open the page on which you are the caller, and keep the service up until Ctrl-C.
    #[arg(long)]
    open: bool,

    /// Folder for the recording, the time line and the logs.
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    #[command(flatten)]
    chat: ChatArguments,

    #[command(flatten)]
    common: Common,
}

pub(crate) async fn run(arguments: TalkArguments) -> Result<()> {
    talk::remove_old_results(&arguments.out);
    let mut interrupt = Interrupt::listen()?;
    let voice = arguments.voice.as_deref().unwrap_or_else(|| answering_voice(&arguments.lang)).to_owned();
    let service = LiveService::new(&arguments.common.assets, &voice, &arguments.lang, Way::Speculating);
    let mut service_settings = arguments.chat.clone().settings();
    service_settings.extend(service.settings.clone());
    let voice = voice.split('/').next().unwrap_or_default().to_owned();
    let logs = arguments.out.join("logs");
    let config = StackConfig { voices: vec![voice], logs, service_settings, ..StackConfig::default() };
    let work = async {
        let parts = if arguments.open { None } else { Some(parts(&arguments).await?) };
        Ok::<_, anyhow::Error>((start_stack(&arguments.common, config).await?, parts))
    };
    let (stack, parts) = tokio::select! {
        started = work => started?,
        () = interrupt.wait() => bail!("interrupted"),
    };
    let talked = match parts {
        None => {
            open(&stack);
            interrupt.wait().await;
            println!("stopping");
            Ok(())
        }
        Some((items, noise)) => {
            let log = stack.service_logs().swap_remove(0);
            let config = TalkConfig { items, noise, log, out: arguments.out };
            let exchange = service.exchange(stack.service_endpoint());
            tokio::select! {
                talked = talk::talk(&exchange, config) => talked,
                () = interrupt.wait() => Err(anyhow!("interrupted")),
            }
        }
    };
    let stopped = stack.stop().await;
    talked.and(stopped)
}

type Parts = (Vec<Item>, Option<talk::Noise>);

/// The caller's items and noise.
async fn parts(arguments: &TalkArguments) -> Result<Parts> {
    let assets = arguments.common.assets.clone();
    let (files, keys, noise) = (arguments.files.clone(), arguments.keys.clone(), arguments.noise);
    let (voice, language, interruptions) =
        (arguments.caller_voice.clone(), arguments.lang.clone(), arguments.interrupt_at.clone());
    let is_usual = files.is_empty() && arguments.text.is_empty() && keys.is_none();
    let usual = if arguments.lang.starts_with("ko") { KOREAN_TALK } else { USUAL_TALK };
    let texts = if is_usual { usual.map(str::to_owned).into() } else { arguments.text.clone() };
    let make = move || -> Result<Parts> {
        let mut items = files.iter().map(|file| talk::recording(file)).collect::<Result<Vec<_>>>()?;
        let mut voices = None;
        for text in &texts {
            items.push(spoken(&mut voices, &assets, voice.as_deref(), text, &language)?);
        }
        items.extend(keys.as_deref().map(Item::keys));
        while items.len() <= interruptions.len() {
            items.push(interruption(&mut voices, &assets, voice.as_deref(), &language)?);
        }
        for (item, over) in items.iter_mut().skip(1).zip(interruptions) {
            item.over = Some(over);
        }
        let noise = noise.map(|choice| talk::noise(choice, &items, &assets, &mut voices)).transpose()?;
        Ok((items, noise))
    };
    // Voices are loaded and speak in a thread of their own.
    tokio::task::spawn_blocking(make).await?
}

/// A turn of the caller that one of our voices speaks; the voices are opened for the first one.
fn spoken(
    voices: &mut Option<Voices>,
    assets: &Path,
    voice: Option<&str>,
    text: &str,
    language: &str,
) -> Result<Item> {
    let usual = if language.starts_with("ko") { answering_voice(language) } else { CALLER_VOICE };
    let voices = match voices {
        Some(voices) => voices,
        None => voices.insert(Voices::open(assets)?),
    };
    talk::spoken(voices, voice.unwrap_or(usual), text, language)
}

/// A turn that interrupts.
fn interruption(
    voices: &mut Option<Voices>,
    assets: &Path,
    voice: Option<&str>,
    language: &str,
) -> Result<Item> {
    let text = if language.starts_with("ko") { KOREAN_INTERRUPTION } else { USUAL_INTERRUPTION };
    spoken(voices, assets, voice, text, language)
        .context("--interrupt-at needs a turn that interrupts: give one more recording or --text")
}

/// Opens the page in the browser, where there is one.
fn open(stack: &Stack) {
    let page = format!("{}/talk", stack.service_endpoint());
    println!("\n# The page: {page} (token {})\nCtrl-C stops everything.", stack.token());
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut browser = std::process::Command::new(program);
    let quiet = std::process::Stdio::null;
    // Without a browser the line above is enough.
    let _ = browser.arg(page).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected seconds, 0 or more".into())
}

fn keys(text: &str) -> Result<String, String> {
    match text.chars().all(|key| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D')) && !text.is_empty() {
        true => Ok(text.to_owned()),
        false => Err("expected digits, *, # or A to D".into()),
    }
}
