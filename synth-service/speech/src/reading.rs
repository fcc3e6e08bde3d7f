//! The input of a voice in writing, by which two jobs can be compared.

use crate::{
    Job,
    script::{Script, Step},
};

/// The input of the voice for a job, after lexicon and normalisation: two jobs with the same reading have the same clip.
pub fn reading(job: &Job, language: &str) -> String {
    let script = Script::new(&job.lexicon.apply(&job.sentence), language, job.delivery);
    let steps = script.steps.iter().map(|Step { line, pause_ms }| format!("{line:?} {pause_ms}\n"));
    steps.collect()
}
