//! Worker threads, and the one queue in front of them.
//!
//! Jobs wait in the order of their playback deadlines: the moment at which the caller would run out of audio. First
//! sentences therefore come first, and a stream far ahead of its caller waits. On the CPU an extra worker, which uses
//! all cores, takes urgent jobs. The queue is bounded; a job whose receiver has been dropped is removed before any work
//! is done on it.

mod pace;
mod queue;
mod studio;
mod ticket;
mod warm_up;
mod worker;

use std::{
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use bytes::Bytes;
use text::{FirstPart, Lexicon, Sentence};
use tokio::sync::oneshot;
use tracing::Span;

use self::{
    pace::Pace,
    queue::{DeadlineQueue, Lane},
    studio::{Studio, WarmUp},
    ticket::Place,
    worker::Worker,
};
pub use self::{pace::model_pace, ticket::Ticket};
use crate::{Delivery, Device, SpeechError, Voice, milliseconds, voice::VoiceLoader};

/// Sizes of the engine.
#[derive(Clone, Copy, Debug)]
pub struct EngineConfig {
    /// The device on which the sessions run.
    pub device: Device,
    /// Number of worker threads, each with its own session.
    pub workers: usize,
    /// Cores of the extra worker for first sentences and for jobs that have the machine to themselves. Below two, there
    /// is no such worker.
    pub express_cores: usize,
    /// Most jobs that may wait.
    pub queue_capacity: usize,
}

/// With more cores than this a sentence gets no faster: the network's layers are too small to divide further.
const MOST_EXPRESS_CORES: usize = 8;

impl EngineConfig {
    /// The sizes for a voice on `device`: on the CPU, urgent jobs get as many cores as there are workers.
    pub fn new(device: Device, workers: usize, queue_capacity: usize) -> Self {
        let express_cores = match device {
            Device::Cpu => workers.min(MOST_EXPRESS_CORES),
            Device::Cuda(_) => 1,
        };
        Self { device, workers, express_cores, queue_capacity }
    }
}

/// One sentence to be spoken.
#[derive(Clone, Debug)]
pub struct Job {
    /// The words, pauses and markup, as written.
    pub sentence: Sentence,
    /// Speaker, speed and band.
    pub delivery: Delivery,
    /// The lexicon, which says how its words are read.
    pub lexicon: Arc<Lexicon>,
    /// The moment at which the caller would run out of audio. The job with the earliest deadline goes first; equal
    /// deadlines go in order of arrival.
    pub deadline: Instant,
    /// Whether this is the first sentence of its text, before which nothing is heard. It waits for no other text's
    /// sentence to end.
    pub opening: bool,
}

impl Job {
    /// A job for a single sentence, spoken by the first speaker at the voice's own pace, for the telephone.
    pub fn new(sentence: Sentence, deadline: Instant) -> Self {
        let (delivery, lexicon) = (Delivery::default(), Arc::default());
        Self { sentence, delivery, lexicon, deadline, opening: true }
    }
}

/// The audio of one sentence.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Mono. For the telephone, mu-law with one byte per sample, from which [`telephone::write_wav`] makes a file; for
    /// the wide band, signed 16 bit, little-endian.
    ///
    /// [`telephone::write_wav`]: crate::telephone::write_wav
    pub audio: Bytes,
    /// Samples per second.
    pub sample_rate: u32,
    /// Length of the sound.
    pub duration: Duration,
    /// The time that each step of the work took.
    pub timing: ClipTiming,
}

/// The times of the work on a clip; of its steps, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClipTiming {
    /// The time at which a worker began, and the time at which it had made the clip, with the others of its run.
    pub work: Option<(Instant, Instant)>,
    /// Wait in the queue until a worker began.
    pub queue_ms: f64,
    /// Number of sentences in the same run.
    pub batch: usize,
    /// Text to phonemes.
    pub phonemes_ms: f64,
    /// The neural network. Where several sentences were spoken in one run, the time of the whole batch.
    pub model_ms: f64,
    /// The network's output to a waveform.
    pub vocoder_ms: f64,
    /// Trim, level, rate, mu-law.
    pub telephone_ms: f64,
}

type Answer = Result<Clip, SpeechError>;

struct Waiting {
    job: Job,
    /// Length in characters, to find sentences of similar length.
    length: usize,
    submitted: Instant,
    answer: oneshot::Sender<Answer>,
    place: Arc<Place>,
    /// The span of the text, whose ids the worker's log lines have.
    span: Span,
}

impl Waiting {
    /// Whether the caller has dropped the ticket.
    fn is_withdrawn(&self) -> bool {
        self.answer.is_closed()
    }
}

