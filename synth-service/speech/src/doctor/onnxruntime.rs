//! ONNX Runtime's library, and its version.

use std::{
    ffi::{CStr, c_char, c_void},
    path::Path,
};

use super::Report;
use crate::device::{cuda, library::Opened};

/// The release that this program is written for; others need its interface at least.
const RELEASE: &str = "1.31.1";
const OLDEST_MINOR: u32 = 31;

/// `OrtApiBase` in `onnxruntime_c_api.h`, the same in every release.
#[repr(C)]
struct ApiBase {
    get_api: unsafe extern "C" fn(u32) -> *const c_void,
    version: unsafe extern "C" fn() -> *const c_char,
}

type GetApiBase = unsafe extern "C" fn() -> *const ApiBase;

pub(super) fn examine(report: &mut Report, path: &Path) {
    let build = match cuda::missing_provider(path) {
        None => "CUDA build",
        Some(_) => "CPU build",
    };
    match version(path) {
        Ok(version) if is_new_enough(&version) => {
            report.good(format!("ONNX Runtime {version}, {build}: {}", path.display()));
        }
        Ok(version) => report.fault(
            format!("ONNX Runtime {version} is too old, 1.{OLDEST_MINOR} is needed: {}", path.display()),
            package(build),
        ),
        Err(cause) => {
            report
                .fault(format!("ONNX Runtime can't be opened ({cause}), see --onnxruntime"), package(build));
        }
    }
}

/// The package of a build of ONNX Runtime.
pub(super) fn package(build: &str) -> String {
    let name = if build == "CUDA build" { "onnxruntime-gpu" } else { "onnxruntime" };
    format!("{name} {RELEASE}, from PyPI")
}

#[expect(unsafe_code, reason = "a C library has no other door")]
fn version(path: &Path) -> Result<String, String> {
    if !path.is_file() {
        return Err(format!("there is no {}", path.display()));
    }
    let library = Opened::open(path)?;
    // SAFETY: `const OrtApiBase *OrtGetApiBase(void)` in `onnxruntime_c_api.h`.
    let base = unsafe { library.function::<GetApiBase>("OrtGetApiBase") }?;
    // SAFETY: it takes no argument and returns a structure that lives as long as the library, which is never closed.
    let base = unsafe { base().as_ref() }.ok_or("OrtGetApiBase returns nothing")?;
    // SAFETY: it takes no argument and returns a constant string, or null.
    let version = unsafe { (base.version)() };
    if version.is_null() {
        return Err("it has no version".into());
    }
    // SAFETY: as above.
    Ok(unsafe { CStr::from_ptr(version) }.to_string_lossy().into_owned())
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or_default());
    let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    (major, minor) >= (1, OLDEST_MINOR)
}
