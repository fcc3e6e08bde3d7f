//! The rates of the hibari network, which pulses and vocoder share.

/// Samples per second of the waveform that the network was trained on.
pub(super) const MODEL_RATE: u32 = 24_000;

/// Frames per second.
pub(super) const FRAME_RATE: u32 = 80;
