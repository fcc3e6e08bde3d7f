//! Voice activity: whether a person speaks, to a frame of 20 ms.
//!
//! The detector `earshot` judges 16 ms of sound. It takes dial tones, ringback and loud steady noise for voice, so a
//! frame must also be louder than the line's noise, must not be a tone, and voice begins only where some frames are
//! periodic, as vowels are. Times are of the call's audio: no delay on the way can move them.

mod noise;
mod shape;
mod stretch;

use std::{collections::VecDeque, time::Duration};

use earshot::Detector;

use self::{
    noise::Noise,
    shape::Shape,
    stretch::{Part, Stretch},
};
use crate::{ActivitySettings, FRAME, Frame, Line, samples::Samples};

/// Samples that the detector judges at once.
const JUDGED: usize = 256;

/// Frames in which periodic ones are counted.
const PERIODIC_AMONG: usize = 10;

/// Frames without a periodic one after which sound is no longer voice.
const APERIODIC: usize = 20;

/// Voice that comes this soon behind a voice needs no periodic frame: a last word is often low and hoarse.
const RESUMES: Duration = Duration::from_millis(300);

/// A change of voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Voice has begun, with this frame's begin: some frames ago.
    Began(Duration),
    /// Voice has ended, with this frame's end: some frames ago.
    Ended(Duration),
}

/// The activity of one call.
pub(crate) struct Activity {
    settings: ActivitySettings,
    /// Unvoiced frames that end voice.
    end_frames: usize,
    samples: Samples,
    detector: Box<Detector>,
    /// Samples that wait for the rest of the detector's next piece.
    rest: Vec<f32>,
    score: f32,
    noise: Noise,
    shape: Shape,
    /// The last frames, newest last: begin, voiced, periodic.
    recent: VecDeque<Seen>,
    stretch: Stretch,
    /// The voice now: its begin, and the end of its last voiced frame.
    voice: Option<(Duration, Duration)>,
    /// Whether it began with periodic frames.
    is_periodic: bool,
    /// The end of the last voice that did.
    ended: Option<Duration>,
}

#[derive(Clone, Copy)]
struct Seen {
    begins: Duration,
    voiced: bool,
    periodic: bool,
}

impl Activity {
    /// Voice ends after `pause_after` without voice.
    pub(crate) fn new(line: Line, settings: ActivitySettings, pause_after: Duration) -> Self {
        let end_frames = pause_after.as_millis().div_ceil(FRAME.as_millis()).max(1);
        let end_frames = usize::try_from(end_frames).unwrap_or(usize::MAX);
        Self {
            stretch: Stretch::new(&settings, end_frames),
            settings,
            end_frames,
            samples: Samples::new(line),
            detector: Detector::default_boxed(),
            rest: Vec::new(),
            score: 0.0,
            noise: Noise::default(),
            shape: Shape::default(),
            recent: VecDeque::new(),
            voice: None,
            is_periodic: false,
            ended: None,
        }
    }

    /// Takes the next frame.
    pub(crate) fn take(&mut self, frame: &Frame) -> Option<Change> {
        let samples = self.samples.take(frame);
        let voiced = self.is_voiced(&samples);
        let seen = Seen { begins: frame.begins(), voiced, periodic: self.shape.is_periodic() };
        self.recent.push_back(seen);
        while self.recent.len() > self.settings.begin_among.max(APERIODIC) {
            self.recent.pop_front();
        }
        self.stretch.push(self.part(voiced));
        match self.voice {
            None => self.begin(frame),
            Some((began, _)) if voiced && !self.is_noise() => {
                self.voice = Some((began, frame.ends()));
                None
            }
            Some((_, last)) => self.end(frame, last),
        }
    }

    /// Voice until now, over short gaps; zero in silence.
    pub(crate) fn voiced(&self) -> Duration {
        let unbroken = self.voice.map_or(Duration::ZERO, |(began, last)| last.saturating_sub(began));
        unbroken.max(self.stretch.voiced())
    }

    /// Whether somebody speaks.
    pub(crate) fn is_voice(&self) -> bool {
        self.voice.is_some()
    }

