//! The driver, the GPU, and the libraries of CUDA and cuDNN.

use std::{
    ffi::c_int,
    path::{Path, PathBuf},
};

use super::{Report, needed, onnxruntime};
use crate::device::{
    cuda::{OLDEST_VERSION, PROVIDERS, in_words, missing_provider},
    driver::Driver,
    gpu::{DriverLibraries, Gpu},
    library::{self, CUDA, DRIVER, NVML, Needed, Opened},
};

type RuntimeVersion = unsafe extern "C" fn(*mut c_int) -> c_int;
type CudnnVersion = unsafe extern "C" fn() -> usize;

pub(super) fn examine(report: &mut Report, runtime: &Path, number: i32) {
    match missing_provider(runtime) {
        None => provider(report, &runtime.with_file_name(PROVIDERS[1])),
        Some(path) => report.fault(
            format!("{} is missing: this ONNX Runtime is the CPU build", path.display()),
            onnxruntime::package("CUDA build"),
        ),
    }
    driver(report, number);
    for needed in &CUDA {
        match library::open(&PathBuf::from(needed.soname)) {
            Ok(opened) => report.good(format!("{}{}", needed.soname, version(needed, opened))),
            Err(cause) => report.fault(short(&cause), needed.package),
        }
    }
}

/// Compares the libraries that the provider itself asks for with those that this program looks for.
fn provider(report: &mut Report, path: &Path) {
    let wanted = match needed::sonames(path) {
        Ok(wanted) => wanted,
        Err(cause) => {
            let cause = format!("{} can't be read: {cause}", path.display());
            return report.fault(cause, onnxruntime::package("CUDA build"));
        }
    };
    let stem = |soname: &str| soname.split(".so").next().unwrap_or_default().to_owned();
    let other = wanted.iter().find(|soname| {
        CUDA.iter().any(|known| stem(known.soname) == stem(soname) && known.soname != soname.as_str())
    });
    match other {
        Some(soname) => report.fault(
            format!("{} wants {soname}, which is of another CUDA than 13", path.display()),
            onnxruntime::package("CUDA build"),
        ),
        None => report.good(format!("{}: wants CUDA 13 and cuDNN 9", PROVIDERS[1])),
    }
}

fn driver(report: &mut Report, number: i32) {
    let driver = match Driver::open(Path::new(DRIVER.soname)) {
        Ok(driver) => driver,
        Err(cause) => return report.fault(short(&cause), DRIVER.package),
    };
    let answers = (|| Ok::<_, String>((driver.initialise()?, driver.version()?, driver.gpus()?)))();
    let (status, version, gpus) = match answers {
        Ok(answers) => answers,
        Err(cause) => return report.fault(format!("{}: {cause}", DRIVER.soname), DRIVER.package),
    };
    if status != 0 {
        let cause = format!("NVIDIA's driver doesn't start (error {status} of cuInit) or there is no GPU");
        return report.fault(cause, DRIVER.package);
    }
    let known = in_words(version);
    if version < OLDEST_VERSION {
        let needed = in_words(OLDEST_VERSION);
        report
            .fault(format!("NVIDIA's driver knows CUDA {known} at the newest, not {needed}"), DRIVER.package);
    } else {
        report.good(format!("{}: NVIDIA's driver knows CUDA {known} at the newest", DRIVER.soname));
    }
    if number >= gpus {
        let cause = format!("there is no GPU number {number}: NVIDIA's driver has {gpus}, counted from 0");
        return report.fault(cause, "a GPU, or set --device");
    }
    gpu(report, driver, number);
}

fn gpu(report: &mut Report, driver: Driver, number: i32) {
    match driver.gpu(number) {
        Ok(gpu) => report.good(format!(
            "GPU {number}: {}, compute capability {}.{}, {:.1} GB",
            gpu.name,
            gpu.capability.0,
            gpu.capability.1,
            gpu.memory as f64 / 1e9
        )),
        Err(cause) => return report.fault(cause, DRIVER.package),
    }
    match Gpu::open(&DriverLibraries::default(), number) {
        Ok(_) => report.good(format!("{}: the GPU's memory can be read", NVML.soname)),
        Err(cause) => report.fault(short(&cause), NVML.package),
    }
}

/// The version of a library that can tell it, for a line of the report.
#[expect(unsafe_code, reason = "a C library has no other door")]
fn version(needed: &Needed, library: Opened) -> String {
    let found = if needed.soname.starts_with("libcudart") {
        // SAFETY: `cudaError_t cudaRuntimeGetVersion(int *)` in `cuda_runtime_api.h`.
        unsafe { library.function::<RuntimeVersion>("cudaRuntimeGetVersion") }.ok().map(|get| {
            let mut version = 0;
            // SAFETY: the function writes at most one `int` to the address.
            unsafe { get(&mut version) };
            in_words(version)
        })
    } else if needed.soname.starts_with("libcudnn") {
        // SAFETY: `size_t cudnnGetVersion(void)` in `cudnn.h`.
        let get = unsafe { library.function::<CudnnVersion>("cudnnGetVersion") };
        // SAFETY: it takes no argument.
        get.ok()
            .map(|get| unsafe { get() })
            .map(|version| format!("{}.{}.{}", version / 10_000, version % 10_000 / 100, version % 100))
    } else {
        None
    };
    found.map(|version| format!(": version {version}")).unwrap_or_default()
}

/// A message without its own advice, since the report names the package.
fn short(cause: &str) -> String {
    cause.split(": install it or").next().unwrap_or(cause).to_owned()
}
