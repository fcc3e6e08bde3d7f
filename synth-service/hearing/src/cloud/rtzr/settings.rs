//! Settings of RTZR, and the options of a session that follow from them.

use std::time::Duration;

use outgoing::Key;

use super::super::settings::{Patience, known_language};
use crate::{Format, Line};

/// RTZR in the log and in metrics.
pub(super) const NAME: &str = "rtzr";

/// Most keywords, and longest one in characters, by RTZR's documentation.
const KEYWORDS: (usize, usize) = (100, 20);

/// Settings of RTZR.
#[derive(Clone, Debug)]
pub struct RtzrSettings {
    /// The id of the application, from RTZR's console.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Key,
    /// Where the API is. A proxy or a stand-in may stand there.
    pub base_url: String,
    /// The model, such as `sommers_ko` or `whisper`. By default `sommers_ko` for Korean, `sommers_ja` for Japanese, and
    /// `whisper` for the rest.
    pub model: Option<String>,
    /// The kind of talk: `CALL` or `MEETING`.
    pub domain: String,
    /// Punctuation. The end of a turn is found sooner with it.
    pub punctuation: bool,
    /// Numbers in digits.
    pub inverse_normalisation: bool,
    /// Removes "um" and the like.
    pub disfluency_filter: bool,
    /// Masks swear words.
    pub profanity_filter: bool,
    /// Silence after which RTZR ends an utterance by itself, where our own end of speech has not. 0.5 s to 1 s.
    pub end_silence: Duration,
    /// Length after which RTZR ends an utterance by itself.
    pub longest_utterance: Duration,
    /// Words to prefer, by their sound in Hangul, each with a weight or none: `워드` or `워드:3.5`. 100 at most, of 20
    /// characters at most. Only `sommers_ko` takes them.
    pub keywords: Vec<String>,
    /// Sound below it counts as noise, from 0 to 1. RTZR's own by default.
    pub noise_threshold: Option<f32>,
    /// Sound above it counts as voice, from 0 to 1. RTZR's own by default.
    pub active_threshold: Option<f32>,
    /// The plan's channels, less those that others use: 5 of the free one, 20 of Basic.
    pub channels: usize,
    /// The time before its end at which the token is renewed. Tokens are valid for 6 hours.
    pub renew_before: Duration,
    /// How long RTZR is waited for.
    pub patience: Patience,
}

impl RtzrSettings {
    /// Settings with this key and the usual values.
    pub fn new(client_id: &str, client_secret: Key) -> Self {
        Self {
            client_id: client_id.to_owned(),
            client_secret,
            base_url: "https://openapi.vito.ai".into(),
            model: None,
            domain: "CALL".into(),
            punctuation: true,
            inverse_normalisation: true,
            disfluency_filter: false,
            profanity_filter: false,
            end_silence: Duration::from_millis(500),
            longest_utterance: Duration::from_secs(12),
            keywords: Vec::new(),
            noise_threshold: None,
            active_threshold: None,
            channels: 5,
            renew_before: Duration::from_secs(600),
            patience: Patience::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        let fits = |word: &String| {
            let text = word.split(':').next().unwrap_or_default();
            !word.contains(',') && (1..=KEYWORDS.1).contains(&text.chars().count())
        };
        let is_share = |share: Option<f32>| share.is_none_or(|share| (0.0..=1.0).contains(&share));
        if self.client_id.trim().is_empty() {
            Err("there is no client id: take it from RTZR's console")
        } else if self.client_secret.read().is_err() {
            Err("the client secret can't be read: set it, or make it a file with the secret alone")
        } else if self.keywords.len() > KEYWORDS.0 || !self.keywords.iter().all(fits) {
            Err(
                "the keywords are too many or too long: give 100 at most, of 1 to 20 characters, without commas",
            )
        } else if !is_share(self.noise_threshold) || !is_share(self.active_threshold) {
            Err("a threshold is not from 0 to 1")
        } else {
            Ok(())
        }
    }

    fn model_for(&self, language: &str) -> &str {
        self.model.as_deref().unwrap_or(match language {
            "ko" => "sommers_ko",
            "ja" => "sommers_ja",
            _ => "whisper",
        })
    }

    /// The options of a session in its URL; none where the language is none.
    pub(super) fn options(&self, format: &Format) -> Option<Vec<(&'static str, String)>> {
        let language = known_language(&format.language)?;
        let model = self.model_for(&language);
        let encoding = match format.line {
            Line::Telephone => "MULAW",
            Line::Wide => "LINEAR16",
        };
        let mut options = vec![
            ("sample_rate", format.line.sample_rate().to_string()),
            ("encoding", encoding.into()),
            ("model_name", model.into()),
            ("domain", self.domain.clone()),
            ("use_itn", self.inverse_normalisation.to_string()),
            ("use_punctuation", self.punctuation.to_string()),
            ("use_disfluency_filter", self.disfluency_filter.to_string()),
            ("use_profanity_filter", self.profanity_filter.to_string()),
            ("epd_time", self.end_silence.as_secs_f32().to_string()),
            ("max_utter_duration", self.longest_utterance.as_secs().to_string()),
        ];
        if model == "whisper" {
            options.push(("language", language));
        }
        if model == "sommers_ko" && !self.keywords.is_empty() {
            options.push(("keywords", self.keywords.join(",")));
        }
        let thresholds =
            [("noise_threshold", self.noise_threshold), ("active_threshold", self.active_threshold)];
        options.extend(thresholds.into_iter().filter_map(|(name, share)| Some((name, share?.to_string()))));
        Some(options)
    }
}
