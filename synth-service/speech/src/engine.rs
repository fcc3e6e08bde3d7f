//! Worker threads, and the one queue in front of them.
//!
//! Jobs wait in the order of their playback deadlines: the moment at which the caller would run out of
//! audio. First sentences therefore come first, and a stream far ahead of its caller waits. The queue is
//! bounded; a job whose receiver has gone is dropped before it costs anything.

mod queue;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::sync::oneshot;

use self::queue::DeadlineQueue;
use crate::{
    SpeechError, Voice,
    telephone::{SAMPLE_RATE, TelephoneEncoder},
};

/// Spoken once by every worker before the engine counts as started: the first run of a session is slow.
const WARM_UP: &str = "Thank you for calling, how can I help you today?";

/// Sizes of the engine.
#[derive(Clone, Copy, Debug)]
pub struct EngineConfig {
    /// Threads, each with a session of its own.
    pub workers: usize,
    /// Jobs that may wait.
    pub queue_capacity: usize,
}

/// One sentence to be spoken.
#[derive(Clone, Debug)]
pub struct Job {
    pub sentence: String,
    /// 0.5 to 2.0.
    pub speed: f32,
    /// When the caller would run out of audio. The earliest goes first; equal ones in order of arrival.
    pub deadline: Instant,
}

/// One sentence as a telephone plays it.
#[derive(Clone, Debug)]
pub struct Clip {
    /// A complete file: WAV, mu-law, 8000 Hz, mono.
    pub wav: Bytes,
    pub duration: Duration,
    pub timing: ClipTiming,
}

/// Where a clip's time went, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClipTiming {
    pub queue_ms: f64,
    pub phonemes_ms: f64,
    pub model_ms: f64,
    pub vocoder_ms: f64,
    pub telephone_ms: f64,
}

type Answer = Result<Clip, SpeechError>;

struct Waiting {
    job: Job,
    submitted: Instant,
    answer: oneshot::Sender<Answer>,
}

/// The running workers of one voice. Dropping it stops them once their current sentence is done.
pub struct Engine {
    queue: Arc<DeadlineQueue<Waiting>>,
    workers: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Loads one voice per worker with `load`, warms each up, and only then returns.
    ///
    /// # Errors
    /// The first error of a load or a warm-up.
    pub fn start(
        config: EngineConfig,
        load: impl Fn() -> Result<Box<dyn Voice>, SpeechError>,
    ) -> Result<Self, SpeechError> {
        let mut engine =
            Self { queue: Arc::new(DeadlineQueue::new(config.queue_capacity)), workers: Vec::new() };
        for number in 0..config.workers.max(1) {
            let mut worker = Worker::new(load()?)?;
            worker.speak(WARM_UP, 1.0)?;
            let queue = engine.queue.clone();
            let thread = std::thread::Builder::new()
                .name(format!("speech-{number}"))
                .spawn(move || worker.run(&queue))
                .map_err(|error| SpeechError::Synthesis(format!("no thread for a worker: {error}")))?;
            engine.workers.push(thread);
        }
        Ok(engine)
    }

    /// Puts a job into the queue. The receiver gives the clip, or an error when it failed or the engine
    /// stopped; dropping the receiver withdraws the job.
    ///
    /// # Errors
    /// [`SpeechError::Overloaded`] when the queue is full, [`SpeechError::Stopped`] after `stop`.
    pub fn submit(&self, job: Job) -> Result<oneshot::Receiver<Answer>, SpeechError> {
        let (answer, receiver) = oneshot::channel();
        let deadline = job.deadline;
        // Withdrawn jobs still take up room until a worker meets them; clear them out when it matters.
        self.queue.push(deadline, Waiting { job, submitted: Instant::now(), answer }, |waiting| {
            waiting.answer.is_closed()
        })?;
        Ok(receiver)
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

struct Worker {
    voice: Box<dyn Voice>,
    encoder: TelephoneEncoder,
}

impl Worker {
    fn new(voice: Box<dyn Voice>) -> Result<Self, SpeechError> {
        let encoder = TelephoneEncoder::new(voice.sample_rate())?;
        Ok(Self { voice, encoder })
    }

    fn run(&mut self, queue: &DeadlineQueue<Waiting>) {
        while let Some(waiting) = queue.pop() {
            if waiting.answer.is_closed() {
                continue;
            }
            let queue_ms = waiting.submitted.elapsed().as_secs_f64() * 1000.0;
            let spoken =
                catch_unwind(AssertUnwindSafe(|| self.speak(&waiting.job.sentence, waiting.job.speed)))
                    .unwrap_or_else(|_| Err(SpeechError::Synthesis("the voice panicked".into())));
            let answer = spoken.map(|mut clip| {
                clip.timing.queue_ms = queue_ms;
                clip
            });
            // The receiver may have gone meanwhile; then nobody wants the clip.
            let _ = waiting.answer.send(answer);
        }
    }

    fn speak(&mut self, sentence: &str, speed: f32) -> Answer {
        let utterance = self.voice.speak(sentence, speed)?;
        let started = Instant::now();
        let (wav, samples) = self.encoder.encode(&utterance.waveform)?;
        Ok(Clip {
            wav: wav.into(),
            duration: Duration::from_secs_f64(samples as f64 / f64::from(SAMPLE_RATE)),
            timing: ClipTiming {
                queue_ms: 0.0,
                phonemes_ms: utterance.phonemes_ms,
                model_ms: utterance.model_ms,
                vocoder_ms: utterance.vocoder_ms,
                telephone_ms: started.elapsed().as_secs_f64() * 1000.0,
            },
        })
    }
}

#[cfg(test)]
mod tests;
