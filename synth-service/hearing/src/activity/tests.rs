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

/// Voice that stops the service.
const INTERRUPTS: Duration = Duration::from_millis(250);

/// How often a sound stops the service.
fn interruptions(audio: &[u8]) -> usize {
    let settings = EarSettings::default();
    let mut activity = Activity::new(Line::Telephone, settings.activity, settings.turn.pause_after);
    let interrupts = sounds::frames(0, audio).into_iter().map(|frame| {
        activity.take(&frame);
        activity.voiced() >= INTERRUPTS
    });
    let mut was = false;
    interrupts.filter(|now| !std::mem::replace(&mut was, *now) && *now).count()
}

/// How often it would by plain detection.
fn plain_interruptions(audio: &[u8]) -> usize {
    plain(audio).iter().filter(|(began, ended)| ended - began >= INTERRUPTS.as_millis()).count()
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
    for (name, audio) in [
        ("keys", sounds::keys(20.0)),
        ("clicks", sounds::clicks(20.0)),
        ("coughs", sounds::coughs(60.0)),
        ("coughs of two bursts", sounds::double_coughs(60.0)),
        ("noise", sounds::pink(60.0, 0.1)),
    ] {
        assert_eq!(interruptions(&audio), 0, "{name}");
    }
}

/// Prints how much of each noise counts as voice, and how often it interrupts:
/// `cargo test -p hearing noises -- --nocapture`. Both detections stop the service after the same length of voice.
#[test]
fn noises_interrupt_at_most_half_as_often_as_plain_detection() {
    let coughs = |audio: &[u8]| audio.chunks(12_000).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut sums = (0, 0);
    for (name, events) in [
        ("coughs", coughs(&sounds::coughs(6.0))),
        ("double coughs", coughs(&sounds::double_coughs(6.0))),
        ("mhm", vec![sounds::MHM.to_vec()]),
        ("organ", vec![sounds::organ(8.0)]),
        ("piano", vec![sounds::piano(8.0)]),
        ("band", vec![sounds::melody(8.0)]),
        ("keys", vec![sounds::keys(5.0)]),
        ("ringback", vec![sounds::ringback(8.0)]),
        ("noise", vec![sounds::pink(10.0, 0.1)]),
        ("a far speaker", vec![sounds::mix(&sounds::silence(3.0), &sounds::babble(3.0, 110.0), 0.05)]),
    ] {
        let stopped = |stops: fn(&[u8]) -> usize| events.iter().filter(|audio| stops(audio) > 0).count();
        let counts = (stopped(interruptions), stopped(plain_interruptions));
        let all = events.concat();
        println!(
            "{name:14} voice {:5} of {:5} ms, interruptions {:2} of {:2}, sounds that interrupt {} of {}",
            total(&voices(&all)),
            total(&plain(&all)),
            interruptions(&all),
            plain_interruptions(&all),
            counts.0,
            counts.1
        );
        sums = (sums.0 + counts.0, sums.1 + counts.1);
    }
    println!("sounds that interrupt {} of {}", sums.0, sums.1);
    assert!(sums.0 * 2 <= sums.1, "{sums:?}");
}

/// Frames that are voiced without a vowel begin no voice, but may go on with one.
#[test]
fn a_hoarse_last_word_belongs_to_the_voice_before_it() {
    let settings = EarSettings::default();
    let begins = |ended: Option<u64>| {
        let mut activity =
            Activity::new(Line::Telephone, settings.activity.clone(), settings.turn.pause_after);
        activity.ended = ended.map(Duration::from_millis);
        let frames = sounds::frames(50, &sounds::silence(0.1));
        let seen = |frame: &Frame| Seen { begins: frame.begins(), voiced: true, periodic: false };
        activity.recent.extend(frames.iter().map(seen));
        activity.begin(frames.last().unwrap())
    };
    assert_eq!(begins(None), None);
    assert_eq!(begins(Some(700)), None, "too long ago");
    assert_eq!(begins(Some(900)), Some(Change::Began(Duration::from_secs(1))));
}
