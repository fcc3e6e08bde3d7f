//! The state of one call.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde_json::Value;
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{
    Call, CallEnd, CallError, EndReason, FlowLogLine, Runner, Sound, event, frame::Frames, keypad::Keypad,
    log, pending::Pending, random::Random, speaker::Speaker, watch::Watch,
};
use crate::{
    model::Action,
    recording::Recording,
    redact::without_queries,
    reference::Context,
    timeline::{Event, Recorder},
};

/// The longest call, and a time after the end of every call.
const LONGEST_CALL: Duration = Duration::from_secs(24 * 60 * 60);
const AFTER_ALL_CALLS: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The state of a running call.
pub(super) struct Session<'r> {
    pub runner: &'r Runner,
    /// Time at which the call ends at the latest.
    pub deadline: Instant,
    pub context: Context,
    pub recorder: Recorder<'r>,
    pub recording: Recording,
    pub frames: Frames,
    pub invocations: usize,
    pub pending: Pending,
    pub watch: Option<Watch>,
    pub keypad: Keypad,
    pub speaker: Speaker,
    pub random: Random,
    /// Whether the caller is on the line.
    pub connected: bool,
    /// Whether a bot listens to the caller's words, and the words that it heard.
    pub ear: bool,
    pub words: Option<String>,
    /// The time of the last key.
    pub last_key_at: Duration,
    /// The start of the words that the caller says at this time.
    pub speaking: Option<Duration>,
    /// The time at which an agent takes the call, and the queue.
    pub answered: Option<(Instant, String)>,
    /// The flows that run on events, by the event's name.
    pub hooks: HashMap<String, String>,
    /// Whether the flow log is switched on.
    pub logging: bool,
    pub actions_left: usize,
    started: Instant,
    pub started_at: OffsetDateTime,
    log: Vec<FlowLogLine>,
    first_error: Option<CallError>,
}

impl<'r> Session<'r> {
    pub(super) fn start(
        runner: &'r Runner,
        observer: &'r mut (dyn FnMut(&Event) + Send),
        sounds: HashMap<String, Vec<i16>>,
    ) -> Self {
        let (started, settings) = (Instant::now(), &runner.settings);
        let deadline = started + settings.max_duration.min(LONGEST_CALL);
        Self {
            runner,
            deadline,
            context: event::context(settings),
            recorder: Recorder::new(observer),
            recording: Recording::default(),
            frames: Frames::default(),
            invocations: 0,
            pending: Pending::default(),
            watch: None,
            keypad: Keypad::default(),
            speaker: Speaker::new(&settings.script, sounds),
            random: Random::new(settings.seed),
            connected: true,
            ear: false,
            words: None,
            last_key_at: Duration::ZERO,
            speaking: None,
            answered: None,
            hooks: HashMap::new(),
            logging: true,
            actions_left: settings.max_actions,
            started,
            started_at: (runner.ports.clock)(),
            log: Vec::new(),
            first_error: None,
        }
    }

    /// Ends the call for this reason, and returns its record. `at` is the end of its last flow.
    pub(super) fn end(mut self, reason: EndReason, at: Duration) -> Call {
        if self.records() {
            self.recording.end_at(at);
        }
        Call {
            recording: self.recording,
            timeline: self.recorder.finish(at, &reason.to_string()),
            flow_log: self.log,
            attributes: self.context.get("Attributes").clone(),
            end: CallEnd { reason, first_error: self.first_error },
        }
    }

    /// Whether the call has a recording.
    pub(super) fn records(&self) -> bool {
        self.runner.settings.sound == Sound::Recorded
    }

    /// Time since the start of the call.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The instant at this time from the start of the call; one after its end for a time that no clock has.
    pub(super) fn instant(&self, at: Duration) -> Instant {
        self.started.checked_add(at).unwrap_or(self.started + AFTER_ALL_CALLS)
    }

    /// The time from the start of the call at which this long has passed from now on. Flows may name any number.
    pub(super) fn after(&self, time: Duration) -> Duration {
        self.elapsed().saturating_add(time)
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
        let flow = self.frames.flow().unwrap_or_else(|| Arc::clone(&self.runner.flow));
        let line = FlowLogLine {
            contact_id: self.runner.settings.contact_id.clone(),
            contact_flow_id: flow.id.clone(),
            contact_flow_name: flow.name.clone(),
            contact_flow_module_type: log::module_type(action).to_owned(),
            timestamp: log::timestamp(self.started_at + self.elapsed()),
            parameters,
            results,
            logged: self.logging,
        };
        self.log.push(line.without_secrets());
    }
}
