//! One worker: takes what waits, has it spoken, answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{
    Waiting, milliseconds, queue::DeadlineQueue, soloist::Soloist, studio::Studio, ticket::Run,
};
use crate::{SpeechError, Voice};

/// Sentences go into one batch when the shorter is at least this share of the longer one: the model runs
/// as long as the longest of a batch needs.
const SIMILAR: f64 = 0.6;

/// Sentences of up to this many characters are similar to each other.
const SHORT: usize = 24;

pub(super) struct Worker {
    voice: Box<dyn Voice>,
    soloist: Arc<Soloist>,
    studio: Studio,
}

impl Worker {
    pub(super) fn new(voice: Box<dyn Voice>, soloist: Arc<Soloist>, studio: Studio) -> Self {
        Self { voice, soloist, studio }
    }

    /// Works until the queue is closed.
    pub(super) fn run(&mut self, queue: &DeadlineQueue<Waiting>) {
        while let Some(batch) = queue.pop(self.voice.batch_limit(), Waiting::is_withdrawn, go_together) {
            let queued: Vec<_> = batch.iter().map(|waiting| waiting.submitted.elapsed()).collect();
            let jobs: Vec<_> = batch.iter().map(|waiting| &waiting.job).collect();
            let run = Run::of(batch.iter().map(|waiting| &waiting.place));
            let turn = self.soloist.begin();
            let mut solo = turn.voice().filter(|_| queue.is_empty());
            let voice = solo.as_deref_mut().unwrap_or(&mut self.voice);
            let answers = catch_unwind(AssertUnwindSafe(|| self.studio.speak(&mut **voice, &jobs, &run.interrupt)));
            let answers = answers.unwrap_or_else(|_| {
                vec![Err(SpeechError::Synthesis("a fault in the speech engine".into())); jobs.len()]
            });
            drop(solo);
            drop(turn);
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

fn go_together(first: &Waiting, other: &Waiting) -> bool {
    let (shorter, longer) = (first.length.min(other.length), first.length.max(other.length));
    longer <= SHORT || shorter as f64 >= SIMILAR * longer as f64
}
