//! Anthropic's messages as server-sent events.

use reqwest::header::HeaderName;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Protocol,
    events::Events,
    fault,
    frame::{Frame, Framing, Said},
};
use crate::{error::ModelError, prompt::Prompt};

/// The longest answer that is asked for: a request must name one.
const MAX_TOKENS: u32 = 1024;

pub(crate) struct Anthropic {
    pub(crate) url: Url,
    pub(crate) model: String,
}

impl Protocol for Anthropic {
    fn url(&self) -> Url {
        self.url.clone()
    }

    fn body(&self, prompt: &Prompt) -> Map<String, Value> {
        let messages = prompt.messages().into_iter().map(|message| {
            let role = message.speaker.role();
            json!({"role": role, "content": message.text})
        });
        let mut body = Map::from_iter([
            ("model".into(), json!(self.model)),
            ("max_tokens".into(), json!(MAX_TOKENS)),
            ("messages".into(), messages.collect()),
            ("stream".into(), json!(true)),
        ]);
        if !prompt.system.is_empty() {
            body.insert("system".into(), json!(prompt.system));
        }
        body
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn key_header(&self) -> (HeaderName, &'static str) {
        (HeaderName::from_static("x-api-key"), "")
    }

    fn framing(&self, _content_type: &str) -> Result<Box<dyn Framing>, ModelError> {
        Ok(Box::new(Events::default()))
    }

    fn read(&self, frame: &Frame) -> Result<Said, ModelError> {
        let value = fault::json(&frame.data)?;
        let text = |place: &str| value.pointer(place).and_then(Value::as_str).unwrap_or_default();
        Ok(match text("/type") {
            // Thinking has other kinds of delta.
            "content_block_delta" if text("/delta/type") == "text_delta" => {
                Said::Text(text("/delta/text").to_owned())
            }
            "message_stop" => Said::Over,
            _ => Said::Text(String::new()),
        })
    }
}
