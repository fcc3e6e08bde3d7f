//! Tables of a run, and its aims.

use std::collections::BTreeMap;

use super::{Baseline, Crowd, Measured, Stopped, measure::Noises};
use crate::{
    load::chat::figures::{head, ms, percentile, row},
    talk::{Way, verdict::AGREES_WITHIN_MS},
};

/// The percentiles that are shown.
const SHARES: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)];

/// An answer is in time with this p90, in milliseconds.
pub const IN_TIME_MS: f64 = 800.0;

/// Faults that are printed.
const TOLD: usize = 20;

/// The results of a run.
#[derive(Default)]
pub struct Report {
    measured: BTreeMap<(String, &'static str), Measured>,
    stopped: Option<Stopped>,
    noises: Noises,
    crowds: Vec<Crowd>,
    failed: Vec<String>,
}

impl Report {
    /// Adds the turns of a language in one way, and prints them.
    pub fn add_turns(&mut self, language: &str, way: Way, measured: Measured) {
        print_turns(language, way, &measured);
        self.measured.insert((language.to_owned(), way.name()), measured);
    }

    /// Adds the interruptions, and prints them.
    pub fn add_interruptions(&mut self, stopped: Stopped) {
        println!("\n### Interruptions\n");
        head(&["from the first voiced sample", "p50, ms", "p90, ms", "p95, ms"]);
        row("to silence", spread(&stopped.silent_ms));
        row("of which beyond the voice that is asked for", spread(&stopped.own_ms));
        println!("\n{} interruptions, {} answers went on.", stopped.silent_ms.len(), stopped.missed);
        self.stopped = Some(stopped);
    }

    /// Adds the noises, and prints them.
    pub fn add_noises(&mut self, noises: Noises) {
        println!("\n### Noises over an answer\n");
        head(&["noise", "times", "voice detection stopped for it", "the answer was lost"]);
        for (name, counts) in &noises {
            row(name, counts.map(|count| count.to_string()));
        }
        self.noises = noises;
    }

    /// Adds a number of calls at once, and prints it.
    pub fn add_crowd(&mut self, crowd: Crowd) {
        if self.crowds.is_empty() {
            println!("\n### Calls at once\n");
            head(&["calls", "p50, ms", "p90, ms", "p95, ms", "answered turns", "refused calls"]);
        }
        let counts = [crowd.measured.response_ms.len().to_string(), crowd.refused.to_string()];
        row(&crowd.callers.to_string(), spread(&crowd.measured.response_ms).into_iter().chain(counts));
        self.crowds.push(crowd);
    }

    /// The ratios of this run to its serial way.
    pub fn ratios(&self) -> Baseline {
        let mut ratios = BTreeMap::new();
        for ((language, way), measured) in &self.measured {
            let Some(serial) = self.measured.get(&(language.clone(), Way::Serial.name())) else { continue };
            for (name, share) in SHARES.into_iter().take(2).filter(|_| *way != Way::Serial.name()) {
                let ratio = percentile(&measured.response_ms, share) / percentile(&serial.response_ms, share);
                if ratio.is_finite() {
                    ratios.insert(format!("{language}.{way}.{name}"), ratio);
                }
            }
        }
        Baseline { ratios }
    }

    /// Judges the run by its aims and the baseline, and prints them. Returns the aims that are missed.
    pub fn judge(&mut self, baseline: Option<&Baseline>) -> Vec<String> {
        println!("\n### Aims\n");
        head(&["aim", "measured", ""]);
        self.judge_turns();
        self.judge_interruptions();
        let kept =
            self.crowds.iter().filter(|crowd| crowd.is_kept(IN_TIME_MS)).map(|crowd| crowd.callers).max();
        if let Some(most) = kept {
            row("calls that the host keeps at a p90 of 800 ms", [most.to_string(), String::new()]);
        }
        if let Some(baseline) = baseline {
            let worse = baseline.worse(&self.ratios());
            row("ratios no worse than the baseline's by 15 %", [worse.join("; "), passed(worse.is_empty())]);
            self.failed.extend(worse);
        }
        std::mem::take(&mut self.failed)
    }

