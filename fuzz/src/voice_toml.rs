//! Target for descriptions of voices.

use std::{ops::RangeInclusive, path::Path};

use speech::VoiceConfig;

use crate::{Verdict, assert_line, breaks_a_line};

/// Sample rates in Hz, from the telephone's to the highest of any known model.
const SAMPLE_RATES: RangeInclusive<u32> = 8_000..=192_000;

pub(crate) fn check(text: &str) -> Verdict {
    let folder = Path::new("voices/anyone");
    let config = match VoiceConfig::parse(folder, text) {
        Ok(config) => config,
        Err(error) => {
            let message = error.to_string();
            assert_line(&message);
            assert!(message.contains("anyone") && message.contains("voice.toml"), "{message}");
            return Verdict::Refused;
        }
    };
    // Requests and log lines contain these names.
    for name in config.speakers.iter().chain([&config.name, &config.language]) {
        assert!(!name.trim().is_empty() && !name.contains(breaks_a_line), "{name:?}");
    }
    assert!(!config.speakers.is_empty());
    assert!(SAMPLE_RATES.contains(&config.sample_rate), "{}", config.sample_rate);
    assert!(config.lexicon_path().starts_with(folder));
    Verdict::Accepted
}
