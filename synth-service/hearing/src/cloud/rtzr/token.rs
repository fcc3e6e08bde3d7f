//! RTZR's access token: fetched once for the service, renewed early, by one task at a time.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use outgoing::Key;
use reqwest::{Client, Url, header::CONTENT_TYPE};
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};
use url::form_urlencoded;

use super::{
    super::fault,
    reading,
    settings::{NAME, RtzrSettings},
};
use crate::HearingError;

/// Longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// A token, which is never shown.
#[derive(Clone)]
pub(super) struct Token {
    value: Arc<str>,
    /// When it is renewed.
    renewal: Instant,
    /// When the server refuses it.
    end: Instant,
}

impl Token {
    pub(super) fn as_str(&self) -> &str {
        &self.value
    }
}

pub(super) struct Tokens {
    http: Client,
    url: Url,
    client_id: String,
    client_secret: Key,
    renew_before: Duration,
    /// Locked while a token is fetched: others wait for that one.
    current: Mutex<Option<Token>>,
}

impl Tokens {
    pub(super) fn new(http: Client, url: Url, settings: &RtzrSettings) -> Self {
        Self {
            http,
            url,
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            renew_before: settings.renew_before,
            current: Mutex::new(None),
        }
    }

    /// A token that is valid for a while.
    pub(super) async fn token(&self) -> Result<Token, HearingError> {
        let mut current = self.current.lock().await;
        let now = Instant::now();
        if let Some(token) = current.as_ref().filter(|token| now < token.renewal) {
            return Ok(token.clone());
        }
        match (self.fetch().await, current.as_ref()) {
            (Ok(token), _) => Ok(current.insert(token).clone()),
            // The server that gives out tokens may be out of service for a while, for which they are renewed early.
            (Err(error), Some(token)) if now < token.end => {
                tracing::warn!(recogniser = NAME, %error, "the token is not renewed yet");
                Ok(token.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Another token than this one, which was refused.
    pub(super) async fn renewed(&self, refused: &Token) -> Result<Token, HearingError> {
        let mut current = self.current.lock().await;
        if let Some(token) = current.as_ref().filter(|token| token.value != refused.value) {
            return Ok(token.clone());
        }
        *current = None;
        Ok(current.insert(self.fetch().await?).clone())
    }

    async fn fetch(&self) -> Result<Token, HearingError> {
        let unauthorised = |_| HearingError::Unauthorised { recogniser: NAME };
        let secret = self.client_secret.read().map_err(unauthorised)?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", &secret)
            .finish();
        let request = self.http.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.map_err(|error| fault::unreachable(NAME, &error))?;
        let status = answer.status().as_u16();
        let body = outgoing::body(answer, LONGEST).await;
        let body = body.map_err(|reason| HearingError::Protocol { recogniser: NAME, reason })?;
        if status != 200 {
            return Err(fault::refusal(NAME, status, &reading::code(&String::from_utf8_lossy(&body))));
        }
        let reason = || "its token can't be read".to_owned();
        self.read(&body).ok_or_else(|| HearingError::Protocol { recogniser: NAME, reason: reason() })
    }

    fn read(&self, body: &[u8]) -> Option<Token> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let value = body["access_token"].as_str().filter(|token| !token.is_empty())?.into();
        let expiry = Duration::from_secs(body["expire_at"].as_u64()?);
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // A day at most: a clock that is wrong must not keep a token for years.
        let valid = expiry.saturating_sub(clock).min(Duration::from_secs(24 * 3600));
        let now = Instant::now();
        Some(Token { value, renewal: now + valid.saturating_sub(self.renew_before), end: now + valid })
    }
}
