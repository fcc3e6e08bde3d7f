//! The sums of the callers' results, and the figures computed from them.

use std::{collections::BTreeMap, time::Duration};

use contract::{StreamId, http::CancelEffect};

use super::{integrity::Heard, playback::Playback};

/// The results of one caller, or of all.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) starts: usize,
    /// For each refused start, the time until its answer.
    pub(super) refusals: Vec<Duration>,
    /// The number of refusals by reason and retry time.
    pub(super) refused_with: BTreeMap<String, usize>,
    pub(super) came_back: usize,
    /// The number of retried starts that were accepted.
    pub(super) taken_later: usize,
    /// The accepted streams whose ids are known.
    pub(super) accepted: Vec<(StreamId, Heard)>,
    /// Times to first audio, by voice.
    pub(super) first_audio: BTreeMap<String, Vec<Duration>>,
    pub(super) parts: usize,
    pub(super) audio: Duration,
    pub(super) gaps: Vec<Duration>,
    pub(super) cancels: Vec<Cancel>,
    pub(super) hang_ups: usize,
    pub(super) barge_ins: usize,
    /// The number of answers to requests to resume a silent stream, by effect.
    pub(super) resumes: BTreeMap<String, usize>,
    /// The number of failures, by kind.
    pub(super) wrong: BTreeMap<String, usize>,
}

/// One cancel.
pub(super) struct Cancel {
    pub(super) effect: CancelEffect,
    pub(super) answered: Duration,
    /// Time from sending the cancel to the last part's write; zero when no part was written later. `None` when the time
    /// is unknown.
    pub(super) last_part: Option<Duration>,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.starts += other.starts;
        self.refusals.extend(other.refusals);
        count_all(&mut self.refused_with, other.refused_with);
        self.came_back += other.came_back;
        self.taken_later += other.taken_later;
        self.accepted.extend(other.accepted);
        for (voice, values) in other.first_audio {
            self.first_audio.entry(voice).or_default().extend(values);
        }
        self.parts += other.parts;
        self.audio += other.audio;
        self.gaps.extend(other.gaps);
        self.cancels.extend(other.cancels);
        self.hang_ups += other.hang_ups;
        self.barge_ins += other.barge_ins;
        count_all(&mut self.resumes, other.resumes);
        count_all(&mut self.wrong, other.wrong);
    }

    /// Adds the playback of an answer, which may have been interrupted.
    pub(super) fn heard(&mut self, voice: &str, playback: &Playback) {
        self.first_audio.entry(voice.to_owned()).or_default().extend(playback.first_audio);
        self.parts += playback.parts;
        self.audio += playback.audio;
        self.gaps.extend(&playback.gaps);
    }

    pub(super) fn wrong(&mut self, what: impl ToString) {
        *self.wrong.entry(what.to_string()).or_default() += 1;
    }
}

fn count_all(to: &mut BTreeMap<String, usize>, from: BTreeMap<String, usize>) {
    for (what, times) in from {
        *to.entry(what).or_default() += times;
    }
}

/// The smallest duration that is not below this share of the durations; `None` if there are none.
pub(crate) fn percentile(durations: &[Duration], share: f64) -> Option<Duration> {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        for (share, expected) in [(0.0, 1), (0.5, 100), (0.95, 190), (0.99, 198), (1.0, 200)] {
            assert_eq!(percentile(&values, share), Some(Duration::from_millis(expected)), "{share}");
        }
        assert_eq!(percentile(&values[..1], 0.99), Some(Duration::from_millis(200)));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
