//! Runs our own engine in this process, for measurements.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use speech::{Band, Clip, Delivery, Engine, Job, voice::VoiceLoader};
use text::Sentence;

use super::{Bench, peer::Measured};

/// Largest number of waiting jobs: more than any step of a benchmark has callers.
const QUEUE: usize = 4096;

/// A voice with running workers.
pub(super) struct Ours {
    pub(super) language: String,
    pub(super) engine: Engine,
}

impl Ours {
    pub(super) fn start(bench: &Bench<'_>, voice: &str, workers: usize) -> Result<Self> {
        let loader = VoiceLoader::open(&bench.voice_folder(voice), &bench.runtime)?;
        let language = loader.config().language.clone();
        let engine = Engine::of(&loader, workers, QUEUE)?;
        Ok(Self { language, engine })
    }

    /// Speaks a sentence in one run, as the peers do.
    pub(super) fn sentence(&self, sentence: &str, band: Band) -> Result<Measured> {
        let started = Instant::now();
        let clip = self.clip(Sentence::plain(sentence), band, started)?;
        let total = started.elapsed().as_secs_f64();
        Ok(Measured { first: total, total, audio: clip.duration.as_secs_f64(), lead: lead(&clip, band) })
    }

    /// Speaks a whole text, part by part, as a stream does.
    pub(super) fn text(&self, text: &str, band: Band) -> Result<Measured> {
        let started = Instant::now();
        let mut measured = Measured::default();
        for sentence in text::sentences_for(&self.language, text, self.engine.first_part())? {
            let clip = self.clip(sentence, band, started)?;
            if measured.first == 0.0 {
                measured.first = started.elapsed().as_secs_f64();
                measured.lead = lead(&clip, band);
            }
            measured.audio += clip.duration.as_secs_f64();
        }
        measured.total = started.elapsed().as_secs_f64();
        Ok(measured)
    }

    fn clip(&self, sentence: Sentence, band: Band, deadline: Instant) -> Result<Clip> {
        let delivery = Delivery { band, ..Delivery::default() };
        let answer = self.engine.submit(Job { delivery, ..Job::new(sentence, deadline) })?;
        Ok(answer.blocking_recv().context("the engine stopped")??)
    }

    /// The sentences into which a stream divides the text.
    pub(super) fn sentences(&self, text: &str) -> Vec<Sentence> {
        text::sentences_for(&self.language, text, self.engine.first_part()).unwrap_or_default()
    }

    /// Synthesises one telephone part of an answer that began at `started` and of which `audio` is already made.
    pub(super) async fn part(
        &self,
        sentence: Sentence,
        started: Instant,
        audio: Duration,
    ) -> Result<Duration> {
        let job = Job { opening: audio.is_zero(), ..Job::new(sentence, started + audio) };
        let answer = self.engine.submit(job)?;
        Ok(answer.await.context("the engine stopped")??.duration)
    }
}

/// Seconds of silence before the first sample above a hundredth of the loudest one.
fn lead(clip: &Clip, band: Band) -> f64 {
    let levels: Vec<i32> = match band {
        Band::Wide => {
            let samples = clip.audio.chunks_exact(2);
            samples.map(|sample| i32::from(i16::from_le_bytes([sample[0], sample[1]])).abs()).collect()
        }
        // The segment of a mu-law code, from 0 to 7, as a power of two: each segment is twice as loud as the one
        // below.
        Band::Telephone => clip.audio.iter().map(|code| 1 << (i32::from(!code & 0x7f) / 16)).collect(),
    };
    let loudest = levels.iter().copied().max().unwrap_or_default();
    let first = levels.iter().position(|level| *level * 100 > loudest).unwrap_or_default();
    first as f64 / f64::from(clip.sample_rate)
}
