//! Batches of a real voice on the CPU, which outside these tests never gets any. Everything else is tested through the
//! public API.
//!
//! Needs the files of `cargo xtask fetch`.

use std::{path::Path, sync::LazyLock};

use super::*;
use crate::{Delivery, Device, DeviceChoice, Interrupt, RuntimeConfig, Words};

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

/// One per process: the library holds a single environment.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Runtime::open(RuntimeConfig {
        onnxruntime: assets().join("onnxruntime/libonnxruntime.so"),
        espeak: Some(assets().join("espeak")),
        device: DeviceChoice::Only(Device::Cpu),
    })
    .expect("the fetched library opens")
});

/// The fetched voice without its randomness, on this many cores, with up to `limit` pieces in a run.
fn quiet(cores: usize, limit: usize) -> Piper {
    let voice = VoiceConfig::read(&assets().join("voices/piper")).expect("is read");
    let mut loader = Loader::open(&voice, &RUNTIME).expect("is whole");
    loader.inference.noise_scale = 0.0;
    loader.inference.duration_noise_scale = 0.0;
    let mut piper = loader.piper(cores).expect("is loaded");
    assert!(loader.durations.is_some(), "a batch can be told apart");
    piper.batch_limit = limit;
    piper
}

fn written(text: &str) -> Line {
    Line { words: vec![Words::Written(text.into())], delivery: Delivery::default() }
}

fn speak(voice: &mut dyn Voice, line: &Line) -> Result<Utterance, SpeechError> {
    voice.speak(&[line], &Interrupt::default()).pop().expect("an answer for the line")
}

/// The similarity of two waveforms: 1.0 where they are equal.
fn correlation(one: &[f32], other: &[f32]) -> f64 {
    let dot = |one: &[f32], other: &[f32]| -> f64 {
        one.iter().zip(other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
    };
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

/// The loudest sample.
fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn each_line_of_a_batch_is_what_it_is_alone() {
    for limit in [3, 8] {
        compare(quiet(1, limit));
    }
}

#[test]
fn one_core_makes_the_same_sound_as_two() {
    let line = written("Your order has shipped and will arrive on Thursday, between nine and eleven.");
    let [one, two] = [1, 2].map(|cores| speak(&mut quiet(cores, 1), &line).expect("is spoken").waveform);
    assert_eq!(one.len(), two.len());
    let apart = one.iter().zip(&two).map(|(one, two)| (one - two).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-4 * peak(&one), "{apart}");
}

fn compare(mut joe: Piper) {
    let mut lines: Vec<_> = [
        "One moment, please.",
        "Your order has shipped and will arrive on Thursday, between nine and eleven in the morning.",
        "Yes",
        "Thank you for calling!",
        "Slowly now.",
        "!",
    ]
    .map(written)
    .into();
    lines[4].delivery.speed = 0.7;
    let together = joe.speak(&lines.iter().collect::<Vec<_>>(), &Interrupt::default());
    for (line, together) in lines.iter().zip(together) {
        match (speak(&mut joe, line), together) {
            (Ok(alone), Ok(together)) => {
                let (alone, together) = (alone.waveform, together.waveform);
                assert_eq!(alone.len(), together.len(), "{line:?}");
                let alike = correlation(&alone, &together);
                assert!(alike > 0.9999, "{line:?}: {alike}");
                // The end is not cut off, and contains no noise from the padding.
                let tail = alone.len() - 22_050 / 20;
                let apart =
                    alone[tail..].iter().zip(&together[tail..]).map(|(one, other)| (one - other).abs());
                let apart = apart.fold(0.0, f32::max);
                assert!(apart < 0.002 * peak(&alone), "{line:?}: the last 50 ms differ by {apart}");
            }
            (alone, together) => {
                assert_eq!(alone.err(), Some(SpeechError::Unpronounceable), "{line:?}");
                assert_eq!(together.err(), Some(SpeechError::Unpronounceable), "{line:?}");
            }
        }
    }
}
