//! The machine under test, and the resources that a process uses.

use std::{fs, num::NonZero};

/// One line with the processor, the cores, the memory and the other load.
pub(crate) fn describe() -> String {
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = kibibytes("/proc/meminfo", "MemTotal")
        .map_or_else(|| "unknown memory".into(), |kibibytes| format!("{:.0} GiB", kibibytes / 1_048_576.0));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    let cores = cores();
    format!("Machine: {processor}, {cores} cores, {memory}; load average before the run: {load}.")
}

/// Memory and processor time that a process has used so far.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) resident_mib: f64,
    pub(crate) processor_seconds: f64,
}

impl Taken {
    fn and(self, other: Self) -> Self {
        Self {
            resident_mib: self.resident_mib + other.resident_mib,
            processor_seconds: self.processor_seconds + other.processor_seconds,
        }
    }
}

/// The sum over several processes; `None` without /proc, or if there is no process.
pub(crate) fn taken_by_all(processes: &[u32]) -> Option<Taken> {
    let all: Option<Vec<_>> = processes.iter().map(|process| taken(*process)).collect();
    all?.into_iter().reduce(Taken::and)
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The resources that a process uses; `None` without /proc.
pub(crate) fn taken(process: u32) -> Option<Taken> {
    let resident = kibibytes(&format!("/proc/{process}/status"), "VmRSS")?;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The fields after the program's name, which may contain any characters: the first is the state, utime and stime
    // come later.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    // Linux reports these times in hundredths of a second, independent of the kernel's own tick rate.
    Some(Taken { resident_mib: resident / 1024.0, processor_seconds: (ticks(11)? + ticks(12)?) / 100.0 })
}

/// The memory of a process that is resident now, in bytes; `None` without /proc.
pub(crate) fn resident(process: u32) -> Option<u64> {
    Some((kibibytes(&format!("/proc/{process}/status"), "VmRSS")? * 1024.0) as u64)
}

fn kibibytes(path: &str, name: &str) -> Option<f64> {
    field(path, name)?.split_whitespace().next()?.parse().ok()
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
