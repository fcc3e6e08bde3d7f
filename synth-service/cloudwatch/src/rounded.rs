//! A distribution of which only so much is kept as CloudWatch shows: each value is rounded to three significant digits,
//! and to a multiple of 0.0001. A percentile is wrong by half a percent at most.

use std::collections::BTreeMap;

/// The finest step: a tenth of a millisecond, where the unit is seconds.
const STEP: f64 = 1e-4;

/// The largest value, in steps. A larger one counts as this one.
const MAX_STEPS: f64 = 1e7;

/// Steps that three digits can tell apart.
const THREE_DIGITS: u64 = 1000;

/// How often each rounded value occurred. There are 4,601 of them at most: those below [`THREE_DIGITS`] steps, 900 in
/// each of four powers of ten, and the largest one.
#[derive(Debug, Default)]
pub(crate) struct Distribution(BTreeMap<u64, u64>);

impl Distribution {
    /// Adds a value `count` times. Values that are no number are ignored: CloudWatch refuses a call with one.
    pub(crate) fn add(&mut self, value: f64, count: u64) {
        if value.is_finite() {
            *self.0.entry(rounded(value)).or_default() += count;
        }
    }

    /// The values in ascending order, each with its count.
    pub(crate) fn values(self) -> Vec<(f64, f64)> {
        // A division is exact to the last digit, a multiplication by 0.0001 is not.
        self.0.into_iter().map(|(steps, count)| (steps as f64 / STEP.recip(), count as f64)).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value in steps.
fn rounded(value: f64) -> u64 {
    // No metric of ours is negative, and CloudWatch has no percentiles where a value is.
    let steps = (value / STEP).clamp(0.0, MAX_STEPS).round() as u64;
    let mut unit = 1;
    while steps / unit >= THREE_DIGITS {
        unit *= 10;
    }
    (steps + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_three_digits() {
        for (value, expected) in [
            (0.0, 0.0),
            (-0.3, 0.0),
            (0.000_04, 0.0),
            (0.000_06, 0.0001),
            (0.012_34, 0.0123),
            (0.123_4, 0.123),
            (0.123_6, 0.124),
            (0.999_6, 1.0),
            (1.5, 1.5),
            (12.349, 12.3),
            (4.0, 4.0),
            (1e9, 1000.0),
        ] {
            let mut distribution = Distribution::default();
            distribution.add(value, 2);
            assert_eq!(distribution.values(), [(expected, 2.0)], "{value}");
        }
    }

    #[test]
    fn the_number_of_values_is_bounded() {
        let mut distribution = Distribution::default();
        for unit in [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0] {
            (0..=5000).for_each(|digits| distribution.add(f64::from(digits) * unit, 1));
        }
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            distribution.add(odd, 1);
        }
        assert_eq!(distribution.values().len(), 4601);
    }
}
