//! A scenario on the stage: its call, from the file of the flow to the end.

use std::{collections::BTreeMap, io, path::PathBuf, sync::Arc};

use serde_json::Value;
use time::{OffsetDateTime, macros::datetime};
use tokio::runtime::{Builder, Runtime};

use super::{
    Clock, Scenario,
    library::{Library, Reached},
    observed::{Invocation, Observed},
    sounds::{ClipSound, SceneClips},
};
use crate::{
    coverage::Coverage,
    runner::{
        Beeps, Call, CallSettings, Function, Functions, KnownFlow, Ports, RealTime, Replies, Runner, Sound,
        Unread, in_virtual_time,
    },
    timeline::{Event, EventKind},
};

/// The wall clock at the start of a call in virtual time: a Monday in the morning.
const MONDAY: OffsetDateTime = datetime!(2026-03-02 10:00 UTC);

/// A finished call of a scenario.
#[derive(Debug)]
pub struct Played {
    /// The call.
    pub call: Call,
    /// The invocations, each attempt on its own.
    pub invocations: Vec<Invocation>,
    /// The clips that have words, by their URLs or file names.
    pub clips: BTreeMap<String, ClipSound>,
    /// The settings of the call.
    pub settings: CallSettings,
    /// The flows that the call could reach, by file.
    pub flows: Vec<(PathBuf, Arc<KnownFlow>)>,
}

/// The reason why a scenario can't be played: one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StageError(pub String);

/// Plays a scenario from its start to its end.
///
/// # Errors
/// [`StageError`] when a flow can't be read or run.
pub fn play(scenario: &Scenario, library: &Library) -> Result<Played, StageError> {
    play_with(scenario, library, &mut |_| {})
}

/// Plays a scenario; `observer` receives each event at its moment.
///
/// # Errors
/// As [`play`].
///
/// # Panics
/// Within a runtime of tokio: call it from a thread of its own.
pub fn play_with(
    scenario: &Scenario,
    library: &Library,
    observer: &mut (dyn FnMut(&Event) + Send),
) -> Result<Played, StageError> {
    // Dropped after the call, on this thread: a runtime can't be dropped within another one.
    let (functions, _outside) = functions(scenario)?;
    let stage = Stage::set(scenario, library, functions)?;
    let ended = match scenario.clock {
        Clock::Virtual => in_virtual_time(stage.perform(observer)),
        Clock::Real => real_time(stage.perform(observer)),
    };
    ended.map_err(|error| StageError(format!("no runtime for the call: {error}")))?
}

fn real_time<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

struct Stage<'s> {
    scenario: &'s Scenario,
    main: Arc<KnownFlow>,
    flows: Vec<(PathBuf, Arc<KnownFlow>)>,
    unread: Vec<Unread>,
    functions: Functions,
}

impl<'s> Stage<'s> {
    fn set(scenario: &'s Scenario, library: &Library, functions: Functions) -> Result<Self, StageError> {
        let main = library.flow(&scenario.flow).map_err(StageError)?;
        let Reached { mut flows, unread } = library.reached_by(scenario, &main.flow).map_err(StageError)?;
        flows.retain(|(path, _)| *path != scenario.flow);
        flows.insert(0, (scenario.flow.clone(), main.clone()));
        Ok(Self { scenario, main, flows, unread, functions })
    }

    async fn perform(self, observer: &mut (dyn FnMut(&Event) + Send)) -> Result<Played, StageError> {
        let observed = Arc::new(Observed::new(self.functions.clone()));
        let clock = self.scenario.clock;
        let ports = Ports {
            lambdas: observed.clone(),
            clips: Arc::new(SceneClips::new(self.scenario.clips.clone())),
            voice: Arc::new(Beeps),
            caller: None,
            clock: Arc::new(move || match clock {
                Clock::Virtual => MONDAY,
                Clock::Real => OffsetDateTime::now_utc(),
            }),
        };
        let settings = self.settings();
        let runner = Runner::of(self.main.clone(), ports, settings.clone());
        let call = runner.run(observer).await;
        Ok(Played {
            call,
            invocations: observed.invocations(),
            clips: self.scenario.clips.clone(),
            settings,
            flows: self.flows,
        })
    }

