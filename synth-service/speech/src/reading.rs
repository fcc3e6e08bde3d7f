//! The input of a voice in writing: for comparing two jobs, and for people.

use crate::{
    Job, Words,
    script::{Script, Step},
};

/// The input of the voice for a job, after lexicon and normalisation: two jobs with the same reading have the same clip.
pub fn reading(job: &Job, language: &str) -> String {
    let script = Script::new(&job.lexicon.apply(&job.sentence), language, job.delivery);
    let steps = script.steps.iter().map(|Step { line, pause_ms }| format!("{line:?} {pause_ms}\n"));
    steps.collect()
}

/// The words of a job as they will be said, in spoken form; a pronunciation stands between slashes.
pub fn words(job: &Job, language: &str) -> String {
    let script = Script::new(&job.lexicon.apply(&job.sentence), language, job.delivery);
    let words = script.lines().flat_map(|line| &line.words).map(|words| match words {
        Words::Written(text) => text.trim().to_owned(),
        Words::Ipa(ipa) => format!("/{ipa}/"),
    });
    words.collect::<Vec<_>>().join(" ")
}
