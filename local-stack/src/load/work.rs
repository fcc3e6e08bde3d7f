//! Finds speech that was made twice: sentences that a second host spoke again. Reads neither logs nor S3.

use std::{collections::BTreeMap, time::Duration};

use contract::StreamId;

/// Tolerance for rounding: hosts report whole milliseconds, while the lengths of parts are exact to a sample.
const TOLERANCE: Duration = Duration::from_millis(50);

/// The speech that one host made for one stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Made {
    pub(super) stream: StreamId,
    /// Length of the speech that the host stored, including parts that another host had stored before.
    pub(super) stored: Duration,
    /// Length of all speech that the host made, cancelled answers included; `None` if the log does not say.
    pub(super) spoken: Option<Duration>,
}

/// The speech of one stream in the bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Kept {
    pub(super) audio: Duration,
    /// Whether the stream reached the end of its text.
    pub(super) is_complete: bool,
}

/// Length of the speech that all hosts made, and of the part that was made twice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Work {
    pub(super) all: Duration,
    pub(super) twice: Duration,
}

impl Work {
    pub(super) fn of(made: &[Made], kept: &BTreeMap<StreamId, Kept>) -> Self {
        let mut by_stream: BTreeMap<&StreamId, Vec<&Made>> = BTreeMap::new();
        for one in made {
            by_stream.entry(&one.stream).or_default().push(one);
        }
        let mut work = Self::default();
        for (stream, hosts) in by_stream {
            let spoken = hosts.iter().map(|host| host.spoken.unwrap_or(host.stored)).sum();
            let twice = twice(&hosts, spoken, kept.get(stream).copied().unwrap_or_default());
            work.all += spoken;
            work.twice += if twice > TOLERANCE { twice } else { Duration::ZERO };
        }
        work
    }

    /// The share of twice-made speech in all speech.
    pub(super) fn share(&self) -> f64 {
        if self.all.is_zero() { 0.0 } else { self.twice.as_secs_f64() / self.all.as_secs_f64() }
    }
}

/// The length of a stream's speech that was made twice. For a complete stream it is all speech that is not in the
/// bucket. A stream that was cut short may also have lost a sentence that was no longer wanted. There the result is
/// limited to the stored speech of all hosts except one.
fn twice(hosts: &[&Made], spoken: Duration, kept: Kept) -> Duration {
    if kept.is_complete {
        return spoken.saturating_sub(kept.audio);
    }
    let stored: Duration = hosts.iter().map(|host| host.stored).sum();
    let most = hosts.iter().map(|host| host.stored).max().unwrap_or_default();
    stored.saturating_sub(kept.audio).min(stored - most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn made(stream: &str, stored: u64, spoken: Option<u64>) -> Made {
        let stream = stream.parse().expect("an id");
        Made { stream, stored: seconds(stored), spoken: spoken.map(seconds) }
    }

    #[test]
    fn speech_that_is_not_kept_of_a_whole_stream_was_made_twice() {
        let kept = |audio, is_complete| Kept { audio: seconds(audio), is_complete };
        let all = BTreeMap::from(
            [("whole", kept(10, true)), ("cut", kept(4, false))]
                .map(|(stream, kept)| (stream.parse().expect("an id"), kept)),
        );
        for (made, all_work, twice) in [
            (vec![made("whole", 10, None), made("cut", 4, None)], 14, 0),
            // Each host stored one half.
            (vec![made("whole", 6, Some(6)), made("whole", 4, Some(4))], 10, 0),
            // Both hosts stored one of the parts.
            (vec![made("whole", 6, None), made("whole", 6, None)], 12, 2),
            // A sentence was spoken but not stored, because another host had taken over the stream.
            (vec![made("whole", 6, Some(9)), made("whole", 4, Some(4))], 13, 3),
            // A sentence was spoken but no longer wanted.
            (vec![made("cut", 4, Some(7))], 7, 0),
            // The host that ended the stream left no room for a part that was being stored.
            (vec![made("cut", 6, None), made("cut", 0, None)], 6, 0),
            // Both hosts stored a part of three seconds.
            (vec![made("cut", 4, None), made("cut", 3, None)], 7, 3),
        ] {
            assert_eq!(
                Work::of(&made, &all),
                Work { all: seconds(all_work), twice: seconds(twice) },
                "{made:?}"
            );
        }
    }
}
