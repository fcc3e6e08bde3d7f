//! NVIDIA's driver, through the functions of its library `libcuda.so.1`. Runs nothing on the GPU.

use std::{
    ffi::{CStr, CString, c_char, c_int, c_uint},
    path::Path,
};

use super::library::{self, Opened};

/// From `cuda.h`: the two halves of a GPU's compute capability.
const CAPABILITY_MAJOR: c_int = 75;
const CAPABILITY_MINOR: c_int = 76;

/// Room for a name, or for an address on the PCI bus.
const TEXT: usize = 128;

type Initialise = unsafe extern "C" fn(c_uint) -> c_int;
type GetNumber = unsafe extern "C" fn(*mut c_int) -> c_int;
type GetHandle = unsafe extern "C" fn(*mut c_int, c_int) -> c_int;
type GetText = unsafe extern "C" fn(*mut c_char, c_int, c_int) -> c_int;
type GetAttribute = unsafe extern "C" fn(*mut c_int, c_int, c_int) -> c_int;
type GetMemory = unsafe extern "C" fn(*mut usize, c_int) -> c_int;

/// The opened library of the driver.
#[derive(Clone, Copy)]
pub(crate) struct Driver(Opened);

/// One GPU, as the driver describes it.
#[derive(Clone, Debug)]
pub(crate) struct GpuFacts {
    pub(crate) name: String,
    /// Compute capability: major and minor.
    pub(crate) capability: (c_int, c_int),
    /// Bytes of memory.
    pub(crate) memory: usize,
    /// Address on the PCI bus, by which NVML finds the same GPU.
    pub(crate) bus: CString,
}

impl Driver {
    /// # Errors
    /// One line that names the library, when it can't be opened.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        library::open(path).map(Self)
    }

    /// Initialises the driver and returns its status, 0 for success. May be called any number of times.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(crate) fn initialise(self) -> Result<c_int, String> {
        // SAFETY: `CUresult cuInit(unsigned int)` in `cuda.h`.
        let initialise = unsafe { self.0.function::<Initialise>("cuInit") }?;
        // SAFETY: `cuInit` takes one argument, which must be 0.
        Ok(unsafe { initialise(0) })
    }

    /// The newest CUDA that the driver supports: 1000 for each major version, 10 for each minor one.
    pub(crate) fn version(self) -> Result<c_int, String> {
        self.number("cuDriverGetVersion")
    }

    /// Number of GPUs; 0 before the driver is initialised.
    pub(crate) fn gpus(self) -> Result<c_int, String> {
        self.number("cuDeviceGetCount")
    }

    /// The GPU of this number.
    pub(crate) fn gpu(self, number: c_int) -> Result<GpuFacts, String> {
        let device = self.handle(number)?;
        let text = |name| self.text(name, device);
        Ok(GpuFacts {
            name: text("cuDeviceGetName")?.to_string_lossy().into_owned(),
            capability: (
                self.attribute(CAPABILITY_MAJOR, device)?,
                self.attribute(CAPABILITY_MINOR, device)?,
            ),
            memory: self.memory(device)?,
            bus: text("cuDeviceGetPCIBusId")?,
        })
    }

    /// One number from the driver; 0 where the driver returns an error, as it does before it is initialised.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    fn number(self, name: &str) -> Result<c_int, String> {
        // SAFETY: `CUresult NAME(int *)` in `cuda.h`, for both names that are read.
        let get = unsafe { self.0.function::<GetNumber>(name) }?;
        let mut number = 0;
        // SAFETY: the function writes at most one `int` to the address.
        let status = unsafe { get(&mut number) };
        Ok(if status == 0 { number } else { 0 })
    }

    #[expect(unsafe_code, reason = "a C library has no other door")]
    fn handle(self, number: c_int) -> Result<c_int, String> {
        // SAFETY: `CUresult cuDeviceGet(CUdevice *, int)` in `cuda.h`; a `CUdevice` is an `int`.
        let get = unsafe { self.0.function::<GetHandle>("cuDeviceGet") }?;
        let mut device = 0;
        // SAFETY: the function writes at most one `int` to the address.
        succeeded("cuDeviceGet", unsafe { get(&mut device, number) })?;
        Ok(device)
    }

    #[expect(unsafe_code, reason = "a C library has no other door")]
    fn text(self, name: &str, device: c_int) -> Result<CString, String> {
        // SAFETY: `CUresult NAME(char *, int, CUdevice)` in `cuda.h`, for both names that are read.
        let get = unsafe { self.0.function::<GetText>(name) }?;
        let mut text = [0; TEXT];
        // SAFETY: the function writes at most as many characters as it is told, the final zero included.
        succeeded(name, unsafe { get(text.as_mut_ptr(), TEXT as c_int - 1, device) })?;
        // SAFETY: the last character is zero: the function was not told of it.
        Ok(unsafe { CStr::from_ptr(text.as_ptr()) }.to_owned())
    }

    #[expect(unsafe_code, reason = "a C library has no other door")]
    fn attribute(self, attribute: c_int, device: c_int) -> Result<c_int, String> {
        // SAFETY: `CUresult cuDeviceGetAttribute(int *, CUdevice_attribute, CUdevice)` in `cuda.h`.
        let get = unsafe { self.0.function::<GetAttribute>("cuDeviceGetAttribute") }?;
        let mut number = 0;
        // SAFETY: the function writes at most one `int` to the address.
        succeeded("cuDeviceGetAttribute", unsafe { get(&mut number, attribute, device) })?;
        Ok(number)
    }

    #[expect(unsafe_code, reason = "a C library has no other door")]
    fn memory(self, device: c_int) -> Result<usize, String> {
        // SAFETY: `CUresult cuDeviceTotalMem_v2(size_t *, CUdevice)` in `cuda.h`.
        let get = unsafe { self.0.function::<GetMemory>("cuDeviceTotalMem_v2") }?;
        let mut bytes = 0;
        // SAFETY: the function writes at most one `size_t` to the address.
        succeeded("cuDeviceTotalMem_v2", unsafe { get(&mut bytes, device) })?;
        Ok(bytes)
    }
}

fn succeeded(name: &str, status: c_int) -> Result<(), String> {
    if status == 0 { Ok(()) } else { Err(format!("NVIDIA's driver fails: error {status} of {name}")) }
}
