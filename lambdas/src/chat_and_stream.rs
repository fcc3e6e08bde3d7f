//! `chat_and_stream`: hands the caller's words to the service, whose language model answers, and gives the flow the first
//! clip of the answer, or `wait`.
//!
//! Parameters: `Text` (required: the caller's words), `Voice`, `Tenant`, `Language`, `Speed`, `System` (instructions to
//! the model), `Acknowledge` (`false` where the flow itself says "One moment"), `WaitMs`, and `StreamId` with
//! `NextIndex` of the answer before, so that the model is told what was heard. The contact comes from the event; a new
//! answer cancels the contact's older stream. The reply is that of `start_stream`.

use std::time::Duration;

use contract::{event::ContactFlowEvent, http::ChatRequest, limits, reply::Reply};

use crate::{
    failure::Failure,
    invocation::Invocation,
    runtime::Function,
    settings::{Settings, SettingsError},
    start_stream::{Starter, speed, tenant, wait_ms},
};

/// The function's clients.
pub struct ChatAndStream(Starter);

impl Function for ChatAndStream {
    const NAME: &'static str = "chat_and_stream";
    const LIMIT: Duration = limits::START_STREAM;
    type Reply = Reply;

    async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self(Starter::connect(settings).await?))
    }

    async fn warm_up(&self) {
        self.0.warm_up().await;
    }

    async fn answer(&self, event: &ContactFlowEvent, invocation: &Invocation) -> Result<Reply, Failure> {
        let started = self.0.service.chat(&request(event)?, invocation).await?;
        self.0.reply(started).await
    }
}

fn request(event: &ContactFlowEvent) -> Result<ChatRequest, Failure> {
    Ok(ChatRequest {
        text: event.required("Text")?.to_owned(),
        contact_id: event.contact_id()?,
        voice: event.optional("Voice")?.map(str::to_owned),
        tenant: tenant(event)?,
        speed: speed(event)?,
        language: event.optional("Language")?.map(str::to_owned),
        system: event.optional("System")?.map(str::to_owned),
        acknowledge: event.parsed("Acknowledge", "expected true or false")?,
        stream_id: event.stream_id()?,
        next_index: event.parsed("NextIndex", "expected a whole number")?,
        wait_ms: wait_ms(event)?,
        may_wait: false,
    })
}
