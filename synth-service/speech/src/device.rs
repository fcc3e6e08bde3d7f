//! Where models run.

use std::{fmt, path::Path, str::FromStr};

use libloading::Library;

use crate::SpeechError;

/// Lies beside the library of ONNX Runtime in its CUDA build.
const CUDA_PROVIDER: &str = "libonnxruntime_providers_cuda.so";

/// What the CUDA provider of ONNX Runtime 1.31 needs, the driver first. Looked for in this order, so that the
/// first one that is missing can be named.
const CUDA_LIBRARIES: [&str; 6] = [
    "libcuda.so.1",
    "libcudart.so.13",
    "libcublasLt.so.13",
    "libcublas.so.13",
    "libcurand.so.10",
    "libcudnn.so.9",
];

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// CUDA where everything it needs is there, else the CPU.
    #[default]
    Auto,
    Only(Device),
}

/// Where a model runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    Cpu,
    /// The number of an NVIDIA GPU.
    Cuda(i32),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let cuda = |number: i32| Self::Only(Device::Cuda(number));
        match text.trim().to_ascii_lowercase().split_once(':') {
            None if text.trim().eq_ignore_ascii_case("auto") => Ok(Self::Auto),
            None if text.trim().eq_ignore_ascii_case("cpu") => Ok(Self::Only(Device::Cpu)),
            None if text.trim().eq_ignore_ascii_case("cuda") => Ok(cuda(0)),
            Some(("cuda", number)) if number.parse().is_ok_and(|number: u8| number < 64) => {
                Ok(cuda(number.parse().unwrap_or_default()))
            }
            _ => Err(format!("`{text}` is no device: say auto, cpu, cuda or cuda:N")),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::Only(device) => device.fmt(formatter),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => formatter.write_str("cpu"),
            Self::Cuda(number) => write!(formatter, "cuda:{number}"),
        }
    }
}

impl DeviceChoice {
    /// The device for models that run in the ONNX Runtime at `runtime`, and why.
    ///
    /// # Errors
    /// [`SpeechError::Device`], naming the missing library, when CUDA was asked for and can't be had.
    pub(crate) fn decide(self, runtime: &Path) -> Result<(Device, String), SpeechError> {
        match (self, missing_for_cuda(runtime)) {
            (Self::Only(Device::Cpu), _) => Ok((Device::Cpu, "it was asked for".into())),
            (Self::Only(Device::Cuda(number)), Ok(())) => {
                Ok((Device::Cuda(number), "it was asked for".into()))
            }
            (Self::Only(Device::Cuda(_)), Err(cause)) => {
                Err(SpeechError::Device { choice: self.to_string(), cause })
            }
            (Self::Auto, Ok(())) => Ok((Device::Cuda(0), "CUDA and all its libraries are there".into())),
            (Self::Auto, Err(cause)) => Ok((Device::Cpu, format!("CUDA can't be used: {cause}"))),
        }
    }
}

/// What CUDA lacks on this machine, in one line.
fn missing_for_cuda(runtime: &Path) -> Result<(), String> {
    let provider = runtime.with_file_name(CUDA_PROVIDER);
    if !provider.is_file() {
        return Err(format!("{} is missing (this ONNX Runtime is the CPU build)", provider.display()));
    }
    for name in CUDA_LIBRARIES {
        open(name).map_err(|cause| {
            format!("{name} can't be opened ({cause}): install it or put its folder on LD_LIBRARY_PATH")
        })?;
    }
    Ok(())
}

#[expect(
    unsafe_code,
    reason = "opening a shared library runs its start-up code; the vendor's own are trusted"
)]
fn open(name: &str) -> Result<(), String> {
    // SAFETY: the same libraries are opened by ONNX Runtime itself a moment later.
    let library = unsafe { Library::new(name) }.map_err(|error| crate::error::one_line(&error))?;
    // It stays open: CUDA's libraries don't like to be unloaded.
    std::mem::forget(library);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_they_are_printed() {
        for name in ["auto", "cpu", "cuda:0", "cuda:3"] {
            assert_eq!(name.parse::<DeviceChoice>().map(|choice| choice.to_string()), Ok(name.to_owned()));
        }
        assert_eq!("CUDA".parse(), Ok(DeviceChoice::Only(Device::Cuda(0))));
        for wrong in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "cpu:1"] {
            let message = wrong.parse::<DeviceChoice>().expect_err(wrong);
            assert!(message.contains("say auto, cpu, cuda or cuda:N"), "{message}");
        }
    }

    #[test]
    fn cuda_that_is_missing_is_named_when_asked_for_and_explained_when_not() {
        let runtime = Path::new("/nowhere/libonnxruntime.so");
        let error =
            DeviceChoice::Only(Device::Cuda(0)).decide(runtime).expect_err("there is none").to_string();
        assert!(error.contains(CUDA_PROVIDER) && !error.contains('\n'), "{error}");
        let (device, why) = DeviceChoice::Auto.decide(runtime).expect("falls back");
        assert_eq!(device, Device::Cpu);
        assert!(why.contains(CUDA_PROVIDER), "{why}");
    }
}
