//! The state of one call.

use std::{collections::HashMap, time::Duration, vec};

use serde_json::Value;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use super::{
    Act, Call, CallEnd, CallError, EndReason, FlowLogLine, KeyPress, Runner, When, event, keypad::Keypad,
    log, pending::Pending,
};
use crate::{
    model::Action,
    recording::Recording,
    redact::without_queries,
    reference::Context,
    timeline::{Event, Recorder},
};

/// The next step of the flow after an action.
pub(super) enum Edge<'f> {
    /// The action's `NextAction`.
    Next,
    /// The action with this identifier.
    To(&'f str),
    /// The error branch; the text is the reason, in one line.
    Failed(String),
    /// The end of the call.
    End(EndReason),
}

/// The result of an action.
pub(super) struct Outcome<'f> {
    pub edge: Edge<'f>,
    /// `Results` in the flow log.
    pub results: Value,
}

impl Outcome<'_> {
    pub(super) fn next(results: impl Into<Value>) -> Self {
        Self { edge: Edge::Next, results: results.into() }
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { results: format!("Error: {reason}").into(), edge: Edge::Failed(reason) }
    }

    pub(super) fn end(reason: EndReason) -> Self {
        Self { results: reason.to_string().into(), edge: Edge::End(reason) }
    }
}

/// The state of a running call.
pub(super) struct Session<'r> {
    pub runner: &'r Runner,
    /// Time at which the call ends at the latest.
    pub deadline: Instant,
    pub context: Context,
    pub recorder: Recorder<'r>,
    pub recording: Recording,
    /// Passes through each Loop since it was last done.
    pub loops: HashMap<String, u64>,
    pub invocations: usize,
    pub pending: Pending,
    pub keypad: Keypad,
    /// The texts that the caller has not said yet.
    pub utterances: vec::IntoIter<String>,
    started: Instant,
    started_at: OffsetDateTime,
    log: Vec<FlowLogLine>,
    first_error: Option<CallError>,
}

impl<'r> Session<'r> {
    pub(super) fn start(runner: &'r Runner, observer: &'r mut (dyn FnMut(&Event) + Send)) -> Self {
        let started = Instant::now();
        let (mut says, mut keys) = (Vec::new(), Vec::new());
        for step in &runner.settings.script.steps {
            match (&step.when, &step.act) {
                (When::At(at), Act::Press(press)) => {
                    keys.extend(press.chars().map(|key| KeyPress { at: *at, key }));
                }
                (_, Act::Say(text)) => says.push(text.clone()),
                _ => {}
            }
        }
        Self {
            runner,
            deadline: started + runner.settings.max_duration,
            context: event::context(&runner.settings),
            recorder: Recorder::new(observer),
            recording: Recording::default(),
            loops: HashMap::new(),
            invocations: 0,
            pending: Pending::default(),
            keypad: Keypad::new(&keys),
            utterances: says.into_iter(),
            started,
            started_at: (runner.ports.clock)(),
            log: Vec::new(),
            first_error: None,
        }
    }

    /// Ends the call for this reason, and returns its record.
    pub(super) fn end(mut self, reason: EndReason) -> Call {
        let at = self.elapsed();
        self.recording.extend_to(at);
        Call {
            recording: self.recording,
            timeline: self.recorder.finish(at, &reason.to_string()),
            flow_log: self.log,
            end: CallEnd { reason, first_error: self.first_error },
        }
    }

    /// Time since the start of the call.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits until a time, counted from the start of the call. The call's time limit is an error.
    pub(super) async fn sleep_to(&mut self, at: Duration) -> Result<(), EndReason> {
        let until = self.started + at;
        sleep_until(until.min(self.deadline)).await;
        if until < self.deadline { Ok(()) } else { Err(self.time_limit()) }
    }

    /// Waits until a time or until the caller presses a key.
    pub(super) async fn sleep_to_key(&mut self, at: Duration) -> Result<(), EndReason> {
        let at = self.keypad.next_press().map_or(at, |press| press.min(at));
        self.sleep_to(at).await?;
        self.note_keys();
        Ok(())
    }

    /// Collects the keys that were pressed until now, and adds them to the time line.
    pub(super) fn note_keys(&mut self) {
        for press in self.keypad.advance(self.elapsed()) {
            self.recorder.key_pressed(press.at, press.key);
        }
    }

    pub(super) fn time_limit(&self) -> EndReason {
        EndReason::TimeLimit { seconds: self.runner.settings.max_duration.as_secs() }
    }

    /// Stores the first error of the call. Later ones are ignored, since they are consequences of the first.
    pub(super) fn note_error(&mut self, action: &Action, reason: &str) {
        self.first_error.get_or_insert_with(|| CallError {
            action: action.identifier.text.clone(),
            reason: without_queries(reason),
        });
    }

    pub(super) fn write_log(&mut self, action: &Action, parameters: Value, results: Value) {
        let settings = &self.runner.settings;
        let line = FlowLogLine {
            contact_id: settings.contact_id.clone(),
            contact_flow_id: settings.flow_id.clone(),
            contact_flow_name: settings.flow_name.clone(),
            contact_flow_module_type: log::module_type(&action.kind).to_owned(),
            timestamp: log::timestamp(self.started_at + self.elapsed()),
            parameters,
            results,
        };
        self.log.push(line.without_secrets());
    }
}
