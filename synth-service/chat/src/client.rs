//! Models over HTTP. One module for each protocol, one for each way of cutting a body into frames, and here the parts
//! that they share: connection, key, errors, and the end of an answer.
//!
//! The clients are our own. `genai` 0.7 was tried for them, and fails some trials in ways that can't be worked around
//! from outside: it reads a frame and an error's body without a bound, and one frame of 10 MB costs it seven seconds of
//! computing; it writes servers' error bodies, which quote keys and callers, to the log; an `"error": null` ends an
//! answer, an answer that is not streamed is lost, and an answer that was cut off counts as complete where only the
//! close of the connection ends it. It also switches on `preserve_order` of serde_json and `test-util` of tokio for the
//! whole workspace. The protocols here need no crate that the workspace did not have.

mod anthropic;
mod bedrock;
mod chat_url;
mod event_stream;
mod events;
mod fault;
mod frame;
mod gemini;
mod openai;
mod plain;
mod reading;

use std::time::Duration;

use futures::{StreamExt, future::BoxFuture, stream};
use outgoing::Key;
use reqwest::{RequestBuilder, header::HeaderName};
use serde_json::{Map, Value};
use url::Url;

pub(crate) use self::{
    anthropic::Anthropic, bedrock::Bedrock, chat_url::ChatUrl, gemini::Gemini, openai::OpenAi,
};
use self::{
    fault::transport,
    frame::{Frame, Framing, Said},
    reading::Reading,
};
use crate::{
    error::ModelError,
    model::{Answer, Model},
    prompt::Prompt,
};

/// Time for which a connection is kept. Most servers close theirs earlier, which is noticed.
const IDLE: Duration = Duration::from_secs(300);

/// Longest time for opening a connection: a host that is gone then leaves time for a retry, at another address.
const CONNECT: Duration = Duration::from_secs(2);

/// Longest time for opening a connection in advance.
const WARM_UP: Duration = Duration::from_secs(5);

/// One way in which models are asked over HTTP.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// The address of a question.
    fn url(&self) -> Url;

    /// The body of a question.
    fn body(&self, prompt: &Prompt) -> Map<String, Value>;

    /// The headers of a question, besides the key.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The header with the key, and the text before the key.
    fn key_header(&self) -> (HeaderName, &'static str) {
        (reqwest::header::AUTHORIZATION, "Bearer ")
    }

    /// The header with the id of the turn, for a server that keeps the talk: a retry is then no second turn.
    fn turn_header(&self) -> Option<&'static str> {
        None
    }

    /// How a body of this type is cut into frames.
    fn framing(&self, content_type: &str) -> Result<Box<dyn Framing>, ModelError>;

    /// The meaning of a frame.
    fn read(&self, frame: &Frame) -> Result<Said, ModelError>;
}

/// A model behind a protocol.
pub(crate) struct Client<P> {
    name: String,
    http: reqwest::Client,
    key: Option<Key>,
    /// Fields of the body that the settings add or replace.
    extra: Map<String, Value>,
    protocol: std::sync::Arc<P>,
}

impl<P: Protocol> Client<P> {
    pub(crate) fn new(
        name: String,
        key: Option<Key>,
        extra: Map<String, Value>,
        protocol: P,
    ) -> Result<Self, reqwest::Error> {
        let http = outgoing::client(&protocol.url())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .tcp_keepalive(Duration::from_secs(30));
        Ok(Self { name, http: http.build()?, key, extra, protocol: std::sync::Arc::new(protocol) })
    }

    fn request(&self, prompt: &Prompt) -> Result<RequestBuilder, ModelError> {
        let mut body = self.protocol.body(prompt);
        body.extend(self.extra.clone());
        let mut request = self.http.post(self.protocol.url()).json(&body);
        for (name, value) in self.protocol.headers() {
            request = request.header(*name, *value);
        }
        if let Some(name) = self.protocol.turn_header().filter(|_| !prompt.turn.is_empty()) {
            request = request.header(name, &prompt.turn);
        }
        if let Some(traceparent) = &prompt.traceparent {
            request = request.header("traceparent", traceparent);
        }
        if let Some(key) = &self.key {
            let (name, before) = self.protocol.key_header();
            request = request.header(name, key.header(before)?);
        }
        Ok(request)
    }
}

impl<P: Protocol> Model for Client<P> {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer(&self, prompt: &Prompt) -> Answer {
        let (request, protocol) = (self.request(prompt), self.protocol.clone());
        let reading = async move { Reading::open(request?, protocol).await };
        stream::once(reading)
            .flat_map(|reading| match reading {
                Ok(reading) => reading.pieces().boxed(),
                Err(error) => stream::iter([Err(error)]).boxed(),
            })
            .boxed()
    }

    fn warm_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // Any answer will do, since its connection is kept.
            let opening = self.http.head(self.protocol.url()).timeout(WARM_UP).send();
            if let Err(error) = opening.await {
                tracing::warn!(model = self.name, error = %transport(&error), "no connection in advance");
            }
        })
    }
}
