//! Shared libraries that this process opens by their sonames, and the packages that bring them.

use std::{error::Error, ffi::OsStr, fmt::Display, path::Path};

use libloading::{Library, Symbol};

use crate::error::one_line;

/// A library of NVIDIA's, by its soname.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needed {
    pub(crate) soname: &'static str,
    /// The package that brings it, in NVIDIA's repositories for Debian, Ubuntu and Amazon Linux.
    pub(crate) package: &'static str,
}

/// Library that NVIDIA's driver installs.
pub(crate) const DRIVER: Needed = Needed { soname: "libcuda.so.1", package: "cuda-drivers" };

/// Library that reads the state of GPUs; a part of the driver too.
pub(crate) const NVML: Needed = Needed { soname: "libnvidia-ml.so.1", package: "cuda-drivers" };

/// The other libraries that ONNX Runtime 1.31's CUDA provider needs. They are looked for in this order, and the first
/// missing one is named.
pub(crate) const CUDA: [Needed; 5] = [
    Needed { soname: "libcudart.so.13", package: "cuda-cudart-13-0" },
    Needed { soname: "libcublasLt.so.13", package: "libcublas-13-0" },
    Needed { soname: "libcublas.so.13", package: "libcublas-13-0" },
    Needed { soname: "libcurand.so.10", package: "libcurand-13-0" },
    Needed { soname: "libcudnn.so.9", package: "libcudnn9-cuda-13" },
];

/// An opened library. It stays open until the process ends: CUDA's libraries are not safe to unload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened(&'static Library);

impl Opened {
    /// Opens a library by its soname, or by a path.
    ///
    /// # Errors
    /// The loader's own reason, in one line.
    #[expect(
        unsafe_code,
        reason = "opening a shared library runs its start-up code; the vendor's own are trusted"
    )]
    pub(crate) fn open(name: impl AsRef<OsStr>) -> Result<Self, String> {
        // SAFETY: the same libraries are opened by ONNX Runtime itself a moment later.
        let library = unsafe { Library::new(name.as_ref()) }.map_err(|error| reason(&error))?;
        Ok(Self(Box::leak(Box::new(library))))
    }

    /// A function of the library.
    ///
    /// # Safety
    /// `T` must be the type of the function with this name.
    ///
    /// # Errors
    /// When the library has no such function.
    #[expect(unsafe_code, reason = "only the caller knows the function's type")]
    pub(crate) unsafe fn function<T>(self, name: &str) -> Result<Symbol<'static, T>, String> {
        // SAFETY: promised by the caller.
        unsafe { self.0.get(name) }.map_err(|_| format!("it has no function {name}: it is another library"))
    }
}

/// The loader's own words, which are the cause of the error.
fn reason(error: &dyn Error) -> String {
    error.source().map_or_else(|| one_line(&error), |cause| one_line(&cause))
}

/// The message for a library that can't be opened.
pub(crate) fn cannot_open(name: impl Display, cause: &str) -> String {
    // The loader often begins with the name.
    let cause = cause.trim_start_matches(&format!("{name}: "));
    format!("{name} can't be opened ({cause}): install it or put its folder on LD_LIBRARY_PATH")
}

/// Opens the library, or says in one line that it is missing.
pub(crate) fn open(path: &Path) -> Result<Opened, String> {
    Opened::open(path).map_err(|cause| cannot_open(path.display(), &cause))
}
