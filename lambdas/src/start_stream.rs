//! `start_stream`: hands a text to the service and gives the flow the first clip, or `wait`.
//!
//! Parameters: `Text` (required), `Voice`, `Tenant` (selects a lexicon), `Speed` (0.5 to 2.0), `WaitMs` (longest wait
//! for the first clip). The contact comes from the event; a new stream cancels the contact's older one. The reply has
//! at most one clip.

use std::time::Duration;

use contract::{
    TenantId,
    event::{ContactFlowEvent, ParameterError},
    http::{StartRequest, StartResponse},
    limits,
    reply::{ClipUrl, Reply, Status},
};
use text::SPEEDS;

use crate::{
    clips::{Clips, Part},
    failure::Failure,
    invocation::Invocation,
    runtime::{Function, concerns},
    service::ServiceClient,
    settings::{Settings, SettingsError},
};

/// The function's clients.
pub struct StartStream(Starter);

impl Function for StartStream {
    const NAME: &'static str = "start_stream";
    const LIMIT: Duration = limits::START_STREAM;
    type Reply = Reply;

    async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self(Starter::connect(settings).await?))
    }

    async fn warm_up(&self) {
        self.0.warm_up().await;
    }

    async fn answer(&self, event: &ContactFlowEvent, invocation: &Invocation) -> Result<Reply, Failure> {
        let started = self.0.service.start(&request(event)?, invocation).await?;
        self.0.reply(started).await
    }
}

/// The clients of the functions that start streams.
pub(crate) struct Starter {
    clips: Clips,
    pub(crate) service: ServiceClient,
}

impl Starter {
    pub(crate) async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { clips: Clips::connect(settings).await, service: ServiceClient::new(settings)? })
    }

    pub(crate) async fn warm_up(&self) {
        // The first signature resolves the credentials; this function sends no request to S3.
        let (signed, ()) = futures::future::join(self.clips.pause_url(), self.service.warm_up()).await;
        if let Err(error) = signed {
            tracing::warn!(%error, "no credentials during init");
        }
    }

    /// The reply with the first clip, if there is one already.
    pub(crate) async fn reply(&self, started: StartResponse) -> Result<Reply, Failure> {
        concerns(None, Some(&started.stream_id));
        // The service knows the prompts: this function asks S3 for nothing.
        let pause = ClipUrl { prompt: started.pause_prompt, ..self.clips.pause_url().await? };
        let reply = if started.ready {
            let first = Part { prompt: started.first_prompt };
            let first = self.clips.part_urls(&started.stream_id, 0, vec![first]).await?;
            Reply::play(started.stream_id, 0, first, started.last)
        } else {
            Reply::new(Status::Wait, Some(started.stream_id), 0)
        };
        Ok(reply.with_pause(pause))
    }
}

fn request(event: &ContactFlowEvent) -> Result<StartRequest, Failure> {
    Ok(StartRequest {
        text: event.required("Text")?.to_owned(),
        contact_id: event.contact_id()?,
        voice: event.optional("Voice")?.map(str::to_owned),
        tenant: tenant(event)?,
        speed: speed(event)?,
        wait_ms: wait_ms(event)?,
        may_wait: false,
    })
}

pub(crate) fn tenant(event: &ContactFlowEvent) -> Result<Option<TenantId>, ParameterError> {
    event.parsed("Tenant", "expected 1 to 64 of A-Z a-z 0-9 _ -, a letter or digit first")
}

pub(crate) fn wait_ms(event: &ContactFlowEvent) -> Result<Option<u64>, ParameterError> {
    event.parsed("WaitMs", "expected a number of milliseconds")
}

/// Checked here as well as in the service: JSON has no NaN, so it would become null.
pub(crate) fn speed(event: &ContactFlowEvent) -> Result<Option<f32>, ParameterError> {
    let expected = "expected a number from 0.5 to 2.0";
    match event.parsed("Speed", expected)? {
        Some(speed) if !SPEEDS.contains(&speed) => {
            Err(ParameterError::Invalid { name: "Speed", expected: expected.to_owned() })
        }
        speed => Ok(speed),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_speed_that_no_voice_has_is_refused_by_name() {
        let asked = |speed: &str| {
            let parameters = json!({"Text": "Hello", "Speed": speed});
            request(&ContactFlowEvent::new(json!({"Details": {"Parameters": parameters}})))
                .map(|request| request.speed)
        };
        for speed in ["NaN", "inf", "-inf", "0.4", "2.1", "fast"] {
            let failure = asked(speed).expect_err("is refused").to_string();
            assert!(failure.contains("parameter Speed "), "{speed}: {failure}");
        }
        assert_eq!(asked("1.5").expect("is accepted"), Some(1.5));
        assert_eq!(asked("").expect("is accepted"), None);
    }
}
