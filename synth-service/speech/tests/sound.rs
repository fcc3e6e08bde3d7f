//! The sound of a clip apart from its words: loudness, clicks, hum, and the cost of a long run.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::f32::consts::TAU;

use speech::{
    Band, Utterance,
    sound::{Finisher, Piece, Sound},
};

const RATE: u32 = 24_000;

/// Largest magnitude: one decibel below full scale, plus half of the largest mu-law step.
const CEILING: f32 = 0.891 + 0.016;

/// Syllables of a voice with a falling pitch, five per second, each with another loudness. The active level is near
/// full scale at `gain` 1.
fn speech(seconds: f32, gain: f32) -> Utterance {
    let sample = |index: u32| {
        let time = index as f32 / RATE as f32;
        let loudness = [1.0, 0.7, 0.85, 0.6, 0.95][(time * 5.0) as usize % 5];
        let envelope = (time * 5.0 * TAU / 2.0).sin().abs().sqrt() * loudness;
        let pitch = 180.0 - 20.0 * (time % 3.0) / 3.0;
        let voice: f32 = (1..12u8)
            .map(|harmonic| {
                (TAU * pitch * f32::from(harmonic) * time + f32::from(harmonic * harmonic)).sin()
                    / f32::from(harmonic).sqrt()
            })
            .sum();
        gain * envelope * voice
    };
    let waveform = (0..(seconds * RATE as f32) as u32).map(sample).collect();
    Utterance { waveform, sample_rate: RATE, ..Utterance::default() }
}

