use super::*;
use crate::{EarSettings, sounds};

/// Begin and end of each voice, in milliseconds.
fn voices(audio: &[u8]) -> Vec<(u128, u128)> {
    let settings = EarSettings::default();
    let mut activity = Activity::new(Line::Telephone, settings.activity, settings.turn.pause_after);
    let (mut voices, mut began) = (Vec::new(), None);
    let mut all = audio.to_vec();
    all.extend(sounds::silence(0.5));
    for frame in sounds::frames(0, &all) {
        match activity.take(&frame) {
            Some(Change::Began(at)) => began = Some(at.as_millis()),
            Some(Change::Ended(at)) => voices.extend(began.take().map(|began| (began, at.as_millis()))),
            None => {}
        }
    }
    assert!(began.is_none() && !activity.is_voice(), "voice ends in silence");
    voices
}

/// The stops that plain voice detection finds in a sound: the detector's score alone, three frames of five.
fn plain(audio: &[u8]) -> Vec<(u128, u128)> {
    let mut samples = Samples::new(Line::Telephone);
    let frames = sounds::frames(0, audio);
    let all: Vec<f32> =
        frames.iter().flat_map(|frame| samples.take(frame)).map(|sample| sample.clamp(-1.0, 1.0)).collect();
    let mut detector = Detector::default_boxed();
    let scores: Vec<bool> =
        all.chunks_exact(JUDGED).map(|piece| detector.predict_f32(piece) >= 0.5).collect();
    let (mut voices, mut began, mut last) = (Vec::new(), None, 0);
    for (at, voiced) in scores.iter().enumerate() {
        if *voiced {
            last = at;
            if scores[at.saturating_sub(4)..=at].iter().filter(|voiced| **voiced).count() >= 3 {
                began.get_or_insert(at);
            }
        } else if at - last >= 5 {
            voices.extend(began.take().map(|began| (began as u128 * 16, last as u128 * 16 + 16)));
        }
    }
    voices.extend(began.map(|began| (began as u128 * 16, last as u128 * 16 + 16)));
    voices
}

fn total(voices: &[(u128, u128)]) -> u128 {
    voices.iter().map(|(began, ended)| ended - began).sum()
}

/// The number of voices that would interrupt the service: 250 ms long.
fn interruptions(voices: &[(u128, u128)]) -> usize {
    voices.iter().filter(|(began, ended)| ended - began >= 250).count()
}

#[test]
fn speech_is_voice_to_a_few_frames() {
    let quiet = sounds::silence(0.5);
    // The clips begin with a consonant after at most 60 ms; ends are of the last sound, before the clip's silence.
    for (clip, first, last) in [
        (sounds::BOOKING, 500..=600, 2_600 + 500..=2_720 + 500),
        (sounds::RIGHT, 500..=600, 1_000 + 500..=1_140 + 500),
        (sounds::NUMBER, 500..=600, 2_780 + 500..=2_920 + 500),
        (sounds::NO, 500..=600, 340 + 500..=460 + 500),
    ] {
        let voices = voices(&[&quiet, clip].concat());
        let (Some((began, _)), Some((_, ended))) = (voices.first(), voices.last()) else {
            panic!("no voice")
        };
        assert!(first.contains(began) && last.contains(ended), "{voices:?}");
    }
}

#[test]
fn speech_is_voice_in_noise() {
    let spoken = [&sounds::silence(3.0), sounds::BOOKING].concat();
    let noisy = sounds::mix(&spoken, &sounds::pink(9.0, 0.05), 1.0);
    let voices = voices(&noisy);
    assert!(voices.iter().all(|(began, _)| *began >= 2_900), "noise alone is none: {voices:?}");
    assert!(total(&voices) > 1_500, "{voices:?}");
}

#[test]
fn something_like_speech_is_voice() {
    for pitch in [120.0, 210.0] {
        assert!(total(&voices(&sounds::babble(4.0, pitch))) > 3_500);
    }
}

#[test]
fn tones_and_steady_noise_are_no_voice() {
    for (name, audio) in [
        ("silence", sounds::silence(60.0)),
        ("ringback", sounds::ringback(8.0)),
        ("dial tone", sounds::dial_tone(5.0)),
        ("busy", sounds::busy(5.0)),
        ("fax", sounds::fax(5.0)),
        ("quiet noise", sounds::pink(10.0, 0.02)),
        ("noise", sounds::pink(10.0, 0.1)),
        ("loud noise", sounds::pink(10.0, 0.3)),
        ("coughs", sounds::coughs(6.0)),
    ] {
        let voices = voices(&audio);
        assert!(voices.is_empty(), "{name}: {voices:?}");
    }
    let keys = voices(&sounds::keys(5.0));
    assert_eq!(interruptions(&keys), 0, "{keys:?}");
}

/// Prints how much of each noise counts as voice: `cargo test -p hearing noises -- --nocapture`.
#[test]
fn noises_interrupt_at_most_half_as_often_as_plain_detection() {
    let speakers = sounds::mix(&sounds::silence(3.0), &sounds::babble(3.0, 110.0), 0.05);
    let mut sums = (0, 0);
    for (name, audio) in [
        ("coughs", sounds::coughs(6.0)),
        ("mhm", sounds::MHM.to_vec()),
        ("organ", sounds::organ(8.0)),
        ("piano", sounds::piano(8.0)),
        ("band", sounds::melody(8.0)),
        ("keys", sounds::keys(5.0)),
        ("ringback", sounds::ringback(8.0)),
        ("noise", sounds::pink(10.0, 0.1)),
        ("a far speaker", speakers),
    ] {
        let (ours, plain) = (voices(&audio), plain(&audio));
        let counts = (interruptions(&ours), plain.len());
        println!(
            "{name:14} voice {:5} of {:5} ms, interruptions {} of {}",
            total(&ours),
            total(&plain),
            counts.0,
            counts.1
        );
        sums = (sums.0 + counts.0, sums.1 + counts.1);
    }
    println!("interruptions {} of {}", sums.0, sums.1);
    assert!(sums.0 * 2 <= sums.1, "{sums:?}");
}
