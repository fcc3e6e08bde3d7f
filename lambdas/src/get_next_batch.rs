//! `get_next_batch`: returns the next clips, as soon as there are any.
//!
//! Parameters: `StreamId` and `NextIndex` (both required, from the last reply), `Limit` (clips that the flow
//! plays per round; it may only lower `STREAM_BATCH`).

use std::{convert::Infallible, future::pending, num::NonZero, time::Duration};

use contract::{
    Life, STREAM_BATCH, StreamId,
    event::{ContactFlowEvent, ParameterError},
    http::ResumeRequest,
    limits,
    reply::{Reply, Status},
};
use futures::future::try_join;
use stream_store::Head;

use crate::{
    clips::{Clips, StreamLife},
    failure::Failure,
    invocation::Invocation,
    patience::Patience,
    poll::{Finding, poll},
    runtime::{Function, concerns},
    service::ServiceClient,
    settings::{Settings, SettingsError},
};

/// A stream without a sentinel counts as stalled this long after its last clip has been played.
const STALLED: Duration = Duration::from_secs(20);

/// When a flow has waited for this long, the hosts are asked in turn whether a host still makes the stream.
const QUIET: Duration = contract::HOST_GONE_AFTER;

/// Bytes of a clip per second of audio.
const BYTES_PER_SECOND: u64 = 8000;

/// The function's clients.
pub struct GetNextBatch {
    clips: Clips,
    service: ServiceClient,
    patience: Patience,
}

struct Question {
    stream: StreamId,
    next: usize,
    limit: usize,
}

impl Function for GetNextBatch {
    const NAME: &'static str = "get_next_batch";
    const LIMIT: Duration = limits::GET_NEXT_BATCH;
    type Reply = Reply;

    async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            clips: Clips::connect(settings).await,
            service: ServiceClient::new(settings)?,
            patience: settings.patience,
        })
    }

    async fn warm_up(&self) {
        futures::future::join(self.clips.warm_up(), self.service.warm_up()).await;
    }

    async fn answer(&self, event: &ContactFlowEvent, invocation: &Invocation) -> Result<Reply, Failure> {
        let question = question(event)?;
        let (stream, next) = (question.stream.clone(), question.next);
        match self.finding(&question, invocation).await {
            Ok(reply) => Ok(reply),
            // The flow log must name the stream.
            Err(failure) => {
                invocation.figures.failed(failure.kind(), failure.for_log());
                Ok(failure.into_reply().about(stream, next))
            }
        }
    }
}

impl GetNextBatch {
    async fn finding(&self, question: &Question, invocation: &Invocation) -> Result<Reply, Failure> {
        let Question { stream, next, limit } = question;
        let patience = self.patience.within(invocation.remaining());
        let figures = &invocation.figures;
        let look = || {
            figures.looked();
            self.clips.look(stream, *next, *limit)
        };
        let polling = poll(patience, *next, *limit, look);
        // No reply waits for the prompt of the silence: the one before is used.
        let refreshing = async {
            self.clips.refresh_pause().await;
            pending::<Infallible>().await
        };
        let finding = tokio::select! {
            finding = polling => finding,
            never = refreshing => match never {},
        };
        figures.polled(finding.as_ref().is_ok_and(|finding| *finding != Finding::Nothing));
        let finding = finding?;
        let plain = |status| Reply::new(status, Some(stream.clone()), *next);
        let reply = match finding {
            Finding::Play { parts, last } => {
                let clips = self.clips.part_urls(stream, *next, parts).await?;
                let reply = Reply::play(stream.clone(), *next, clips, last.is_some());
                last.into_iter().fold(reply, |reply, reason| reply.because(&reason))
            }
            Finding::Done { reason } => plain(Status::Done).because(&reason),
            Finding::Cancelled { reason } => plain(Status::Cancelled).because(&reason),
            Finding::Failed { reason } => plain(Status::Error).because(&reason),
            Finding::PastTheEnd { parts } => {
                return Err(Failure::Stream(format!("NextIndex is {next}, the stream has {parts} parts")));
            }
            Finding::Nothing => {
                self.check_is_made(stream, *next, invocation).await?;
                plain(Status::Wait)
            }
        };
        Ok(reply.with_pause(self.clips.pause_url().await?))
    }

