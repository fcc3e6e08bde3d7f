//! Cuts a waveform to its speech, so that pauses have their set length whatever silence the model makes.

/// Speech is where the level of a window is above this share of the clip's loudest window: -40 dB.
const RELATIVE_THRESHOLD: f32 = 0.01;

/// A clip whose loudest window is below this is silence.
const AUDIBLE: f32 = 0.001;

/// Length of a window, in milliseconds.
const WINDOW_MS: u32 = 5;

/// Time kept on both sides of the speech, in milliseconds: soft consonants begin and end below the threshold.
const MARGIN_MS: u32 = 20;

/// Both ends fade over this time, in milliseconds, so that they don't click.
const FADE_MS: u32 = 10;

/// The speech in `waveform` (at `sample_rate` Hz), faded from and to zero; `None` where nothing is audible.
pub fn trim(waveform: &[f32], sample_rate: u32) -> Option<Vec<f32>> {
    let samples = |milliseconds: u32| (sample_rate * milliseconds / 1000) as usize;
    let window = samples(WINDOW_MS).max(1);
    let levels: Vec<f32> = waveform.chunks(window).map(level).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    if loudest < AUDIBLE {
        return None;
    }
    let is_speech = |level: &f32| *level > loudest * RELATIVE_THRESHOLD;
    let first = levels.iter().position(is_speech)? * window;
    let last = (levels.iter().rposition(is_speech)? + 1) * window;

    let margin = samples(MARGIN_MS);
    let start = first.saturating_sub(margin);
    let end = (last + margin).min(waveform.len());
    let mut speech = waveform[start..end].to_vec();
    let fading = samples(FADE_MS).min(speech.len() / 2).max(1);
    fade(speech.iter_mut(), fading);
    fade(speech.iter_mut().rev(), fading);
    Some(speech)
}

fn level(window: &[f32]) -> f32 {
    (window.iter().map(|sample| sample * sample).sum::<f32>() / window.len() as f32).sqrt()
}

/// Raises the first `length` samples from zero along a raised cosine.
fn fade<'a>(samples: impl Iterator<Item = &'a mut f32>, length: usize) {
    for (index, sample) in samples.take(length).enumerate() {
        *sample *= 0.5 - 0.5 * (std::f32::consts::PI * index as f32 / length as f32).cos();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 24_000;

    fn silence(milliseconds: u32) -> Vec<f32> {
        vec![0.0; (RATE / 1000 * milliseconds) as usize]
    }

    fn speech(milliseconds: u32) -> Vec<f32> {
        (0..RATE / 1000 * milliseconds).map(|index| 0.5 * (index as f32 * 0.1).sin()).collect()
    }

    #[test]
    fn long_silence_at_both_ends_is_gone() {
        let clip = [silence(700), speech(500), silence(900)].concat();
        let trimmed = trim(&clip, RATE).unwrap_or_default();
        let expected = (MARGIN_MS + 500 + MARGIN_MS) * RATE / 1000;
        assert!(trimmed.len().abs_diff(expected as usize) <= 2 * (RATE * WINDOW_MS / 1000) as usize);
    }

    #[test]
    fn a_pause_inside_the_speech_stays() {
        let clip = [speech(300), silence(800), speech(300)].concat();
        let trimmed = trim(&clip, RATE).unwrap_or_default();
        assert!(trimmed.len() + RATE as usize / 50 >= clip.len());
    }

    #[test]
    fn a_soft_beginning_is_kept() {
        let soft: Vec<f32> = speech(20).iter().map(|sample| sample * 0.02).collect();
        let clip = [silence(200), soft, speech(300), silence(200)].concat();
        let trimmed = trim(&clip, RATE).unwrap_or_default();
        let kept = trimmed.len() * 1000 / RATE as usize;
        assert!(kept >= 20 + 300, "{kept} ms");
    }

    #[test]
    fn speech_without_silence_around_it_begins_and_ends_at_zero() {
        for milliseconds in [1, 5, 15, 300] {
            let trimmed = trim(&speech(milliseconds), RATE).unwrap_or_default();
            assert_eq!((trimmed.first(), trimmed.last()), (Some(&0.0), Some(&0.0)), "{milliseconds} ms");
        }
    }

    #[test]
    fn silence_has_no_speech() {
        assert_eq!(trim(&silence(1000), RATE), None);
        assert_eq!(trim(&[], RATE), None);
    }
}
