//! A host with a GPU, with a driver that the test has built: `doctor`, `--device cuda`, and a GPU that goes away.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use axum::http::StatusCode;
use serde_json::Value;
use speech::{DriverLibraries, Gpu};
use synth_service::gpus::GpuWatch;
use tempfile::TempDir;

use crate::support;

/// The libraries that ONNX Runtime's CUDA provider needs, beside the driver's two.
const LIBRARIES: [&str; 5] =
    ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"];

/// A folder with a GPU host's libraries.
struct Machine(TempDir);

impl Machine {
    fn new(driver_version: u32) -> Self {
        let machine = Self(TempDir::new().expect("a folder"));
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("speech/tests/fake-driver");
        machine.build("libcuda.so.1", &sources.join("cuda.c"), &format!("-DVERSION={driver_version}"));
        let state = format!("-DSTATE=\"{}\"", machine.path("state").display());
        machine.build("libnvidia-ml.so.1", &sources.join("nvml.c"), &state);
        machine.set(0);
        let others = [
            ("libcudart.so.13", "int cudaRuntimeGetVersion(int *v) { *v = 13010; return 0; }"),
            ("libcudnn.so.9", "unsigned long cudnnGetVersion(void) { return 91203; }"),
            (
                "libonnxruntime.so",
                "static const char *version(void) { return \"1.31.1\"; }
                static const struct { void *api; const char *(*version)(void); } base = { 0, version };
                const void *OrtGetApiBase(void) { return &base; }",
            ),
        ];
        let plain = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
        for name in LIBRARIES.into_iter().chain(plain).chain(["libonnxruntime.so"]) {
            let code =
                others.iter().find(|(other, _)| *other == name).map_or("int nothing;", |(_, code)| code);
            let source = machine.path("library.c");
            fs::write(&source, code).expect("written");
            machine.build(name, &source, "-DPLAIN");
        }
        fs::create_dir(machine.path("voices")).expect("made");
        machine
    }

