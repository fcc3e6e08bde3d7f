//! Where models run.

pub(crate) mod cuda;
pub(crate) mod driver;
pub(crate) mod gpu;
pub(crate) mod library;
mod nvml;

use std::{fmt, path::Path, str::FromStr};

use crate::SpeechError;

/// The device that the configuration asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// CUDA where everything that CUDA needs is present, else the CPU.
    #[default]
    Auto,
    /// This device, or an error.
    Only(Device),
}

/// Where a model runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The CPU, through ONNX Runtime's own kernels.
    Cpu,
    /// An NVIDIA GPU, by its number.
    Cuda(i32),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase();
        match (name.as_str(), name.strip_prefix("cuda:")) {
            ("auto", _) => Some(Self::Auto),
            ("cpu", _) => Some(Self::Only(Device::Cpu)),
            ("cuda", _) => Some(Self::Only(Device::Cuda(0))),
            (_, Some(number)) => number.parse().ok().map(|n: u8| Self::Only(Device::Cuda(n.into()))),
            _ => None,
        }
        .ok_or_else(|| format!("`{text}` is no device: say auto, cpu, cuda or cuda:N"))
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
    /// Decides on the device for models that run in the ONNX Runtime at `runtime`. Also returns the reason, for the
    /// log.
    ///
    /// # Errors
    /// [`SpeechError::Device`], naming the missing part, when CUDA was asked for but is unavailable.
    pub(crate) fn decide(self, runtime: &Path) -> Result<(Device, String), SpeechError> {
        match self {
            Self::Auto => Ok(match cuda::check(runtime, 0) {
                Ok(()) => (Device::Cuda(0), "CUDA and all its libraries are there".into()),
                Err(cause) => (Device::Cpu, format!("CUDA can't be used: {cause}")),
            }),
            Self::Only(device) => match device.check(runtime) {
                Ok(()) => Ok((device, "it was asked for".into())),
                Err(cause) => Err(SpeechError::Device { choice: self.to_string(), cause }),
            },
        }
    }
}

impl Device {
    /// Whether models can run on this device, with the ONNX Runtime at `runtime`. If not, the error is one line that
    /// names the missing part.
    pub(crate) fn check(self, runtime: &Path) -> Result<(), String> {
        match self {
            Self::Cpu => Ok(()),
            Self::Cuda(number) => cuda::check(runtime, number),
        }
    }
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
        for wrong in ["", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:300", "cpu:1"] {
            let message = wrong.parse::<DeviceChoice>().expect_err(wrong);
            assert!(message.contains("say auto, cpu, cuda or cuda:N"), "{message}");
        }
    }

    #[test]
    fn cuda_that_is_missing_is_named_when_asked_for_and_explained_when_not() {
        let runtime = Path::new("/nowhere/libonnxruntime.so");
        let error =
            DeviceChoice::Only(Device::Cuda(0)).decide(runtime).expect_err("there is none").to_string();
        assert!(error.contains(cuda::PROVIDERS[0]) && !error.contains('\n'), "{error}");
        let (device, why) = DeviceChoice::Auto.decide(runtime).expect("falls back");
        assert_eq!(device, Device::Cpu);
        assert!(why.contains(cuda::PROVIDERS[0]), "{why}");
    }
}
