//! Tables of a run, and its verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Baseline, Crowd, Load, Measured,
    aims::Aims,
    over::{Noises, Stopped},
};
use crate::{
    load::chat::figures::{head, ms, percentile, row},
    talk::Way,
};

/// The percentiles that are shown.
const SHARES: [(&str, f64); 3] = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95)];

/// Lines of a list that are printed.
const TOLD: usize = 20;

/// The results of a run.
#[derive(Default)]
pub struct Report {
    measured: BTreeMap<(String, &'static str), Measured>,
    stopped: BTreeMap<String, Stopped>,
    noises: BTreeMap<String, Noises>,
    crowds: Vec<Crowd>,
}

impl Report {
    /// Adds the turns of a language in one way, and prints them.
    pub fn add_turns(&mut self, language: &str, way: Way, measured: Measured) {
        print_turns(language, way, &measured);
        self.measured.insert((language.to_owned(), way.name()), measured);
    }

    /// Adds the interruptions in a language, and prints them.
    pub fn add_interruptions(&mut self, language: &str, stopped: Stopped) {
        println!("\n### {language}, interruptions\n");
        head(&["time", "p50, ms", "p90, ms", "p95, ms"]);
        row("from the first voiced sample to silence", spread(&stopped.silent_ms));
        row("log: from enough voice to the last frame", spread(&stopped.own_ms));
        let (met, planned, missed) = (stopped.silent_ms.len(), stopped.planned, stopped.missed);
        println!(
            "\n{met} of {planned} interruptions met an answer and stopped it, {missed} answers went on."
        );
        print_list("late", &stopped.late);
        print_list("fault", &stopped.faults);
        self.stopped.insert(language.to_owned(), stopped);
    }

    /// Adds the noises in a language, and prints them.
    pub fn add_noises(&mut self, language: &str, noises: Noises) {
        println!("\n### {language}, noises over an answer\n");
        head(&[
            "noise",
            "times",
            "plain detection stops",
            "we stopped, if only for a moment",
            "the answer was lost",
        ]);
        for (name, counts) in &noises.counts {
            let counts = [counts.all, counts.plain, counts.stopped, counts.lost];
            row(name, counts.map(|count| count.to_string()));
        }
        println!();
        print_list("lost", &noises.lost);
        print_list("fault", &noises.faults);
        self.noises.insert(language.to_owned(), noises);
    }

    /// Adds a number of calls at once, and prints it.
    pub fn add_crowd(&mut self, crowd: Crowd) {
        if self.crowds.is_empty() {
            println!("\n### Calls at once\n");
            head(&[
                "calls",
                "p50, ms",
                "p90, ms",
                "p95, ms",
                "answered",
                "failed with a reason",
                "neither",
                "refused calls",
            ]);
        }
        let (measured, answered) = (&crowd.measured, crowd.measured.answered());
        let counts = [answered.len(), measured.with_reason, measured.silent(), crowd.refused];
        let counts = counts.map(|count| count.to_string());
        row(&crowd.callers.to_string(), spread(&answered).into_iter().chain(counts));
        self.crowds.push(crowd);
    }

    /// The figures of this run that a baseline has.
    pub fn figures(&self) -> Baseline {
        let mut figures = Baseline::default();
        for ((language, way), measured) in &self.measured {
            if let Some(rate) = measured.errors.rate().filter(|_| *way == Way::Speculating.name()) {
                figures.word_errors.insert(language.clone(), rate);
            }
            let serial = self.measured.get(&(language.clone(), Way::Serial.name()));
            for (name, share) in SHARES.into_iter().take(2).filter(|_| *way != Way::Serial.name()) {
                if let Some(ratio) = serial.and_then(|serial| measured.ratio(serial, share)) {
                    figures.ratios.insert(format!("{language}.{way}.{name}"), ratio);
                }
            }
        }
        figures
    }

