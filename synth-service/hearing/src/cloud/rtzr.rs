//! RTZR (VITO): streaming recognition of Korean, and of other languages by its Whisper.

mod reading;
mod settings;
mod token;

use async_trait::async_trait;
use outgoing::NoKey;
use reqwest::Url;

pub use self::settings::RtzrSettings;
use self::{
    settings::NAME,
    token::{Token, Tokens},
};
use super::{
    fault,
    link::Link,
    protocol::Protocol,
    settings::{CloudSettingsError, address, base},
    socket::{Refusal, Socket},
    worker::silence,
};
use crate::{Format, HearingError, Recogniser, Session};

const PROTOCOL: Protocol = Protocol {
    name: NAME,
    finalise: r#"{"type":"Finalize"}"#,
    farewell: "EOS",
    // A ping is not said to keep a session; silence is.
    keep_alive: silence,
    read: reading::read,
};

/// RTZR, with one token for all calls.
pub struct Rtzr {
    link: Link,
    base: Url,
    tokens: Tokens,
    settings: RtzrSettings,
}

impl Rtzr {
    /// RTZR with these settings. Asks the server nothing yet.
    ///
    /// # Errors
    /// [`CloudSettingsError`] names the setting that can't be used.
    pub fn new(settings: RtzrSettings) -> Result<Self, CloudSettingsError> {
        let error = |fault: String| CloudSettingsError { recogniser: NAME, fault };
        settings.check().map_err(|fault| error(fault.into()))?;
        let base = base(NAME, &settings.base_url)?;
        let link = Link::new(PROTOCOL, &base, settings.channels, settings.patience.clone())?;
        let tokens = Tokens::new(link.http.clone(), address(&base, "/v1/authenticate", &[]), &settings);
        Ok(Self { link, base, tokens, settings })
    }

    async fn connect(&self, format: &Format) -> Result<Socket, HearingError> {
        let unknown =
            || HearingError::UnknownLanguage { recogniser: NAME, language: format.language.clone() };
        let options = self.settings.options(format).ok_or_else(unknown)?;
        let url = address(&self.base, "/v1/transcribe:streaming", &options);
        let token = self.tokens.token().await?;
        match self.try_connect(url.clone(), &token).await {
            Err(Refusal::Status(401, _)) => {
                let token = self.tokens.renewed(&token).await?;
                self.try_connect(url, &token).await.map_err(refusal)
            }
            tried => tried.map_err(refusal),
        }
    }

    async fn try_connect(&self, url: Url, token: &Token) -> Result<Socket, Refusal> {
        let header = outgoing::sensitive(&format!("Bearer {}", token.as_str()));
        let header = header.map_err(|NoKey(reason)| {
            Refusal::Fault(HearingError::Protocol {
                recogniser: NAME,
                reason: format!("its token: {reason}"),
            })
        })?;
        self.link.socket(url, header).await
    }
}

fn refusal(refusal: Refusal) -> HearingError {
    match refusal {
        Refusal::Status(status, body) => fault::refusal(NAME, status, &reading::code(&body)),
        Refusal::Fault(error) => error,
    }
}

#[async_trait]
impl Recogniser for Rtzr {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn open(&self, format: Format) -> Result<Session, HearingError> {
        self.link
            .in_time(async {
                let channel = self.link.channel().await?;
                let socket = self.connect(&format).await?;
                Ok(self.link.session(format.line, socket, channel))
            })
            .await
    }

    /// Fetches the token. Its connection is kept for the first session.
    async fn warm_up(&self) {
        if let Err(error) = self.link.in_time(self.tokens.token()).await {
            tracing::warn!(recogniser = NAME, %error, "no token in advance");
        }
    }
}
