//! Elementary functions without branches, tables or calls, so that loops over them become vector instructions. Errors
//! stay below -100 dB of the result's range; the result for NaN is NaN.

use std::f32::consts::{LN_2, LOG2_E, PI};

use realfft::num_complex::Complex32;

/// Adding and then subtracting this constant rounds to a whole number; in between, the lowest bits hold that number.
const ROUNDER: f32 = 12_582_912.0;

/// Limits of the exponent, beyond which the result leaves the range of normal numbers.
const LEAST_EXPONENT: f32 = -87.0;
const GREATEST_EXPONENT: f32 = 88.0;

/// e^x = 2^n · e^r with |r| ≤ ln 2 / 2, and five terms of the series for e^r.
#[inline]
pub(super) fn exp(x: f32) -> f32 {
    let x = at_most(if x < LEAST_EXPONENT { LEAST_EXPONENT } else { x }, GREATEST_EXPONENT);
    let shifted = x * LOG2_E + ROUNDER;
    let rest = x - (shifted - ROUNDER) * LN_2;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()));
    let series = 1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0));
    power * (1.0 + rest * (1.0 + rest * (0.5 + rest * series)))
}

#[inline]
pub(super) fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// The smaller number; unlike `f32::min`, it passes NaN on instead of returning `limit`.
#[inline]
pub(super) fn at_most(x: f32, limit: f32) -> f32 {
    if x > limit { limit } else { x }
}

/// The sine of an angle in turns.
#[inline]
pub(super) fn sine(turns: f32) -> f32 {
    let (sine, cosine) = half_angle(turns);
    2.0 * sine * cosine
}

/// e^(2πi · turns).
#[inline]
pub(super) fn unit(turns: f32) -> Complex32 {
    let (sine, cosine) = half_angle(turns);
    Complex32::new(1.0 - 2.0 * sine * sine, 2.0 * sine * cosine)
}

/// Sine and cosine of half the angle, which lies within a quarter turn of zero, where short series are accurate.
#[inline]
fn half_angle(turns: f32) -> (f32, f32) {
    let half = PI * (turns - ((turns + ROUNDER) - ROUNDER));
    let square = half * half;
    let sine =
        1.0 / 120.0 + square * (-1.0 / 5040.0 + square * (1.0 / 362_880.0 + square * (-1.0 / 39_916_800.0)));
    let cosine = -1.0 / 720.0 + square * (1.0 / 40_320.0 + square * (-1.0 / 3_628_800.0));
    (
        half * (1.0 + square * (-1.0 / 6.0 + square * sine)),
        1.0 + square * (-0.5 + square * (1.0 / 24.0 + square * cosine)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Largest accepted error: -100 dB.
    const ERROR: f32 = 1e-5;

    fn range(from: f32, to: f32) -> impl Iterator<Item = f32> {
        (0..=20_000).map(move |step| from + (to - from) * step as f32 / 20_000.0)
    }

    #[test]
    fn results_are_those_of_the_library() {
        for x in range(-80.0, 80.0) {
            assert!((exp(x) / x.exp() - 1.0).abs() < ERROR, "e^{x}");
            assert!((tanh(x) - x.tanh()).abs() < ERROR, "tanh {x}");
        }
        for turns in range(-3.0, 3.0) {
            let (sin, cos) = (f64::from(turns) * std::f64::consts::TAU).sin_cos();
            assert!((sine(turns) - sin as f32).abs() < ERROR, "sine of {turns} turns");
            assert!((unit(turns) - Complex32::new(cos as f32, sin as f32)).norm() < ERROR, "{turns} turns");
        }
    }

    #[test]
    fn the_ends_of_the_range_are_finite_and_what_is_no_number_stays_so() {
        assert!(exp(f32::NEG_INFINITY) < 1e-37 && exp(f32::INFINITY).is_finite());
        assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
        assert!(exp(f32::NAN).is_nan() && tanh(f32::NAN).is_nan() && at_most(f32::NAN, 1.0).is_nan());
    }
}