fn finish(pieces: &[Piece<'_>], band: Band) -> Sound {
    Finisher::default().finish(pieces, band).expect("speech is finished")
}

/// The samples of a clip, as the listener's side decodes them.
fn heard(pieces: &[Piece<'_>], band: Band) -> Vec<f32> {
    let audio = finish(pieces, band).audio;
    match band {
        Band::Telephone => audio.iter().map(|&code| decode(code)).collect(),
        Band::Wide => audio
            .chunks_exact(2)
            .map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0)
            .collect(),
    }
}

fn alone(utterance: &Utterance, band: Band) -> Vec<f32> {
    heard(&[Piece { speech: Some(utterance), pause_ms: 0 }], band)
}

/// Decodes mu-law according to G.711, independently of the encoder.
fn decode(code: u8) -> f32 {
    let code = !code;
    let magnitude = ((2 * i32::from(code & 0x0f) + 33) << ((code >> 4) & 7)) - 33;
    let value = magnitude as f32 / 8192.0;
    if code & 0x80 == 0 { value } else { -value }
}

/// Root mean square of the windows of 20 ms that are not silent, in dB. Simpler than the measure that sets the level,
/// so that each checks the other.
fn level(samples: &[f32], rate: u32) -> f32 {
    let windows: Vec<f32> = samples
        .chunks(rate as usize / 50)
        .map(|window| window.iter().map(|sample| sample * sample).sum::<f32>() / window.len() as f32)
        .collect();
    let loudest = windows.iter().copied().fold(0.0, f32::max);
    let active: Vec<_> = windows.into_iter().filter(|energy| *energy > 0.003 * loudest).collect();
    10.0 * (active.iter().sum::<f32>() / active.len() as f32).log10()
}

fn spread(levels: &[f32]) -> f32 {
    let highest = levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    highest - levels.iter().copied().fold(f32::INFINITY, f32::min)
}

#[test]
fn clips_of_one_voice_are_equally_loud_however_long() {
    let lengths = [0.3, 0.7, 2.0, 8.0, 25.0];
    for (band, rate) in [(Band::Telephone, 8000), (Band::Wide, RATE)] {
        let levels = lengths.map(|seconds| level(&alone(&speech(seconds, 0.1), band), rate));
        assert!(spread(&levels) < 3.0 && levels.iter().all(|level| (level + 20.0).abs() < 1.5), "{levels:?}");
    }
}

#[test]
fn clips_are_equally_loud_whatever_the_model_gives() {
    for (band, rate) in [(Band::Telephone, 8000), (Band::Wide, RATE)] {
        let gains = [0.01, 0.03, 0.1, 0.3, 1.0];
        let levels = gains.map(|gain| level(&alone(&speech(3.0, gain), band), rate));
        assert!(spread(&levels) < 1.0, "{levels:?}");
    }
}

#[test]
fn what_is_hardly_there_is_not_raised_to_speech() {
    let whisper = level(&alone(&speech(3.0, 0.001), Band::Telephone), 8000);
    assert!((-45.0..-30.0).contains(&whisper), "{whisper} dB");
}

#[test]
fn a_softer_piece_of_a_clip_stays_softer() {
    let (loud, soft) = (speech(2.0, 0.2), speech(2.0, 0.1));
    let pieces = [&loud, &soft].map(|speech| Piece { speech: Some(speech), pause_ms: 400 });
    let samples = heard(&pieces, Band::Telephone);
    let (first, second) = samples.split_at(samples.len() / 2);
    let difference = level(first, 8000) - level(second, 8000);
    assert!((difference - 6.0).abs() < 0.5, "{difference} dB");
}

#[test]
fn set_pauses_do_not_change_the_level() {
    let utterance = speech(0.6, 0.1);
    let at_pause = |pause_ms| {
        let piece = Piece { speech: Some(&utterance), pause_ms };
        level(&heard(&[piece, piece, piece], Band::Telephone), 8000)
    };
    let levels = [0, 100, 300, 2000].map(at_pause);
    assert!(spread(&levels) < 0.5, "{levels:?}");
}

#[test]
fn no_click_is_heard_where_clips_meet() {
    // The sounds are cut off in the middle, as a model may do.
    let utterances = [0.31, 0.95, 1.5, 0.43, 2.27].map(|seconds| speech(seconds, 0.3));
    for band in [Band::Telephone, Band::Wide] {
        let clips = utterances.each_ref().map(|utterance| alone(utterance, band));
        let largest_step =
            |samples: &[f32]| samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        let inside = clips.iter().map(|clip| largest_step(clip)).fold(f32::INFINITY, f32::min);
        for (before, after) in clips.iter().zip(&clips[1..]) {
            assert_eq!((before.last(), after.first()), (Some(&0.0), Some(&0.0)));
            let join = [&before[before.len() - 8..], &after[..8]].concat();
            assert!(largest_step(&join) < 0.1 * inside, "{} against {inside}", largest_step(&join));
        }
    }
}

#[test]
fn pieces_of_a_clip_meet_without_a_click() {
    let utterance = speech(0.95, 0.3);
    let piece = |pause_ms| Piece { speech: Some(&utterance), pause_ms };
    let samples = heard(&[piece(0), piece(100), piece(0)], Band::Wide);
    let edge = heard(&[piece(0)], Band::Wide).len();
    assert!(samples[edge - 8..edge + 8].iter().all(|sample| sample.abs() < 0.01));
    let pause = &samples[2 * edge..2 * edge + RATE as usize / 10];
    assert!(pause.iter().all(|sample| *sample == 0.0));
}

#[test]
fn a_constant_offset_is_gone() {
    for band in [Band::Telephone, Band::Wide] {
        let mut utterance = speech(3.0, 0.1);
        utterance.waveform.iter_mut().for_each(|sample| *sample += 0.1);
        let samples = alone(&utterance, band);
        let mean = samples.iter().sum::<f32>() / samples.len() as f32;
        assert!(mean.abs() < 1e-3, "{mean}");
    }
}

#[test]
fn an_offset_does_not_hide_the_silence_around_speech() {
    let length = alone(&speech(1.0, 0.1), Band::Telephone).len();
    let silence = vec![0.0; RATE as usize];
    let mut utterance = speech(1.0, 0.1);
    utterance.waveform = [silence.as_slice(), &utterance.waveform, &silence].concat();
    utterance.waveform.iter_mut().for_each(|sample| *sample += 0.1);
    let found = alone(&utterance, Band::Telephone).len();
    assert!(found.abs_diff(length) < 8 * 60, "{found} samples, not {length}");
}

#[test]
fn peaks_stay_below_the_ceiling_and_do_not_turn_the_clip_down() {
    let mut utterance = speech(3.0, 0.1);
    let plain = level(&alone(&utterance, Band::Telephone), 8000);
    for index in (0..30).map(|peak| peak * RATE as usize / 10 + 1000) {
        // A tick of 1 ms, twenty times as loud as the speech.
        for (offset, sample) in utterance.waveform[index..index + 24].iter_mut().enumerate() {
            *sample += 3.0 * (TAU * offset as f32 / 24.0).sin();
        }
    }
    for (band, rate) in [(Band::Telephone, 8000), (Band::Wide, RATE)] {
        let samples = alone(&utterance, band);
        assert!(samples.iter().all(|sample| sample.abs() <= CEILING));
        assert!((level(&samples, rate) - plain).abs() < 6.0);
    }
}

#[test]
fn voices_of_any_rate_can_share_a_clip() {
    let wide = speech(1.0, 0.1);
    let narrow = Utterance {
        waveform: wide.waveform.iter().step_by(3).copied().collect(),
        sample_rate: 8000,
        ..Utterance::default()
    };
    for band in [Band::Telephone, Band::Wide] {
        let pieces = [&wide, &narrow].map(|speech| Piece { speech: Some(speech), pause_ms: 0 });
        let sound = finish(&pieces, band);
        let seconds = sound.samples as f32 / sound.sample_rate as f32;
        assert!((seconds - 2.0).abs() < 0.1, "{seconds} s");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_clips_and_a_long_one_leave_no_memory_behind() {
    /// Resident memory in bytes.
    fn resident() -> usize {
        let pages = std::fs::read_to_string("/proc/self/statm").expect("the kernel tells");
        4096 * pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number")
    }
    let mut finisher = Finisher::default();
    let (short, long) = (speech(0.3, 0.1), speech(60.0, 0.1));
    let mut finish = |utterance: &Utterance, band| {
        let piece = Piece { speech: Some(utterance), pause_ms: 100 };
        finisher.finish(&[piece], band).expect("speech is finished").audio
    };
    let first = finish(&short, Band::Telephone);
    let before = resident();
    for band in [Band::Telephone, Band::Wide] {
        finish(&long, band);
    }
    for _ in 0..10_000 {
        assert!(finish(&short, Band::Telephone) == first, "the same speech gives the same clip");
    }
    // Other tests run in this process meanwhile: their clips are at most a few megabytes each.
    let kept = resident().saturating_sub(before);
    assert!(kept < 64 << 20, "{kept} bytes");
}
