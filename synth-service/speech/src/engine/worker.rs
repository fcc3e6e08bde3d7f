//! One worker: takes waiting jobs, has them spoken, answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use super::{
    Waiting,
    pace::Pace,
    queue::{DeadlineQueue, Lane},
    studio::Studio,
    ticket::Run,
};
use crate::{Interrupt, SpeechError, Voice, milliseconds};

/// Sentences go into one batch when the shorter one has at least this share of the longer one's length: the model runs
/// as long as the longest sentence of a batch needs.
const SIMILAR: f64 = 0.6;

/// Sentences of up to this many characters are similar to each other.
const SHORT: usize = 24;

/// Priorities on the scale of nice(1): with each step of difference, the thread with the lower value gets about a
/// quarter more of a core. Beside an ordinary worker the express worker gets nine tenths of a core.
#[cfg(target_os = "linux")]
const EXPRESS_NICENESS: i32 = 5;
#[cfg(target_os = "linux")]
const ORDINARY_NICENESS: i32 = 15;

pub(super) struct Worker {
    lane: Lane,
    voice: Box<dyn Voice>,
    studio: Studio,
}

impl Worker {
    pub(super) fn new(lane: Lane, voice: Box<dyn Voice>, studio: Studio) -> Self {
        Self { lane, voice, studio }
    }

    /// Works until the queue is closed.
    pub(super) fn run(&mut self, queue: &DeadlineQueue<Waiting>, pace: &Pace) {
        step_back(self.lane);
        loop {
            let interrupt = Interrupt::default();
            let limit = self.voice.batch_limit();
            let batch = queue.pop(self.lane, limit, &interrupt, Waiting::is_withdrawn, go_together);
            let Some(batch) = batch else { return };
            let jobs: Vec<_> = batch.iter().map(|waiting| &waiting.job).collect();
            let run = Run::of(batch.iter().map(|waiting| &waiting.place), interrupt);
            // The log lines about a sentence that is alone have the ids of its text.
            let _ids = (batch.len() == 1).then(|| batch[0].span.clone().entered());
            let begun = Instant::now();
            let answers =
                catch_unwind(AssertUnwindSafe(|| self.studio.speak(&mut *self.voice, &jobs, &run.interrupt)));
            let answers = answers.unwrap_or_else(|_| {
                vec![Err(SpeechError::Synthesis("a fault in the speech engine".into())); jobs.len()]
            });
            let gave_way = queue.done(self.lane);
            if self.lane == Lane::Ordinary {
                pace.add(begun.elapsed(), answers.iter().flatten().map(|clip| clip.duration).sum());
            }
            let size = batch.len();
            for (waiting, mut answer) in batch.into_iter().zip(answers) {
                if gave_way && answer.is_err() {
                    queue.put_back(waiting.job.deadline, waiting);
                    continue;
                }
                if let Ok(clip) = &mut answer {
                    clip.timing.queue_ms = milliseconds(begun.saturating_duration_since(waiting.submitted));
                    clip.timing.batch = size;
                }
                // The ticket may have been dropped meanwhile.
                let _ = waiting.answer.send(answer);
            }
        }
    }
}

/// Loads a voice in a thread of the lane's priority: the threads of its session inherit it.
///
/// # Errors
/// The error of `load`.
pub(super) fn at_priority_of(
    lane: Lane,
    load: impl FnOnce() -> Result<Box<dyn Voice>, SpeechError> + Send,
) -> Result<Box<dyn Voice>, SpeechError> {
    std::thread::scope(|scope| {
        let loading = scope.spawn(|| {
            step_back(lane);
            load()
        });
        loading
            .join()
            .unwrap_or_else(|_| Err(SpeechError::Synthesis("the voice panicked when loaded".into())))
    })
}

/// Lets the system prefer other threads: threads that answer requests and store clips over workers, and the express
/// worker over the ordinary ones.
#[cfg(target_os = "linux")]
fn step_back(lane: Lane) {
    use rustix::{process::setpriority_process, thread::gettid};

    let niceness = match lane {
        Lane::Express => EXPRESS_NICENESS,
        Lane::Ordinary => ORDINARY_NICENESS,
    };
    // On Linux a thread has a priority of its own.
    if let Err(error) = setpriority_process(Some(gettid()), niceness) {
        tracing::warn!(%error, "a worker keeps its priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back(_: Lane) {}

fn go_together(first: &Waiting, other: &Waiting) -> bool {
    let (shorter, longer) = (first.length.min(other.length), first.length.max(other.length));
    longer <= SHORT || shorter as f64 >= SIMILAR * longer as f64
}
