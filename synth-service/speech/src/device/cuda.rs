//! Checks whether CUDA can be used: ONNX Runtime's CUDA libraries, NVIDIA's libraries, a driver that is new enough, and
//! a GPU. Runs nothing on the GPU.

use std::{
    ffi::{c_int, c_uint},
    path::Path,
};

use libloading::{Library, Symbol};

/// Libraries that ONNX Runtime's CUDA build has beside its main library.
pub(super) const PROVIDERS: [&str; 2] =
    ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];

/// Library that NVIDIA's driver installs.
const DRIVER: &str = "libcuda.so.1";

/// The other libraries that ONNX Runtime 1.31's CUDA provider needs. They are looked for in this order, and the first
/// missing one is named.
const LIBRARIES: [&str; 5] =
    ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"];

/// The oldest version of CUDA that the driver must know, as the driver counts: 1000 for each major version.
const OLDEST_VERSION: c_int = 13_000;

type Initialise = unsafe extern "C" fn(c_uint) -> c_int;
type GetNumber = unsafe extern "C" fn(*mut c_int) -> c_int;

/// The missing part of CUDA on this machine for the GPU of this `number`, in one line.
pub(super) fn check(runtime: &Path, number: i32) -> Result<(), String> {
    for name in PROVIDERS {
        let provider = runtime.with_file_name(name);
        if !provider.is_file() {
            return Err(format!("{} is missing (this ONNX Runtime is the CPU build)", provider.display()));
        }
    }
    let driver = open(DRIVER)?;
    fits(
        initialise(driver)?,
        read(driver, "cuDriverGetVersion")?,
        read(driver, "cuDeviceGetCount")?,
        number,
    )?;
    LIBRARIES.iter().try_for_each(|name| open(name).map(drop))
}

/// Judges the driver's answers: the status of its initialisation, the CUDA version that it supports, and its number of
/// GPUs.
fn fits(status: c_int, version: c_int, gpus: c_int, number: i32) -> Result<(), String> {
    if status != 0 {
        return Err(format!("NVIDIA's driver doesn't start (error {status} of cuInit): is there a GPU?"));
    }
    if version < OLDEST_VERSION {
        let [known, needed] =
            [version, OLDEST_VERSION].map(|version| format!("{}.{}", version / 1000, version % 1000 / 10));
        return Err(format!("NVIDIA's driver knows CUDA {known}, not {needed}: install a newer driver"));
    }
    if number >= gpus {
        return Err(format!("there is no GPU number {number}: NVIDIA's driver has {gpus}, counted from 0"));
    }
    Ok(())
}

#[expect(
    unsafe_code,
    reason = "opening a shared library runs its start-up code; the vendor's own are trusted"
)]
fn open(name: &str) -> Result<&'static Library, String> {
    // SAFETY: the same libraries are opened by ONNX Runtime itself a moment later.
    let library = unsafe { Library::new(name) }.map_err(|error| {
        let cause = crate::error::one_line(&error);
        format!("{name} can't be opened ({cause}): install it or put its folder on LD_LIBRARY_PATH")
    })?;
    // The library stays open: CUDA's libraries are not safe to unload.
    Ok(Box::leak(Box::new(library)))
}

/// Initialises the driver and returns its status, 0 for success. May be called any number of times.
#[expect(unsafe_code, reason = "a C library has no other door")]
fn initialise(driver: &Library) -> Result<c_int, String> {
    // SAFETY: `CUresult cuInit(unsigned int)` in `cuda.h`.
    let initialise: Symbol<'_, Initialise> = unsafe { driver.get("cuInit") }.map_err(|_| not_in("cuInit"))?;
    // SAFETY: `cuInit` takes one argument, which must be 0.
    Ok(unsafe { initialise(0) })
}

/// One number from the driver; 0 where the driver returns an error, as it does before it is initialised.
#[expect(unsafe_code, reason = "a C library has no other door")]
fn read(driver: &Library, name: &str) -> Result<c_int, String> {
    // SAFETY: `CUresult NAME(int *)` in `cuda.h`, for both names that are read.
    let get: Symbol<'_, GetNumber> = unsafe { driver.get(name) }.map_err(|_| not_in(name))?;
    let mut number = 0;
    // SAFETY: the function writes at most one `int` to the address.
    let status = unsafe { get(&mut number) };
    Ok(if status == 0 { number } else { 0 })
}

fn not_in(name: &str) -> String {
    format!("{DRIVER} has no {name}: it is no driver of NVIDIA")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_without_a_gpu_or_too_old_is_refused_in_words() {
        assert_eq!(fits(0, 13_000, 1, 0), Ok(()));
        assert_eq!(fits(0, 13_020, 4, 3), Ok(()));
        for (status, version, gpus, number, expected) in [
            (100, 0, 0, 0, "error 100 of cuInit"),
            (0, 12_080, 1, 0, "CUDA 12.8, not 13.0"),
            (0, 13_000, 0, 0, "no GPU number 0"),
            (0, 13_000, 2, 2, "no GPU number 2: NVIDIA's driver has 2"),
        ] {
            let cause = fits(status, version, gpus, number).err().unwrap_or_default();
            assert!(cause.contains(expected), "{cause}");
        }
    }
}
