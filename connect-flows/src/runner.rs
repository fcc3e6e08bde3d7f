//! One call: a flow executed action by action, in real time, and its recording.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `ports` | the outside of a run: functions, clips, Connect's own voice |
//! | `settings` | the caller, and the bounds of a call |
//! | `prepare` | refuses, before a call starts, flows that cannot be run to their end |
//! | `walk` | the steps from action to action |
//! | `session` | the state of one call |
//! | `actions` | actions that neither play nor invoke |
//! | `message`, `ssml` | playing |
//! | `lex` | Lex listens to the caller |
//! | `keypad` | the keys that the caller presses, and the touch-tone buffer |
//! | `invoke`, `background` | invoking a function, and waiting for its reply or not |
//! | `attempt`, `pending` | one invocation up to its verdict, and those that still run |
//! | `event` | the event that a function receives |
//! | `log` | lines of the flow log |
//!
//! All time is tokio's, so that a test may pause it. The wall clock is read once, where a call starts.
//! The caller follows a script, and a transfer to a queue ends the call: a runner knows no agents.

mod actions;
mod attempt;
mod background;
mod bots;
mod caller;
mod event;
mod flows;
mod functions;
mod invoke;
mod keypad;
mod lex;
mod log;
mod message;
mod pending;
mod ports;
mod prepare;
mod real_time;
mod session;
mod settings;
mod ssml;
mod virtual_time;
mod walk;
mod world;

use std::fmt;

pub use bots::{Lex, Rule, Understood};
pub use caller::{Act, Caller, KeyPress, Script, Step, Then, When};
pub use event::INSTANCE_ARN;
pub use flows::{Flows, KnownFlow};
pub use functions::{Answer, Function, Functions, Replies, Reply};
pub use log::FlowLogLine;
pub use ports::{Clips, FetchError, InvokeError, Lambdas, Ports, PromptVoice, WallClock, function_name};
pub use prepare::PrepareError;
pub use real_time::RealTime;
pub use settings::{CallSettings, Sound};
pub use virtual_time::in_virtual_time;
pub use world::{Branch, Hours, PromptSound, Queue, World, find};

use crate::{
    model::Flow,
    recording::Recording,
    timeline::{Event, Timeline},
};

/// A flow that can be run, with everything that its runs need.
pub struct Runner {
    flow: Flow,
    ports: Ports,
    settings: CallSettings,
}

impl Runner {
    /// Takes a flow for running.
    ///
    /// # Errors
    /// [`PrepareError`] when a call could reach an action that does not exist, that the runner does not
    /// support, or whose identifier is not unique. The error names all such actions.
    pub fn new(flow: Flow, ports: Ports, settings: CallSettings) -> Result<Self, PrepareError> {
        prepare::prepare(&flow)?;
        Ok(Self { flow, ports, settings })
    }

    /// Runs one call in real time, from its first action to its end.
    ///
    /// `observer` receives every event except `silence_start` at the moment of the event. A failure within the call is
    /// part of the result.
    pub async fn run(&self, observer: &mut (dyn FnMut(&Event) + Send)) -> Call {
        walk::walk(session::Session::start(self, observer)).await
    }
}

/// A finished call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The audio that the caller heard.
    pub recording: Recording,
    /// All events of the call, with their times.
    pub timeline: Timeline,
    /// The flow log: one line for each action, even if the flow switches logging off.
    pub flow_log: Vec<FlowLogLine>,
    /// The way in which the call ended, and its first error.
    pub end: CallEnd,
}

/// The way in which a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEnd {
    /// The reason why the call ended.
    pub reason: EndReason,
    /// The first action that failed, or whose function replied `Status=error`.
    pub first_error: Option<CallError>,
}

impl CallEnd {
    /// The failure in one line; `None` for a call without failures.
    pub fn error(&self) -> Option<String> {
        let first = self.first_error.as_ref().map(ToString::to_string);
        first.or_else(|| match self.reason {
            EndReason::Disconnected
            | EndReason::FlowEnded
            | EndReason::HungUp
            | EndReason::Transferred { .. } => None,
            _ => Some(self.reason.to_string()),
        })
    }
}

/// An action that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Identifier of the action.
    pub action: String,
    /// The reason in one line, without secrets.
    pub reason: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "action {:?}: {}", self.action, self.reason)
    }
}

/// The reason why a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each message says it")]
pub enum EndReason {
    /// The flow disconnected the caller.
    Disconnected,
    /// The flow ended without disconnecting the caller.
    FlowEnded,
    /// The caller hung up.
    HungUp,
    /// The flow transferred the caller to a queue.
    Transferred { queue: String },
    /// The call reached its time limit.
    TimeLimit { seconds: u64 },
    /// The flow reached its limit of actions.
    ActionLimit { actions: usize },
    /// The flow names no next action after this one.
    NothingFollows { action: String },
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected => f.write_str("disconnected"),
            Self::FlowEnded => f.write_str("flow ended"),
            Self::HungUp => f.write_str("the caller hung up"),
            Self::Transferred { queue } => write!(f, "transferred to {queue}"),
            Self::TimeLimit { seconds } => write!(f, "the call reached its limit of {seconds} s"),
            Self::ActionLimit { actions } => write!(f, "the flow reached its limit of {actions} actions"),
            Self::NothingFollows { action } => write!(f, "nothing follows action {action:?}"),
        }
    }
}
