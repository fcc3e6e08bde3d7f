//! Deepgram's `listen`.

mod reading;
mod settings;

use async_trait::async_trait;
use reqwest::Url;

pub use self::settings::DeepgramSettings;
use super::{
    fault,
    link::Link,
    protocol::{Note, Protocol},
    settings::{CloudSettingsError, address, base},
    socket::Refusal,
};
use crate::{Format, HearingError, Recogniser, Session};

const NAME: &str = "deepgram";

const PROTOCOL: Protocol = Protocol {
    name: NAME,
    finalise: r#"{"type":"Finalize"}"#,
    farewell: r#"{"type":"CloseStream"}"#,
    keep_alive: |_| Note::Text(r#"{"type":"KeepAlive"}"#),
    read: reading::read,
};

/// Deepgram.
pub struct Deepgram {
    link: Link,
    base: Url,
    settings: DeepgramSettings,
}

impl Deepgram {
    /// Deepgram with these settings. Asks the server nothing yet.
    ///
    /// # Errors
    /// [`CloudSettingsError`] names the setting that can't be used.
    pub fn new(settings: DeepgramSettings) -> Result<Self, CloudSettingsError> {
        let error = |fault: &str| CloudSettingsError { recogniser: NAME, fault: fault.into() };
        settings.check().map_err(error)?;
        let base = base(NAME, &settings.base_url)?;
        let link = Link::new(PROTOCOL, &base, settings.channels, settings.patience.clone())?;
        Ok(Self { link, base, settings })
    }

    async fn connect(&self, format: Format) -> Result<Session, HearingError> {
        let options = self.settings.options(&format).ok_or_else(|| HearingError::UnknownLanguage {
            recogniser: NAME,
            language: format.language.clone(),
        })?;
        let key = self.settings.key.header("Token ");
        let key = key.map_err(|_| HearingError::Unauthorised { recogniser: NAME })?;
        let channel = self.link.channel().await?;
        let socket = self.link.socket(address(&self.base, "/v1/listen", &options), key).await;
        let socket = socket.map_err(|refusal| match refusal {
            Refusal::Status(status, body) => fault::refusal(NAME, status, &reading::code(&body)),
            Refusal::Fault(error) => error,
        })?;
        Ok(self.link.session(format.line, socket, channel))
    }
}

#[async_trait]
impl Recogniser for Deepgram {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn open(&self, format: Format) -> Result<Session, HearingError> {
        self.link.in_time(self.connect(format)).await
    }

    /// Opens a connection, which is kept for the first session.
    async fn warm_up(&self) {
        let opening = async {
            let opened = self.link.http.head(self.base.clone()).send().await;
            // Any answer will do.
            opened.map(drop).map_err(|error| fault::unreachable(NAME, &error))
        };
        if let Err(error) = self.link.in_time(opening).await {
            tracing::warn!(recogniser = NAME, %error, "no connection in advance");
        }
    }
}