    /// Judges the run by its aims and the baseline, and prints them. Returns the aims that are missed.
    pub fn judge(&self, baseline: Option<&Baseline>) -> Vec<String> {
        for crowd in &self.crowds {
            print_list(&format!("fault, calls at once: {}", crowd.callers), &crowd.measured.faults);
        }
        let mut aims = Aims::begin();
        let figures = self.figures();
        for ((language, way), measured) in &self.measured {
            let ratio = figures.ratios.get(&format!("{language}.{way}.p50")).copied();
            let ratio = (*way == Way::Speculating.name()).then_some(ratio);
            aims.turns(&format!("{language}, {way}"), measured, ratio);
        }
        self.stopped.iter().for_each(|(language, stopped)| aims.interruptions(language, stopped));
        self.noises.iter().for_each(|(language, noises)| aims.noises(language, noises));
        aims.crowds(&self.crowds);
        if let Some(baseline) = baseline {
            let languages: BTreeSet<_> =
                self.measured.keys().map(|(language, _)| language.as_str()).collect();
            aims.baseline(baseline.worse(&figures, &languages));
        }
        aims.missed()
    }
}

/// Prints calls that were held for minutes, and judges them. Returns the aims that are missed.
pub fn report_load(load: &Load) -> Vec<String> {
    println!("\n### {} calls at once\n", load.callers);
    head(&[
        "minute",
        "ended calls",
        "answered",
        "failed with a reason",
        "neither",
        "refused calls",
        "p90, ms",
        "RSS, MB",
    ]);
    for (number, minute) in load.minutes.iter().enumerate() {
        let measured = &minute.measured;
        let answered = measured.answered();
        let counts = [minute.calls, answered.len(), measured.with_reason, measured.silent(), minute.refused];
        let [_, p90, _] = spread(&answered);
        let resident = minute.resident_mb.map_or("-".into(), |resident| format!("{resident:.0}"));
        let counts = counts.iter().map(ToString::to_string);
        row(&(number + 1).to_string(), counts.chain([p90, resident]));
    }
    print_list("fault", load.faults());
    let mut aims = Aims::begin();
    aims.load(load);
    aims.missed()
}

fn print_turns(language: &str, way: Way, measured: &Measured) {
    println!("\n### {language}, {}\n", way.name());
    head(&["behind the end of speech", "p50, ms", "p90, ms", "p95, ms"]);
    let mut moments: Vec<_> = measured.moments.iter().collect();
    moments.sort_by(|one, other| percentile(one.1, 0.5).total_cmp(&percentile(other.1, 0.5)));
    for (name, values) in moments {
        row(&format!("log: {name}"), spread(values));
    }
    let answered = measured.answered();
    row("**first audible sample, by the recording**", spread(&answered));
    let rate = measured.errors.rate().map_or("unknown".into(), |rate| format!("{:.1} %", rate * 100.0));
    println!(
        "\n{} turns: {} answered, {} over the caller's last word, {} failed with a reason, {} neither. Wrong words {rate}.",
        measured.response_ms.len(),
        answered.len(),
        measured.early,
        measured.with_reason,
        measured.silent(),
    );
    print_list("fault", &measured.faults);
}

fn print_list<'a>(name: &str, lines: impl IntoIterator<Item = &'a String>) {
    lines.into_iter().take(TOLD).for_each(|line| println!("{name}: {line}"));
}

fn spread(values: &[f64]) -> [String; 3] {
    SHARES.map(|(_, share)| if values.is_empty() { "-".into() } else { ms(percentile(values, share)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::bench::over::Counts;

    fn measured(ms: &[Option<f64>]) -> Measured {
        let answered = ms.iter().flatten().count();
        let mut measured =
            Measured { response_ms: ms.to_vec(), log_differs_ms: vec![0.0; answered], ..Measured::default() };
        measured.errors.add("en", "one two", "one two");
        measured
    }

    fn counted(stopped: usize, lost: usize) -> Noises {
        let counts = Counts { all: 4, plain: 4, stopped, lost };
        let counts = BTreeMap::from([("music".to_owned(), counts)]);
        Noises { planned: 4, counts, ..Noises::default() }
    }

    fn stopped(ms: f64) -> Stopped {
        Stopped { planned: 1, silent_ms: vec![ms], own_ms: vec![20.0], ..Stopped::default() }
    }

    /// A run in two languages that meets all aims.
    fn good() -> Report {
        let mut report = Report::default();
        for language in ["en", "ko"] {
            report.add_turns(language, Way::Serial, measured(&[Some(1500.0); 2]));
            report.add_turns(language, Way::Speculating, measured(&[Some(500.0); 4]));
            report.add_interruptions(language, stopped(300.0));
            report.add_noises(language, counted(2, 1));
        }
        report.add_crowd(Crowd { callers: 1, measured: measured(&[Some(500.0); 4]), refused: 0 });
        report
    }

    #[test]
    fn a_good_run_misses_no_aim_and_is_its_own_baseline() {
        let report = good();
        let figures = report.figures();
        assert_eq!(figures.ratios.len(), 4);
        assert_eq!(report.judge(Some(&figures)), Vec::<String>::new());
    }

    #[test]
    fn the_first_language_is_judged_as_the_last_one() {
        let mut report = good();
        report.add_interruptions("en", stopped(900.0));
        report.add_noises("en", counted(2, 2));
        let missed = report.judge(None).join("\n");
        assert!(
            missed.contains("en, interruptions: silence") && missed.contains("en, noises: answers lost"),
            "{missed}"
        );
    }

    #[test]
    fn answers_that_stop_for_most_noises_miss_an_aim_though_none_is_lost() {
        let mut report = good();
        report.add_noises("ko", counted(3, 0));
        let missed = report.judge(None);
        assert!(missed.len() == 1 && missed[0].starts_with("ko, noises: answers stopped"), "{missed:?}");
    }

    #[test]
    fn turns_that_end_in_reasons_meet_no_aim_of_time() {
        let mut report = good();
        let baseline = report.figures();
        let failed = Measured { with_reason: 4, ..measured(&[None; 4]) };
        report.add_turns("en", Way::Speculating, failed);
        let missed = report.judge(Some(&baseline));
        for aim in
            ["p50 at most", "p90 at most", "at most 45 %", "95 % of the turns answered", "the baseline's"]
        {
            assert!(missed.iter().any(|line| line.contains(aim)), "{aim}: {missed:?}");
        }
    }

    #[test]
    fn a_fault_fails_the_run() {
        let mut report = good();
        let fault = vec!["turn 1: a silence of 500 ms within a sentence".to_owned()];
        report.add_turns("ko", Way::Serial, Measured { faults: fault, ..measured(&[Some(1500.0); 2]) });
        assert_eq!(report.judge(None), ["ko, serial: no faults: 1"]);
    }

    #[test]
    fn a_host_that_keeps_no_call_fails_the_run() {
        let mut report = good();
        report.crowds.clear();
        assert_eq!(report.judge(None), ["calls that the host keeps at a p90 of 800 ms: none"]);
    }
}
