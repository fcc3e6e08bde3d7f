//! RTZR's access token: fetched once for the service, and renewed early, in the background: no call waits for a new one
//! while the old one is valid.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use outgoing::Key;
use reqwest::{Client, Url, header::CONTENT_TYPE};
use serde_json::Value;
use tokio::{
    sync::{Mutex, Semaphore},
    time::{Instant, timeout},
};
use url::form_urlencoded;

use super::{
    super::fault,
    reading,
    settings::{NAME, RtzrSettings},
};
use crate::HearingError;

/// Longest answer that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// Longest time for a renewal in the background.
const RENEWAL: Duration = Duration::from_secs(10);

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

pub(super) struct Tokens(Arc<Shared>);

struct Shared {
    source: Source,
    /// Locked while a call waits for a token: others wait for that one.
    current: Mutex<Option<Token>>,
    /// One renewal at a time.
    renewals: Arc<Semaphore>,
}

/// The server that gives tokens out.
struct Source {
    http: Client,
    url: Url,
    client_id: String,
    client_secret: Key,
    renew_before: Duration,
}

impl Tokens {
    pub(super) fn new(http: Client, url: Url, settings: &RtzrSettings) -> Self {
        let source = Source {
            http,
            url,
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            renew_before: settings.renew_before,
        };
        let renewals = Arc::new(Semaphore::new(1));
        Self(Arc::new(Shared { source, current: Mutex::new(None), renewals }))
    }

    /// A token that is valid for a while.
    pub(super) async fn token(&self) -> Result<Token, HearingError> {
        let mut current = self.0.current.lock().await;
        let now = Instant::now();
        if let Some(token) = current.as_ref().filter(|token| now < token.end) {
            if now >= token.renewal {
                self.0.renew();
            }
            return Ok(token.clone());
        }
        Ok(current.insert(self.0.source.fetch().await?).clone())
    }

    /// Another token than this one, which was refused.
    pub(super) async fn renewed(&self, refused: &Token) -> Result<Token, HearingError> {
        let mut current = self.0.current.lock().await;
        if let Some(token) = current.as_ref().filter(|token| token.value != refused.value) {
            return Ok(token.clone());
        }
        *current = None;
        Ok(current.insert(self.0.source.fetch().await?).clone())
    }
}

impl Shared {
    /// Renews the token in the background, unless that is being done. The server that gives tokens out may fail, or hang,
    /// for a while: the next call tries again.
    fn renew(self: &Arc<Self>) {
        let Ok(renewal) = self.renewals.clone().try_acquire_owned() else { return };
        let shared = self.clone();
        tokio::spawn(async move {
            let late = |_| HearingError::TooSlow { recogniser: NAME, after: RENEWAL };
            match timeout(RENEWAL, shared.source.fetch()).await.map_err(late).flatten() {
                Ok(token) => *shared.current.lock().await = Some(token),
                Err(error) => tracing::warn!(recogniser = NAME, %error, "the token is not renewed yet"),
            }
            drop(renewal);
        });
    }
}

impl Source {
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
