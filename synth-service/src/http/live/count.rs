//! The place of something in a stream, by the count that its sender has given it: a time or a number.
//!
//! A stream begins with the first count, whatever it is. A sender whose counts are of no use for a while counts in
//! another way now: its stream goes on with the newest one.

/// Longest gap in a stream, in frames: 30 s. A line that is silent for longer is given up before.
const LONGEST_GAP: u64 = 1500;

/// Counts of no use in a row after which the sender counts in another way: half a second of audio.
const MOST_UNUSED: u32 = 25;

/// Places in a stream.
pub(super) struct Counts {
    /// Places of a frame.
    frame: u64,
    /// A count of the sender's, and its place.
    anchor: Option<(u64, u64)>,
    /// Counts of no use in a row.
    unused: u32,
}

/// Audio that is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unused {
    /// Its time has passed already: it came twice, or behind later audio.
    Late,
    /// Its time is far away.
    Malformed,
}

impl Unused {
    /// The label of the metric.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Malformed => "malformed",
        }
    }
}

impl Counts {
    /// The places of a stream in which a frame has this many.
    pub(super) fn new(frame: u64) -> Self {
        Self { frame, anchor: None, unused: 0 }
    }

    /// The place of a count, where `expected` is the place that follows the stream so far.
    ///
    /// # Errors
    /// [`Unused`] for a count that is at least a frame too early, or far away.
    pub(super) fn place(&mut self, count: u64, expected: u64) -> Result<u64, Unused> {
        let (first, at_first) = *self.anchor.get_or_insert((count, expected));
        let place = i128::from(count) - i128::from(first) + i128::from(at_first);
        let (frame, next) = (i128::from(self.frame), i128::from(expected));
        let unused = if place + frame <= next {
            Unused::Late
        } else if place > next + frame * i128::from(LONGEST_GAP) {
            Unused::Malformed
        } else {
            self.unused = 0;
            return Ok(u64::try_from(place).unwrap_or_default());
        };
        if self.unused < MOST_UNUSED {
            self.unused += 1;
            return Err(unused);
        }
        self.unused = 0;
        self.anchor = Some((count, expected));
        Ok(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_begins_with_its_first_count_and_goes_on_when_its_sender_begins_anew() {
        let mut counts = Counts::new(160);
        let epoch = 8 * 1_800_000_000_000;
        assert_eq!((counts.place(epoch, 0), counts.place(epoch + 160, 160)), (Ok(0), Ok(160)));
        for count in 0..u64::from(MOST_UNUSED) {
            assert_eq!(counts.place(160 * count, 320), Err(Unused::Late), "{count}");
        }
        assert_eq!((counts.place(4000, 320), counts.place(4160, 480)), (Ok(320), Ok(480)));
        for _ in 0..MOST_UNUSED {
            assert_eq!(counts.place(u64::MAX, 640), Err(Unused::Malformed));
        }
        assert_eq!(counts.place(u64::MAX, 640), Ok(640));
    }

    #[test]
    fn counts_of_no_use_among_good_ones_change_nothing() {
        let mut counts = Counts::new(1);
        for number in 0..4 * u64::from(MOST_UNUSED) {
            assert_eq!(counts.place(7 + number, number), Ok(number));
            assert_eq!(counts.place(7 + number, number + 1), Err(Unused::Late), "doubled");
            assert_eq!(counts.place(7 + number + LONGEST_GAP + 2, number + 1), Err(Unused::Malformed));
        }
    }
}
