//! A voice over HTTP: a service with OpenAI's `POST /v1/audio/speech`, such as ours.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use reqwest::Client;
use serde_json::json;
use url::Url;

use super::{HttpError, bounded_body, causes, client, is_local, web_url};
use crate::runner::PromptVoice;

const SPEECH_TIMEOUT: Duration = Duration::from_secs(60);
/// Largest answer: about ten minutes of sound.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most texts whose sound is kept.
const MAX_KEPT: usize = 500;

/// Samples of `pcm` for one of the telephone: 24,000 Hz to 8000 Hz.
const STEP: usize = 3;
/// Taps of the filter before the step, to each side of its middle.
const REACH: usize = 24;

/// A voice over HTTP. The sound of a text is kept, so that a text that is spoken again costs no time.
pub struct HttpVoice {
    client: Client,
    url: Url,
    voice: String,
    token: Option<String>,
    kept: Mutex<HashMap<String, Vec<i16>>>,
}

impl HttpVoice {
    /// Builds the client. `url` is the service's base URL; an empty name selects its default voice.
    ///
    /// # Errors
    /// [`HttpError`] when it is no http or https URL, or TLS cannot be set up.
    pub fn new(url: &str, voice: &str, token: Option<String>) -> Result<Self, HttpError> {
        let mut url = web_url(url)?;
        // `path_segments_mut` can't fail: http and https URLs always have path segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["v1", "audio", "speech"]);
        }
        let client = client(SPEECH_TIMEOUT, is_local(&url))?;
        Ok(Self { client, url, voice: voice.into(), token, kept: Mutex::default() })
    }

    async fn ask(&self, text: &str) -> Result<Vec<i16>, String> {
        let voice = if self.voice.is_empty() { "alloy" } else { &self.voice };
        let body = json!({"model": "tts-1", "input": text, "voice": voice, "response_format": "pcm"});
        let mut request = self.client.post(self.url.clone()).json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(causes)?;
        let status = response.status().as_u16();
        let body = bounded_body(response, MAX_BYTES).await.map_err(|error| error.to_string())?;
        match status {
            200 => Ok(to_telephone(&samples(&body))),
            401 | 403 => Err(format!("the voice's service answered {status}: give its token")),
            _ => Err(format!("the voice's service answered {status}")),
        }
    }
}

#[async_trait]
impl PromptVoice for HttpVoice {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(samples) = kept().get(text) {
            return Ok(samples.clone());
        }
        let samples = self.ask(text).await?;
        let mut kept = kept();
        if kept.len() < MAX_KEPT {
            kept.insert(text.to_owned(), samples.clone());
        }
        Ok(samples)
    }
}

/// 16-bit samples, little-endian.
fn samples(bytes: &[u8]) -> Vec<i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// Every third sample, after a low-pass filter: a sinc in a Hann window.
fn to_telephone(samples: &[i16]) -> Vec<i16> {
    let reach = REACH as f32;
    let tap = |offset: f32| {
        let x = std::f32::consts::PI * offset / STEP as f32;
        let sinc = if offset == 0.0 { 1.0 } else { x.sin() / x };
        let window = 0.5 + 0.5 * (std::f32::consts::PI * offset / (reach + 1.0)).cos();
        sinc * window / STEP as f32
    };
    let taps: Vec<f32> = (0..=2 * REACH).map(|index| tap(index as f32 - reach)).collect();
    let filtered = |middle: usize| {
        let sum: f32 = taps
            .iter()
            .enumerate()
            .filter_map(|(index, tap)| {
                let at = (middle + index).checked_sub(REACH)?;
                Some(tap * f32::from(*samples.get(at)?))
            })
            .sum();
        sum.round() as i16
    };
    (0..samples.len()).step_by(STEP).map(filtered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_is_kept_and_tones_above_the_telephone_are_removed() {
        let tone = |hertz: f32| -> Vec<i16> {
            let sample =
                |at: usize| (10_000.0 * (std::f32::consts::TAU * hertz * at as f32 / 24_000.0).sin()) as i16;
            to_telephone(&(0..24_000).map(sample).collect::<Vec<_>>())
        };
        let loudest = |samples: &[i16]| samples[100..7900].iter().map(|sample| sample.unsigned_abs()).max();
        assert_eq!(tone(1000.0).len(), 8000);
        assert!(loudest(&tone(1000.0)).is_some_and(|peak| (9500..10_500).contains(&peak)));
        assert!(loudest(&tone(6000.0)).is_some_and(|peak| peak < 200));
    }
}
