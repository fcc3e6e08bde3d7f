//! The types of flows and the channels of contacts.

use std::fmt;

use serde::Deserialize;

/// A type of flow, which decides the actions that may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FlowType {
    /// Runs when a contact arrives.
    ContactFlow,
    /// Runs while the customer waits in a queue.
    CustomerQueue,
    /// Runs for the customer while the agent has them on hold.
    CustomerHold,
    /// Runs for the customer as they are joined with an agent.
    CustomerWhisper,
    /// Runs before an outbound call is placed, and for the customer when they answer.
    OutboundWhisper,
    /// Runs for the agent while they are on hold.
    AgentHold,
    /// Runs for the agent as they are joined with a customer.
    AgentWhisper,
    /// Runs as a contact is transferred to an agent.
    AgentTransfer,
    /// Runs as a contact is transferred to another queue.
    QueueTransfer,
    /// Runs for each member of an outbound campaign.
    Campaign,
    /// A module, which other flows invoke.
    Module,
}

/// All types with the names in the designer's exports and in the API.
const NAMES: [(FlowType, &str, &str); 11] = [
    (FlowType::ContactFlow, "contactFlow", "CONTACT_FLOW"),
    (FlowType::CustomerQueue, "customerQueue", "CUSTOMER_QUEUE"),
    (FlowType::CustomerHold, "customerHold", "CUSTOMER_HOLD"),
    (FlowType::CustomerWhisper, "customerWhisper", "CUSTOMER_WHISPER"),
    (FlowType::OutboundWhisper, "outboundWhisper", "OUTBOUND_WHISPER"),
    (FlowType::AgentHold, "agentHold", "AGENT_HOLD"),
    (FlowType::AgentWhisper, "agentWhisper", "AGENT_WHISPER"),
    (FlowType::AgentTransfer, "agentTransfer", "AGENT_TRANSFER"),
    (FlowType::QueueTransfer, "queueTransfer", "QUEUE_TRANSFER"),
    (FlowType::Campaign, "campaign", "CAMPAIGN"),
    (FlowType::Module, "module", "MODULE"),
];

impl FlowType {
    /// The type of this name, as `Metadata.type` of an export (`customerQueue`) or the API (`CUSTOMER_QUEUE`) has it.
    /// The export of a module names no type, or `contactFlowModule`; its `Settings` tell it.
    pub fn named(name: &str) -> Option<Self> {
        if name == "contactFlowModule" {
            return Some(Self::Module);
        }
        NAMES.iter().find(|(_, export, api)| name == *export || name == *api).map(|(found, ..)| *found)
    }

    /// Whether a flow of this type repeats until Connect ends it: it needs no way out.
    pub fn repeats(self) -> bool {
        matches!(self, Self::CustomerQueue | Self::CustomerHold | Self::AgentHold)
    }

    /// Its name in the designer's exports.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, export, _)| export)
    }
}

impl fmt::Display for FlowType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The way in which a customer reaches the contact centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A telephone or web call.
    Voice,
    /// A chat, or messages of another service.
    Chat,
    /// A task.
    Task,
    /// An email.
    Email,
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Voice => "voice",
            Self::Chat => "chat",
            Self::Task => "task",
            Self::Email => "email",
        })
    }
}
