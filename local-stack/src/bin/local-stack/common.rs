//! Arguments that several commands have.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;

/// The default voice, which `cargo xtask` always fetches.
pub(super) const DEFAULT_VOICE: &str = "hibari";

/// The voice that answers callers of a language.
pub(super) fn answering_voice(language: &str) -> &'static str {
    if language.starts_with("ko") { KOREAN_VOICE } else { DEFAULT_VOICE }
}

/// The voice for Korean, as caller and as agent.
const KOREAN_VOICE: &str = "kokoro-ko";

/// The model that answers callers.
#[derive(Args, Clone)]
pub(super) struct ChatArguments {
    /// Kind of the model that answers callers: demo needs no network, openai any server with its interface.
    #[arg(long, value_name = "KIND", env = "FIRSTWORD_CHAT_MODEL", default_value = "demo")]
    model: String,

    /// Base URL of the model's server.
    #[arg(long, value_name = "URL", env = "FIRSTWORD_CHAT_BASE_URL")]
    chat_base: Option<String>,

    /// Name of the model at its server.
    #[arg(long, value_name = "NAME", env = "FIRSTWORD_CHAT_MODEL_NAME")]
    chat_model: Option<String>,
}

impl ChatArguments {
    /// The service's settings. The key comes from the environment only: a command line is seen by others.
    pub(super) fn settings(self) -> BTreeMap<String, String> {
        let key = "FIRSTWORD_CHAT_KEY";
        [
            ("FIRSTWORD_CHAT_MODEL", Some(self.model)),
            ("FIRSTWORD_CHAT_BASE_URL", self.chat_base),
            ("FIRSTWORD_CHAT_MODEL_NAME", self.chat_model),
            (key, std::env::var(key).ok()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

#[derive(Args)]
pub(super) struct Common {
    /// Folder that `cargo xtask fetch` fills.
    #[arg(long, value_name = "DIR", default_value = "assets", hide = true)]
    pub(super) assets: PathBuf,
}
