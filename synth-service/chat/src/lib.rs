//! Conversations and model clients: a prompt goes in, an answer comes out piece by piece while the model writes it.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Writer`], [`Event`], [`Limits`] | an answer within its limits: one retry, a fall-back model, no reasoning |
//! | [`Model`], [`Answer`], [`ModelError`] | one model, and the ways in which it fails |
//! | `client` | models over HTTP: OpenAI-compatible ones, Gemini, Bedrock, Anthropic, and a chatbot at a `CHAT_URL` |
//! | `demo` | a scripted model that needs neither a key nor a network |
//! | [`ChatSettings`], [`open`] | from settings to a writer |
//! | [`Prompt`], [`system_prompt`] | the question to a model |
//! | [`Talk`], [`heard`] | the memory of a talk, with answers as far as they were heard |
//!
//! This crate knows no voices, no bucket and no HTTP server. It logs no words of callers or models, and no keys.

mod client;
mod demo;
mod error;
mod limits;
mod model;
mod prompt;
mod reasoning;
mod settings;
mod talk;
mod writer;

pub use demo::{Demo, DemoError};
pub use error::{Code, ModelError};
pub use limits::Limits;
pub use model::{Answer, Model};
pub use outgoing::Key;
pub use prompt::{Prompt, system_prompt};
pub use settings::{ChatSettings, DemoSettings, ModelKind, ModelSettings, SettingsError, open};
pub use talk::{Spoken, Talk, TalkError, TalkLimits, Turn, heard};
pub use writer::{Event, Writer, Writing};
