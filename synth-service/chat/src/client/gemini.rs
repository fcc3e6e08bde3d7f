//! Google Gemini: `streamGenerateContent` as server-sent events.

use reqwest::header::HeaderName;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Protocol,
    events::Events,
    fault,
    frame::{Frame, Framing, Said},
};
use crate::{
    error::{Code, ModelError},
    prompt::{Prompt, Speaker},
};

pub(crate) struct Gemini {
    pub(crate) url: Url,
}

impl Protocol for Gemini {
    fn url(&self) -> Url {
        self.url.clone()
    }

    fn body(&self, prompt: &Prompt) -> Map<String, Value> {
        let contents = prompt.messages().into_iter().map(|message| {
            let role = match message.speaker {
                Speaker::Caller => "user",
                Speaker::Model => "model",
            };
            json!({"role": role, "parts": [{"text": message.text}]})
        });
        let mut body = Map::from_iter([("contents".into(), contents.collect())]);
        if !prompt.system.is_empty() {
            body.insert("systemInstruction".into(), json!({"parts": [{"text": prompt.system}]}));
        }
        body
    }

    fn key_header(&self) -> (HeaderName, &'static str) {
        (HeaderName::from_static("x-goog-api-key"), "")
    }

    fn framing(&self, _content_type: &str) -> Result<Box<dyn Framing>, ModelError> {
        Ok(Box::new(Events::default()))
    }

    fn read(&self, frame: &Frame) -> Result<Said, ModelError> {
        let value = fault::json(&frame.data)?;
        if let Some(reason) = value.pointer("/promptFeedback/blockReason").and_then(Value::as_str) {
            return Err(ModelError::Reported { code: Code::new(reason) });
        }
        let Some(candidate) = value.pointer("/candidates/0") else { return Ok(Said::Text(String::new())) };
        let parts = candidate.pointer("/content/parts").and_then(Value::as_array);
        let is_thought = |part: &&Value| part.get("thought").and_then(Value::as_bool) == Some(true);
        let spoken = parts.into_iter().flatten().filter(|part| !is_thought(part));
        let text = spoken.filter_map(|part| part.get("text")?.as_str()).collect();
        let reason = candidate.get("finishReason").and_then(Value::as_str).unwrap_or_default();
        Ok(if reason.is_empty() { Said::Text(text) } else { Said::Last(text) })
    }
}
