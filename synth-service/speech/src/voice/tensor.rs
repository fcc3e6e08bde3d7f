//! Numbers that models give, whatever their format.

use half::f16;
use ort::value::DynValue;

/// Floating-point numbers of 32 or 16 bits.
///
/// # Errors
/// That of ONNX Runtime where they are others.
pub(super) fn floats(value: &DynValue) -> ort::Result<Vec<f32>> {
    if let Ok((_, numbers)) = value.try_extract_tensor::<f32>() {
        return Ok(numbers.to_vec());
    }
    let (_, halves) = value.try_extract_tensor::<f16>()?;
    Ok(halves.iter().map(|half| half.to_f32()).collect())
}