    /// Checks that a stream without new clips is still made: otherwise the flow would wait without end. Asks another
    /// host to resume a stream whose host is gone.
    async fn check_is_made(
        &self,
        stream: &StreamId,
        next: usize,
        invocation: &Invocation,
    ) -> Result<(), Failure> {
        let previous = async {
            match next.checked_sub(1) {
                None => Ok(None),
                Some(previous) => self.clips.part(stream, previous).await,
            }
        };
        let (stream_life, previous) = match try_join(self.clips.life(stream), previous).await {
            // A document of another release: a host of that release makes the stream, or can resume it. If no host
            // answers so, the error is reported.
            Err(error) if error.is_of_another_release() => {
                return if self.resume(stream, invocation).await { Ok(()) } else { Err(error.into()) };
            }
            read => read?,
        };
        if next > 0 && previous.is_none() {
            return Err(Failure::Stream(format!(
                "NextIndex is {next}, but part {} was never made",
                next - 1
            )));
        }
        let Some(stream_life) = stream_life else {
            return Err(Failure::Stream(
                "there is no such stream: pass on the StreamId of start_stream".into(),
            ));
        };
        let idle = idle(&stream_life, previous.as_ref());
        // After a long wait a host is asked even if the maker seems to be alive. The maker then checks its own work;
        // any other host changes nothing.
        if idle >= QUIET || !self.is_made(stream, &stream_life.life).await {
            self.resume(stream, invocation).await;
        }
        if idle > STALLED {
            return Err(Failure::Stream(format!("nothing has come for {} seconds", idle.as_secs())));
        }
        Ok(())
    }

    /// Whether a live host makes the stream. If that is unknown, the answer is no, and the host that is asked to resume
    /// the stream checks for itself.
    async fn is_made(&self, stream: &StreamId, life: &Life) -> bool {
        let Some(maker) = &life.maker else { return false };
        match self.clips.is_gone(maker).await {
            Ok(is_gone) => !is_gone,
            Err(error) => {
                tracing::warn!(%stream, %error, "the beat of its host can't be read");
                false
            }
        }
    }

    /// Asks a host to resume the stream. Returns whether a host makes the stream now. The next round shows the result.
    async fn resume(&self, stream: &StreamId, invocation: &Invocation) -> bool {
        let request = ResumeRequest { stream_id: stream.clone() };
        match self.service.resume(&request, invocation).await {
            Ok(resumed) => {
                tracing::info!(%stream, effect = ?resumed.effect, "asked the service to resume the stream");
                true
            }
            Err(error) => {
                tracing::warn!(%stream, error = error.for_log(), "no host has resumed the stream yet");
                false
            }
        }
    }
}

/// Time since the last clip can have been played to its end.
fn idle(stream_life: &StreamLife, previous: Option<&Head>) -> Duration {
    let heard = previous.map_or(0, |previous| previous.length * 1000 / BYTES_PER_SECOND);
    let silent = previous.map_or(stream_life.age, |previous| previous.age.min(stream_life.age));
    silent.saturating_sub(Duration::from_millis(heard))
}

fn question(event: &ContactFlowEvent) -> Result<Question, Failure> {
    let stream = event.stream_id()?.ok_or(ParameterError::Missing { name: "StreamId" })?;
    concerns(None, Some(&stream));
    event.required("NextIndex")?;
    // Read as 32 bits, so that sums of indices can't overflow.
    let next: Option<u32> = event.parsed("NextIndex", "expected a whole number from 0")?;
    let next = next.unwrap_or_default() as usize;
    let limit: Option<NonZero<usize>> = event.parsed("Limit", "expected a whole number from 1")?;
    Ok(Question { stream, next, limit: limit.map_or(STREAM_BATCH, NonZero::get).min(STREAM_BATCH) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(parameters: serde_json::Value) -> Result<(usize, usize), String> {
        let event = ContactFlowEvent::new(json!({"Details": {"Parameters": parameters}}));
        question(&event)
            .map(|question| (question.next, question.limit))
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_limit_may_only_lower_the_batch() {
        for (limit, expected) in [("1", 1), ("2", 2), ("99", STREAM_BATCH), ("", STREAM_BATCH)] {
            assert_eq!(ask(json!({"StreamId": "a", "NextIndex": "3", "Limit": limit})), Ok((3, expected)));
        }
    }

    #[test]
    fn a_missing_or_malformed_parameter_is_named() {
        for (parameters, name) in [
            (json!({"NextIndex": "0"}), "StreamId"),
            (json!({"StreamId": "../x", "NextIndex": "0"}), "StreamId"),
            (json!({"StreamId": "a"}), "NextIndex"),
            (json!({"StreamId": "a", "NextIndex": "-1"}), "NextIndex"),
            (json!({"StreamId": "a", "NextIndex": "18446744073709551615"}), "NextIndex"),
            (json!({"StreamId": "a", "NextIndex": "one"}), "NextIndex"),
            (json!({"StreamId": "a", "NextIndex": "0", "Limit": "0"}), "Limit"),
        ] {
            let message = ask(parameters.clone()).expect_err("is refused");
            assert!(message.contains(&format!("parameter {name} ")), "{parameters}: {message}");
        }
    }
}