    /// Whether the newest frames are voiced but too few to be sure. It is known within [`ActivitySettings::begin_among`]
    /// frames.
    pub(crate) fn may_begin(&self) -> bool {
        let voiced = self.recent.iter().rev().take_while(|seen| seen.voiced).count();
        self.voice.is_none() && (1..=self.settings.begin_among).contains(&voiced)
    }

    /// The end of the last voiced frame.
    pub(crate) fn last_voiced(&self) -> Duration {
        self.voice.map_or(Duration::ZERO, |(_, last)| last)
    }

    /// The voice now is over, whatever the sound: the next frames begin another one.
    pub(crate) fn cut(&mut self) {
        self.over();
        self.stretch.clear();
    }

    fn over(&mut self) {
        self.voice = None;
        self.recent.clear();
    }

    fn part(&self, voiced: bool) -> Part {
        match (voiced, self.voice) {
            (false, _) if self.shape.is_tone() => Part::Tone,
            (true, None) => Part::Perhaps,
            (true, Some(_)) if !self.is_noise() => Part::Voice,
            _ => Part::Silent,
        }
    }

    fn begin(&mut self, frame: &Frame) -> Option<Change> {
        let newest = self.recent.iter().rev().take(self.settings.begin_among);
        let enough = newest.filter(|seen| seen.voiced).count() >= self.settings.begin_frames;
        let voiced = self.recent.back().is_some_and(|seen| seen.voiced);
        let is_periodic = self.periodic() >= self.settings.begin_periodic;
        let resumes = self.ended.is_some_and(|ended| frame.begins() <= ended + RESUMES);
        if !voiced || !enough || !(is_periodic || resumes) {
            return None;
        }
        self.is_periodic = is_periodic;
        let first = self.first_voiced(frame.begins());
        self.voice = Some((first, frame.ends()));
        self.stretch.begins(self.recent.iter().filter(|seen| seen.begins >= first).count());
        Some(Change::Began(first))
    }

    /// The first frame of the voice that has just been found: consonants before a vowel belong to it.
    fn first_voiced(&self, newest: Duration) -> Duration {
        let among = FRAME.saturating_mul(u32::try_from(self.end_frames).unwrap_or(u32::MAX));
        let voiced = self.recent.iter().rev().filter(|seen| seen.voiced);
        voiced
            .map(|seen| seen.begins)
            .fold(newest, |first, begins| if first.saturating_sub(begins) < among { begins } else { first })
    }

    fn end(&mut self, frame: &Frame, last: Duration) -> Option<Change> {
        let silent = frame.ends().saturating_sub(last).as_millis() / FRAME.as_millis();
        if silent < self.end_frames as u128 {
            return None;
        }
        self.over();
        self.ended = self.is_periodic.then_some(last);
        Some(Change::Ended(last))
    }

    fn periodic(&self) -> usize {
        self.recent.iter().rev().take(PERIODIC_AMONG).filter(|seen| seen.periodic).count()
    }

    /// Whether the last frames had no vowel: noise that was taken for voice.
    fn is_noise(&self) -> bool {
        self.recent.len() >= APERIODIC && self.recent.iter().all(|seen| !seen.periodic)
    }

    fn is_voiced(&mut self, samples: &[f32]) -> bool {
        // The filter that doubles the rate may go beyond full scale; the detector must not be given that.
        self.rest.extend(samples.iter().map(|sample| sample.clamp(-1.0, 1.0)));
        let whole = self.rest.len() / JUDGED * JUDGED;
        for piece in self.rest[..whole].chunks_exact(JUDGED) {
            self.score = self.detector.predict_f32(piece);
        }
        self.rest.drain(..whole);
        let loud = decibels(samples);
        let above = loud - self.noise.take(loud);
        // Hysteresis: half as much keeps a voice that has begun.
        let enough = if self.voice.is_some() { 0.5 } else { 1.0 };
        let may_be_voice = self.score >= self.settings.threshold * enough
            && loud >= self.settings.floor_db
            && above >= self.settings.above_noise_db * enough;
        self.shape.take(samples, may_be_voice);
        may_be_voice && !self.shape.is_tone()
    }
}

/// The root mean square of samples, in decibels of full scale.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn decibels(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32;
    10.0 * (power + 1e-10).log10()
}

#[cfg(test)]
mod tests;
