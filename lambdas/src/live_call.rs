//! `live_call`: prepares a live call of the contact, and tells its words afterwards.
//!
//! Parameter `Step`: `begin` asks the service for a pass, whose keys the flow sends with the transfer to the telephone
//! number of the live calls (optional: `Language`, `Voice`, `System`, the instructions to the model). `end`, behind the
//! transfer, waits a moment for the end of the call and tells it; `Code` is that of the reply to `begin`.

use std::time::Duration;

use contract::{
    ContactId,
    event::{ContactFlowEvent, ParameterError},
    limits,
    live::{LiveCall, LiveOutcome, Pass, PassCode, PassRequest},
    reply::LiveReply,
};
use futures::future::try_join;
use tokio::time::{Instant, sleep_until};

use crate::{
    emf::Figures,
    failure::Failure,
    invocation::Invocation,
    live_records::LiveRecords,
    runtime::Function,
    service::ServiceClient,
    settings::{Settings, SettingsError},
};

/// Longest wait for the end of a call. Its host writes it when the line is closed, as Connect resumes the flow.
const PATIENCE: Duration = Duration::from_secs(2);

/// Time from one look to the next.
const STEP: Duration = Duration::from_millis(100);

/// The function's clients.
pub struct LiveCalls {
    records: LiveRecords,
    service: ServiceClient,
}

/// The meaning of the bucket's documents at one moment.
#[derive(Debug, PartialEq)]
struct Look {
    /// The id of the call that has taken the pass, once it is known.
    taken_by: Option<String>,
    /// The record of that call.
    call: Option<LiveCall>,
}

impl Look {
    fn is_over(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.outcome.is_some())
    }

    fn into_reply(self) -> LiveReply {
        let unknown = if self.taken_by.is_some() { LiveOutcome::Unknown } else { LiveOutcome::NotTaken };
        let call = self.call.unwrap_or_default();
        LiveReply::done(call.outcome.unwrap_or(unknown), call)
    }
}

impl Function for LiveCalls {
    const NAME: &'static str = "live_call";
    const LIMIT: Duration = limits::LIVE_CALL;
    type Reply = LiveReply;

    async fn connect(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { records: LiveRecords::connect(settings).await, service: ServiceClient::new(settings)? })
    }

    async fn warm_up(&self) {
        futures::future::join(self.records.warm_up(), self.service.warm_up()).await;
    }

    async fn answer(&self, event: &ContactFlowEvent, invocation: &Invocation) -> Result<LiveReply, Failure> {
        match event.required("Step")?.trim() {
            "begin" => Ok(LiveReply::ready(self.service.pass(&request(event)?, invocation).await?)),
            "end" => self.end(&contact(event)?, &code(event)?, invocation).await,
            _ => {
                Err(ParameterError::Invalid { name: "Step", expected: "expected begin or end".into() }.into())
            }
        }
    }
}

impl LiveCalls {
    async fn end(
        &self,
        contact: &ContactId,
        code: &PassCode,
        invocation: &Invocation,
    ) -> Result<LiveReply, Failure> {
        let patience = PATIENCE.min(invocation.remaining());
        wait(patience, &invocation.figures, || self.look(contact, code)).await
    }

    async fn look(&self, contact: &ContactId, code: &PassCode) -> Result<Look, Failure> {
        let (pass, call) = try_join(self.records.pass(code), self.records.call(contact)).await?;
        let taken_by = call_of(contact, pass)?;
        // The record of an earlier call of the contact may not be replaced yet.
        let call = call.filter(|call| Some(&call.call) == taken_by.as_ref());
        Ok(Look { taken_by, call })
    }
}

/// Looks until the call is over, or the time is up. A look that the bucket refuses is repeated.
async fn wait<F>(
    patience: Duration,
    figures: &Figures,
    mut look: impl FnMut() -> F,
) -> Result<LiveReply, Failure>
where
    F: Future<Output = Result<Look, Failure>>,
{
    let deadline = Instant::now() + patience;
    loop {
        let next = Instant::now() + STEP;
        figures.looked();
        let found = look().await;
        let is_over = found.as_ref().is_ok_and(Look::is_over);
        let is_final = matches!(&found, Err(failure) if !matches!(failure, Failure::Store(_)));
        if is_over || is_final || next > deadline {
            figures.polled(is_over);
            return found.map(Look::into_reply);
        }
        sleep_until(next).await;
    }
}

/// The call that has taken the contact's pass.
fn call_of(contact: &ContactId, pass: Option<Pass>) -> Result<Option<String>, Failure> {
    let pass = pass.filter(|pass| pass.request.contact_id == *contact);
    let unknown = || Failure::Pass("the contact has no such pass: give the Code of the step begin".into());
    Ok(pass.ok_or_else(unknown)?.call)
}

