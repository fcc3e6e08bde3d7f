//! The evidence that models run on a GPU, and that the GPU is still there.
//!
//! A library that is present, and a provider that loads, prove nothing: ONNX Runtime can leave a whole model to the CPU.
//! Two things can't be feigned: memory of this process on the device, and a pace far from the CPU's.

use std::path::{Path, PathBuf};

use super::{
    driver::Driver,
    library::{DRIVER, NVML},
    nvml::Nvml,
};
use crate::Device;

/// Least memory of a process whose model is on the GPU, in bytes. CUDA's own context already takes more.
const LEAST_MEMORY: u64 = 64 << 20;

/// A model on the GPU takes at most this share of the time that it takes on one core of the CPU. A model that runs on
/// the CPU in secret takes all of it; between the two lies more than the noise of a short measurement.
const FAR: f64 = 0.5;

/// The paths of the two libraries of NVIDIA's driver: sonames by default, which the system finds.
#[derive(Clone, Debug)]
pub struct DriverLibraries {
    /// The driver itself.
    pub driver: PathBuf,
    /// Its management library.
    pub nvml: PathBuf,
}

impl Default for DriverLibraries {
    fn default() -> Self {
        Self { driver: DRIVER.soname.into(), nvml: NVML.soname.into() }
    }
}

/// One GPU. Its memory at the time of [`Self::open`] is remembered: open it before the first model is loaded.
pub struct Gpu {
    device: Device,
    name: String,
    nvml: Nvml,
    /// Bytes in use on the whole GPU when it was opened.
    before: u64,
}

/// The memory of a GPU, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuMemory {
    /// Of this process; `None` where the driver does not list it, as in a container with process ids of its own.
    pub own: Option<u64>,
    /// In use, by all processes.
    pub used: u64,
    /// All of it.
    pub total: u64,
}

impl Gpu {
    /// Opens the GPU of this number, as CUDA counts.
    ///
    /// # Errors
    /// One line that names the library or the function that fails.
    pub fn open(libraries: &DriverLibraries, number: i32) -> Result<Self, String> {
        let driver = Driver::open(&libraries.driver)?;
        let status = driver.initialise()?;
        if status != 0 {
            return Err(format!("NVIDIA's driver doesn't start (error {status} of cuInit): is there a GPU?"));
        }
        let facts = driver.gpu(number)?;
        let nvml = Nvml::open(&libraries.nvml, &facts.bus)?;
        let before = nvml.memory()?.used;
        Ok(Self { device: Device::Cuda(number), name: facts.name, nvml, before })
    }

    /// The device that models name.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The name of the product, such as `NVIDIA L4`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The memory at this moment. Blocks, usually for less than a millisecond; for ever where the driver hangs.
    ///
    /// # Errors
    /// One line: the GPU has gone, or its driver fails.
    pub fn memory(&self) -> Result<GpuMemory, String> {
        let memory = self.nvml.memory()?;
        // A driver that can't list processes still proves the rest.
        let own = self.nvml.memory_of(std::process::id()).unwrap_or_default();
        Ok(GpuMemory { own, used: memory.used, total: memory.total })
    }

    /// Judges whether a model runs here. `pace` and `cpu_pace` are the times that its network takes for a second of
    /// audio, here and on one core of the CPU.
    ///
    /// # Errors
    /// The missing piece of evidence, in one line.
    pub fn prove(&self, pace: f64, cpu_pace: f64) -> Result<(), String> {
        let memory = self.memory()?;
        // Where the process is not listed, the growth of all memory must do.
        let held = memory.own.unwrap_or(memory.used.saturating_sub(self.before));
        if held < LEAST_MEMORY {
            return Err(format!(
                "the model is not in the memory of {}: this process holds {} MB there",
                self.name,
                held >> 20
            ));
        }
        // A pace that was not measured proves nothing.
        if !(pace > 0.0 && pace <= FAR * cpu_pace) {
            return Err(format!(
                "the model is not faster on {} than on the CPU: {:.1} ms for a second of audio, {:.1} ms on one core",
                self.name,
                pace * 1000.0,
                cpu_pace * 1000.0
            ));
        }
        Ok(())
    }
}

/// Whether this machine has a GPU of NVIDIA's, so that running on the CPU would be a fault.
pub(crate) fn is_present() -> bool {
    Path::new("/dev/nvidiactl").exists()
}
