//! Recognises files with the local ears: `hear FOLDER LANGUAGE FILE…` prints each text with the time that it took.
//! `cargo xtask ears try` starts it.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail};
use hearing::{
    Format, Frame, Heard, Input, Line, Recogniser, Session,
    local::{Local, LocalSettings},
    mu_law,
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
    let (line, audio) = read(&std::fs::read(path)?)?;
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

/// The audio of a WAV file.
fn read(file: &[u8]) -> Result<(Line, Vec<u8>)> {
    let format = chunk(file, b"fmt ").context("it is no WAV file")?;
    let audio = chunk(file, b"data").context("it is no whole WAV file")?;
    let two = |at: usize| format.get(at..at + 2).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    let (samples, _) = audio.as_chunks::<2>();
    // The code of the format, channels, rate, bits per sample.
    match (two(0), two(2), two(4), two(14)) {
        (7, 1, 8_000, 8) => Ok((Line::Telephone, audio.to_vec())),
        (1, 1, 16_000, 16) => Ok((Line::Wide, audio.to_vec())),
        (1, 1, 8_000, 16) => Ok((
            Line::Telephone,
            samples.iter().map(|&sample| mu_law::encode(i16::from_le_bytes(sample))).collect(),
        )),
        _ => bail!("it must be mono: mu-law at 8000 Hz, or 16 bit at 8000 or 16,000 Hz"),
    }
}

/// The content of a chunk of a WAV file, as far as it is there.
fn chunk<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = file.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    loop {
        let (found, after) = rest.split_at_checked(4)?;
        let (length, content) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        if found == name {
            return content.get(..length).or(Some(content));
        }
        rest = content.get(length.next_multiple_of(2)..)?;
    }
}