fn request(event: &ContactFlowEvent) -> Result<PassRequest, Failure> {
    Ok(PassRequest {
        contact_id: contact(event)?,
        language: event.optional("Language")?.map(str::to_owned),
        voice: event.optional("Voice")?.map(str::to_owned),
        system: event.optional("System")?.map(str::to_owned),
    })
}

fn contact(event: &ContactFlowEvent) -> Result<ContactId, Failure> {
    let none = || Failure::Pass("the event has no ContactId: invoke the function from a contact flow".into());
    event.contact_id()?.ok_or_else(none)
}

fn code(event: &ContactFlowEvent) -> Result<PassCode, Failure> {
    event.required("Code")?;
    let expected = "expected six digits, from the reply to the step begin";
    Ok(event.parsed("Code", expected)?.ok_or(ParameterError::Missing { name: "Code" })?)
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::VecDeque, future::ready};

    use serde_json::json;

    use super::*;

    fn event(contact: serde_json::Value, parameters: serde_json::Value) -> ContactFlowEvent {
        ContactFlowEvent::new(
            json!({"Details": {"ContactData": {"ContactId": contact}, "Parameters": parameters}}),
        )
    }

    fn call(outcome: Option<LiveOutcome>) -> LiveCall {
        LiveCall { outcome, turns: 1, said: "Hello.".into(), ..LiveCall::begun("call-1") }
    }

    fn look(call: Option<LiveCall>) -> Result<Look, Failure> {
        Ok(Look { taken_by: Some("call-1".into()), call })
    }

    /// The reply after these looks, of which the last one repeats: outcome or reason, number of looks, time.
    async fn waited(looks: Vec<fn() -> Result<Look, Failure>>) -> (String, usize, Duration) {
        let (mut looks, used, began) = (VecDeque::from(looks), Cell::new(0), Instant::now());
        let figures = Figures::default();
        let reply = wait(PATIENCE, &figures, || {
            used.set(used.get() + 1);
            let next = if looks.len() > 1 { looks.pop_front() } else { looks.front().copied() };
            ready(next.expect("a look")())
        })
        .await;
        let outcome =
            reply.map_or_else(|failure| failure.to_string(), |reply| reply.to_map()["Outcome"].clone());
        (outcome, used.get(), began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_is_known_is_told_at_once_and_one_that_comes_at_the_next_look() {
        let over: fn() -> _ = || look(Some(call(Some(LiveOutcome::Person))));
        assert_eq!(waited(vec![over]).await, ("person".into(), 1, Duration::ZERO));
        let runs: fn() -> _ = || look(Some(call(None)));
        assert_eq!(waited(vec![|| look(None), runs, over]).await, ("person".into(), 3, 2 * STEP));
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_is_bounded_and_the_outcome_then_says_what_is_known() {
        let (outcome, looks, passed) = waited(vec![|| look(Some(call(None)))]).await;
        assert_eq!((&*outcome, looks, passed), ("unknown", 21, PATIENCE));
        let nobody: fn() -> _ = || Ok(Look { taken_by: None, call: None });
        assert_eq!(waited(vec![nobody]).await.0, "not_taken");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_code_is_an_error_at_once() {
        let (reason, looks, _) = waited(vec![|| Err(Failure::Pass("no such pass".into()))]).await;
        assert_eq!((&*reason, looks), ("no such pass", 1));
    }

    #[test]
    fn a_pass_tells_its_call_to_its_own_contact_only() {
        let request = request(&event(json!("c-1"), json!({"Language": "ko", "Voice": " "}))).expect("good");
        assert_eq!((request.language.as_deref(), request.voice.as_deref()), (Some("ko"), None));
        let (own, other) = (request.contact_id.clone(), "c-2".parse().expect("an id"));
        let pass = Pass::new(request);
        assert_eq!(call_of(&own, Some(pass.clone())).expect("is there"), None);
        let taken = pass.taken_by("call-1");
        assert_eq!(call_of(&own, taken.clone()).expect("is there").as_deref(), Some("call-1"));
        assert!(call_of(&other, taken).is_err() && call_of(&own, None).is_err());
    }

    #[test]
    fn a_missing_contact_or_code_is_named() {
        assert!(
            contact(&event(json!(null), json!({})))
                .is_err_and(|error| error.to_string().contains("ContactId"))
        );
        for code_given in
            [json!({}), json!({"Code": "none"}), json!({"Code": "12345"}), json!({"Code": "$.External.Code"})]
        {
            let error = code(&event(json!("c-1"), code_given.clone())).expect_err("is refused");
            assert!(error.to_string().contains("parameter Code"), "{code_given}: {error}");
        }
        assert_eq!(
            code(&event(json!("c-1"), json!({"Code": "012345"}))).expect("a code").to_string(),
            "012345"
        );
    }
}