/// The running workers of one voice. Dropping it stops them once their current sentences are done.
pub struct Engine {
    config: EngineConfig,
    first_part: FirstPart,
    pace: Arc<Pace>,
    queue: Arc<DeadlineQueue<Waiting>>,
    workers: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Starts the workers of a loaded voice, for texts in the voice's language, on the voice's device.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn of(loader: &VoiceLoader, workers: usize, queue_capacity: usize) -> Result<Self, SpeechError> {
        Self::with(loader, EngineConfig::new(loader.device(), workers, queue_capacity))
    }

    /// The same with other sizes.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn with(loader: &VoiceLoader, config: EngineConfig) -> Result<Self, SpeechError> {
        let mut engine = Self::start(config, &loader.config().language, |threads| loader.load(threads))?;
        engine.first_part = loader.first_part();
        Ok(engine)
    }

    /// Loads one voice per worker, warms each one up, and only then returns. `load` is given the number of cores that
    /// the voice may use; `language` (a BCP 47 tag) is the language of the texts.
    ///
    /// # Errors
    /// The first error of a load or a warm-up.
    pub fn start(
        config: EngineConfig,
        language: &str,
        load: impl Fn(usize) -> Result<Box<dyn Voice>, SpeechError> + Sync,
    ) -> Result<Self, SpeechError> {
        let has_express = config.express_cores > 1;
        let queue = Arc::new(DeadlineQueue::new(config.queue_capacity, has_express));
        let config = EngineConfig { workers: config.workers.max(1), ..config };
        let mut engine = Self {
            config,
            first_part: FirstPart::default(),
            pace: Arc::default(),
            queue,
            workers: Vec::new(),
        };
        let workers = config.workers;
        let lanes = (0..workers).map(|number| (format!("speech-{number}"), Lane::Ordinary, 1));
        let express = ("speech-express".to_owned(), Lane::Express, config.express_cores);
        let mut usual = WarmUp::default();
        for (name, lane, cores) in lanes.chain(has_express.then_some(express)) {
            let mut voice = worker::at_priority_of(lane, || load(cores))?;
            let mut studio = Studio::new(language);
            let warmed_up = studio.warm_up(&mut *voice)?;
            if lane == Lane::Ordinary {
                // The last worker's warm-up counts: the first one also read the dictionaries for all of them.
                usual = warmed_up;
            }
            let mut worker = Worker::new(lane, voice, studio);
            let (queue, pace) = (engine.queue.clone(), engine.pace.clone());
            let thread = std::thread::Builder::new()
                .name(name)
                .spawn(move || worker.run(&queue, &pace))
                .map_err(|error| SpeechError::Synthesis(format!("no thread for a worker: {error}")))?;
            engine.workers.push(thread);
        }
        engine.pace.add(usual.work, usual.audio);
        Ok(engine)
    }

    /// The device on which the sessions run.
    pub fn device(&self) -> Device {
        self.config.device
    }

    /// Number of workers that speak at the same time when many jobs wait.
    pub fn workers(&self) -> usize {
        self.config.workers
    }

    /// The kind of first part that a text should have, so that it is soon heard.
    pub fn first_part(&self) -> FirstPart {
        self.first_part
    }

    /// Recent average of the seconds that one worker takes for a second of audio; 0 while it is unknown.
    pub fn cost(&self) -> f64 {
        self.pace.cost()
    }

    /// Number of jobs in the queue, the withdrawn ones among them that no worker has met yet.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Puts a job into the queue. The ticket gives the clip, or an error when it failed or the engine
    /// stopped; dropping it withdraws the job.
    ///
    /// # Errors
    /// [`SpeechError::Overloaded`] when the queue is full, [`SpeechError::Stopped`] after `stop`.
    pub fn submit(&self, job: Job) -> Result<Ticket, SpeechError> {
        let (answer, receiver) = oneshot::channel();
        let deadline = job.deadline;
        let length = job.sentence.spans.iter().map(|span| span.text.chars().count()).sum();
        let urgent = job.opening;
        let place = Arc::new(Place::default());
        let (submitted, span) = (Instant::now(), Span::current());
        let waiting = Waiting { job, length, submitted, answer, place: place.clone(), span };
        // Withdrawn jobs take up room until a worker meets them, so a full queue removes them first.
        self.queue.push(deadline, urgent, waiting, Waiting::is_withdrawn)?;
        Ok(Ticket::new(receiver, place))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its voice, so its result tells nothing.
            let _ = worker.join();
        }
    }
}

#[cfg(test)]
mod tests;