    fn judge_turns(&mut self) {
        let ratios = self.ratios().ratios;
        let mut aims = Vec::new();
        for ((language, way), measured) in &self.measured {
            let name = |aim: &str| format!("{language}, {way}: {aim}");
            if *way == Way::Speculating.name() {
                for (share, most) in [(0.5, 550.0), (0.9, IN_TIME_MS)] {
                    let value = percentile(&measured.response_ms, share);
                    let aim = name(&format!("p{:.0} at most {most:.0} ms", share * 100.0));
                    aims.push((aim, format!("{value:.0} ms"), value <= most));
                }
                let ratio = ratios.get(&format!("{language}.{way}.p50")).copied().unwrap_or(f64::INFINITY);
                aims.push((name("at most 45 % of serial"), format!("{:.0} %", ratio * 100.0), ratio <= 0.45));
            }
            let differs = measured.log_differs_ms.iter().map(|ms| ms.abs()).fold(0.0, f64::max);
            let missing = measured.response_ms.len() - measured.log_differs_ms.len();
            let agrees = missing == 0 && differs <= AGREES_WITHIN_MS;
            let value = format!("{differs:.0} ms, {missing} not in the log");
            aims.push((name("the log agrees within 20 ms"), value, agrees));
            let silent = measured.turns - measured.response_ms.len() - measured.with_reason;
            aims.push((
                name("no turn without sound or reason"),
                format!("{silent} of {}", measured.turns),
                silent == 0,
            ));
        }
        for (aim, value, is_met) in aims {
            self.aim(&aim, value, is_met);
        }
    }

    fn judge_interruptions(&mut self) {
        if let Some(stopped) = self.stopped.take() {
            let all = percentile(&stopped.silent_ms, 0.95);
            let own = percentile(&stopped.own_ms, 0.95);
            let is_measured = !stopped.silent_ms.is_empty() && stopped.missed == 0;
            self.aim(
                "interruption to silence: p95 at most 350 ms",
                format!("{all:.0} ms"),
                is_measured && all <= 350.0,
            );
            self.aim("of which ours: p95 at most 60 ms", format!("{own:.0} ms"), is_measured && own <= 60.0);
        }
        if !self.noises.is_empty() {
            let sum = |index: usize| self.noises.values().map(|counts| counts[index]).sum::<usize>();
            let (stopped, lost) = (sum(1), sum(2));
            let aim = "answers lost to noises: at most half of those that voice detection stops";
            self.aim(aim, format!("{lost} of {stopped}"), 2 * lost <= stopped);
        }
    }

    fn aim(&mut self, aim: &str, value: String, is_met: bool) {
        row(aim, [value.clone(), passed(is_met)]);
        if !is_met {
            self.failed.push(format!("{aim}: {value}"));
        }
    }
}

fn print_turns(language: &str, way: Way, measured: &Measured) {
    println!("\n### {language}, {}\n", way.name());
    head(&["behind the end of speech", "p50, ms", "p90, ms", "p95, ms"]);
    let mut moments: Vec<_> = measured.moments.iter().collect();
    moments.sort_by(|one, other| percentile(one.1, 0.5).total_cmp(&percentile(other.1, 0.5)));
    for (name, values) in moments {
        row(&format!("log: {name}"), spread(values));
    }
    row("**first audible sample, by the recording**", spread(&measured.response_ms));
    let rate = measured.errors.rate().map_or("unknown".into(), |rate| format!("{:.1} %", rate * 100.0));
    println!(
        "\n{} turns, {} answered, {} with a reason in place of a sound. Word errors {rate}.",
        measured.turns,
        measured.response_ms.len(),
        measured.with_reason
    );
    measured.faults.iter().take(TOLD).for_each(|fault| println!("fault: {fault}"));
}

fn spread(values: &[f64]) -> [String; 3] {
    SHARES.map(|(_, share)| if values.is_empty() { "-".into() } else { ms(percentile(values, share)) })
}

fn passed(is_met: bool) -> String {
    if is_met { "pass".into() } else { "FAIL".into() }
}
