//! A custom voice family, which speaks Morse code. The engine does the rest: it splits, queues, trims, levels,
//! resamples and encodes.
//!
//!     cargo run -p speech --example voice-family -- "Hello there." morse.wav

use std::{env, error::Error, f32::consts::TAU, fs, time::Instant};

use speech::{
    Device, Engine, EngineConfig, Interrupt, Job, Line, SpeechError, Utterance, Voice, Words, telephone,
};

/// Samples per second.
const RATE: u32 = 16_000;

/// Frequency of the tone, in Hz.
const PITCH: f32 = 700.0;

/// Seconds of a dot at a speed of 1.0: 20 words per minute.
const DOT: f32 = 0.06;

/// Morse codes of the letters A to Z.
const CODES: [&str; 26] = [
    ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---",
    ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--..",
];

struct Morse;

impl Voice for Morse {
    fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        lines.iter().map(|line| speak(line)).collect()
    }
}

fn speak(line: &Line) -> Result<Utterance, SpeechError> {
    let mut waveform = Vec::new();
    let dots = |count: f32| (count * DOT / line.delivery.speed * RATE as f32) as usize;
    for words in &line.words {
        // Numbers are already words here. Phonemes in the International Phonetic Alphabet have no Morse code.
        let Words::Written(text) = words else { return Err(SpeechError::Unpronounceable) };
        for character in text.chars() {
            let code = (character.to_ascii_lowercase() as usize).checked_sub('a' as usize);
            for sign in code.and_then(|code| CODES.get(code)).unwrap_or(&"").chars() {
                waveform.extend(tone(dots(if sign == '.' { 1.0 } else { 3.0 })));
                waveform.extend(vec![0.0; dots(1.0)]);
            }
            waveform.extend(vec![0.0; dots(if character == ' ' { 4.0 } else { 2.0 })]);
        }
    }
    Ok(Utterance { sample_rate: RATE, waveform, ..Utterance::default() })
}

fn tone(samples: usize) -> impl Iterator<Item = f32> {
    (0..samples).map(|index| 0.5 * (TAU * PITCH * index as f32 / RATE as f32).sin())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let text = arguments.next().unwrap_or_else(|| "Hello there.".to_owned());
    let out = arguments.next().unwrap_or_else(|| "morse.wav".to_owned());
    let config = EngineConfig::new(Device::Cpu, 1, 1);
    let engine = Engine::start(config, "en-US", |_threads| Ok(Box::new(Morse)))?;
    let mut codes = Vec::new();
    for sentence in text::sentences("en-US", &text)? {
        let clip = engine.submit(Job::new(sentence, Instant::now()))?.blocking_recv()??;
        codes.extend_from_slice(&clip.audio);
    }
    fs::write(&out, telephone::write_wav(&codes))?;
    println!("{out}: {:.1} s", codes.len() as f64 / f64::from(telephone::SAMPLE_RATE));
    Ok(())
}
