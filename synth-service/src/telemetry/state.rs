//! The metrics of now. They are read when somebody asks for them, once a second at most.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contract::metrics::{
    BUILD_INFO, DEVICE_INFO, GPU_MEMORY, NARRATIONS, PROMISED, QUEUE_LENGTH, READY, SENTENCES_SKIPPED,
    STREAMS, STREAMS_ENDED, TALKS,
};
use speech::Device;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{AnswerKind, Meters};
use crate::{
    admission::Admission,
    gpus::GpuGone,
    speak::Narrator,
    streams::{StreamError, Streams, end::EndCause},
};

/// Shortest time between two readings: admission sorts the work of all texts for one.
const BETWEEN_READINGS: Duration = Duration::from_secs(1);

/// Time between two readings that nobody has asked for.
const BETWEEN_UPKEEPS: Duration = Duration::from_secs(10);

/// The reason why a host is not ready.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum NotReady {
    #[error(transparent)]
    Gpu(#[from] GpuGone),
    #[error(transparent)]
    Streams(#[from] StreamError),
}

/// The parts of a host that know its state. Cheap to clone.
#[derive(Clone)]
pub struct HostState {
    meters: Meters,
    /// `None` without a bucket.
    pub(super) streams: Option<Streams>,
    pub(super) narrator: Narrator,
    pub(super) admission: Admission,
    read_at: Arc<Mutex<Option<Instant>>>,
}

impl HostState {
    /// The state of a host.
    pub fn new(meters: Meters, streams: Option<Streams>, narrator: Narrator, admission: Admission) -> Self {
        meters.set(&BUILD_INFO, &[env!("CARGO_PKG_VERSION")], 1.0);
        for voice in narrator.voices().iter() {
            meters.set(&DEVICE_INFO, &[&voice.name, device(voice.engine.device())], 1.0);
            // An alert sees the first increase only of a series that is there before it.
            meters.count(&SENTENCES_SKIPPED, &[&voice.name], 0);
        }
        for kind in [AnswerKind::Text, AnswerKind::Talk] {
            for end in [EndCause::Complete, EndCause::CutShort, EndCause::Speech] {
                meters.count(&STREAMS_ENDED, &[kind.name(), end.label()], 0);
            }
        }
        Self { meters, streams, narrator, admission, read_at: Arc::default() }
    }

    /// The meters.
    pub fn meters(&self) -> &Meters {
        &self.meters
    }

    /// Checks that this host is ready, from the state of its heartbeat and the latest reading of its GPUs: sends no
    /// request. A host without a bucket needs no heartbeat: it serves listeners.
    ///
    /// # Errors
    /// [`NotReady`].
    pub fn check_ready(&self) -> Result<(), NotReady> {
        self.narrator.voices().check_gpus()?;
        Ok(self.streams.as_ref().map_or(Ok(()), Streams::check_ready)?)
    }

    /// Reads the state again and again: for receivers of metrics that ask for nothing, and so that values which nobody
    /// scrapes are put into their buckets and don't fill the memory.
    pub async fn watch(self) {
        let mut ticks = interval(BETWEEN_UPKEEPS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.read().prometheus().run_upkeep();
        }
    }

    /// The meters, with the state of now.
    pub fn read(&self) -> &Meters {
        let now = Instant::now();
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if read_at.is_some_and(|read_at| now - read_at < BETWEEN_READINGS) {
            return &self.meters;
        }
        *read_at = Some(now);
        drop(read_at);
        let set = |metric, value: f64| self.meters.set(metric, &[], value);
        let (streams, talks) = self.streams.as_ref().map_or((0, 0), Streams::running);
        set(&STREAMS, streams as f64);
        set(&TALKS, talks as f64);
        set(&NARRATIONS, self.narrator.underway() as f64);
        set(&PROMISED, self.admission.promised_share());
        set(&READY, f64::from(u8::from(self.check_ready().is_ok())));
        for voice in self.narrator.voices().iter() {
            self.meters.set(&QUEUE_LENGTH, &[&voice.name], voice.engine.waiting() as f64);
        }
        for gpu in self.narrator.voices().gpus() {
            if let Device::Cuda(number) = gpu.device() {
                let bytes = gpu.memory().map_or(0, |memory| memory.own.unwrap_or(memory.used));
                self.meters.set(&GPU_MEMORY, &[&number.to_string()], bytes as f64);
            }
        }
        &self.meters
    }
}

pub(super) fn device(device: Device) -> &'static str {
    match device {
        Device::Cpu => "cpu",
        Device::Cuda(_) => "cuda",
    }
}
