//! The talk and the record of one live call, on their way into the bucket. The call never waits for it.

use chat::{Talk, TalkLimits};
use contract::{
    ContactId, keys,
    live::{LiveCall, LiveOutcome},
    reply::cut,
};
use stream_store::{Expected, ObjectStore, Version};
use tokio::sync::{oneshot, watch};

use crate::turns::Memory;

/// A write that lost this many races is given up. Only a chat turn that was under way when the call began is in a race.
const MOST_RACES: usize = 4;

/// The talk of a contact as it is stored, and its version.
pub(super) type Stored = (Talk, Option<Version>);

/// Keeps one call.
pub(super) struct Keeper {
    pub(super) memory: Memory,
    pub(super) store: ObjectStore,
    pub(super) limits: TalkLimits,
    pub(super) contact: ContactId,
    /// The talk in the bucket; `None` where it is not known.
    pub(super) stored: Option<Stored>,
    pub(super) record: LiveCall,
    /// The turn that is counted last.
    pub(super) counted: String,
}

impl Keeper {
    /// Keeps the talk whenever it changes, and the record. Ends when the call has: `outcome` is missing where the call was
    /// dropped.
    pub(super) async fn keep(
        mut self,
        mut talk: watch::Receiver<Talk>,
        outcome: oneshot::Receiver<LiveOutcome>,
    ) {
        while talk.changed().await.is_ok() {
            let talk = talk.borrow_and_update().clone();
            self.count(&talk);
            tokio::join!(
                remember(
                    &self.memory,
                    (&self.contact, &self.record.call),
                    &mut self.stored,
                    &talk,
                    &self.limits
                ),
                record(&self.store, &self.contact, &self.record)
            );
        }
        self.record.outcome = Some(outcome.await.unwrap_or(LiveOutcome::Stopped));
        record(&self.store, &self.contact, &self.record).await;
    }

    /// Brings the record up to date with the call's own turns.
    fn count(&mut self, talk: &Talk) {
        let own: Vec<_> = talk.turns().filter(|turn| is_of(&turn.id, &self.record.call)).collect();
        let known = own.iter().position(|turn| turn.id == self.counted).map_or(0, |known| known + 1);
        for turn in &own[known..] {
            self.record.turns += 1;
            let said = format!("{} {}", self.record.said, turn.caller);
            self.record.said = cut(&said, LiveCall::MOST_CHARACTERS);
        }
        if let Some(turn) = own.last() {
            self.counted.clone_from(&turn.id);
            self.record.last_said = cut(&turn.caller, LiveCall::MOST_CHARACTERS);
            self.record.last_answer = cut(&turn.answer, LiveCall::MOST_CHARACTERS);
        }
    }
}

/// Whether a turn is one of this call.
pub(super) fn is_of(turn: &str, call: &str) -> bool {
    turn.strip_prefix(call).is_some_and(|rest| rest.starts_with('-'))
}

/// Stores the talk of a call behind the turns that were stored before. A failure is logged, and made up for at the next
/// change.
async fn remember(
    memory: &Memory,
    (contact, call): (&ContactId, &str),
    stored: &mut Option<Stored>,
    talk: &Talk,
    limits: &TalkLimits,
) {
    for _ in 0..MOST_RACES {
        let known = match stored.take() {
            Some(known) => Ok(known),
            None => memory.talk(contact).await,
        };
        let (before, version) = match known {
            Ok(known) => known,
            Err(error) => return warn(contact, &error),
        };
        let whole = joined(&before, talk, call, limits);
        match memory.replace(contact, &whole, version.as_ref()).await {
            Ok(Some(version)) => return *stored = Some((whole, Some(version))),
            // Somebody else has written it.
            Ok(None) => {}
            Err(error) => return warn(contact, &error),
        }
    }
    warn(contact, &"others write it all the time");
}

/// The turns of a stored talk with those of a call behind them.
fn joined(stored: &Talk, talk: &Talk, call: &str, limits: &TalkLimits) -> Talk {
    let before = stored.turns().filter(|turn| !is_of(&turn.id, call));
    let mut whole = Talk::default();
    for turn in before.chain(talk.turns().filter(|turn| is_of(&turn.id, call))) {
        whole.begin(&turn.id, &turn.caller, limits);
        whole.remember(&turn.id, &turn.answer, limits);
    }
    whole
}

async fn record(store: &ObjectStore, contact: &ContactId, record: &LiveCall) {
    let written = store.write_document(&keys::live_call(contact), record, Expected::Anything).await;
    if let Err(error) = written {
        tracing::warn!(%contact, %error, "the record of a live call was not updated");
    }
}

fn warn(contact: &ContactId, error: &dyn std::fmt::Display) {
    tracing::warn!(%contact, %error, "the memory of a talk was not updated");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(turns: &[(&str, &str, &str)]) -> Talk {
        let mut talk = Talk::default();
        for (id, caller, answer) in turns {
            talk.begin(id, caller, &TalkLimits::default());
            talk.remember(id, answer, &TalkLimits::default());
        }
        talk
    }

    #[test]
    fn the_turns_of_a_call_stand_behind_those_that_were_stored_and_once_each() {
        let chat = [("s1", "Hello?", "Hello."), ("s2", "When?", "At ni")];
        let (first, second) = (("c-0", "And then?", "We close at"), ("c-1", "Thanks.", ""));
        let limits = TalkLimits::default();
        let now = talk(&[chat[0], ("s2", "When?", ""), first, second]);
        let whole = talk(&[chat[0], chat[1], first, second]);
        for stored in [talk(&chat), talk(&[chat[0], chat[1], ("c-0", "And then?", "")])] {
            assert_eq!(joined(&stored, &now, "c", &limits), whole);
        }
        assert!(is_of("c-0", "c") && !is_of("cd-0", "c") && !is_of("c", "c"));
    }
}
