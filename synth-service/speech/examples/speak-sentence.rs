//! Speaks a sentence with a fetched voice into a WAV file: mu-law at 8000 Hz, as a caller hears it.
//!
//!     cargo run --release -p speech --example speak-sentence -- "Thank you for calling." hello.wav

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use speech::{Device, DeviceChoice, Engine, Job, Runtime, RuntimeConfig, telephone, voice::VoiceLoader};

/// The folder that `cargo xtask fetch` fills.
const ASSETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let text = arguments.next().unwrap_or_else(|| "Thank you for calling.".to_owned());
    let out = PathBuf::from(arguments.next().unwrap_or_else(|| "hello.wav".to_owned()));

    let runtime = Runtime::open(RuntimeConfig {
        onnxruntime: Path::new(ASSETS).join("onnxruntime/libonnxruntime.so"),
        espeak: None,
        device: DeviceChoice::Only(Device::Cpu),
    })?;
    let voice = VoiceLoader::open(&Path::new(ASSETS).join("voices/hibari"), &runtime)?;
    let engine = Engine::of(&voice, 1, 1)?;

    let mut codes = Vec::new();
    for sentence in text::sentences(&voice.config().language, &text)? {
        let clip = engine.submit(Job::new(sentence, Instant::now()))?.blocking_recv()??;
        codes.extend_from_slice(&clip.audio);
    }
    fs::write(&out, telephone::write_wav(&codes))?;
    println!("{}: {:.1} s", out.display(), codes.len() as f64 / f64::from(telephone::SAMPLE_RATE));
    Ok(())
}
