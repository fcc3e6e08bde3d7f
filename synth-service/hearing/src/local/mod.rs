//! Ears of our own, without a key and without a network: Moonshine for English, Whisper for other languages.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `description` | `ears.toml`: which model serves which language |
//! | `model`, `moonshine`, `whisper` | a model: sound in, text out |
//! | `greedy` | a model's tokens: their end, and where the network goes round in circles |
//! | `draft` | the text of a little less sound makes this one's quicker |
//! | `tokenizer` | a model's tokens as text |
//! | `worker` | the threads, each with one recognition at a time |
//! | `session`, `sound` | a call: partial and final texts of its utterances |
//! | `voice` | voice by loudness |

mod description;
mod draft;
mod greedy;
mod model;
mod moonshine;
mod session;
mod sound;
#[cfg(test)]
mod tests;
mod tokenizer;
mod voice;
mod whisper;
mod worker;

use std::{num::NonZero, path::PathBuf, sync::Arc, thread, time::Duration};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use self::{
    description::{Description, Family, serving},
    model::{Model, NAME},
    moonshine::Moonshine,
    whisper::Whisper,
    worker::Workers,
};
use crate::{FRAME, Format, HearingError, Recogniser, Samples, Session, language::primary};

/// Settings of the local ears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalSettings {
    /// The folder with a folder for each model.
    pub folder: PathBuf,
    /// Threads that recognise, each on a core of its own.
    pub workers: usize,
    /// The most calls at once.
    pub max_sessions: usize,
    /// Whether there are partial texts while a caller speaks.
    pub partials: bool,
    /// New sound for each partial text, in steps of 20 ms.
    pub partial_step: Duration,
}

impl Default for LocalSettings {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            folder: "assets/ears".into(),
            workers: (cores / 2).max(1),
            max_sessions: 16,
            partials: true,
            partial_step: Duration::from_millis(100),
        }
    }
}

/// The recogniser.
pub struct Local {
    descriptions: Vec<Description>,
    /// In the order of their descriptions.
    models: Vec<Arc<dyn Model>>,
    workers: Arc<Workers>,
    places: Arc<Semaphore>,
    partials: bool,
    partial_step: Duration,
}

impl Local {
    /// Loads all models below the folder, which takes about a second.
    ///
    /// # Errors
    /// When there is none, or one can't be loaded; the error names the remedy or the file.
    pub fn load(settings: &LocalSettings) -> Result<Self, HearingError> {
        let descriptions = description::all(&settings.folder)?;
        let models = descriptions.iter().map(open).collect::<Result<_, _>>()?;
        Self::with(descriptions, models, settings)
    }

    fn with(
        descriptions: Vec<Description>,
        models: Vec<Arc<dyn Model>>,
        settings: &LocalSettings,
    ) -> Result<Self, HearingError> {
        // A call has one recognition at a time.
        let workers = Workers::start(settings.workers, settings.max_sessions)?;
        Ok(Self {
            descriptions,
            models,
            workers: Arc::new(workers),
            places: Arc::new(Semaphore::new(settings.max_sessions.min(Semaphore::MAX_PERMITS))),
            partials: settings.partials,
            partial_step: settings.partial_step,
        })
    }
}

fn open(description: &Description) -> Result<Arc<dyn Model>, HearingError> {
    Ok(match description.family {
        Family::Moonshine => Arc::new(Moonshine::open(description)?),
        Family::Whisper => Arc::new(Whisper::open(description)?),
    })
}

#[async_trait]
impl Recogniser for Local {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn open(&self, format: Format) -> Result<Session, HearingError> {
        let language = primary(&format.language);
        let model = serving(self.descriptions.iter(), &language).and_then(|index| self.models.get(index));
        let Some(model) = model.filter(|model| model.knows(&language)) else {
            return Err(HearingError::UnknownLanguage { recogniser: NAME, language: format.language });
        };
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| HearingError::NoChannel { recogniser: NAME })?;
        let ears = session::Ears {
            model: Arc::clone(model),
            workers: Arc::clone(&self.workers),
            language: language.into(),
            partials: self.partials,
            step: usize::try_from(self.partial_step.as_millis() / FRAME.as_millis()).unwrap_or(usize::MAX),
            _place: place,
        };
        Ok(crate::session(NAME, |engine| session::work(ears, Samples::new(format.line), engine)))
    }
}
