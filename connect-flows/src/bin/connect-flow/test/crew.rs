//! All jobs, on several threads. Each call has a runtime of its own with one thread.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use connect_flows::scenario::Library;

use super::job::{Job, Outcome};

/// As many threads as there are cores.
pub(super) fn threads(wanted: Option<usize>, jobs: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    wanted.unwrap_or(cores).clamp(1, jobs.max(1))
}

/// Runs the jobs. `report` receives the outcomes in the order of the jobs, as soon as they are there.
pub(super) fn run(jobs: &[Job], wanted: Option<usize>, report: &mut dyn FnMut(&Outcome)) -> Vec<Outcome> {
    let library = Library::default();
    let next = AtomicUsize::new(0);
    // Bounded by the number of jobs: each sends once.
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads(wanted, jobs.len()) {
            let (sender, library, next) = (sender.clone(), &library, &next);
            scope.spawn(move || {
                while let Some((index, job)) = take(jobs, next) {
                    // The receiver outlives the threads.
                    let _ = sender.send((index, job.run(library)));
                }
            });
        }
        drop(sender);
        in_order(jobs.len(), receiver, report)
    })
}

fn take<'j>(jobs: &'j [Job], next: &AtomicUsize) -> Option<(usize, &'j Job)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    jobs.get(index).map(|job| (index, job))
}

fn in_order(
    count: usize,
    outcomes: mpsc::Receiver<(usize, Outcome)>,
    report: &mut dyn FnMut(&Outcome),
) -> Vec<Outcome> {
    let mut waiting: Vec<Option<Outcome>> = (0..count).map(|_| None).collect();
    let mut reported = 0;
    for (index, outcome) in outcomes {
        waiting[index] = Some(outcome);
        while let Some(Some(outcome)) = waiting.get(reported) {
            report(outcome);
            reported += 1;
        }
    }
    waiting.into_iter().flatten().collect()
}
