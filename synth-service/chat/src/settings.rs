//! From settings to a writer. The service reads them from flags and the environment.

use std::{fmt, fs, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use outgoing::Key;
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::{
    client::{Anthropic, Bedrock, ChatUrl, Client, Gemini, OpenAi, Protocol},
    demo::{Demo, DemoError},
    limits::Limits,
    model::Model,
    writer::Writer,
};

/// The settings of all answers.
#[derive(Clone, Debug, Default)]
pub struct ChatSettings {
    /// The model that answers.
    pub model: ModelSettings,
    /// The model that answers where the other one can't.
    pub fall_back: Option<ModelSettings>,
    /// The bounds of an answer.
    pub limits: Limits,
}

/// The settings of one model. `Debug` does not show the URL, which may hold a key.
#[derive(Clone, Default)]
pub struct ModelSettings {
    /// How it is asked.
    pub kind: ModelKind,
    /// Where it is asked, up to the part of the path that names the request, such as `http://127.0.0.1:8000/v1`.
    /// Gemini, Anthropic and OpenAI's own have a default.
    pub base_url: Option<String>,
    /// The model's name at its server.
    pub model: Option<String>,
    /// The key, where the server asks for one.
    pub key: Option<Key>,
    /// A JSON object with fields to add to each request, such as `{"temperature": 0.3}`.
    pub extra: Option<String>,
    /// Only of the demo model.
    pub demo: DemoSettings,
}

impl fmt::Debug for ModelSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, model, .. } = self;
        formatter
            .debug_struct("ModelSettings")
            .field("kind", kind)
            .field("model", model)
            .finish_non_exhaustive()
    }
}

/// The pace and the script of the demo model.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// A script instead of the built-in one.
    pub script: Option<PathBuf>,
    /// Time until the first token.
    pub first_token: Duration,
    /// Pace of the tokens; about three make two words.
    pub tokens_per_second: f64,
}

impl Default for DemoSettings {
    fn default() -> Self {
        Self { script: None, first_token: Duration::from_millis(300), tokens_per_second: 50.0 }
    }
}

/// How a model is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelKind {
    /// By the chat completions that OpenAI, vLLM, llama.cpp, Ollama, Groq and others share: `openai`.
    OpenAi,
    /// By Google's API for Gemini: `gemini`.
    Gemini,
    /// By Amazon Bedrock's ConverseStream with an API key: `bedrock`.
    Bedrock,
    /// By Anthropic's API: `anthropic`.
    Anthropic,
    /// By a chatbot's own URL: `chat-url`.
    ChatUrl,
    /// Not at all; a script answers: `demo`.
    #[default]
    Demo,
}

impl FromStr for ModelKind {
    type Err = SettingsError;

    fn from_str(name: &str) -> Result<Self, SettingsError> {
        match name {
            "openai" => Ok(Self::OpenAi),
            "gemini" => Ok(Self::Gemini),
            "bedrock" => Ok(Self::Bedrock),
            "anthropic" => Ok(Self::Anthropic),
            "chat-url" => Ok(Self::ChatUrl),
            "demo" => Ok(Self::Demo),
            _ => Err(SettingsError::UnknownKind(name.to_owned())),
        }
    }
}

