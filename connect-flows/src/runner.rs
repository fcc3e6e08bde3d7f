//! One call: a flow executed action by action, with the flows and modules that it reaches, and its recording.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `ports`, `functions` | the outside of a run: functions, clips, voices |
//! | `settings`, `world`, `flows`, `known`, `bots`, `caller`, `names` | everything that decides about a call before it starts |
//! | `virtual_time`, `real_time` | calls on a clock that jumps, and the real world for them |
//! | `walk`, `branch`, `outcome`, `frame` | the steps from action to action, through flows and modules |
//! | `session`, `waiting` | the state of one call, and all waiting in it |
//! | `speaker`, `signs` | the caller at work |
//! | `keypad`, `digits` | the keys that reach the flow, and the entries that they make |
//! | `actions`, `other` | finds the code for an action, and passes by those that are not performed |
//! | `attributes`, `decide`, `hours`, `rounds`, `random` | actions that take no time |
//! | `message`, `sound`, `ssml`, `iterate`, `tones` | playing |
//! | `input`, `lex` | listening to the caller |
//! | `passage`, `queue`, `hooks` | other flows, queues, and flows on events |
//! | `wait`, `watch` | Wait, and its end |
//! | `invoke`, `background` | invoking a function, and waiting for its reply or not |
//! | `attempt`, `pending` | one invocation up to its verdict, and those that still run |
//! | `event` | the event that a function receives |
//! | `log`, `end` | lines of the flow log, and the end of a call |
//!
//! Every flow that can be read starts. An action that the runner does not perform takes the branch that the table of the
//! language names, with a remark. All time is tokio's, so that it may be virtual. The wall clock is read once, where a
//! call starts. No agent is part of a run: it ends where one takes the call.

mod actions;
mod attempt;
mod attributes;
mod background;
mod bots;
mod branch;
mod caller;
mod decide;
mod digits;
mod end;
mod event;
mod flows;
mod frame;
mod functions;
mod hooks;
mod hours;
mod input;
mod invoke;
mod iterate;
mod keypad;
mod known;
mod lex;
mod log;
mod message;
mod names;
mod other;
mod outcome;
mod passage;
mod pending;
mod ports;
mod queue;
mod random;
mod real_time;
mod rounds;
mod session;
mod settings;
mod signs;
mod sound;
mod speaker;
mod ssml;
mod tones;
mod virtual_time;
mod wait;
mod waiting;
mod walk;
mod watch;
mod world;

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

pub use bots::{Lex, Rule, Understood};
pub use caller::{Act, Caller, KeyPress, Script, Step, Then, When};
pub use end::{CallEnd, CallError, EndReason};
pub use event::INSTANCE_ARN;
pub use flows::Flows;
pub use functions::{Answer, Function, Functions, Replies, Reply};
pub use hours::check_schedule;
pub(crate) use known::flow_files;
pub use known::{KnownFlow, Unread};
pub use log::FlowLogLine;
pub use names::find;
pub use ports::{Clips, FetchError, InvokeError, Lambdas, Ports, PromptVoice, WallClock, function_name};
pub use real_time::RealTime;
pub use settings::{CallSettings, Sound};
pub use tones::Beeps;
pub use virtual_time::in_virtual_time;
pub use world::{Branch, Hours, PromptSound, Queue, World};

use crate::{
    model::Flow,
    recording::Recording,
    timeline::{Event, Timeline},
};

/// A flow that can be run, with everything that its runs need.
pub struct Runner {
    flow: Arc<KnownFlow>,
    ports: Ports,
    settings: CallSettings,
}

impl Runner {
    /// Takes a flow for running. Its name and id are those of the settings.
    pub fn new(flow: Flow, ports: Ports, settings: CallSettings) -> Self {
        let (id, name) = (settings.flow_id.clone(), settings.flow_name.clone());
        Self::of(Arc::new(KnownFlow { id, name, kind: None, flow }), ports, settings)
    }

    /// Takes a flow that other runs share. Its name and id are its own.
    pub fn of(flow: Arc<KnownFlow>, ports: Ports, settings: CallSettings) -> Self {
        Self { flow, ports, settings }
    }

    /// Runs one call, from its first action to its end.
    ///
    /// `observer` receives every event except `silence_start` at the moment of the event. A failure within the call is
    /// part of the result.
    pub async fn run(&self, observer: &mut (dyn FnMut(&Event) + Send)) -> Call {
        let sounds = self.words().await;
        walk::walk(session::Session::start(self, observer, sounds)).await
    }

    /// The sound of the caller's words, made before the call: the caller does not wait for a voice.
    async fn words(&self) -> HashMap<String, Vec<i16>> {
        let mut sounds = HashMap::new();
        let Some(voice) = self.ports.caller.as_ref().filter(|_| self.settings.sound == Sound::Recorded)
        else {
            return sounds;
        };
        for step in &self.settings.script.steps {
            if let Act::Say(text) = &step.act
                && let Ok(samples) = voice.speak(text).await
            {
                sounds.insert(text.clone(), samples);
            }
        }
        sounds
    }
}

/// A finished call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The sound of the call; empty for [`Sound::None`].
    pub recording: Recording,
    /// All events of the call, with their times.
    pub timeline: Timeline,
    /// The flow log: one line for each action, even if the flow switches logging off.
    pub flow_log: Vec<FlowLogLine>,
    /// The contact's attributes at the end: an object of strings.
    pub attributes: Value,
    /// The way in which the call ended, and its first error.
    pub end: CallEnd,
}
