//! The caller, and the bounds of a call.

use std::{collections::BTreeMap, time::Duration};

/// The settings of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSettings {
    /// `$.ContactId`.
    pub contact_id: String,
    /// `ContactFlowId` of the flow log.
    pub flow_id: String,
    /// `ContactFlowName` of the flow log.
    pub flow_name: String,
    /// Contact attributes at the start, `$.Attributes.X`.
    pub attributes: BTreeMap<String, String>,
    /// `$.CustomerEndpoint.Address`, the number of the caller.
    pub caller: String,
    /// `$.SystemEndpoint.Address`, the number that was called.
    pub called: String,
    /// `$.LanguageCode`.
    pub language: String,
    /// After this time the call ends, whatever it is doing.
    pub max_duration: Duration,
    /// After this many actions the call ends.
    pub max_actions: usize,
}

impl CallSettings {
    /// A call without attributes, of at most 30 minutes and 10,000 actions.
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
