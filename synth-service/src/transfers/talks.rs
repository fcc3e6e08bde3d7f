//! Live calls of contacts.

use std::{convert::Infallible, future::pending, time::Duration};

use chat::{Talk, TalkLimits};
use contract::{
    ContactId,
    live::{LiveCall, LiveOutcome},
    person,
};
use live::{Caller, Continued, EndReason, Live};
use stream_store::ObjectStore;
use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::keeper::{Keeper, Stored, is_of};
use crate::turns::Memory;

/// Time for the talk before the call to be read. Later it is no more of use for the greeting, but still continued.
const READ_WITHIN: Duration = Duration::from_millis(500);

/// The talks of contacts. Cheap to clone.
#[derive(Clone)]
pub struct Talks {
    memory: Memory,
    store: ObjectStore,
    limits: TalkLimits,
}

impl Talks {
    /// Talks in this bucket.
    pub fn new(store: ObjectStore, limits: TalkLimits) -> Self {
        Self { memory: Memory::new(store.clone(), limits), store, limits }
    }

    /// Holds the call of a contact to its end: the talk before is its history, the talk is kept, and a wish for a person
    /// ends it. `stop` is cancelled when the host stops. Returns when the end is in the bucket.
    pub async fn hold(&self, live: &Live, caller: Caller, contact: ContactId, stop: &CancellationToken) {
        let call = caller.id.clone();
        let stored = self.stored(&contact).await;
        let before = stored.as_ref().map(|(talk, _)| talk.clone()).unwrap_or_default();
        let keeper = Keeper {
            memory: self.memory.clone(),
            store: self.store.clone(),
            limits: self.limits,
            contact,
            stored,
            record: LiveCall::begun(&call),
            counted: String::new(),
        };
        let (talk, hand_over) = (watch::Sender::new(before), CancellationToken::new());
        let (ended, outcome) = oneshot::channel();
        // In a task of its own: a call that is dropped is kept all the same.
        let keeping = tokio::spawn(keeper.keep(talk.subscribe(), outcome));
        let asking = person_wanted(talk.subscribe(), &call, &hand_over);
        let continued = Continued { talk, hand_over: hand_over.clone(), stop: stop.clone() };
        let end = tokio::select! {
            end = live.hold_continued(caller, continued) => end,
            never = asking => match never {},
        };
        // A keeper that is gone has logged its fault.
        let _ = ended.send(outcome_of(end.reason));
        let _ = keeping.await;
    }

    async fn stored(&self, contact: &ContactId) -> Option<Stored> {
        let reason = match timeout(READ_WITHIN, self.memory.talk(contact)).await {
            Ok(Ok(stored)) => return Some(stored),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the bucket did not answer in time".to_owned(),
        };
        tracing::warn!(%contact, reason, "a live call begins without the talk before it");
        None
    }
}

/// Ends the call when its caller asks for a person: the flow has one.
async fn person_wanted(
    mut talk: watch::Receiver<Talk>,
    call: &str,
    hand_over: &CancellationToken,
) -> Infallible {
    while talk.changed().await.is_ok() {
        let talk = talk.borrow_and_update();
        let latest = talk.latest().filter(|turn| is_of(&turn.id, call));
        if latest.is_some_and(|turn| person::is_asked_for(&turn.caller)) {
            hand_over.cancel();
        }
    }
    pending().await
}

fn outcome_of(reason: EndReason) -> LiveOutcome {
    match reason {
        EndReason::CallerGone => LiveOutcome::CallerGone,
        EndReason::Silent => LiveOutcome::Silent,
        EndReason::NotUnderstood => LiveOutcome::NotUnderstood,
        EndReason::TooLong => LiveOutcome::TooLong,
        EndReason::LineFull => LiveOutcome::LineFull,
        EndReason::HandedOver => LiveOutcome::Person,
        EndReason::Stopped => LiveOutcome::Stopped,
    }
}
