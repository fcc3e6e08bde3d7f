//! From a job to a clip, for any voice: script, runs of the model, sound.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use text::Sentence;

use super::{Answer, Clip, ClipTiming, Job, milliseconds, warm_up};
use crate::{
    Interrupt, Line, SpeechError, Utterance, Voice,
    script::{Script, Step},
    sound::{Finisher, Piece},
};

/// Runs of which [`Studio::model_pace`] takes the best.
const PACE_RUNS: usize = 3;

/// The times of one warm-up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WarmUp {
    /// All of the work.
    pub(super) work: Duration,
    /// Length of the audio; zero when the voice could not speak the sentence.
    pub(super) audio: Duration,
    /// The neural network alone.
    pub(super) model: Duration,
}

pub(super) struct Studio {
    language: String,
    finisher: Finisher,
}

impl Studio {
    pub(super) fn new(language: &str) -> Self {
        Self { language: language.to_owned(), finisher: Finisher::default() }
    }

    /// Has `voice` speak once before the engine counts as started: the first run of a session is slow, and so are the
    /// first number and the first date of a language.
    ///
    /// # Errors
    /// The error of the voice.
    pub(super) fn warm_up(&mut self, voice: &mut dyn Voice) -> Result<WarmUp, SpeechError> {
        voice.warm_up()?;
        self.speak_once(voice)
    }

    fn speak_once(&mut self, voice: &mut dyn Voice) -> Result<WarmUp, SpeechError> {
        let job = Job::new(Sentence::plain(warm_up::text(&self.language)), Instant::now());
        // Builds the tables of the language before the clock starts: their time says nothing about the voice's pace.
        Script::new(&job.lexicon.apply(&job.sentence), &self.language, job.delivery);
        let started = Instant::now();
        match self.speak(voice, &[&job], &Interrupt::default()).pop().unwrap_or(Err(SpeechError::Stopped)) {
            Ok(clip) => Ok(WarmUp {
                work: started.elapsed(),
                audio: clip.duration,
                model: Duration::from_secs_f64(clip.timing.model_ms / 1000.0),
            }),
            // The voice speaks another script than the text's; its own warm-up has already run its model.
            Err(SpeechError::Unpronounceable) => Ok(WarmUp { work: started.elapsed(), ..WarmUp::default() }),
            Err(error) => Err(error),
        }
    }

    /// Seconds that the network takes for a second of audio: the best of several runs, since another program may have
    /// had the device during one of them. `None` when the voice can't speak the sentence.
    ///
    /// # Errors
    /// The error of the voice.
    pub(super) fn model_pace(&mut self, voice: &mut dyn Voice) -> Result<Option<f64>, SpeechError> {
        self.warm_up(voice)?;
        let mut best: Option<f64> = None;
        for _ in 0..PACE_RUNS {
            let run = self.speak_once(voice)?;
            if !run.audio.is_zero() {
                let pace = run.model.as_secs_f64() / run.audio.as_secs_f64();
                best = Some(best.map_or(pace, |best| best.min(pace)));
            }
        }
        Ok(best)
    }

    /// Makes a clip for each job.
    pub(super) fn speak(
        &mut self,
        voice: &mut dyn Voice,
        jobs: &[&Job],
        interrupt: &Interrupt,
    ) -> Vec<Answer> {
        let begun = Instant::now();
        let scripts: Vec<_> = jobs
            .iter()
            .map(|job| Script::new(&job.lexicon.apply(&job.sentence), &self.language, job.delivery))
            .collect();
        let lines: Vec<_> = scripts.iter().flat_map(Script::lines).collect();
        let mut spoken = speak_lines(voice, &lines, interrupt).into_iter();
        let clips = jobs.iter().zip(&scripts).map(|(job, script)| self.clip(job, script, &mut spoken));
        let mut answers: Vec<Answer> = clips.collect();
        let made = Instant::now();
        answers.iter_mut().flatten().for_each(|clip| clip.timing.work = Some((begun, made)));
        answers
    }

    /// Makes the clip of one script. Takes the utterances of its lines from `spoken`, all of them even when one has
    /// failed. A line that can't be pronounced leaves its pause; the others are heard.
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

/// Speaks each line, in as many runs as the voice's batch limit requires.
fn speak_lines(
    voice: &mut dyn Voice,
    lines: &[&Line],
    interrupt: &Interrupt,
) -> Vec<Result<Utterance, SpeechError>> {
    let limit = voice.batch_limit().max(1);
    lines.chunks(limit).flat_map(|batch| speak_batch(voice, batch, interrupt)).collect()
}

/// Speaks one batch. If it fails, its lines are tried one by one, so that only the faulty one is lost.
fn speak_batch(
    voice: &mut dyn Voice,
    batch: &[&Line],
    interrupt: &Interrupt,
) -> Vec<Result<Utterance, SpeechError>> {
    let mut spoken = speak_run(voice, batch, interrupt);
    if batch.len() > 1 {
        for (line, answer) in batch.iter().zip(&mut spoken) {
            if matches!(answer, Err(SpeechError::Synthesis(_)))
                && let Some(alone) = speak_run(voice, &[line], interrupt).pop()
            {
                *answer = alone;
            }
        }
    }
    spoken
}

fn speak_run(
    voice: &mut dyn Voice,
    lines: &[&Line],
    interrupt: &Interrupt,
) -> Vec<Result<Utterance, SpeechError>> {
    if interrupt.is_raised() {
        return vec![Err(SpeechError::Withdrawn); lines.len()];
    }
    let spoken = catch_unwind(AssertUnwindSafe(|| voice.speak(lines, interrupt)));
    spoken.unwrap_or_else(|_| vec![Err(SpeechError::Synthesis("the voice panicked".into())); lines.len()])
}
