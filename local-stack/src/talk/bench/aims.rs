//! The aims of a run.

use super::{
    Crowd, Load, Measured,
    over::{Noises, SILENT_MS, Stopped},
    plain::STOPS_MS,
};
use crate::{
    load::chat::figures::{head, percentile, row},
    talk::verdict::AGREES_WITHIN_MS,
};

/// An answer is in time with this p90, in milliseconds.
pub const IN_TIME_MS: f64 = 800.0;

/// Most of the words that may be wrong.
const WRONG_WORDS: f64 = 0.15;

/// Aims, judged one after the other.
#[derive(Default)]
pub(super) struct Aims {
    missed: Vec<String>,
}

impl Aims {
    /// Begins the table.
    pub(super) fn begin() -> Self {
        println!("\n### Aims\n");
        head(&["aim", "measured", ""]);
        Self::default()
    }

    /// The aims that were missed, one line each.
    pub(super) fn missed(self) -> Vec<String> {
        self.missed
    }

    /// The turns of a way; `ratio` is that of its median to the serial way's, for the way that has aims of its own.
    pub(super) fn turns(&mut self, name: &str, measured: &Measured, ratio: Option<Option<f64>>) {
        let of = |aim: &str| format!("{name}: {aim}");
        if let Some(ratio) = ratio {
            for (share, most) in [(0.5, 550.0), (0.9, IN_TIME_MS)] {
                let aim = of(&format!("p{:.0} at most {most:.0} ms", share * 100.0));
                self.at_most(&aim, measured.percentile(share), most, "ms");
            }
            self.at_most(&of("at most 45 % of serial"), ratio.map(|ratio| ratio * 100.0), 45.0, "%");
            let wrong = measured.errors.rate().map(|rate| rate * 100.0);
            self.at_most(&of("words wrong, at most 15 %"), wrong, WRONG_WORDS * 100.0, "%");
        }
        let (answered, turns) = (measured.answered().len(), measured.response_ms.len());
        self.aim(&of("95 % of the turns answered"), format!("{answered} of {turns}"), measured.is_answered());
        let differs = measured.log_differs_ms.iter().map(|ms| ms.abs()).fold(0.0, f64::max);
        let missing = answered - measured.log_differs_ms.len();
        let agrees = missing == 0 && differs <= AGREES_WITHIN_MS;
        let value = format!("{differs:.0} ms, {missing} not in the log");
        self.aim(&of("the log agrees within 20 ms"), value, agrees);
        let silent = measured.silent();
        self.aim(&of("no turn without sound or reason"), format!("{silent} of {turns}"), silent == 0);
        self.no_faults(name, measured.faults.len());
    }

    /// The interruptions in a language.
    pub(super) fn interruptions(&mut self, language: &str, stopped: &Stopped) {
        let name = format!("{language}, interruptions");
        let (met, planned) = (stopped.silent_ms.len(), stopped.planned);
        let is_measured = stopped.is_measured();
        self.aim(
            &format!("{name}: enough met an answer, with their figure in the log"),
            format!("{met} of {planned}, {} in the log", stopped.own_ms.len()),
            is_measured,
        );
        self.aim(&format!("{name}: no answer went on"), stopped.missed.to_string(), stopped.missed == 0);
        let p95 = |values: &[f64]| is_measured.then(|| percentile(values, 0.95));
        let silence = format!("{name}: silence, p95 at most {SILENT_MS} ms");
        self.at_most(&silence, p95(&stopped.silent_ms), SILENT_MS, "ms");
        self.at_most(&format!("{name}: ours, p95 at most 60 ms"), p95(&stopped.own_ms), 60.0, "ms");
        self.no_faults(&name, stopped.faults.len());
    }

    /// The noises in a language.
    pub(super) fn noises(&mut self, language: &str, noises: &Noises) {
        let name = format!("{language}, noises");
        let (sum, planned) = (noises.sum(), noises.planned);
        let is_measured = noises.is_measured();
        let met = format!("{} of {planned}", sum.all);
        self.aim(&format!("{name}: enough met an answer, and some stop plain detection"), met, is_measured);
        for (what, count, share, part) in
            [("stopped", sum.stopped, "half", 2), ("lost", sum.lost, "a quarter", 4)]
        {
            let aim = format!(
                "{name}: answers {what}, at most {share} of those that plain detection of {STOPS_MS} ms of voice stops"
            );
            let value = format!("{count} of {}", sum.plain);
            self.aim(&aim, value, is_measured && part * count <= sum.plain);
        }
        self.no_faults(&name, noises.faults.len());
    }

    /// The calls at once.
    pub(super) fn crowds(&mut self, crowds: &[Crowd]) {
        let kept = crowds.iter().filter(|crowd| crowd.is_kept(IN_TIME_MS)).map(|crowd| crowd.callers).max();
        let value = kept.map_or("none".into(), |kept| kept.to_string());
        self.aim("calls that the host keeps at a p90 of 800 ms", value, kept.is_some());
    }

    /// Calls for minutes.
    pub(super) fn load(&mut self, load: &Load) {
        let (silent, turns) = (load.silent(), load.turns());
        let value = format!("{silent} of {turns}");
        self.aim("no turn without sound or reason", value, silent == 0 && turns > 0);
        let thirds = load.memory.thirds();
        let value =
            thirds.map_or("unknown".into(), |[first, last]| format!("{first:.0} MB, then {last:.0} MB"));
        let aim = "resident memory of the last third at most 10 % above the first third's";
        self.aim(aim, value, load.memory.is_flat());
        self.no_faults("all calls", load.faults().count());
    }

    /// Figures that are worse than the baseline's.
    pub(super) fn baseline(&mut self, worse: Vec<String>) {
        let value = if worse.is_empty() { "none".into() } else { worse.join("; ") };
        self.aim("figures worse than the baseline's by 15 %", value, worse.is_empty());
    }

    fn no_faults(&mut self, name: &str, faults: usize) {
        self.aim(&format!("{name}: no faults"), faults.to_string(), faults == 0);
    }

    fn at_most(&mut self, aim: &str, value: Option<f64>, most: f64, unit: &str) {
        let told = value.map_or("unknown".into(), |value| format!("{value:.0} {unit}"));
        self.aim(aim, told, value.is_some_and(|value| value <= most));
    }

    fn aim(&mut self, aim: &str, value: String, is_met: bool) {
        row(aim, [value.clone(), if is_met { "pass".into() } else { "FAIL".into() }]);
        if !is_met {
            self.missed.push(format!("{aim}: {value}"));
        }
    }
}