    /// Has the CUDA provider ask for another library.
    fn provider_wants(&self, soname: &str) {
        let empty = self.path("library.c");
        fs::write(&empty, "int nothing;").expect("written");
        let other = self.path("other.so");
        let named = format!("-Wl,-soname,{soname}");
        let link = |arguments: &[&std::ffi::OsStr]| {
            let cc = Command::new("cc")
                .args(["-shared", "-fPIC", "-Wl,--no-as-needed", "-o"])
                .args(arguments)
                .status();
            assert!(cc.expect("there is a C compiler").success());
        };
        link(&[other.as_ref(), empty.as_ref(), named.as_ref()]);
        link(&[self.path("libonnxruntime_providers_cuda.so").as_ref(), empty.as_ref(), other.as_ref()]);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn build(&self, name: &str, source: &Path, define: &str) {
        let cc = Command::new("cc")
            .args(["-shared", "-fPIC", define, "-o"])
            .arg(self.path(name))
            .arg(source)
            .status();
        assert!(cc.expect("there is a C compiler").success(), "{name}");
    }

    /// Sets the error with which NVML answers from now on.
    fn set(&self, error: u32) {
        fs::write(self.path("state"), format!("{error} 100 1 0")).expect("written");
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_synth-service"))
            .env_clear()
            .env("LD_LIBRARY_PATH", self.0.path())
            .env("FIRSTWORD_ONNXRUNTIME", self.path("libonnxruntime.so"))
            .env("FIRSTWORD_VOICES", self.path("voices"))
            .args(arguments)
            .output()
            .expect("it runs")
    }

    /// The lines of `doctor` that begin with `fault`, and whether it succeeded.
    fn faults(&self, device: &str) -> (Vec<String>, bool) {
        let output = self.run(&["doctor", "--device", device]);
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        let faults = said.lines().filter_map(|line| line.strip_prefix("fault  ")).map(str::to_owned);
        (faults.collect(), output.status.success())
    }
}

#[test]
fn the_doctor_finds_nothing_on_a_good_host_and_prints_the_versions() {
    let machine = Machine::new(13_020);
    let output = machine.run(&["doctor", "--device", "cuda"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{said}");
    for expected in [
        "ONNX Runtime 1.31.1, CUDA build",
        "libonnxruntime_providers_cuda.so: wants CUDA 13 and cuDNN 9",
        "knows CUDA 13.2 at the newest",
        "GPU 0: Fake L4, compute capability 8.9, 24.0 GB",
        "libcudart.so.13: version 13.1",
        "libcudnn.so.9: version 9.12.3",
        "libnvidia-ml.so.1: the GPU's memory can be read",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn each_library_that_is_missing_is_one_line_with_one_package() {
    let machine = Machine::new(13_000);
    for (library, package) in [
        ("libcudart.so.13", "cuda-cudart-13-0"),
        ("libcublasLt.so.13", "libcublas-13-0"),
        ("libcublas.so.13", "libcublas-13-0"),
        ("libcurand.so.10", "libcurand-13-0"),
        ("libcudnn.so.9", "libcudnn9-cuda-13"),
        ("libnvidia-ml.so.1", "cuda-drivers"),
        ("libcuda.so.1", "cuda-drivers"),
        ("libonnxruntime_providers_cuda.so", "onnxruntime-gpu 1.31.1, from PyPI"),
        ("libonnxruntime.so", "onnxruntime-gpu 1.31.1, from PyPI"),
    ] {
        fs::rename(machine.path(library), machine.path("away")).expect("moved");
        let (faults, is_good) = machine.faults("cuda");
        fs::rename(machine.path("away"), machine.path(library)).expect("moved");
        assert!(!is_good, "{library}");
        let [fault] = faults.as_slice() else { panic!("{library}: {faults:?}") };
        assert!(fault.contains(library) && fault.ends_with(&format!(": install {package}")), "{fault}");
    }
    assert_eq!(machine.faults("cuda"), (Vec::new(), true));
}

#[test]
fn a_provider_for_another_cuda_or_a_damaged_one_is_named() {
    let machine = Machine::new(13_000);
    machine.provider_wants("libcudart.so.13");
    assert_eq!(machine.faults("cuda"), (Vec::new(), true));
    machine.provider_wants("libcudart.so.12");
    let (faults, is_good) = machine.faults("cuda");
    assert!(!is_good && faults.len() == 1 && faults[0].contains("wants libcudart.so.12"), "{faults:?}");
    let provider = machine.path("libonnxruntime_providers_cuda.so");
    let whole = fs::read(&provider).expect("read");
    for length in [0, 10, 64, 100, 500, 1000] {
        fs::write(&provider, &whole[..length]).expect("written");
        let (faults, is_good) = machine.faults("cuda");
        assert!(!is_good && faults.len() == 1 && faults[0].contains("can't be read"), "{length}: {faults:?}");
    }
}

#[test]
fn a_host_with_a_driver_must_have_the_rest_even_when_the_device_is_left_open() {
    let machine = Machine::new(12_080);
    let (faults, is_good) = machine.faults("auto");
    assert!(!is_good && faults.len() == 1, "{faults:?}");
    assert!(
        faults[0].contains("knows CUDA 12.8 at the newest, not 13.0: install cuda-drivers"),
        "{faults:?}"
    );
    assert_eq!(machine.faults("cpu"), (Vec::new(), true));
}

#[test]
fn a_host_without_a_driver_runs_on_the_cpu_unless_a_gpu_is_asked_for() {
    let machine = Machine::new(13_000);
    for library in ["libcuda.so.1", "libnvidia-ml.so.1"] {
        fs::remove_file(machine.path(library)).expect("removed");
    }
    assert_eq!(machine.faults("auto"), (Vec::new(), true));
    let (faults, is_good) = machine.faults("cuda");
    assert!(!is_good && faults.len() == 1 && faults[0].contains("libcuda.so.1"), "{faults:?}");
}

#[tokio::test]
async fn a_gpu_that_goes_away_makes_the_host_not_ready_and_one_that_comes_back_makes_it_ready() {
    let machine = Machine::new(13_000);
    let libraries =
        DriverLibraries { driver: machine.path("libcuda.so.1"), nvml: machine.path("libnvidia-ml.so.1") };
    let gpu = Gpu::open(&libraries, 0).expect("a GPU");
    let host = support::without_bucket_on(vec![GpuWatch::start(Arc::new(gpu))]).await;
    assert_eq!(host.get("/readyz").await.status(), StatusCode::OK);
    until_memory(&host, |bytes| bytes > 0.0).await;
    machine.set(15);
    let answer = support::until(async || {
        let answer = host.get("/readyz").await;
        (answer.status() != StatusCode::OK).then_some(answer)
    })
    .await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = answer.json().await.expect("JSON");
    let message = body["error"]["message"].as_str().unwrap_or_default();
    assert_eq!(body["error"]["code"], "gpu_gone");
    assert!(message.contains("cuda:0 (Fake L4) is gone: NVML fails: error 15"), "{message}");
    assert_eq!(host.get("/healthz").await.status(), StatusCode::OK);
    until_memory(&host, |bytes| bytes == 0.0).await;
    machine.set(0);
    support::until(async || (host.get("/readyz").await.status() == StatusCode::OK).then_some(())).await;
}

/// Reads the metric of the GPU's memory until it is as wanted.
async fn until_memory(host: &support::Bare, is_wanted: impl Fn(f64) -> bool) {
    support::until(async || {
        let metrics = host.get("/metrics").await.text().await.expect("text");
        let series = "firstword_gpu_memory_bytes{gpu=\"0\"} ";
        let bytes = metrics.lines().find_map(|line| line.strip_prefix(series)?.parse().ok());
        bytes.is_some_and(&is_wanted).then_some(())
    })
    .await;
}
