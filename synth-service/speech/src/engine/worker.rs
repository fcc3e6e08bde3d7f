//! One worker: takes what waits, has it spoken, answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use super::{
    Waiting, milliseconds,
    pace::Pace,
    queue::{DeadlineQueue, Lane},
    studio::Studio,
    ticket::Run,
};
use crate::{SpeechError, Voice};

/// Sentences go into one batch when the shorter is at least this share of the longer one: the model runs
/// as long as the longest of a batch needs.
const SIMILAR: f64 = 0.6;

/// Sentences of up to this many characters are similar to each other.
const SHORT: usize = 24;

/// On the scale of nice(1): a thread of the usual priority gets ten times as much of a core.
#[cfg(target_os = "linux")]
const ORDINARY_NICENESS: i32 = 10;

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
        if self.lane == Lane::Ordinary {
            step_back();
        }
        while let Some(batch) =
            queue.pop(self.lane, self.voice.batch_limit(), Waiting::is_withdrawn, go_together)
        {
            let queued: Vec<_> = batch.iter().map(|waiting| waiting.submitted.elapsed()).collect();
            let jobs: Vec<_> = batch.iter().map(|waiting| &waiting.job).collect();
            let run = Run::of(batch.iter().map(|waiting| &waiting.place));
            let begun = Instant::now();
            let answers =
                catch_unwind(AssertUnwindSafe(|| self.studio.speak(&mut *self.voice, &jobs, &run.interrupt)));
            let answers = answers.unwrap_or_else(|_| {
                vec![Err(SpeechError::Synthesis("a fault in the speech engine".into())); jobs.len()]
            });
            queue.done(self.lane);
            if self.lane == Lane::Ordinary {
                pace.add(begun.elapsed(), answers.iter().flatten().map(|clip| clip.duration).sum());
            }
            for ((waiting, answer), queued) in batch.into_iter().zip(answers).zip(queued) {
                let answer = answer.map(|mut clip| {
                    clip.timing.queue_ms = milliseconds(queued);
                    clip
                });
                // The receiver may have gone meanwhile; then nobody wants the clip.
                let _ = waiting.answer.send(answer);
            }
        }
    }
}

/// Lets the system prefer other threads: the express worker, and those that answer requests and store clips.
#[cfg(target_os = "linux")]
fn step_back() {
    use rustix::{process::setpriority_process, thread::gettid};

    // On Linux a thread has a priority of its own.
    if let Err(error) = setpriority_process(Some(gettid()), ORDINARY_NICENESS) {
        tracing::warn!(%error, "a worker keeps its priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

fn go_together(first: &Waiting, other: &Waiting) -> bool {
    let (shorter, longer) = (first.length.min(other.length), first.length.max(other.length));
    longer <= SHORT || shorter as f64 >= SIMILAR * longer as f64
}
