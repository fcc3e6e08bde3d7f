//! ONNX Runtime, opened at run time. Only this module and the voices use it.

use std::path::{Path, PathBuf};

use ort::{
    environment::Environment,
    ep::{self, ArenaExtendStrategy, cuda::ConvAlgorithmSearch},
    session::{RunOptions, Session, builder::SessionBuilder},
};

use crate::{
    device::{Device, DeviceChoice},
    error::{SpeechError, one_line},
};

/// The paths of the shared libraries that voices need, and the device on which models run.
#[derive(Clone, Debug, Default)]
pub struct RuntimeConfig {
    /// Shared library of ONNX Runtime.
    pub onnxruntime: PathBuf,
    /// Folder with espeak-ng's shared library and data; the system's espeak-ng when absent. If a folder is named, no
    /// other place is tried. Only voices whose phonemes come from espeak-ng need it.
    pub espeak: Option<PathBuf>,
    /// The device for models, unless their voice names another.
    pub device: DeviceChoice,
}

/// The opened library. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Runtime {
    environment: Environment,
    device: Device,
    /// Whether the device holds for all models, whatever their voices name.
    is_forced: bool,
    config: RuntimeConfig,
}

impl Runtime {
    /// Opens the shared library of ONNX Runtime and decides on the device for models; the log has the decision and its
    /// reason in one line.
    ///
    /// # Errors
    /// [`SpeechError::Runtime`] when the file is missing, is no ONNX Runtime or is too old, [`SpeechError::Device`]
    /// when the requested device is unavailable.
    pub fn open(config: RuntimeConfig) -> Result<Self, SpeechError> {
        let path = &config.onnxruntime;
        let failed = |cause: String| SpeechError::Runtime { path: path.display().to_string(), cause };
        if !path.is_file() {
            return Err(failed("there is no such file".into()));
        }
        let (device, why) = config.device.decide(path)?;
        let environment = ort::init_from(path)
            .map_err(|error| failed(one_line(&error)))?
            .with_name("firstword")
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(one_line(&error)))?;
        tracing::info!(%device, why, "models run here");
        Ok(Self { environment, device, is_forced: false, config })
    }

    /// The device for models, unless their voice names another.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The same library with another device for models, unless their voice names one.
    #[must_use]
    pub fn on(&self, device: Device) -> Self {
        Self { device, ..self.clone() }
    }

    /// The same library with one device for all models, whatever their voices name: for comparisons.
    #[must_use]
    pub fn only_on(&self, device: Device) -> Self {
        Self { is_forced: true, ..self.on(device) }
    }

    /// The device for a model whose voice names this one.
    pub(crate) fn device_for(&self, named: Option<Device>) -> Device {
        named.filter(|_| !self.is_forced).unwrap_or(self.device)
    }

    /// Whether models can run on `device`; if not, the error is one line that names the missing part.
    pub(crate) fn check(&self, device: Device) -> Result<(), String> {
        device.check(&self.config.onnxruntime)
    }

    /// The folder of espeak-ng; the system's espeak-ng when absent.
    pub(crate) fn espeak(&self) -> Option<&Path> {
        self.config.espeak.as_deref()
    }

    /// A session on `device` that runs on `threads` cores.
    pub(crate) fn session(
        &self,
        model: Model<'_>,
        device: Device,
        threads: usize,
    ) -> Result<Session, String> {
        let load = || -> ort::Result<Session> {
            let mut builder = self.builder(device, threads)?;
            match model {
                Model::File(path) => builder.commit_from_file(path),
                Model::Bytes(bytes) => builder.commit_from_memory(bytes),
            }
        };
        load().map_err(|error| one_line(&error))
    }

    fn builder(&self, device: Device, threads: usize) -> ort::Result<SessionBuilder> {
        let builder = Session::builder(&self.environment)?
            .with_intra_threads(threads)?
            .with_inter_threads(1)?
            // A thread that waits for work leaves its core to the other workers.
            .with_intra_op_spinning(false)?;
        match device {
            Device::Cpu => Ok(builder),
            Device::Cuda(number) => {
                let cuda = ep::CUDA::default()
                    .with_device_id(number)
                    // An exhaustive search would be repeated for every length of input, which takes seconds each time.
                    .with_conv_algorithm_search(ConvAlgorithmSearch::Heuristic)
                    // Doubling would reserve far more memory than the longest sentence needs.
                    .with_arena_extend_strategy(ArenaExtendStrategy::SameAsRequested)
                    .build()
                    .error_on_failure();
                Ok(builder.with_execution_providers([cuda])?)
            }
        }
    }
}

/// Sets the options of a run that is longer than usual: its session frees the memory at the end.
pub(crate) fn give_back(options: &mut RunOptions) -> ort::Result<()> {
    options.set("memory.enable_memory_arena_shrinkage", "cpu:0")
}

/// A model's file, or its content.
#[derive(Clone, Copy)]
pub(crate) enum Model<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}
