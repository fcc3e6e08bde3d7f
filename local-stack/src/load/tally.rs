//! The callers' results, added up, and the figures computed from them.

use std::{collections::BTreeMap, time::Duration};

use contract::{StreamId, http::CancelEffect};

use super::{integrity::Heard, playback::Playback};

/// The results of one caller, or of all.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) starts: usize,
    /// Time to the answer of each start that was refused.
    pub(super) refusals: Vec<Duration>,
    /// Why, and when they may come back.
    pub(super) refused_with: BTreeMap<String, usize>,
    pub(super) came_back: usize,
    /// Of these, accepted.
    pub(super) taken_later: usize,
    /// Streams that were accepted and whose id is known.
    pub(super) accepted: Vec<(StreamId, Heard)>,
    /// By voices.
    pub(super) first_audio: BTreeMap<String, Vec<Duration>>,
    pub(super) parts: usize,
    pub(super) audio: Duration,
    pub(super) gaps: Vec<Duration>,
    pub(super) cancels: Vec<Cancel>,
    pub(super) hang_ups: usize,
    pub(super) barge_ins: usize,
    /// Answers to a caller that asks for more of a silent stream.
    pub(super) resumes: BTreeMap<String, usize>,
    /// Failures, and the count of each.
    pub(super) wrong: BTreeMap<String, usize>,
}

/// One cancel.
pub(super) struct Cancel {
    pub(super) effect: CancelEffect,
    pub(super) answered: Duration,
    /// From its sending to the last part's write; zero when no part came after it. `None` when that is not known.
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

    /// An answer has been listened to for as long as it was.
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

/// The smallest that this share is not above; `None` of nothing.
pub(super) fn percentile(durations: &[Duration], share: f64) -> Option<Duration> {
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
