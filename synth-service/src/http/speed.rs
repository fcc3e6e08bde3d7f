//! The speeds that clients of OpenAI's API may request, and those at which voices speak.

use std::ops::RangeInclusive;

use text::SPEEDS;

/// OpenAI's own range.
const REQUESTED: RangeInclusive<f32> = 0.25..=4.0;

/// A speed that no client of OpenAI's API sends.
#[derive(Debug, thiserror::Error)]
#[error("speed must be from {:?} to {:?}", REQUESTED.start(), REQUESTED.end())]
pub(super) struct SpeedOutOfRange;

/// The speed at which a request is spoken: the nearest one that voices have.
///
/// # Errors
/// [`SpeedOutOfRange`] outside OpenAI's range.
pub(super) fn used(requested: Option<f32>) -> Result<f32, SpeedOutOfRange> {
    let speed = requested.unwrap_or(1.0);
    if !REQUESTED.contains(&speed) {
        return Err(SpeedOutOfRange);
    }
    Ok(speed.clamp(*SPEEDS.start(), *SPEEDS.end()))
}
