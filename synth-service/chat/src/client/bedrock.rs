//! Amazon Bedrock's ConverseStream, with an API key.

use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Protocol,
    event_stream::EventStream,
    fault,
    frame::{Frame, Framing, Said},
};
use crate::{
    error::{Code, ModelError},
    prompt::Prompt,
};

pub(crate) struct Bedrock {
    pub(crate) url: Url,
}

impl Protocol for Bedrock {
    fn url(&self) -> Url {
        self.url.clone()
    }

    fn body(&self, prompt: &Prompt) -> Map<String, Value> {
        let messages = prompt.messages().into_iter().map(|message| {
            let role = message.speaker.role();
            json!({"role": role, "content": [{"text": message.text}]})
        });
        let mut body = Map::from_iter([("messages".into(), messages.collect())]);
        if !prompt.system.is_empty() {
            body.insert("system".into(), json!([{"text": prompt.system}]));
        }
        body
    }

    fn framing(&self, _content_type: &str) -> Result<Box<dyn Framing>, ModelError> {
        Ok(Box::new(EventStream::default()))
    }

    fn read(&self, frame: &Frame) -> Result<Said, ModelError> {
        let empty = || Said::Text(String::new());
        match frame.kind.as_str() {
            "contentBlockDelta" => {
                let value = fault::json(&frame.data)?;
                // Reasoning has another field.
                let text = value.pointer("/delta/text").and_then(Value::as_str).unwrap_or_default();
                Ok(Said::Text(text.to_owned()))
            }
            "messageStop" => Ok(Said::Last(String::new())),
            kind if kind.ends_with("Exception") => Err(ModelError::Reported { code: Code::new(kind) }),
            _ => Ok(empty()),
        }
    }
}
