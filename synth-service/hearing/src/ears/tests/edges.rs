//! The end of speech in the log against that in a recording.

use super::*;
use crate::mu_law;

/// Samples of 10 ms.
const WINDOW: usize = 80;

/// The end of the sound in samples, as it is found in a recording: behind the last window of 10 ms that is less than
/// 35 dB below the loudest one and can be heard.
fn recorded(samples: &[i16]) -> usize {
    let power = |window: &[i16]| {
        window.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / window.len() as f64
    };
    let powers: Vec<f64> = samples.chunks(WINDOW).map(power).collect();
    let least = powers.iter().copied().fold(0.0, f64::max) / 3_162.0;
    let last = powers.iter().rposition(|power| *power > least.max(5_000.0)).unwrap();
    (last + 1) * WINDOW
}

/// The end of the last turn in samples, when these samples come behind `before` samples of silence.
async fn logged(samples: &[i16], before: usize, words: &str) -> usize {
    let recogniser = Scripted::saying(&[words; 9], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    let coded = samples.iter().map(|sample| mu_law::encode(*sample));
    call.hear(&[vec![0xff; before], coded.collect(), long()].concat()).await;
    call.turns().last().unwrap().ended.as_micros() as usize / 125 - before
}

#[tokio::test(start_paused = true)]
async fn log_and_recording_agree_on_the_end_of_speech() {
    for clip in [sounds::BOOKING, sounds::RIGHT, sounds::NUMBER, sounds::NO] {
        for gain in [1.0, 0.5, 0.25] {
            let quieter = |code: &u8| (f32::from(mu_law::decode(*code)) * gain) as i16;
            let mut samples: Vec<i16> = clip.iter().map(quieter).collect();
            let end = recorded(&samples);
            // A caller's clip may stop in the middle of its echo.
            samples.truncate(end + 400);
            for before in [4_000, 4_080, 4_037, 4_121] {
                // With "yes" each pause ends a turn, and the last one is quieter than the first.
                for words in ["because", "yes"] {
                    let ended = logged(&samples, before, words).await;
                    assert!(ended.abs_diff(end) <= 15 * 8, "{ended} of {end}: {gain}, {before}, {words}");
                }
            }
        }
    }
}
