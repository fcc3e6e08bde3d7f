//! Fakes in memory: functions with scripted replies, a store of clips, and a voice that hums.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use connect_flows::{
    model::Flow,
    play_text::play_text,
    runner::{
        Call, CallSettings, Clips, FetchError, Functions, InvokeError, Lambdas, Ports, PromptVoice, Runner,
    },
    timeline::{Event, EventKind, Prompt},
    urls::Urls,
};
use contract::{
    InvalidId, keys,
    reply::{ClipUrl, Reply, Status},
};
use serde_json::{Value, json};
use time::macros::datetime;
use tokio::time::sleep;

/// The query of every presigned URL in these tests. No output may contain it.
pub(crate) const SECRET: &str = "X-Amz-Signature=secret";

/// A byte of mu-law that is audible, and its decoded sample.
pub(crate) const LOUD: (u8, i16) = (0x80, 32124);
pub(crate) const QUIET: u8 = 0xFF;

/// The sample that the fake voice repeats.
pub(crate) const HUM: i16 = 1000;

#[derive(Default)]
pub(crate) struct World {
    script: Mutex<VecDeque<(Duration, Result<Value, InvokeError>)>>,
    invocations: Mutex<Vec<(String, Value)>>,
    clips: HashMap<String, Vec<u8>>,
}

impl World {
    /// Adds a reply to the script: the next invocation takes this long and has this result. Invocations beyond the
    /// script are refused.
    pub(crate) fn replies(self, after_ms: u64, result: Result<Value, InvokeError>) -> Self {
        locked(&self.script).push_back((Duration::from_millis(after_ms), result));
        self
    }

    pub(crate) fn stores(mut self, key: &str, file: Vec<u8>) -> Self {
        self.clips.insert(presigned(key), file);
        self
    }

    /// Stores part `number`: `quiet_ms` of silence, then `loud_ms` of sound.
    pub(crate) fn stores_part(self, number: usize, quiet_ms: usize, loud_ms: usize) -> Self {
        let sound = [vec![QUIET; quiet_ms * 8], vec![LOUD.0; loud_ms * 8]].concat();
        self.stores(&part_key(number), wav(&sound))
    }

    /// Name and event of every invocation so far.
    pub(crate) fn invocations(&self) -> Vec<(String, Value)> {
        locked(&self.invocations).clone()
    }
}

#[async_trait]
impl Lambdas for World {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        locked(&self.invocations).push((function.to_owned(), event.clone()));
        let step = locked(&self.script).pop_front();
        let (delay, result) = step.unwrap_or_else(|| {
            let message = "the script is over".into();
            (Duration::ZERO, Err(InvokeError::Refused { message }))
        });
        sleep(delay).await;
        result
    }
}

#[async_trait]
impl Clips for World {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.clips.get(url).cloned().ok_or(FetchError::Status { status: 403 })
    }
}

/// A voice that hums for 10 ms per character.
struct Hum;

#[async_trait]
impl PromptVoice for Hum {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        Ok(vec![HUM; text.chars().count() * 80])
    }
}

/// Runs a call of the committed flow with a contact attribute `text`.
pub(crate) async fn call(world: &Arc<World>) -> Call {
    call_flow(world, play_text(Urls::Presigned), settings()).await
}

pub(crate) async fn call_flow(world: &Arc<World>, flow: Flow, settings: CallSettings) -> Call {
    let ports = Ports {
        lambdas: world.clone(),
        clips: world.clone(),
        voice: Arc::new(Hum),
        caller: None,
        clock: Arc::new(|| datetime!(2026-03-01 12:00 UTC)),
    };
    let runner = Runner::new(flow, ports, settings);
    // The call runs in a task of its own, to test that a run can move between threads.
    let run = tokio::spawn(async move { runner.run(&mut |_: &Event| {}).await });
    run.await.unwrap()
}

/// Runs a call whose functions and world are canned.
pub(crate) async fn try_out(flow: Flow, settings: CallSettings, functions: Functions) -> Call {
    let ports = Ports {
        lambdas: Arc::new(functions),
        clips: Arc::new(World::default()),
        voice: Arc::new(Hum),
        caller: None,
        clock: Arc::new(|| datetime!(2026-03-01 12:00 UTC)),
    };
    Runner::new(flow, ports, settings).run(&mut |_: &Event| {}).await
}

/// The identifiers of the actions that ran, with the branches that they took.
pub(crate) fn way(call: &Call) -> Vec<String> {
    let step = |event: &Event| match &event.kind {
        EventKind::ActionEnd { action, branch, .. } => Some(format!("{action} {branch}")),
        _ => None,
    };
    call.timeline.events().iter().filter_map(step).collect()
}

