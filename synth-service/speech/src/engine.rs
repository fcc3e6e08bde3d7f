//! Worker threads, and the one queue in front of them.
//!
//! Jobs wait in the order of their playback deadlines: the moment at which the caller would run out of
//! audio. First sentences therefore come first, and a stream far ahead of its caller waits. On the CPU one worker
//! more, on all cores, takes urgent jobs beside the others. The queue is bounded; a job whose receiver has gone is
//! dropped before it costs anything.

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

pub use self::ticket::Ticket;
use self::{
    pace::Pace,
    queue::{DeadlineQueue, Lane},
    studio::Studio,
    ticket::Place,
    worker::Worker,
};
use crate::{Delivery, Device, SpeechError, Voice, milliseconds, voice::VoiceLoader};

/// Sizes of the engine.
#[derive(Clone, Copy, Debug)]
pub struct EngineConfig {
    /// Where its sessions run.
    pub device: Device,
    /// Threads, each with a session of its own.
    pub workers: usize,
    /// Cores of one more worker, for first sentences and jobs that have the machine to themselves. Below two there is no
    /// such worker.
    pub express_cores: usize,
    /// Jobs that may wait.
    pub queue_capacity: usize,
}

/// Beyond this many cores a sentence gets no faster: its layers are too small to share out.
const MOST_EXPRESS_CORES: usize = 8;

impl EngineConfig {
    /// For a voice on `device`: on the CPU, urgent jobs get as many cores as there are workers.
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
    /// Words, pauses and markup, as written.
    pub sentence: Sentence,
    /// Speaker, speed and band.
    pub delivery: Delivery,
    /// How words are read that this lexicon has.
    pub lexicon: Arc<Lexicon>,
    /// When the caller would run out of audio. The earliest goes first; equal ones in order of arrival.
    pub deadline: Instant,
    /// The first of its text: nothing is heard before it. It waits for no other text's sentence to end.
    pub opening: bool,
}

impl Job {
    /// A sentence of its own, spoken by the first speaker at the voice's own pace, for the telephone.
    pub fn new(sentence: Sentence, deadline: Instant) -> Self {
        let (delivery, lexicon) = (Delivery::default(), Arc::default());
        Self { sentence, delivery, lexicon, deadline, opening: true }
    }
}

/// One sentence as it is heard.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Mono. For the telephone mu-law, one byte per sample, which [`telephone::write_wav`] makes a file of; for the wide
    /// band signed 16 bit, little-endian.
    ///
    /// [`telephone::write_wav`]: crate::telephone::write_wav
    pub audio: Bytes,
    /// Samples per second.
    pub sample_rate: u32,
    /// Length of the sound.
    pub duration: Duration,
    /// Where the work on it went.
    pub timing: ClipTiming,
}

/// Where a clip's time went, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClipTiming {
    /// Waiting for a worker.
    pub queue_ms: f64,
    /// Text to phonemes.
    pub phonemes_ms: f64,
    /// The neural network; of the whole batch, where several sentences were spoken in one run.
    pub model_ms: f64,
    /// The network's output to a waveform.
    pub vocoder_ms: f64,
    /// Trim, level, rate, mu-law.
    pub telephone_ms: f64,
}

type Answer = Result<Clip, SpeechError>;

struct Waiting {
    job: Job,
    /// Characters, to find sentences of similar length.
    length: usize,
    submitted: Instant,
    answer: oneshot::Sender<Answer>,
    place: Arc<Place>,
}

impl Waiting {
    /// Whether the answer is no longer wanted.
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
    /// The workers of a loaded voice, for texts in its language, on the device that it is for.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub fn of(loader: &VoiceLoader, workers: usize, queue_capacity: usize) -> Result<Self, SpeechError> {
        let config = EngineConfig::new(loader.device(), workers, queue_capacity);
        let mut engine = Self::start(config, &loader.config().language, |threads| loader.load(threads))?;
        engine.first_part = loader.first_part();
        Ok(engine)
    }

    /// Loads one voice per worker with `load`, which is told how many cores it may use, warms each up, and only
    /// then returns. `language` (a BCP 47 tag) is that of the texts.
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
        let mut usual = (Duration::ZERO, Duration::ZERO);
        for (name, lane, cores) in lanes.chain(has_express.then_some(express)) {
            let mut voice = worker::at_priority_of(lane, || load(cores))?;
            let mut studio = Studio::new(language);
            let warmed_up = studio.warm_up(&mut *voice)?;
            if lane == Lane::Ordinary {
                // That of the last one: the first has read dictionaries for all.
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
        engine.pace.add(usual.0, usual.1);
        Ok(engine)
    }

    /// Where its sessions run.
    pub fn device(&self) -> Device {
        self.config.device
    }

    /// Workers that speak at the same time when many wait.
    pub fn workers(&self) -> usize {
        self.config.workers
    }

    /// How long the first part of a text is to be, so that it is soon heard.
    pub fn first_part(&self) -> FirstPart {
        self.first_part
    }

    /// Seconds that one worker takes for a second of audio, of late; 0 while that is not known.
    pub fn cost(&self) -> f64 {
        self.pace.cost()
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
        let waiting = Waiting { job, length, submitted: Instant::now(), answer, place: place.clone() };
        // Withdrawn jobs still take up room until a worker meets them; clear them out when it matters.
        self.queue.push(deadline, urgent, waiting, Waiting::is_withdrawn)?;
        Ok(Ticket::new(receiver, place))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its voice, so there is nothing to learn from the result.
            let _ = worker.join();
        }
    }
}

#[cfg(test)]
mod tests;
