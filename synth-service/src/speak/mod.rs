//! Speaks texts to live listeners: clips in order, each delivered as soon as it is made. Knows neither S3 nor HTTP.
//!
//! [`Narrator`] admits texts and shuts down; [`Narration`] is one text on its way to one listener.

mod error;
mod narration;

use std::{sync::Arc, time::Duration};

use speech::Band;
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{error::SpeakError, narration::Narration};
use crate::{
    admission::Admission,
    order::{Order, OrderRequest, Refusal},
    pipeline::{LineUp, Turn},
    telemetry::Meters,
    voices::Voices,
};

/// Speaks to the listeners of this host. Cheap to clone.
#[derive(Clone)]
pub struct Narrator {
    shared: Arc<Stage>,
}

struct Stage {
    voices: Arc<Voices>,
    admission: Admission,
    meters: Meters,
    limits: NarrationLimits,
    /// One permit per narration that may still start.
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    /// Cancelled when the host's grace is over and narrations must end.
    stop: CancellationToken,
}

/// Bounds of the narrations of one host.
#[derive(Clone, Copy, Debug)]
pub struct NarrationLimits {
    /// Concurrent narrations.
    pub max_narrations: usize,
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// Whether texts may be logged.
    pub log_text: bool,
}

impl Narrator {
    /// A narrator that shares voices and admission with the host's streams.
    pub fn new(voices: Arc<Voices>, admission: Admission, limits: NarrationLimits, meters: Meters) -> Self {
        let places = Arc::new(Semaphore::new(limits.max_narrations));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        Self { shared: Arc::new(Stage { voices, admission, meters, limits, places, tasks, stop }) }
    }

    /// The voices of this host.
    pub fn voices(&self) -> &Voices {
        &self.shared.voices
    }

    /// Starts a narration. Dropping it withdraws the sentences that are not made yet.
    ///
    /// # Errors
    /// [`SpeakError::Refused`] for a request that can't be met, [`SpeakError::TooMany`] at the limit of narrations,
    /// [`SpeakError::Full`] when the host could not keep up with one more, [`SpeakError::Stopping`] during a
    /// shutdown.
    pub fn start(&self, request: OrderRequest<'_>, band: Band) -> Result<Narration, SpeakError> {
        let shared = &self.shared;
        // From here on a shutdown waits until the listener has taken the last clip.
        let underway = shared.tasks.token();
        if shared.tasks.is_closed() {
            return Err(SpeakError::Stopping);
        }
        let limit = shared.limits.max_narrations;
        let place = shared.places.clone().try_acquire_owned().map_err(|_| SpeakError::TooMany { limit })?;
        let order = Order::new(request, &shared.voices, shared.limits.max_text_chars)?;
        let seat = shared.admission.admit(order.demand(0))?;
        let (stop, voice) = (shared.stop.clone(), order.voice.name());
        let line_up = LineUp::new(order, band, Turn::Seated(seat));
        let narration = Narration::start(line_up, (voice, shared.meters.clone()), stop, place, underway);
        if shared.limits.log_text {
            tracing::info!(id = narration.id, text = ?request.text, "narration requested");
        }
        Ok(narration)
    }

    /// Reads a text as [`Self::start`] does, and speaks nothing: each sentence with the words as they will be said, and
    /// the voice's name.
    ///
    /// # Errors
    /// [`Refusal`] for a request that can't be met.
    pub fn read(&self, request: OrderRequest<'_>) -> Result<(String, Vec<(String, String)>), Refusal> {
        let order = Order::new(request, &self.shared.voices, self.shared.limits.max_text_chars)?;
        let voice = &order.voice;
        let sentences = order.script.from(0).into_iter();
        let read = sentences.map(|sentence| (sentence.text(), voice.words(sentence))).collect();
        Ok((voice.name(), read))
    }

    /// Whether the host refuses new texts.
    pub fn is_stopping(&self) -> bool {
        self.shared.tasks.is_closed()
    }

    /// Whether texts may be logged.
    pub fn logs_text(&self) -> bool {
        self.shared.limits.log_text
    }

    /// Narrations in progress.
    pub fn underway(&self) -> usize {
        self.shared.limits.max_narrations - self.shared.places.available_permits()
    }

    /// Waits up to `grace` for narrations to finish, then ends them. New ones are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        self.shared.tasks.close();
        if timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(narrations = self.underway(), "ending narrations that did not finish in time");
            self.shared.stop.cancel();
        }
    }
}
