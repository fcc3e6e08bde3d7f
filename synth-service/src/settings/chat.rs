//! The settings of the language model.

use std::{path::PathBuf, time::Duration};

use chat::{ChatSettings, DemoSettings, Key, Limits, ModelKind, ModelSettings, SettingsError};
use clap::Args;

use super::{Secret, positive};

/// The flags of the language model and of a second one that answers when the first can't.
#[derive(Clone, Debug, Args)]
pub struct ChatFlags {
    /// Kind of language model that answers callers: openai (any server with OpenAI's chat completions), gemini, bedrock,
    /// anthropic, chat-url (a chatbot of your own) or demo (a script; needs neither key nor network). Empty: none.
    #[arg(long, env = "FIRSTWORD_CHAT_MODEL", default_value = "")]
    pub chat_model: String,

    /// Base URL of the model's server, such as http://127.0.0.1:8000/v1; that of the provider when absent.
    #[arg(long, env = "FIRSTWORD_CHAT_BASE_URL", hide_env_values = true)]
    pub chat_base_url: Option<String>,

    /// Name of the model at its server.
    #[arg(long, env = "FIRSTWORD_CHAT_MODEL_NAME")]
    pub chat_model_name: Option<String>,

    /// Key for the model's server. Other users of the machine can see arguments, but not the environment.
    #[arg(
        long,
        env = "FIRSTWORD_CHAT_KEY",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub chat_key: Secret,

    /// File with the key instead, read anew for each answer.
    #[arg(long, env = "FIRSTWORD_CHAT_KEY_FILE")]
    pub chat_key_file: Option<PathBuf>,

    /// JSON object whose fields are added to each request to the model, such as {"temperature": 0.3}.
    #[arg(long, env = "FIRSTWORD_CHAT_EXTRA")]
    pub chat_extra: Option<String>,

    /// Kind of a second model that answers when the first one can't. Empty: none.
    #[arg(long, env = "FIRSTWORD_FALL_BACK_MODEL", default_value = "")]
    pub fall_back_model: String,

    /// Base URL of the second model's server.
    #[arg(long, env = "FIRSTWORD_FALL_BACK_BASE_URL", hide_env_values = true)]
    pub fall_back_base_url: Option<String>,

    /// Name of the second model at its server.
    #[arg(long, env = "FIRSTWORD_FALL_BACK_MODEL_NAME")]
    pub fall_back_model_name: Option<String>,

    /// Key for the second model's server.
    #[arg(
        long,
        env = "FIRSTWORD_FALL_BACK_KEY",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub fall_back_key: Secret,

    /// Longest wait for a model's first token, in milliseconds.
    #[arg(long, env = "FIRSTWORD_CHAT_FIRST_TOKEN_MS", default_value_t = 6_000)]
    pub chat_first_token_ms: u64,

    /// Longest wait between two tokens, in milliseconds.
    #[arg(long, env = "FIRSTWORD_CHAT_BETWEEN_TOKENS_MS", default_value_t = 5_000)]
    pub chat_between_tokens_ms: u64,

    /// Longest time of waiting for a model in one answer, in milliseconds.
    #[arg(long, env = "FIRSTWORD_CHAT_TOTAL_MS", default_value_t = 60_000)]
    pub chat_total_ms: u64,

    /// Longest answer, in characters. A longer one is cut.
    #[arg(long, env = "FIRSTWORD_CHAT_MAX_CHARS", default_value_t = 4_000, value_parser = positive)]
    pub chat_max_chars: usize,

    /// Longest instructions to the model that a flow may pass, in characters.
    #[arg(long, env = "FIRSTWORD_CHAT_MAX_SYSTEM_CHARS", default_value_t = 8_000, value_parser = positive)]
    pub chat_max_system_chars: usize,

    /// Time without a certain sentence after which the caller hears "One moment, please.", in milliseconds; 0: never.
    #[arg(long, env = "FIRSTWORD_ACKNOWLEDGE_AFTER_MS", default_value_t = 900)]
    pub acknowledge_after_ms: u64,

    /// Script of the demo model instead of the built-in one: a TOML file.
    #[arg(long, env = "FIRSTWORD_DEMO_SCRIPT")]
    pub demo_script: Option<PathBuf>,

    /// Time until the demo model's first token, in milliseconds.
    #[arg(long, env = "FIRSTWORD_DEMO_FIRST_TOKEN_MS", default_value_t = 300)]
    pub demo_first_token_ms: u64,

    /// Pace of the demo model, in tokens per second.
    #[arg(long, env = "FIRSTWORD_DEMO_TOKENS_PER_SECOND", default_value_t = 50.0)]
    pub demo_tokens_per_second: f64,
}

impl ChatFlags {
    /// The settings for the crate `chat`; `None` without a model.
    ///
    /// # Errors
    /// [`SettingsError`] for an unknown kind of model.
    pub fn settings(&self) -> Result<Option<ChatSettings>, SettingsError> {
        if self.chat_model.is_empty() {
            return Ok(None);
        }
        let key = match &self.chat_key_file {
            Some(file) => Some(Key::in_file(file)),
            None => key(&self.chat_key),
        };
        let model = ModelSettings {
            kind: self.chat_model.parse()?,
            base_url: self.chat_base_url.clone(),
            model: self.chat_model_name.clone(),
            key,
            extra: self.chat_extra.clone(),
            demo: self.demo(),
        };
        let fall_back = match self.fall_back_model.as_str() {
            "" => None,
            kind => Some(self.fall_back(kind.parse()?)),
        };
        Ok(Some(ChatSettings { model, fall_back, limits: self.limits() }))
    }

    fn fall_back(&self, kind: ModelKind) -> ModelSettings {
        ModelSettings {
            kind,
            base_url: self.fall_back_base_url.clone(),
            model: self.fall_back_model_name.clone(),
            key: key(&self.fall_back_key),
            extra: None,
            demo: self.demo(),
        }
    }

    fn demo(&self) -> DemoSettings {
        DemoSettings {
            script: self.demo_script.clone(),
            first_token: Duration::from_millis(self.demo_first_token_ms),
            tokens_per_second: self.demo_tokens_per_second,
        }
    }

    fn limits(&self) -> Limits {
        Limits {
            first_token: Duration::from_millis(self.chat_first_token_ms),
            between_tokens: Duration::from_millis(self.chat_between_tokens_ms),
            total: Duration::from_millis(self.chat_total_ms),
            characters: self.chat_max_chars,
        }
    }
}

fn key(secret: &Secret) -> Option<Key> {
    (!secret.reveal().is_empty()).then(|| Key::new(secret.reveal()))
}
