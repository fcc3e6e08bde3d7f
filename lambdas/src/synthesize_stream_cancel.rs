//! `synthesize_stream_cancel`: cancels a stream whose caller has heard enough or has gone.
//!
//! Parameter: `StreamId`; without it the contact's current stream is cancelled. Cancelling is idempotent. `Status` is
//! `cancelled`, or `done` for a stream that had ended before and for a contact that never had one.

use std::time::Duration;

use contract::{
    event::{ContactFlowEvent, ParameterError},
    http::{CancelEffect, CancelRequest},
    limits,
    reply::{Reply, Status},
};

use crate::{
    failure::Failure,
    invocation::Invocation,
    runtime::{Function, concerns},
    service::ServiceClient,
    settings::{Settings, SettingsError},
};

/// The function's client.
pub struct SynthesizeStreamCancel {
    service: ServiceClient,
}

impl Function for SynthesizeStreamCancel {
    const NAME: &'static str = "synthesize_stream_cancel";
    const LIMIT: Duration = limits::SYNTHESIZE_STREAM_CANCEL;
    type Reply = Reply;

    async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { service: ServiceClient::new(settings)? })
    }

    async fn warm_up(&self) {
        self.service.warm_up().await;
    }

    async fn answer(&self, event: &ContactFlowEvent, invocation: &Invocation) -> Result<Reply, Failure> {
        let cancelled = self.service.cancel(&request(event)?, invocation).await?;
        let status = match cancelled.effect {
            CancelEffect::Cancelled | CancelEffect::Cancelling => Status::Cancelled,
            CancelEffect::AlreadyEnded => Status::Done,
        };
        Ok(Reply::new(status, Some(cancelled.stream_id), 0))
    }
}

fn request(event: &ContactFlowEvent) -> Result<CancelRequest, Failure> {
    let stream_id = event.stream_id()?;
    concerns(None, stream_id.as_ref());
    let contact_id = event.contact_id()?;
    if stream_id.is_none() && contact_id.is_none() {
        return Err(ParameterError::Missing { name: "StreamId" }.into());
    }
    Ok(CancelRequest { stream_id, contact_id })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_stream_the_contact_is_used_and_one_of_them_is_required() {
        let event = |details| ContactFlowEvent::new(json!({ "Details": details }));
        let by_contact =
            request(&event(json!({"ContactData": {"ContactId": "c"}}))).expect("names a contact");
        assert_eq!(by_contact.contact_id.map(String::from).as_deref(), Some("c"));
        assert!(request(&event(json!({"Parameters": {"StreamId": ""}}))).is_err());
        assert!(request(&event(json!({"Parameters": {"StreamId": "a/b"}}))).is_err());
    }
}