/// The texts that the caller heard.
pub(crate) fn texts(call: &Call) -> Vec<String> {
    let text = |event: &Event| match &event.kind {
        EventKind::PromptStart { prompt: Prompt::Text(text) | Prompt::Id(text) } => Some(text.clone()),
        _ => None,
    };
    call.timeline.events().iter().filter_map(text).collect()
}

/// An action with its branches: `next`, errors by their type, conditions by their operand.
pub(crate) fn action(id: &str, kind: &str, parameters: Value, branches: &[(&str, &str)]) -> Value {
    const ERRORS: [&str; 7] = [
        "InProgress",
        "InputTimeLimitExceeded",
        "InvalidPhoneNumber",
        "NoMatchingCondition",
        "NoMatchingError",
        "NoneFoundError",
        "QueueAtCapacity",
    ];
    let of = |error: bool| {
        let all = branches.iter().filter(move |(name, _)| *name != "next" && ERRORS.contains(name) == error);
        all.map(move |(name, to)| match (error, name.split_once(' ')) {
            (true, _) => json!({"NextAction": to, "ErrorType": name}),
            (false, Some((operator, operand))) => {
                json!({"NextAction": to, "Condition": {"Operator": operator, "Operands": [operand]}})
            }
            (false, None) => {
                json!({"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [name]}})
            }
        })
    };
    let (errors, conditions): (Vec<Value>, Vec<Value>) = (of(true).collect(), of(false).collect());
    let mut transitions = json!({"Errors": errors, "Conditions": conditions});
    if let Some((_, to)) = branches.iter().find(|(name, _)| *name == "next") {
        transitions["NextAction"] = json!(to);
    }
    json!({"Identifier": id, "Type": kind, "Parameters": parameters, "Transitions": transitions})
}

/// An action that says its own identifier.
pub(crate) fn says(id: &str, next: &str) -> Value {
    action(id, "MessageParticipant", json!({"Text": id}), &[("next", next)])
}

/// The end of a flow, by the name `end`.
pub(crate) fn hangs_up() -> Value {
    action("end", "DisconnectParticipant", json!({}), &[])
}

pub(crate) fn settings() -> CallSettings {
    let mut settings = CallSettings::new("contact-1");
    settings.attributes.insert("text".into(), "Hello.".into());
    settings
}

/// A flow that executes these actions one after the other, then hangs up.
pub(crate) fn chain(actions: &[(&str, Value)]) -> Flow {
    let mut built: Vec<Value> = actions
        .iter()
        .enumerate()
        .map(|(number, (kind, parameters))| {
            json!({
                "Identifier": number.to_string(), "Type": kind, "Parameters": parameters,
                "Transitions": {"NextAction": (number + 1).to_string()},
            })
        })
        .collect();
    built.push(json!({"Identifier": actions.len().to_string(), "Type": "DisconnectParticipant"}));
    flow("0", Value::Array(built))
}

pub(crate) fn flow(start: &str, actions: Value) -> Flow {
    let flow = json!({"Version": "2019-10-30", "StartAction": start, "Actions": actions});
    Flow::parse(&flow.to_string()).unwrap()
}

/// A reply with the parts `first` to `first + count - 1`.
pub(crate) fn play(first: usize, count: usize, last: bool) -> Result<Value, InvokeError> {
    let clips = (first..first + count).map(|number| clip_url(&part_key(number))).collect();
    Ok(json!(Reply::play(stream().unwrap(), first, clips, last)))
}

pub(crate) fn wait(next: usize) -> Result<Value, InvokeError> {
    let reply = Reply::new(Status::Wait, stream().ok(), next);
    Ok(json!(reply.with_pause(clip_url(&keys::silence()))))
}

/// A clip of silence, as long as its name says.
pub(crate) fn silence() -> Vec<u8> {
    wav(&vec![QUIET; keys::SILENCE_MS as usize * 8])
}

/// A WAV file that Connect plays.
pub(crate) fn wav(data: &[u8]) -> Vec<u8> {
    let padding = data.len() % 2;
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_le_bytes();
    let mut file = b"RIFF".to_vec();
    file.extend(length(36 + data.len() + padding));
    file.extend(b"WAVEfmt ");
    file.extend([16, 0, 0, 0, 7, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length(data.len()));
    file.extend(data);
    file.resize(file.len() + padding, 0);
    file
}

pub(crate) fn part_key(number: usize) -> String {
    keys::part(&stream().unwrap(), number)
}

fn stream() -> Result<contract::StreamId, InvalidId> {
    "s1".parse()
}

fn clip_url(key: &str) -> ClipUrl {
    ClipUrl { presigned: presigned(key), plain: format!("https://bucket.test/{key}"), prompt: None }
}

fn presigned(key: &str) -> String {
    format!("https://bucket.test/{key}?{SECRET}")
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
