//! The evidence that a model runs on a GPU, with a driver that the test has built.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{fs, path::Path, process::Command};

use speech::{Device, DriverLibraries, Gpu, GpuMemory};
use tempfile::TempDir;

/// Seconds of work for a second of audio: on a GPU, and on one core.
const FAST: f64 = 0.004;
const SLOW: f64 = 0.080;

struct FakeGpu {
    folder: TempDir,
    libraries: DriverLibraries,
}

impl FakeGpu {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let state = format!("-DSTATE=\"{}\"", folder.path().join("state").display());
        let build = |name: &str, define: &str| {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake-driver").join(name);
            let library = folder.path().join(name).with_extension("so");
            let built = Command::new("cc")
                .args(["-shared", "-fPIC", define, "-o"])
                .args([&library, &source])
                .status()
                .expect("there is a C compiler");
            assert!(built.success(), "{name}");
            library
        };
        let libraries =
            DriverLibraries { driver: build("cuda.c", "-DVERSION=13000"), nvml: build("nvml.c", &state) };
        Self { folder, libraries }
    }

    /// Sets the error of NVML, the memory in use, and a process with its memory, in MB.
    fn set(&self, error: u32, used: u64, pid: u32, own: u64) {
        fs::write(self.folder.path().join("state"), format!("{error} {used} {pid} {own}")).expect("written");
    }

    fn open(&self) -> Gpu {
        Gpu::open(&self.libraries, 0).expect("a GPU")
    }
}

#[test]
fn a_gpu_is_proved_by_own_memory_and_a_pace_far_from_the_cpus() {
    let fake = FakeGpu::new();
    let own = std::process::id();
    fake.set(0, 100, 1, 0);
    let gpu = fake.open();
    assert_eq!((gpu.name(), gpu.device()), ("Fake L4", Device::Cuda(0)));

    fake.set(0, 700, own, 500);
    let memory = gpu.memory().expect("it is there");
    assert_eq!(memory, GpuMemory { own: Some(500 << 20), used: 700 << 20, total: 24_000 << 20 });
    assert_eq!(gpu.prove(FAST, SLOW), Ok(()));

    for (name, pace) in [("as slow as the CPU", SLOW), ("a little faster", 0.6 * SLOW), ("not measured", 0.0)]
    {
        let cause = gpu.prove(pace, SLOW).expect_err(name);
        assert!(cause.contains("not faster on Fake L4 than on the CPU"), "{name}: {cause}");
    }

    // Others fill the GPU; this process has next to nothing there.
    fake.set(0, 20_000, own, 10);
    let cause = gpu.prove(FAST, SLOW).expect_err("no memory");
    assert!(cause.contains("this process holds 10 MB"), "{cause}");
}

#[test]
fn in_a_container_the_growth_of_all_memory_counts() {
    let fake = FakeGpu::new();
    fake.set(0, 1_000, 1, 0);
    let gpu = fake.open();
    let cause = gpu.prove(FAST, SLOW).expect_err("nothing has grown");
    assert!(cause.contains("this process holds 0 MB"), "{cause}");
    fake.set(0, 1_500, 1, 0);
    assert_eq!(gpu.memory().map(|memory| memory.own), Ok(None));
    assert_eq!(gpu.prove(FAST, SLOW), Ok(()));
}

#[test]
fn a_gpu_that_has_gone_or_never_was_is_an_error_in_words() {
    let fake = FakeGpu::new();
    fake.set(0, 100, 1, 0);
    let gpu = fake.open();
    // NVML_ERROR_GPU_IS_LOST.
    fake.set(15, 100, 1, 0);
    assert_eq!(gpu.memory(), Err("NVML fails: error 15 of nvmlDeviceGetMemoryInfo".into()));
    assert!(gpu.prove(FAST, SLOW).is_err());
    let cause = Gpu::open(&fake.libraries, 1).err().expect("there is only one");
    assert!(cause.contains("error 101 of cuDeviceGet"), "{cause}");
    let missing = DriverLibraries { nvml: "libnvidia-ml.so.1".into(), ..fake.libraries.clone() };
    let cause = Gpu::open(&missing, 0).err().expect("this machine has no NVML");
    assert!(cause.contains("libnvidia-ml.so.1 can't be opened"), "{cause}");
}
