//! NVML, through the functions of `libnvidia-ml.so.1`: the memory of a GPU and of the processes on it.

use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void},
    path::Path,
    ptr,
};

use super::library::{self, Opened};

/// From `nvml.h`: there are more processes than the caller has room for.
const INSUFFICIENT_SIZE: c_int = 7;

/// Value of a process's memory where NVML does not know it.
const UNKNOWN: c_ulonglong = c_ulonglong::MAX;

/// Processes on a GPU for which there is room at first.
const USUAL_PROCESSES: usize = 64;

type Handle = *mut c_void;
type Initialise = unsafe extern "C" fn() -> c_int;
type ByBus = unsafe extern "C" fn(*const c_char, *mut Handle) -> c_int;
type GetMemory = unsafe extern "C" fn(Handle, *mut Memory) -> c_int;
type GetProcesses = unsafe extern "C" fn(Handle, *mut c_uint, *mut Process) -> c_int;

/// `nvmlMemory_t`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub(super) struct Memory {
    pub(super) total: c_ulonglong,
    pub(super) free: c_ulonglong,
    pub(super) used: c_ulonglong,
}

/// `nvmlProcessInfo_t`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Process {
    pid: c_uint,
    memory: c_ulonglong,
    gpu_instance: c_uint,
    compute_instance: c_uint,
}

/// One GPU, as NVML sees it.
pub(super) struct Nvml {
    library: Opened,
    handle: Handle,
}

#[expect(unsafe_code, reason = "a raw pointer is neither Send nor Sync by itself")]
// SAFETY: NVML's functions may be called from any thread, and the handle is only ever passed back to them.
unsafe impl Send for Nvml {}
#[expect(unsafe_code, reason = "a raw pointer is neither Send nor Sync by itself")]
// SAFETY: as above.
unsafe impl Sync for Nvml {}

impl Nvml {
    /// Opens the library and finds the GPU at this address of the PCI bus.
    ///
    /// # Errors
    /// One line that names the library or its error.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn open(path: &Path, bus: &CStr) -> Result<Self, String> {
        let library = library::open(path)?;
        // SAFETY: `nvmlReturn_t nvmlInit_v2(void)` in `nvml.h`.
        let initialise = unsafe { library.function::<Initialise>("nvmlInit_v2") }?;
        // SAFETY: it takes no argument and may be called any number of times.
        succeeded("nvmlInit_v2", unsafe { initialise() })?;
        // SAFETY: `nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *, nvmlDevice_t *)` in `nvml.h`.
        let find = unsafe { library.function::<ByBus>("nvmlDeviceGetHandleByPciBusId_v2") }?;
        let mut handle = ptr::null_mut();
        // SAFETY: the string outlives the call; the function writes one handle, which NVML owns.
        succeeded("nvmlDeviceGetHandleByPciBusId_v2", unsafe { find(bus.as_ptr(), &mut handle) })?;
        Ok(Self { library, handle })
    }

    /// The memory of the GPU.
    ///
    /// # Errors
    /// NVML's error, in one line: the GPU or its driver is gone.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn memory(&self) -> Result<Memory, String> {
        // SAFETY: `nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t, nvmlMemory_t *)` in `nvml.h`.
        let get = unsafe { self.library.function::<GetMemory>("nvmlDeviceGetMemoryInfo") }?;
        let mut memory = Memory::default();
        // SAFETY: the handle came from NVML; the function writes one `nvmlMemory_t`.
        succeeded("nvmlDeviceGetMemoryInfo", unsafe { get(self.handle, &mut memory) })?;
        Ok(memory)
    }

    /// Bytes that a process has on the GPU. `None` where NVML does not list the process, as in a container, where it
    /// counts in the host's process ids, or does not know its memory.
    ///
    /// # Errors
    /// NVML's error, in one line.
    #[expect(unsafe_code, reason = "a C library has no other door")]
    pub(super) fn memory_of(&self, pid: u32) -> Result<Option<u64>, String> {
        const NAME: &str = "nvmlDeviceGetComputeRunningProcesses_v3";
        // SAFETY: `nvmlReturn_t NAME(nvmlDevice_t, unsigned int *, nvmlProcessInfo_t *)` in `nvml.h`.
        let list = unsafe { self.library.function::<GetProcesses>(NAME) }?;
        let mut processes = vec![Process::default(); USUAL_PROCESSES];
        let mut count = processes.len() as c_uint;
        // SAFETY: the handle came from NVML; the function writes at most `count` entries, and their number.
        let mut status = unsafe { list(self.handle, &mut count, processes.as_mut_ptr()) };
        if status == INSUFFICIENT_SIZE {
            // Others may start meanwhile.
            processes.resize(count as usize + USUAL_PROCESSES, Process::default());
            count = processes.len() as c_uint;
            // SAFETY: as above.
            status = unsafe { list(self.handle, &mut count, processes.as_mut_ptr()) };
        }
        succeeded(NAME, status)?;
        let own = processes.iter().take(count as usize).find(|process| process.pid == pid);
        Ok(own.map(|process| process.memory).filter(|memory| *memory != UNKNOWN))
    }
}

fn succeeded(name: &str, status: c_int) -> Result<(), String> {
    if status == 0 { Ok(()) } else { Err(format!("NVML fails: error {status} of {name}")) }
}