/// The reason why settings can't be used. Each message is one line that names the remedy.
#[derive(Debug, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each message says it")]
pub enum SettingsError {
    #[error("there is no kind of model {0:?}: take openai, gemini, bedrock, anthropic, chat-url or demo")]
    UnknownKind(String),
    #[error("the model has no base URL: set one, such as {example}")]
    NoBaseUrl { example: &'static str },
    // The URL is not repeated: it may hold a key.
    #[error("the model's base URL is not one of http or https: write it like {example}")]
    BadBaseUrl { example: &'static str },
    #[error("the model has no name: set the name that its server knows it by")]
    NoModel,
    #[error("the model's key can't be used: {0}")]
    Key(crate::error::ModelError),
    #[error("the extra fields of requests are not a JSON object: write them like {{\"temperature\": 0.3}}")]
    BadExtra,
    #[error("the model's client can't be built ({0}): check the machine's certificates")]
    Client(reqwest::Error),
    #[error("the demo script {path} can't be read ({error}): make it a file that this program may read")]
    NoScript { path: PathBuf, error: std::io::Error },
    #[error(transparent)]
    Demo(#[from] DemoError),
}

/// Makes a writer. Nothing is asked yet.
///
/// # Errors
/// [`SettingsError`] when a setting is missing or wrong.
pub fn open(settings: &ChatSettings) -> Result<Writer, SettingsError> {
    let fall_back = settings.fall_back.as_ref().map(model).transpose()?;
    Ok(Writer::new(model(&settings.model)?, fall_back, settings.limits))
}

fn model(settings: &ModelSettings) -> Result<Arc<dyn Model>, SettingsError> {
    match settings.kind {
        ModelKind::OpenAi => {
            let url = settings.url(OPENAI, Some(OPENAI), &["chat", "completions"])?;
            settings.client("openai", OpenAi { url, model: settings.model_name()? })
        }
        ModelKind::Gemini => {
            let method = format!("{}:streamGenerateContent", settings.model_name()?);
            let mut url = settings.url(GEMINI, Some(GEMINI), &["models", &method])?;
            url.query_pairs_mut().append_pair("alt", "sse");
            settings.client("gemini", Gemini { url })
        }
        ModelKind::Bedrock => {
            let url = settings.url(BEDROCK, None, &["model", &settings.model_name()?, "converse-stream"])?;
            settings.client("bedrock", Bedrock { url })
        }
        ModelKind::Anthropic => {
            let url = settings.url(ANTHROPIC, Some(ANTHROPIC), &["messages"])?;
            settings.client("anthropic", Anthropic { url, model: settings.model_name()? })
        }
        ModelKind::ChatUrl => {
            settings.client("chat-url", ChatUrl { url: settings.url(CHAT_URL, None, &[])? })
        }
        ModelKind::Demo => Ok(Arc::new(demo(&settings.demo)?)),
    }
}

const OPENAI: &str = "https://api.openai.com/v1";
const GEMINI: &str = "https://generativelanguage.googleapis.com/v1beta";
const BEDROCK: &str = "https://bedrock-runtime.us-east-1.amazonaws.com";
const ANTHROPIC: &str = "https://api.anthropic.com/v1";
const CHAT_URL: &str = "https://chat.example.com/answer";

fn demo(settings: &DemoSettings) -> Result<Demo, SettingsError> {
    let Some(path) = &settings.script else {
        return Ok(Demo::built_in(settings.first_token, settings.tokens_per_second)?);
    };
    let script =
        fs::read_to_string(path).map_err(|error| SettingsError::NoScript { path: path.clone(), error })?;
    Ok(Demo::new(&script, settings.first_token, settings.tokens_per_second)?)
}

impl ModelSettings {
    /// The address of a request below the base.
    fn url(&self, example: &'static str, default: Option<&str>, path: &[&str]) -> Result<Url, SettingsError> {
        let base = self.base_url.as_deref().map(str::trim).filter(|base| !base.is_empty()).or(default);
        let base = base.ok_or(SettingsError::NoBaseUrl { example })?;
        let mut url = outgoing::url(base).ok_or(SettingsError::BadBaseUrl { example })?;
        if let Ok(mut segments) = url.path_segments_mut().map_err(|()| SettingsError::BadBaseUrl { example })
            && !path.is_empty()
        {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }

    fn model_name(&self) -> Result<String, SettingsError> {
        let name = self.model.as_deref().map(str::trim).filter(|name| !name.is_empty());
        name.map(str::to_owned).ok_or(SettingsError::NoModel)
    }

    fn extra(&self) -> Result<Map<String, Value>, SettingsError> {
        match self.extra.as_deref().map(str::trim).filter(|extra| !extra.is_empty()) {
            Some(extra) => serde_json::from_str(extra).map_err(|_| SettingsError::BadExtra),
            None => Ok(Map::new()),
        }
    }

    fn client(&self, kind: &str, protocol: impl Protocol) -> Result<Arc<dyn Model>, SettingsError> {
        // A key that can't be read is a fault at the start, not at the first call.
        let key = self.key.as_ref().map(Key::read).transpose();
        key.map_err(|no_key| SettingsError::Key(no_key.into()))?;
        let name = match self.model.as_deref() {
            Some(model) => format!("{kind} {model}"),
            None => kind.to_owned(),
        };
        let client = Client::new(name, self.key.clone(), self.extra()?, protocol);
        Ok(Arc::new(client.map_err(SettingsError::Client)?))
    }
}
