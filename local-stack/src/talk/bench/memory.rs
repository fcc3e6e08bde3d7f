//! Whether memory stays flat.

use std::time::Duration;

/// The service fills its memory in this time: samples in it do not count.
const WARM_AFTER: Duration = Duration::from_secs(60);

/// Memory grows if its mean over the last third of the time is above that over the first third by more than this share.
const GROWS: f64 = 0.1;

/// Samples of a process's resident memory.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// After the first minute, in MB.
    samples: Vec<f64>,
}

impl Memory {
    pub(super) fn add(&mut self, at: Duration, megabytes: f64) {
        if at > WARM_AFTER {
            self.samples.push(megabytes);
        }
    }

    /// The means of the first and the last third, in MB; `None` with fewer than three samples.
    pub(super) fn thirds(&self) -> Option<[f64; 2]> {
        let third = self.samples.len() / 3;
        let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len() as f64;
        let last = self.samples.len() - third;
        (third > 0).then(|| [mean(&self.samples[..third]), mean(&self.samples[last..])])
    }

    /// Whether it stays flat.
    pub(super) fn is_flat(&self) -> bool {
        self.thirds().is_some_and(|[first, last]| last <= first * (1.0 + GROWS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(samples: &[f64]) -> Memory {
        let mut memory = Memory::default();
        for (number, megabytes) in samples.iter().enumerate() {
            memory.add(Duration::from_secs(10 * (number as u64 + 1)), *megabytes);
        }
        memory
    }

    #[test]
    fn growth_behind_the_first_minute_is_seen() {
        let warm = [100.0, 200.0, 300.0, 400.0, 500.0, 500.0];
        let then = |rest: &[f64]| memory(&[&warm[..], rest].concat());
        let flat = then(&[500.0, 510.0, 490.0, 505.0, 520.0, 530.0]);
        assert_eq!((flat.thirds(), flat.is_flat()), (Some([505.0, 525.0]), true));
        assert!(!then(&[500.0, 500.0, 530.0, 540.0, 560.0, 570.0]).is_flat());
        assert!(!then(&[500.0, 500.0]).is_flat(), "too short to say");
    }
}
