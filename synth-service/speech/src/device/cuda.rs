//! Checks whether CUDA can be used: ONNX Runtime's CUDA libraries, NVIDIA's libraries, a driver that is new enough, and
//! a GPU. Runs nothing on the GPU.

use std::{
    ffi::c_int,
    path::{Path, PathBuf},
};

use super::{
    driver::Driver,
    library::{self, DRIVER},
};

/// Libraries that ONNX Runtime's CUDA build has beside its main library.
pub(crate) const PROVIDERS: [&str; 2] =
    ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];

/// The oldest version of CUDA that the driver must know, as the driver counts: 1000 for each major version.
pub(crate) const OLDEST_VERSION: c_int = 13_000;

/// The missing part of CUDA on this machine for the GPU of this `number`, in one line.
pub(super) fn check(runtime: &Path, number: i32) -> Result<(), String> {
    if let Some(provider) = missing_provider(runtime) {
        return Err(format!("{} is missing (this ONNX Runtime is the CPU build)", provider.display()));
    }
    let driver = Driver::open(Path::new(DRIVER.soname))?;
    fits(driver.initialise()?, driver.version()?, driver.gpus()?, number)?;
    library::CUDA.iter().try_for_each(|needed| library::open(Path::new(needed.soname)).map(drop))
}

/// The first library of ONNX Runtime's CUDA build that is not beside its main library.
pub(crate) fn missing_provider(runtime: &Path) -> Option<PathBuf> {
    PROVIDERS.iter().map(|name| runtime.with_file_name(name)).find(|provider| !provider.is_file())
}

/// Judges the driver's answers: the status of its initialisation, the CUDA version that it supports, and its number of
/// GPUs.
pub(crate) fn fits(status: c_int, version: c_int, gpus: c_int, number: i32) -> Result<(), String> {
    if status != 0 {
        return Err(format!("NVIDIA's driver doesn't start (error {status} of cuInit): is there a GPU?"));
    }
    if version < OLDEST_VERSION {
        let [known, needed] = [version, OLDEST_VERSION].map(in_words);
        return Err(format!("NVIDIA's driver knows CUDA {known}, not {needed}: install a newer driver"));
    }
    if number >= gpus {
        return Err(format!("there is no GPU number {number}: NVIDIA's driver has {gpus}, counted from 0"));
    }
    Ok(())
}

/// A version of CUDA as people write it.
pub(crate) fn in_words(version: c_int) -> String {
    format!("{}.{}", version / 1000, version % 1000 / 10)
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
