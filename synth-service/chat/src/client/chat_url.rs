//! The chatbot that a contact centre already has. It gets
//! `{"contact_id": "…", "text": "…", "history": [{"caller": "…", "answer": "…"}]}`, and sends `{"answer": "…"}`, or plain
//! text that is spoken while it comes. The header `Idempotency-Key` is the same in a retry.

use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Protocol, fault,
    frame::{Frame, Framing, Said},
    plain::{TEXT, Text, Whole},
};
use crate::{error::ModelError, prompt::Prompt};

pub(crate) struct ChatUrl {
    pub(crate) url: Url,
}

impl Protocol for ChatUrl {
    fn url(&self) -> Url {
        self.url.clone()
    }

    fn body(&self, prompt: &Prompt) -> Map<String, Value> {
        let history =
            prompt.turns.iter().map(|turn| json!({"caller": turn.caller, "answer": turn.answer})).collect();
        Map::from_iter([
            ("contact_id".into(), json!(prompt.contact)),
            ("text".into(), json!(prompt.text)),
            ("history".into(), history),
        ])
    }

    fn turn_header(&self) -> Option<&'static str> {
        Some("idempotency-key")
    }

    fn framing(&self, content_type: &str) -> Result<Box<dyn Framing>, ModelError> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => Ok(Box::new(Whole::default())),
            "text/plain" | "" => Ok(Box::new(Text::default())),
            _ => Err(ModelError::Malformed("it is neither application/json nor text/plain")),
        }
    }

    fn read(&self, frame: &Frame) -> Result<Said, ModelError> {
        if frame.kind == TEXT {
            return Ok(Said::Text(String::from_utf8_lossy(&frame.data).into_owned()));
        }
        let value = fault::json(&frame.data)?;
        let answer = value.get("answer").and_then(Value::as_str);
        answer.map(|answer| Said::Last(answer.to_owned())).ok_or(ModelError::Malformed("it has no answer"))
    }
}
