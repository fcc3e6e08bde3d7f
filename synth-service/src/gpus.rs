//! The GPUs on which voices run: the proof that they do, and a watch that notices a GPU that has gone.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use speech::{Device, Gpu, GpuMemory, Runtime, SpeechError, engine::model_pace, voice::VoiceLoader};
use tokio::{sync::watch, time::Instant};

/// Pause between two readings of a GPU.
const READ_EVERY: Duration = Duration::from_secs(1);

/// A GPU without a reading for this long counts as gone: its driver hangs.
const OVERDUE: Duration = Duration::from_secs(10);

/// The GPUs that voices name, opened before the first model is loaded on them.
#[derive(Default)]
pub(crate) struct Gpus(BTreeMap<i32, Arc<Gpu>>);

impl Gpus {
    /// Opens the GPU of a device, unless it is the CPU or has been opened.
    pub(crate) fn open(&mut self, device: Device) -> Result<(), SpeechError> {
        if let Device::Cuda(number) = device
            && !self.0.contains_key(&number)
        {
            let gpu = Gpu::open(&speech::DriverLibraries::default(), number);
            self.0.insert(number, Arc::new(gpu.map_err(|cause| unproved(device, &cause))?));
        }
        Ok(())
    }

    /// Proves that a voice, whose engine has started, runs on its GPU: by memory, and by a pace far from the CPU's.
    pub(crate) fn prove(
        &self,
        loader: &VoiceLoader,
        folder: &Path,
        runtime: &Runtime,
    ) -> Result<(), SpeechError> {
        let device = loader.device();
        let Device::Cuda(number) = device else { return Ok(()) };
        let Some(gpu) = self.0.get(&number) else { return Err(unproved(device, "it was not opened")) };
        let on_cpu = VoiceLoader::open(folder, &runtime.only_on(Device::Cpu))?;
        let paces = model_pace(loader)?.zip(model_pace(&on_cpu)?);
        let name = &loader.config().name;
        let Some((pace, cpu_pace)) = paces else {
            return Err(unproved(
                device,
                &format!("voice {name} can't speak its language, so its pace is unknown"),
            ));
        };
        gpu.prove(pace, cpu_pace).map_err(|cause| unproved(device, &format!("voice {name}: {cause}")))?;
        tracing::info!(voice = name, %device, gpu = gpu.name(), pace, cpu_pace, "proved to run on the GPU");
        Ok(())
    }

    /// # Errors
    /// [`SpeechError::Device`] where `device` is a GPU that no voice uses.
    pub(crate) fn check_used(&self, device: Device) -> Result<(), SpeechError> {
        match device {
            Device::Cuda(number) if !self.0.contains_key(&number) => Err(unproved(
                device,
                "each voice names another one in its voice.toml; serve a voice that runs on it",
            )),
            _ => Ok(()),
        }
    }

    /// Watches all of them from now on.
    pub(crate) fn watch(self) -> Vec<GpuWatch> {
        self.0.into_values().map(GpuWatch::start).collect()
    }
}

fn unproved(device: Device, cause: &str) -> SpeechError {
    let cause = format!("{cause}; run `synth-service doctor`, or set --device cpu");
    SpeechError::Device { choice: device.to_string(), cause }
}

/// A GPU that has gone, or whose driver hangs.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{device} ({name}) is gone: {cause}; replace this host, its voices can't speak")]
pub struct GpuGone {
    device: Device,
    name: String,
    cause: String,
}

/// The latest reading of one GPU, from a thread of its own: a driver that hangs holds up nothing else.
pub struct GpuWatch {
    device: Device,
    name: String,
    latest: watch::Receiver<Reading>,
    /// Ends the thread when it is dropped.
    _stop: Sender<()>,
}

struct Reading {
    at: Instant,
    memory: Result<GpuMemory, String>,
}

impl Reading {
    fn of(gpu: &Gpu) -> Self {
        let memory = gpu.memory();
        Self { at: Instant::now(), memory }
    }
}

impl GpuWatch {
    /// Reads the GPU once, and then every second until the watch is dropped.
    pub fn start(gpu: Arc<Gpu>) -> Self {
        let (sender, latest) = watch::channel(Reading::of(&gpu));
        let (_stop, stopped) = channel();
        let watch = Self { device: gpu.device(), name: gpu.name().to_owned(), latest, _stop };
        let spawned = thread::Builder::new()
            .name("gpu-watch".into())
            .spawn(move || keep_reading(&gpu, &sender, &stopped));
        if let Err(error) = spawned {
            // The reading then becomes overdue, and the host not ready.
            tracing::error!(%error, "no thread to watch the GPU");
        }
        watch
    }

    /// The device that voices name.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The memory at the latest reading.
    ///
    /// # Errors
    /// [`GpuGone`] when that failed, or was too long ago.
    pub fn memory(&self) -> Result<GpuMemory, GpuGone> {
        let latest = self.latest.borrow();
        let cause = match &latest.memory {
            Ok(memory) if latest.at.elapsed() < OVERDUE => return Ok(*memory),
            Ok(_) => format!("its driver has not answered for {} s", latest.at.elapsed().as_secs()),
            Err(cause) => cause.clone(),
        };
        Err(GpuGone { device: self.device, name: self.name.clone(), cause })
    }
}

fn keep_reading(gpu: &Gpu, latest: &watch::Sender<Reading>, stopped: &Receiver<()>) {
    while stopped.recv_timeout(READ_EVERY) == Err(RecvTimeoutError::Timeout) {
        let reading = Reading::of(gpu);
        let was_there = latest.borrow().memory.is_ok();
        if let (true, Err(error)) = (was_there, &reading.memory) {
            tracing::error!(device = %gpu.device(), error, "the GPU is gone");
        }
        latest.send_replace(reading);
    }
}
