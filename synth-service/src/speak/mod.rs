//! Speaks texts for those who listen right away: clips in order, each handed over as soon as it is made. Knows
//! neither S3 nor HTTP.
//!
//! [`Narrator`] admits and stops; [`Narration`] is one text on its way to one listener; an [`Order`] is a
//! request that can be met, of a listener or of a stream.

mod narration;
mod order;

use std::{sync::Arc, time::Duration};

use speech::{Band, SpeechError};
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{
    narration::Narration,
    order::{Order, Refusal, Wish},
};
use crate::{
    admission::{Admission, Demand, Full},
    voices::Voices,
};

/// Why a text is not, or not wholly, spoken. Each text is one line that says what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SpeakError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{limit} texts are being spoken already: try again in a second")]
    TooMany { limit: usize },
    #[error(transparent)]
    Full(#[from] Full),
    #[error("the service is stopping: ask another host")]
    Stopping,
    #[error(transparent)]
    Speech(#[from] SpeechError),
    #[error("the listener did not take what was spoken in time")]
    TooSlow,
    #[error("the listener has gone")]
    Gone,
}

/// Speaks for the listeners of this host. Cheap to clone.
#[derive(Clone)]
pub struct Narrator {
    shared: Arc<Shared>,
}

struct Shared {
    voices: Arc<Voices>,
    admission: Admission,
    limits: Limits,
    /// Of narrations that may begin.
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    /// Cancelled when the host stops and narrations must end.
    stop: CancellationToken,
}

/// What one host allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Texts that are spoken at the same time.
    pub max_narrations: usize,
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// Whether texts may stand in the log.
    pub log_text: bool,
}

impl Narrator {
    pub fn new(voices: Arc<Voices>, admission: Admission, limits: Limits) -> Self {
        let places = Arc::new(Semaphore::new(limits.max_narrations));
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        Self { shared: Arc::new(Shared { voices, admission, limits, places, tasks, stop }) }
    }

    pub fn voices(&self) -> &Voices {
        &self.shared.voices
    }

    /// Begins to speak. Dropping the narration withdraws what has not been made yet.
    ///
    /// # Errors
    /// [`SpeakError::Refused`] for a wish that can't be met, [`SpeakError::TooMany`] when every place is taken,
    /// [`SpeakError::Full`] when the host could not keep up with one more, [`SpeakError::Stopping`] once the host stops.
    pub fn start(&self, wish: Wish<'_>, band: Band) -> Result<Narration, SpeakError> {
        let shared = &self.shared;
        // From here on a stop waits, until the last clip has been taken.
        let underway = shared.tasks.token();
        if shared.tasks.is_closed() {
            return Err(SpeakError::Stopping);
        }
        let limit = shared.limits.max_narrations;
        let place = shared.places.clone().try_acquire_owned().map_err(|_| SpeakError::TooMany { limit })?;
        let order = Order::new(wish, &shared.voices, shared.limits.max_text_chars)?;
        let seat = shared.admission.admit(Demand::new(order.voice.voice, &order.sentences, order.speed))?;
        let stop = shared.stop.clone();
        let seats = (place, seat);
        let narration = Narration::start(order, band, shared.voices.clone(), stop, seats, underway);
        if shared.limits.log_text {
            tracing::info!(id = narration.id, text = ?wish.text, "narration asked for");
        }
        Ok(narration)
    }

    /// Texts that are being spoken now.
    pub fn underway(&self) -> usize {
        self.shared.limits.max_narrations - self.shared.places.available_permits()
    }

    /// Lets narrations finish for `grace`, then ends them. New ones are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        self.shared.tasks.close();
        if timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(narrations = self.underway(), "ending narrations that did not finish in time");
            self.shared.stop.cancel();
        }
    }
}
