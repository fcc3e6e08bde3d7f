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
    /// The caller's part of the call.
    pub script: Script,
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
            script: Script::default(),
            max_duration: Duration::from_secs(30 * 60),
            max_actions: 10_000,
        }
    }
}

/// The caller's part of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The words that Lex makes of the caller's speech, one text each time it listens.
    pub says: Vec<String>,
    /// The keys that the caller presses.
    pub keys: Vec<KeyPress>,
    /// How long the caller hears a prompt of Lex before speaking over it; `None` for a caller who hears it out.
    pub barges_in_after: Option<Duration>,
    /// The behaviour of the caller when everything is said and Lex listens again.
    pub then: Then,
}

/// A key that the caller presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// Time from the start of the call.
    pub at: Duration,
    /// The key: a digit, `*` or `#`.
    pub key: char,
}

/// The behaviour of a caller who has nothing more to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// The caller hangs up.
    #[default]
    HangUp,
    /// The caller stays silent.
    StaySilent,
}
