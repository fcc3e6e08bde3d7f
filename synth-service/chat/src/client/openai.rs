//! The chat completions of OpenAI, and of all servers that speak the same: vLLM, llama.cpp, Ollama, Groq, Bedrock's
//! compatible endpoint and many more. Nobody keeps to one form of it, so every field may be missing or null.

use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Protocol,
    events::Events,
    fault,
    frame::{Frame, Framing, Said},
    plain::Whole,
};
use crate::{error::ModelError, prompt::Prompt};

pub(crate) struct OpenAi {
    pub(crate) url: Url,
    pub(crate) model: String,
}

impl Protocol for OpenAi {
    fn url(&self) -> Url {
        self.url.clone()
    }

    fn body(&self, prompt: &Prompt) -> Map<String, Value> {
        let system = (!prompt.system.is_empty()).then(|| json!({"role": "system", "content": prompt.system}));
        let messages = prompt.messages().into_iter().map(|message| {
            let role = message.speaker.role();
            json!({"role": role, "content": message.text})
        });
        Map::from_iter([
            ("model".into(), json!(self.model)),
            ("messages".into(), system.into_iter().chain(messages).collect()),
            ("stream".into(), json!(true)),
        ])
    }

    fn framing(&self, content_type: &str) -> Result<Box<dyn Framing>, ModelError> {
        // A server that can't stream sends its answer as a whole.
        let is_whole = content_type.starts_with("application/json");
        Ok(if is_whole { Box::new(Whole::default()) } else { Box::new(Events::default()) })
    }

    fn read(&self, frame: &Frame) -> Result<Said, ModelError> {
        if frame.data.trim_ascii() == b"[DONE]" {
            return Ok(Said::Over);
        }
        let value = fault::json(&frame.data)?;
        let Some(choice) = value.pointer("/choices/0") else { return Ok(Said::Text(String::new())) };
        let said = choice.get("delta").filter(|delta| !delta.is_null()).or_else(|| choice.get("message"));
        let text = said.map(text_of).unwrap_or_default();
        let reason = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
        Ok(if reason.is_empty() { Said::Text(text) } else { Said::Last(text) })
    }
}

/// The text of a message: a string, or parts, of which some are reasoning. A refusal is spoken too.
fn text_of(message: &Value) -> String {
    let content = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let is_text = |part: &&Value| part.get("type").and_then(Value::as_str) == Some("text");
            parts.iter().filter(is_text).filter_map(|part| part.get("text")?.as_str()).collect()
        }
        _ => String::new(),
    };
    if content.is_empty() {
        return message.get("refusal").and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    content
}
