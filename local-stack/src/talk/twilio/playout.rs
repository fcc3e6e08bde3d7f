//! Twilio's buffer of audio for the caller. All times count from the start of the stream.

use std::{collections::VecDeque, time::Duration};

use connect_flows::{
    clip::mu_law_to_linear,
    recording::{duration_of, samples_in},
};

/// Plays audio in real time, in order of arrival.
#[derive(Default)]
pub(crate) struct Playout {
    /// The samples that have been played, and those that will be.
    samples: Vec<i16>,
    /// The marks that have not been reached, each with its time.
    marks: VecDeque<(Duration, String)>,
}

impl Playout {
    /// Takes audio that has come at this time. Returns the time at which it begins to be heard.
    pub(crate) fn media(&mut self, at: Duration, mu_law: &[u8]) -> Duration {
        let begins = samples_in(at).max(self.samples.len());
        self.samples.resize(begins, 0);
        self.samples.extend(mu_law.iter().copied().map(mu_law_to_linear));
        duration_of(begins)
    }

    /// Takes a mark. Returns the time at which it will be reached.
    pub(crate) fn mark(&mut self, at: Duration, name: String) -> Duration {
        let due = self.ends().max(at);
        self.marks.push_back((due, name));
        due
    }

    /// Drops the audio that has not been played. Returns the marks in it.
    pub(crate) fn clear(&mut self, at: Duration) -> Vec<String> {
        self.samples.truncate(samples_in(at));
        self.marks.drain(..).map(|(_, name)| name).collect()
    }

    /// The next mark that has been reached.
    pub(crate) fn reached(&mut self, at: Duration) -> Option<String> {
        self.marks.pop_front_if(|(due, _)| *due <= at).map(|(_, name)| name)
    }

    /// The time of the next mark.
    pub(crate) fn next_mark(&self) -> Option<Duration> {
        self.marks.front().map(|(due, _)| *due)
    }

    /// The end of the audio in the buffer.
    pub(crate) fn ends(&self) -> Duration {
        duration_of(self.samples.len())
    }

    /// The samples from the start of the stream.
    pub(crate) fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// Everything that was played until this time.
    pub(crate) fn into_played(mut self, until: Duration) -> Vec<i16> {
        self.samples.truncate(samples_in(until));
        self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn audio_that_comes_early_waits_and_a_late_frame_leaves_a_hole() {
        let mut playout = Playout::default();
        assert_eq!(playout.media(ms(10), &[0x80; 160]), ms(10));
        assert_eq!(playout.media(ms(12), &[0x80; 160]), ms(30));
        assert_eq!(playout.media(ms(60), &[0x80; 160]), ms(60));
        assert_eq!(playout.ends(), ms(80));
        let samples = playout.into_played(ms(70));
        assert_eq!(samples.len(), 560);
        assert_eq!(
            (samples[79], samples[80], samples[399], samples[400], samples[480]),
            (0, 32124, 32124, 0, 32124)
        );
    }

    #[test]
    fn a_mark_is_reached_when_everything_before_it_is_played() {
        let mut playout = Playout::default();
        assert_eq!(playout.mark(ms(5), "at once".into()), ms(5));
        playout.media(ms(10), &[0; 160]);
        assert_eq!(playout.mark(ms(11), "one".into()), ms(30));
        playout.media(ms(12), &[0; 160]);
        playout.mark(ms(12), "two".into());
        assert_eq!(playout.reached(ms(29)).as_deref(), Some("at once"));
        assert_eq!((playout.reached(ms(29)), playout.next_mark()), (None, Some(ms(30))));
        assert_eq!(playout.reached(ms(30)).as_deref(), Some("one"));
        assert_eq!(playout.clear(ms(35)), ["two"]);
        assert_eq!((playout.ends(), playout.next_mark()), (ms(35), None));
        assert_eq!(playout.media(ms(36), &[0; 160]), ms(36));
    }
}
