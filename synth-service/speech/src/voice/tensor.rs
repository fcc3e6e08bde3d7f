//! Numbers in a model's output, in any format.

use half::f16;
use ort::value::DynValue;

/// Floating-point numbers of 32 or 16 bits.
///
/// # Errors
/// The error of ONNX Runtime where the numbers have another format.
pub(super) fn floats(value: &DynValue) -> ort::Result<Vec<f32>> {
    if let Ok((_, numbers)) = value.try_extract_tensor::<f32>() {
        return Ok(numbers.to_vec());
    }
    let (_, halves) = value.try_extract_tensor::<f16>()?;
    Ok(halves.iter().map(|half| half.to_f32()).collect())
}
