//! Settings that all recognisers of others have.

use std::time::Duration;

use url::Url;

use crate::language;

/// How long a recogniser is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a session to open, all in all. At most 3 s.
    pub open: Duration,
    /// For a free channel, as part of that.
    pub channel: Duration,
    /// For a message or a pong, once a final text is wanted, and for the final text itself where the words are not
    /// final yet. The last partial text then counts as final.
    pub final_text: Duration,
    /// For more words, where all words so far are final already, from the last of them on. They are rare.
    pub more_words: Duration,
    /// A caller's audio without any message for it. The session is given up then: the recogniser may be broken.
    pub mute_audio: Duration,
    /// For a message to be sent. A server that takes none for so long is gone.
    pub send: Duration,
    /// Time without audio after which a sign of life is sent.
    pub keep_alive: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            open: Duration::from_millis(2_000),
            channel: Duration::from_millis(300),
            final_text: Duration::from_millis(800),
            more_words: Duration::from_millis(150),
            mute_audio: Duration::from_secs(10),
            send: Duration::from_secs(2),
            keep_alive: Duration::from_secs(10),
        }
    }
}

/// The settings of a recogniser can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the settings of {recogniser} can't be used: {fault}")]
pub struct CloudSettingsError {
    /// The recogniser.
    pub recogniser: &'static str,
    /// The fault, and its remedy.
    pub fault: String,
}

/// The primary language of a tag, if it has the form of one.
pub(super) fn known_language(tag: &str) -> Option<String> {
    let primary = language::primary(tag);
    let is_one = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_one.then_some(primary)
}

/// The base URL of a service, without a slash at its end.
pub(super) fn base(recogniser: &'static str, text: &str) -> Result<Url, CloudSettingsError> {
    let fault = || CloudSettingsError {
        recogniser,
        fault: "its base URL is not one of http or https: give one such as https://api.example.com".into(),
    };
    outgoing::url(text.trim().trim_end_matches('/')).ok_or_else(fault)
}

/// An address below the base URL, with its options.
pub(super) fn address(base: &Url, path: &str, options: &[(&str, String)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    if !options.is_empty() {
        url.query_pairs_mut().clear().extend_pairs(options);
    }
    url
}
