//! One worker: takes what waits, has it spoken in as few runs of the model as possible, answers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use contract::Sentence;

use super::{Answer, Clip, ClipTiming, Job, Waiting, queue::DeadlineQueue, warm_up};
use crate::{
    Line, SpeechError, Utterance, Voice,
    script::{Script, Step},
    sound::{Finisher, Piece},
};

/// Sentences go into one batch when the shorter is at least this share of the longer one: the model runs
/// as long as the longest of a batch needs.
const SIMILAR: f64 = 0.6;

/// Sentences of up to this many characters are similar to each other.
const SHORT: usize = 24;

pub(super) struct Worker {
    voice: Box<dyn Voice>,
    language: String,
    finisher: Finisher,
}

impl Worker {
    pub(super) fn new(voice: Box<dyn Voice>, language: &str) -> Self {
        Self { voice, language: language.to_owned(), finisher: Finisher::default() }
    }

    /// Speaks once before the engine counts as started: the first run of a session is slow, and so are the
    /// first number and the first date of a language.
    ///
    /// # Errors
    /// That of the voice.
    pub(super) fn warm_up(&mut self) -> Result<(), SpeechError> {
        self.voice.warm_up()?;
        let job = Job::new(Sentence::plain(warm_up::text(&self.language)), Instant::now());
        match self.speak(&[&job]).pop().unwrap_or(Err(SpeechError::Stopped)) {
            // A voice of a script that the text is not in; its own warm-up has run its model.
            Ok(_) | Err(SpeechError::Unpronounceable) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Works until the queue is closed.
    pub(super) fn run(&mut self, queue: &DeadlineQueue<Waiting>) {
        while let Some(batch) = queue.pop(self.voice.batch_limit(), Waiting::is_withdrawn, go_together) {
            let queued: Vec<_> = batch.iter().map(|waiting| waiting.submitted.elapsed()).collect();
            let jobs: Vec<_> = batch.iter().map(|waiting| &waiting.job).collect();
            let answers = catch_unwind(AssertUnwindSafe(|| self.speak(&jobs))).unwrap_or_else(|_| {
                vec![Err(SpeechError::Synthesis("a fault in the speech engine".into())); jobs.len()]
            });
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

    /// A clip for each job.
    fn speak(&mut self, jobs: &[&Job]) -> Vec<Answer> {
        let scripts: Vec<_> = jobs
            .iter()
            .map(|job| Script::new(&job.lexicon.apply(&job.sentence), &self.language, job.delivery))
            .collect();
        let lines: Vec<_> = scripts.iter().flat_map(Script::lines).collect();
        let mut spoken = self.speak_lines(&lines).into_iter();
        jobs.iter().zip(&scripts).map(|(job, script)| self.clip(job, script, &mut spoken)).collect()
    }

    /// An utterance for each line, in as many runs as the voice's limit asks for.
    fn speak_lines(&mut self, lines: &[&Line]) -> Vec<Result<Utterance, SpeechError>> {
        let limit = self.voice.batch_limit().max(1);
        lines.chunks(limit).flat_map(|batch| self.speak_batch(batch)).collect()
    }

    /// What fails in company is tried alone, so that only the one at fault is lost.
    fn speak_batch(&mut self, batch: &[&Line]) -> Vec<Result<Utterance, SpeechError>> {
        let mut spoken = self.speak_run(batch);
        if batch.len() > 1 {
            for (line, answer) in batch.iter().zip(&mut spoken) {
                if matches!(answer, Err(SpeechError::Synthesis(_)))
                    && let Some(alone) = self.speak_run(&[line]).pop()
                {
                    *answer = alone;
                }
            }
        }
        spoken
    }

    fn speak_run(&mut self, lines: &[&Line]) -> Vec<Result<Utterance, SpeechError>> {
        let spoken = catch_unwind(AssertUnwindSafe(|| self.voice.speak(lines)));
        spoken.unwrap_or_else(|_| vec![Err(SpeechError::Synthesis("the voice panicked".into())); lines.len()])
    }

    /// Takes the utterances of this script's lines from `spoken`, all of them even when one has failed. A line
    /// that can't be pronounced leaves its pause; the others are heard.
    fn clip(
        &mut self,
        job: &Job,
        script: &Script,
        spoken: &mut impl Iterator<Item = Result<Utterance, SpeechError>>,
    ) -> Answer {
        let mut utterance = |step: &Step| match step.line {
            Some(_) => match spoken.next().unwrap_or(Err(SpeechError::Stopped)) {
                Err(SpeechError::Unpronounceable) => Ok(None),
                answer => answer.map(Some),
            },
            None => Ok(None),
        };
        let utterances: Vec<_> = script.steps.iter().map(&mut utterance).collect();
        let utterances = utterances.into_iter().collect::<Result<Vec<_>, _>>()?;
        if utterances.iter().all(Option::is_none) {
            return Err(SpeechError::Unpronounceable);
        }
        let started = Instant::now();
        let pieces: Vec<_> = utterances
            .iter()
            .zip(&script.steps)
            .map(|(utterance, step)| Piece { speech: utterance.as_ref(), pause_ms: step.pause_ms })
            .collect();
        let sound = self.finisher.finish(&pieces, job.delivery.band)?;
        let mut timing =
            ClipTiming { telephone_ms: milliseconds(started.elapsed()), ..ClipTiming::default() };
        for utterance in utterances.iter().flatten() {
            timing.phonemes_ms += utterance.phonemes_ms;
            timing.model_ms += utterance.model_ms;
            timing.vocoder_ms += utterance.vocoder_ms;
        }
        let duration = Duration::from_secs_f64(sound.samples as f64 / f64::from(sound.sample_rate));
        Ok(Clip { audio: sound.audio.into(), sample_rate: sound.sample_rate, duration, timing })
    }
}

fn go_together(first: &Waiting, other: &Waiting) -> bool {
    let (shorter, longer) = (first.length.min(other.length), first.length.max(other.length));
    longer <= SHORT || shorter as f64 >= SIMILAR * longer as f64
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
