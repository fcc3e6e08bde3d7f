//! Prints the figures of a run as a table in Markdown.

use std::{fmt::Display, time::Duration};

use contract::http::CancelEffect;

use super::{
    health::Answers,
    log::Log,
    machine::Taken,
    tally::{Tally, percentile},
    work::Work,
};

/// All results of a run.
pub(super) struct Report {
    pub(super) tally: Tally,
    pub(super) lasted: Duration,
    pub(super) health: Answers,
    pub(super) readiness: Answers,
    /// The losses, one line each.
    pub(super) lost: Vec<String>,
    pub(super) checked: usize,
    /// Number of streams that waited in the queue in vain, which is a late refusal.
    pub(super) waited_in_vain: usize,
    /// Figures of the service; `None` if this program has not started it.
    pub(super) service: Option<Service>,
    pub(super) generator_seconds: Option<f64>,
}

pub(super) struct Service {
    pub(super) before: Option<Taken>,
    pub(super) after: Option<Taken>,
    pub(super) log: Log,
    pub(super) work: Work,
}

/// Largest number of faults that are printed.
const TOLD: usize = 20;

impl Report {
    pub(super) fn print(&self) {
        println!("\n| figure | value |\n| --- | --- |");
        self.print_answers();
        self.print_endings();
        self.print_machine();
        row("streams checked in the bucket", self.checked);
        row("lost", self.lost.len());
        for (what, times) in &self.tally.wrong {
            row("wrong", format!("{times} times: {what}"));
        }
        println!();
        for fault in self.lost.iter().take(TOLD) {
            println!("lost: {fault}");
        }
        if self.service.is_some() {
            println!("Callers and bucket share the cores of the service.");
        }
    }

    /// Whether the run had no faults.
    pub(super) fn is_good(&self) -> bool {
        let panics = self.service.as_ref().map_or(0, |service| service.log.panics);
        self.lost.is_empty() && self.tally.wrong.is_empty() && panics == 0
    }

    fn print_answers(&self) {
        let tally = &self.tally;
        row("starts", tally.starts);
        row("accepted", tally.accepted.len());
        row("refused", tally.refusals.len());
        for (with, times) in &tally.refused_with {
            row("of these", format!("{times} {with}"));
        }
        row("refusal, ms", spread(&tally.refusals));
        row(
            "came back when told to",
            format!("{}, of which {} accepted", tally.came_back, tally.taken_later),
        );
        for (voice, values) in &tally.first_audio {
            row(&format!("first audio {voice}, ms"), spread(values));
        }
        row("parts heard", tally.parts);
        row("audio per second", format!("{:.0}", tally.audio.as_secs_f64() / self.lasted.as_secs_f64()));
        row("gaps", tally.gaps.len());
        if !tally.gaps.is_empty() {
            row("gap, ms", spread(&tally.gaps));
        }
    }

    fn print_endings(&self) {
        let tally = &self.tally;
        let count = |effect| tally.cancels.iter().filter(|cancel| cancel.effect == effect).count();
        row(
            "cancels",
            format!(
                "{}: {} in time, {} on its way, {} after the stream's end",
                tally.cancels.len(),
                count(CancelEffect::Cancelled),
                count(CancelEffect::Cancelling),
                count(CancelEffect::AlreadyEnded)
            ),
        );
        let in_time = tally.cancels.iter().filter(|cancel| cancel.effect != CancelEffect::AlreadyEnded);
        let answered: Vec<_> = in_time.clone().map(|cancel| cancel.answered).collect();
        let last_parts: Vec<_> = in_time.filter_map(|cancel| cancel.last_part).collect();
        row("cancel sent to its answer, ms", spread(&answered));
        row("cancel sent to the last part's write, ms", spread(&last_parts));
        if let Some(service) = &self.service {
            row("told to end to the sentinel, by the service's log, ms", spread(&service.log.cancels));
        }
        row("hang-ups", tally.hang_ups);
        row("barge-ins", tally.barge_ins);
        if self.waited_in_vain > 0 {
            row("waited for their turn in vain", self.waited_in_vain);
        }
        for (effect, times) in &tally.resumes {
            row("asked for more of a silent stream", format!("{times} times: {effect}"));
        }
    }

    fn print_machine(&self) {
        for (name, answers) in [("/healthz", &self.health), ("/readyz", &self.readiness)] {
            row(&format!("{name}, ms"), spread(&answers.after));
            if answers.bad > 0 {
                row(&format!("{name} failed"), format!("{} of {}", answers.bad, answers.after.len()));
            }
        }
        if let Some(seconds) = self.generator_seconds {
            row("processor time of callers and bucket, s", format!("{seconds:.1}"));
        }
        let Some(service) = &self.service else { return };
        if let (Some(before), Some(after)) = (service.before, service.after) {
            let seconds = after.processor_seconds - before.processor_seconds;
            row("processor time of the service, s", format!("{seconds:.1}"));
            let memory = format!("{:.0}, {:.0}", before.resident_mib, after.resident_mib);
            row("resident memory of the service before and after, MiB", memory);
        }
        let Work { all, twice } = service.work;
        let (all, twice) = (all.as_secs_f64(), twice.as_secs_f64());
        let share = service.work.share() * 100.0;
        row("speech made twice", format!("{twice:.1} s of {all:.1} s ({share:.2} %)"));
        row("streams taken over", service.log.taken_over);
        row("panics in the service's log", service.log.panics);
        row("errors in the service's log", service.log.errors);
    }
}

fn row(figure: &str, value: impl Display) {
    println!("| {figure} | {value} |");
}

fn spread(durations: &[Duration]) -> String {
    let at = |share| percentile(durations, share).unwrap_or_default().as_secs_f64() * 1e3;
    match durations.is_empty() {
        true => "none".into(),
        false => format!(
            "p50 {:.1}, p95 {:.1}, p99 {:.1}, max {:.1} ({} values)",
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0),
            durations.len()
        ),
    }
}