    fn settings(&self) -> CallSettings {
        let mut settings = self.scenario.settings();
        settings.sound = Sound::None;
        self.flows.iter().for_each(|(_, flow)| settings.world.flows.share(flow.clone()));
        self.unread.iter().for_each(|unread| settings.world.flows.leave_out(unread));
        settings
    }
}

/// The functions, and the runtime on which real ones are reached in real time, where there are any.
fn functions(scenario: &Scenario) -> Result<(Functions, Option<Runtime>), StageError> {
    let mut functions = Functions::default();
    let mut outside: Option<Runtime> = None;
    for function in &scenario.functions {
        let source = match function.source.real().map_err(StageError)? {
            None => Function::Canned(Replies::new(function.replies().to_vec())),
            Some(port) => {
                let runtime = match outside.take() {
                    Some(runtime) => runtime,
                    None => Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(
                        |error| StageError(format!("no runtime for the function {}: {error}", function.name)),
                    )?,
                };
                let port = RealTime::new(runtime.handle().clone(), port);
                outside = Some(runtime);
                Function::Real(Arc::new(port))
            }
        };
        functions.set(function.name.clone(), source);
    }
    Ok((functions, outside))
}

impl Played {
    /// The actions and branches that the call covered, by the files of the flows. Flows that the call did not reach are
    /// left out.
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        self.cover(&mut coverage);
        coverage
    }

    /// Adds the actions and branches that the call covered.
    pub fn cover(&self, coverage: &mut Coverage) {
        for (path, flow) in &self.flows {
            let mut ways = super::ways(&self.call, flow).peekable();
            if ways.peek().is_none() {
                continue;
            }
            let name = path.display().to_string();
            // A file that holds several flows is named with each of them.
            let several = self.flows.iter().filter(|(other, _)| other == path).count() > 1;
            let name = if several { format!("{name}#{}", flow.name) } else { name };
            coverage.know(&name, &flow.flow);
            for (action, to) in ways {
                coverage.visit(&name, std::iter::once(action).chain(to));
            }
        }
    }

    /// The contact attributes at a time, in milliseconds from the start of the call.
    pub fn attributes_at(&self, t_ms: f64) -> BTreeMap<String, String> {
        let mut attributes = self.settings.attributes.clone();
        for (moment, parameters) in self.set_by("SetAttributes") {
            if moment <= t_ms {
                let set = parameters["Attributes"].as_object().into_iter().flatten();
                attributes.extend(set.map(|(name, value)| (name.clone(), scalar(value))));
            }
        }
        attributes
    }

    /// The name of a queue, where an export says it.
    pub fn queue_name(&self, queue: &str) -> Option<String> {
        let actions = self
            .flows
            .iter()
            .flat_map(|(_, flow)| flow.flow.actions.iter().map(move |action| (flow, action)));
        let named =
            actions.filter(|(_, action)| action.text("QueueId") == Some(queue)).find_map(|(flow, action)| {
                let path =
                    ["ActionMetadata", &action.identifier.text, "parameters", "QueueId", "displayName"];
                flow.flow.metadata()?.at(&path)?.text()
            });
        named.map(str::to_owned)
    }

    /// The actions of a type of the flow log, each with the moment of its end and its parameters. Each has one line.
    fn set_by<'p>(&'p self, kind: &'p str) -> impl Iterator<Item = (f64, &'p Value)> {
        let events = self.call.timeline.events().iter();
        let ends = events.filter(|event| matches!(event.kind, EventKind::ActionEnd { .. }));
        let lines =
            ends.zip(&self.call.flow_log).filter(move |(_, line)| line.contact_flow_module_type == kind);
        lines.map(|(end, line)| (end.t_ms, &line.parameters))
    }

    /// The target queue at a time, as the flow names it.
    pub fn queue_at(&self, t_ms: f64) -> Option<String> {
        let set = self.set_by("SetQueue").filter(|(moment, _)| *moment <= t_ms);
        set.filter_map(|(_, parameters)| parameters["QueueId"].as_str().map(str::to_owned)).last()
    }
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
