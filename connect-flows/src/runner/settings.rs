//! The settings of a call: the caller, and the limits.

use std::{collections::BTreeMap, time::Duration};

/// The settings of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Longest duration: the call ends after this time, even in the middle of an action.
    pub max_duration: Duration,
    /// Largest number of actions: the call ends after them.
    pub max_actions: usize,
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
            max_duration: Duration::from_secs(30 * 60),
            max_actions: 10_000,
        }
    }
}
