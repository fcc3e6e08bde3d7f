//! Recognises files with the local ears: `hear FOLDER LANGUAGE FILE…` prints each text with the time that it took.
//! `cargo xtask ears try` starts it.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use hearing::{
    Format, Frame, Heard, Input, Line, Recogniser, Session,
    local::{Local, LocalSettings},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hear: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("say FOLDER LANGUAGE FILE…")?.into();
    let language = arguments.next().context("say FOLDER LANGUAGE FILE…")?;
    let settings = LocalSettings { folder, workers: 1, partials: false, ..LocalSettings::default() };
    let begun = Instant::now();
    let local = Local::load(&settings)?;
    println!("{:>7.3} s to load", begun.elapsed().as_secs_f64());
    for file in arguments {
        let (line, frames) = frames(Path::new(&file)).with_context(|| file.clone())?;
        let mut session = local.open(Format { line, language: language.clone() }).await?;
        let begun = Instant::now();
        let text = recognise(&mut session, &frames).await?;
        println!("{:>7.3} s  {file}  {text}", begun.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The whole text of the frames.
async fn recognise(session: &mut Session, frames: &[Frame]) -> Result<String> {
    for frame in frames {
        session.tell(Input::Audio(frame.clone()))?;
        // The session takes the frame before the next one: only 5 s of them may wait.
        tokio::task::yield_now().await;
    }
    session.tell(Input::Finalise)?;
    let mut texts = Vec::new();
    loop {
        if let Heard::Final { text, asked } = session.next().await? {
            texts.push(text);
            if asked {
                return Ok(texts.join(" "));
            }
        }
    }
}

/// The frames of a file, with 0.3 s of silence behind it.
fn frames(path: &Path) -> Result<(Line, Vec<Frame>)> {
    let mut file = hound::WavReader::open(path)?;
    let spec = file.spec();
    ensure!(spec.channels == 1 && spec.bits_per_sample == 16, "it must be mono with 16 bits per sample");
    let samples: Vec<i16> = file.samples::<i16>().collect::<Result<_, _>>()?;
    let (line, audio): (Line, Vec<u8>) = match spec.sample_rate {
        8_000 => (Line::Telephone, samples.iter().map(|&sample| mu_law(sample)).collect()),
        16_000 => (Line::Wide, samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()),
        rate => bail!("its rate is {rate} Hz, and must be 8000 or 16,000"),
    };
    let silence = if line == Line::Telephone { 0xff } else { 0 };
    let length = line.frame_bytes();
    let whole = audio.len().next_multiple_of(length) + 15 * length;
    let audio: Vec<u8> = audio.into_iter().chain(std::iter::repeat(silence)).take(whole).collect();
    let frames = audio.chunks_exact(length).zip(0..).map(|(audio, number)| Frame {
        line,
        number,
        audio: audio.to_vec().into(),
    });
    Ok((line, frames.collect()))
}

/// A sample as a byte of mu-law (ITU-T G.711).
fn mu_law(sample: i16) -> u8 {
    let magnitude = sample.unsigned_abs().min(32_635) + 0x84;
    let segment = magnitude.ilog2().saturating_sub(7);
    let step = (magnitude >> (segment + 3)) & 0x0f;
    let sign = if sample < 0 { 0x80 } else { 0 };
    !(sign | u8::try_from(segment << 4).unwrap_or(0x70) | u8::try_from(step).unwrap_or(0x0f))
}
