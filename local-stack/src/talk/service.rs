//! The settings of a service that takes calls from Twilio, and the way in which it answers them.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use contract::http::{WARM_PHRASES, WarmRequest, WarmResponse};

use super::twilio::Exchange;

/// The public URL of a service that only this machine reaches.
const PUBLIC_URL: &str = "https://firstword.example";

/// The way in which a service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The audio is collected, recognised when the turn is over, the whole answer awaited, then spoken.
    Serial,
    /// Audio, words and sentences are passed on as they come.
    Streamed,
    /// As streamed, and the model is asked before the turn is certain to be over.
    Speculating,
}

impl Way {
    /// All of them, the reference first.
    pub const ALL: [Self; 3] = [Self::Serial, Self::Streamed, Self::Speculating];

    /// The name in tables and baselines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Streamed => "streamed",
            Self::Speculating => "speculating",
        }
    }
}

/// The settings, and the auth token in them.
pub struct LiveService {
    /// Environment variables of the service.
    pub settings: BTreeMap<String, String>,
    auth_token: String,
    language: String,
}

impl LiveService {
    /// A service whose ears are in this folder of assets, for callers who speak this language.
    pub fn new(assets: &Path, voice: &str, language: &str, way: Way) -> Self {
        let auth_token = uuid::Uuid::new_v4().simple().to_string();
        let ears = assets.join("ears").to_string_lossy().into_owned();
        let (streamed, speculates) = match way {
            Way::Serial => (false, false),
            Way::Streamed => (true, false),
            Way::Speculating => (true, true),
        };
        let settings = [
            ("FIRSTWORD_PUBLIC_URL", PUBLIC_URL.to_owned()),
            ("FIRSTWORD_TWILIO_AUTH_TOKEN", auth_token.clone()),
            ("FIRSTWORD_EARS", "local".to_owned()),
            ("FIRSTWORD_EARS_FOLDER", ears),
            ("FIRSTWORD_DEFAULT_VOICE", voice.to_owned()),
            ("FIRSTWORD_LIVE_STREAMED", streamed.to_string()),
            ("FIRSTWORD_PARTIALS", streamed.to_string()),
            ("FIRSTWORD_SPECULATION", speculates.to_string()),
            ("FIRSTWORD_LOG_TEXT", "true".to_owned()),
            // The moments of each turn.
            ("RUST_LOG", "info,synth_service::live=debug".to_owned()),
        ];
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { settings, auth_token, language: language.to_owned() }
    }

    /// The way to the running service.
    pub fn exchange(&self, endpoint: &str) -> Exchange {
        Exchange {
            endpoint: endpoint.to_owned(),
            public_url: PUBLIC_URL.to_owned(),
            auth_token: self.auth_token.clone(),
            query: format!("language={}", self.language),
        }
    }
}

/// Longest time of one request for clips. The service works for 15 s, and ends the clip that it has begun.
const WARM_WITHIN: Duration = Duration::from_secs(120);

/// Has the service make the clips of its own sentences, as an operator does before the first caller.
///
/// # Errors
/// When the service refuses, or is not there.
pub async fn warm_phrases(endpoint: &str, token: &str) -> Result<()> {
    let client = reqwest::Client::builder().timeout(WARM_WITHIN).build()?;
    let mut request = WarmRequest::default();
    loop {
        let post = client.post(format!("{endpoint}{WARM_PHRASES}")).bearer_auth(token);
        let sent = post.json(&request).send().await;
        let answer = sent.and_then(reqwest::Response::error_for_status).context("the clips of phrases")?;
        let warmed: WarmResponse = answer.json().await?;
        if warmed.left == 0 || warmed.tried() == 0 {
            return Ok(());
        }
        request.from += warmed.tried();
    }
}
