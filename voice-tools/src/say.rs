//! Speaks a text into a file, as the service does: the same sentences and the same clips, one after the other.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use speech::{
    Band, Clip, ClipTiming, Delivery, DeviceChoice, Engine, Job, Runtime, telephone, voice::VoiceLoader,
};
use text::{Lexicon, LexiconFile};

use crate::runtime_config;

/// The text, its voice and its output.
#[derive(clap::Args)]
pub struct Arguments {
    /// A voice, or one of its speakers: `kokoro`, `kokoro/am_michael`.
    pub name: String,
    /// Plain text or SSML; `-` reads it from standard input.
    #[arg(allow_hyphen_values = true)]
    pub text: String,
    /// WAV file to write: mu-law at 8000 Hz, as a caller hears it.
    #[arg(long)]
    pub out: PathBuf,
    /// Write 16-bit samples at the model's own sample rate instead.
    #[arg(long)]
    pub wide: bool,
    /// Pace of the speech: 0.5 (slow) to 2.0 (fast).
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f32,
    /// Where the model runs: auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    pub device: DeviceChoice,
    /// Lexicon to use in addition to the voice's own.
    #[arg(long)]
    pub lexicon: Option<PathBuf>,
}

fn speed(text: &str) -> Result<f32, String> {
    let speed: f32 = text.parse().map_err(|_| "must be a number from 0.5 to 2.0")?;
    if text::SPEEDS.contains(&speed) { Ok(speed) } else { Err("must be from 0.5 to 2.0".into()) }
}

/// Writes the file and prints one line about its content.
///
/// # Errors
/// One line that names the remedy.
pub fn run(assets: &Path, arguments: &Arguments) -> Result<()> {
    let text = read_text(&arguments.text)?;
    let (voice, speaker) = arguments.name.split_once('/').unwrap_or((&arguments.name, ""));
    crate::check_name(voice)?;
    crate::check_is_there(assets, voice)?;
    let runtime = Runtime::open(runtime_config(assets, arguments.device))?;
    let loader = VoiceLoader::open(&assets.join("voices").join(voice), &runtime)?;
    let language = loader.config().language.clone();
    let band = if arguments.wide { Band::Wide } else { Band::Telephone };
    let speaker = find_speaker(&loader.config().speakers, speaker)?;
    let delivery = Delivery { speaker, speed: arguments.speed, band };
    let lexicon = lexicon(&loader, arguments.lexicon.as_deref())?;
    let sentences = text::sentences_for(&language, &text, loader.first_part())?;
    if sentences.is_empty() {
        bail!("the text has nothing to say: give it at least one word");
    }

    let engine = Engine::of(&loader, 1, 1)?;
    let started = Instant::now();
    let mut first = None;
    let mut clips = Vec::new();
    for sentence in sentences {
        let job = Job { delivery, lexicon: lexicon.clone(), ..Job::new(sentence, started) };
        let answer = engine.submit(job)?.blocking_recv().context("the engine stopped")?;
        match answer {
            Ok(clip) => clips.push(clip),
            Err(error) => eprintln!("voices: a sentence was left out: {error}"),
        }
        first.get_or_insert(started.elapsed());
    }
    write(&arguments.out, &clips, arguments.wide)?;
    report(&arguments.out, &clips, first.unwrap_or_default(), started.elapsed())
}

fn read_text(text: &str) -> Result<String> {
    if text != "-" {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("standard input can't be read")?;
    String::from_utf8(bytes).context("standard input is not UTF-8")
}

fn find_speaker(speakers: &[String], wanted: &str) -> Result<usize> {
    if wanted.is_empty() {
        return Ok(0);
    }
    speakers
        .iter()
        .position(|speaker| speaker == wanted)
        .with_context(|| format!("there is no speaker `{wanted}`; the speakers are: {}", speakers.join(", ")))
}

fn lexicon(loader: &VoiceLoader, more: Option<&Path>) -> Result<Arc<Lexicon>> {
    let own = LexiconFile::open(loader.config().lexicon_path())?.current();
    match more {
        None => Ok(own),
        Some(path) => {
            let content = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
            Ok(Arc::new(Lexicon::parse(&path.display().to_string(), &content)?.over(&own)))
        }
    }
}

fn write(out: &Path, clips: &[Clip], wide: bool) -> Result<()> {
    let Some(first) = clips.first() else { bail!("nothing in the text can be spoken by this voice") };
    let failed = || format!("{} can't be written", out.display());
    if !wide {
        let codes: Vec<u8> = clips.iter().flat_map(|clip| clip.audio.iter()).copied().collect();
        return std::fs::write(out, telephone::write_wav(&codes)).with_context(failed);
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: first.sample_rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(out, spec).with_context(failed)?;
    for sample in clips.iter().flat_map(|clip| clip.audio.chunks_exact(2)) {
        writer.write_sample(i16::from_le_bytes([sample[0], sample[1]]))?;
    }
    writer.finalize().with_context(failed)
}

fn report(out: &Path, clips: &[Clip], first: Duration, work: Duration) -> Result<()> {
    let audio: Duration = clips.iter().map(|clip| clip.duration).sum();
    let sum = |part: fn(&ClipTiming) -> f64| clips.iter().map(|clip| part(&clip.timing)).sum::<f64>();
    println!(
        "{}: {:.2} s in {} parts; the first after {:.0} ms, real-time factor {:.3}",
        out.display(),
        audio.as_secs_f64(),
        clips.len(),
        first.as_secs_f64() * 1000.0,
        work.as_secs_f64() / audio.as_secs_f64(),
    );
    println!(
        "phonemes {:.1} ms, model {:.1} ms, vocoder {:.1} ms, level and encoding {:.1} ms",
        sum(|timing| timing.phonemes_ms),
        sum(|timing| timing.model_ms),
        sum(|timing| timing.vocoder_ms),
        sum(|timing| timing.telephone_ms),
    );
    Ok(())
}
