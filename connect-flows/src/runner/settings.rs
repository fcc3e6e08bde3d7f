//! The settings of a call: the caller, the world around it, and the limits.

use std::{collections::BTreeMap, time::Duration};

use super::{Caller, World};

/// The settings of one call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSettings {
    /// Id of the contact: `$.ContactId`.
    pub contact_id: String,
    /// Id of the flow: `ContactFlowId` in the flow log.
    pub flow_id: String,
    /// Name of the flow: `ContactFlowName` in the flow log.
    pub flow_name: String,
    /// Contact attributes at the start of the call: `$.Attributes.X`.
    pub attributes: BTreeMap<String, String>,
    /// The caller's number: `$.CustomerEndpoint.Address`.
    pub caller: String,
    /// The called number: `$.SystemEndpoint.Address`.
    pub called: String,
    /// The contact's language: `$.LanguageCode`.
    pub language: String,
    /// The caller's part of the call.
    pub script: Caller,
    /// Everything around the call: other flows, hours, queues, prompts, bots.
    pub world: World,
    /// Seed of everything that is left to chance: DistributeByPercentage.
    pub seed: u64,
    /// Whether the call has a recording.
    pub sound: Sound,
    /// Longest duration: the call ends after this time, even in the middle of an action.
    pub max_duration: Duration,
    /// Largest number of actions: the call ends after them.
    pub max_actions: usize,
}

/// Whether a call has a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sound {
    /// The recording has both channels.
    #[default]
    Recorded,
    /// Only the lengths of the sounds count; the recording is empty.
    None,
}

impl CallSettings {
    /// Settings of a call without attributes, of at most 30 minutes and 10,000 actions.
    pub fn new(contact_id: impl Into<String>) -> Self {
        Self {
            contact_id: contact_id.into(),
            flow_id: "local".into(),
            flow_name: "local".into(),
            attributes: BTreeMap::new(),
            caller: "+15550100".into(),
            called: "+15550199".into(),
            language: "en-US".into(),
            script: Caller::default(),
            world: World::default(),
            seed: 0,
            sound: Sound::default(),
            max_duration: Duration::from_secs(30 * 60),
            max_actions: 10_000,
        }
    }
}
