//! The figures of cold starts as tables, and the aims.

use std::{fmt::Write, time::Duration};

use comfy_table::{CellAlignment, Table, presets};

use crate::{lambda_host::ColdStart, load::percentile, machine};

/// Largest zip, in bytes.
const ZIP: u64 = 4_000_000;

/// Largest resident memory at the first reply, in bytes.
const MEMORY: u64 = 25_000_000;

/// How much faster than Python's a cold start is to be.
const FASTER: f64 = 5.0;

pub(super) struct Figures {
    pub(super) ours: Vec<ColdStart>,
    pub(super) python: Vec<ColdStart>,
    /// Times of a new connection to S3.
    pub(super) connections: Vec<Duration>,
    pub(super) zips: Vec<(&'static str, u64)>,
}

impl Figures {
    pub(super) fn tables(&self) -> String {
        let mut text =
            format!("{}\n{} cold starts of each, alternating.\n\n", machine::describe(), self.ours.len());
        let mut table = table(["get_next_batch", "ours", "Python"]);
        let mut row = |name: &str, figure: &dyn Fn(&[ColdStart]) -> String| {
            table.add_row([name.to_owned(), figure(&self.ours), figure(&self.python)]);
        };
        row("spawn to first reply, p50, ms", &|starts| shown(half(&totals(starts))));
        row("p95, ms", &|starts| shown(percentile(&totals(starts), 0.95)));
        row("of it init, p50, ms", &|starts| shown(half(&all(starts, |start| start.init))));
        row("first invocation, p50, ms", &|starts| shown(half(&firsts(starts))));
        row("later invocations, p50, ms", &|starts| shown(half(&laters(starts))));
        row("resident at the first reply, at most, MB", &|starts| megabytes(resident(starts)));
        let _ = writeln!(
            text,
            "{table}\n\na new connection to S3, p50, ms: {}\n",
            shown(half(&self.connections))
        );
        let mut table = self::table(["zip", "MB", ""]);
        for (name, size) in &self.zips {
            table.add_row([(*name).to_owned(), megabytes(*size), String::new()]);
        }
        let _ = write!(text, "{table}");
        text
    }

    /// The aims that are missed, in words.
    pub(super) fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (name, size) in self.zips.iter().filter(|(_, size)| *size > ZIP) {
            missed.push(format!("the zip of {name} has {} MB, not {}", megabytes(*size), megabytes(ZIP)));
        }
        let resident = resident(&self.ours);
        if resident > MEMORY {
            missed.push(format!("{} MB are resident, not {}", megabytes(resident), megabytes(MEMORY)));
        }
        let (ours, python) = (half(&totals(&self.ours)), half(&totals(&self.python)));
        if ours.zip(python).is_none_or(|(ours, python)| ours.mul_f64(FASTER) > python) {
            missed.push(format!(
                "a cold start takes {} ms, more than a fifth of {}",
                shown(ours),
                shown(python)
            ));
        }
        let (first, later) = (half(&firsts(&self.ours)), half(&laters(&self.ours)));
        let allowed = later.zip(half(&self.connections)).map(|(later, connection)| later + connection);
        if first.zip(allowed).is_none_or(|(first, allowed)| first > allowed) {
            missed.push(format!(
                "the first invocation takes {} ms, more than a later one and a connection, {}",
                shown(first),
                shown(allowed)
            ));
        }
        missed
    }
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header(header);
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

fn all(starts: &[ColdStart], time: impl Fn(&ColdStart) -> Duration) -> Vec<Duration> {
    starts.iter().map(time).collect()
}

fn totals(starts: &[ColdStart]) -> Vec<Duration> {
    all(starts, |start| start.total)
}

fn firsts(starts: &[ColdStart]) -> Vec<Duration> {
    all(starts, |start| start.first)
}

fn laters(starts: &[ColdStart]) -> Vec<Duration> {
    starts.iter().flat_map(|start| &start.later).copied().collect()
}

fn resident(starts: &[ColdStart]) -> u64 {
    starts.iter().map(|start| start.resident).max().unwrap_or_default()
}

fn half(durations: &[Duration]) -> Option<Duration> {
    percentile(durations, 0.5)
}

fn shown(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "none".to_owned(), |duration| format!("{:.2}", duration.as_secs_f64() * 1000.0))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.2}", bytes as f64 / 1e6)
}
