//! The service's own figures of a call, from its log.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// The message of the line that the service writes for each turn.
const TURN: &str = "live turn";

/// Longest wait for the lines of a call that is over.
const WITHIN: Duration = Duration::from_secs(5);

/// Pause between two looks at the log.
const STEP: Duration = Duration::from_millis(100);

/// A turn in the service's log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LoggedTurn {
    /// Number of the turn, from 0.
    pub turn: usize,
    /// From the end of speech to the first audible sample that was sent, in milliseconds; `None` without a sound.
    pub response_ms: Option<f64>,
    /// The moments of the turn, in milliseconds from its first voiced frame; empty unless the service logs them.
    pub moments: BTreeMap<String, f64>,
    /// The whole line, for the figures that only some measurements use.
    #[serde(skip)]
    pub line: Value,
}

/// The log of the service.
pub(super) struct Log<'a> {
    path: &'a Path,
}

impl<'a> Log<'a> {
    pub(super) fn at(path: &'a Path) -> Self {
        Self { path }
    }

    /// The turns of a call, in order, as soon as there are as many; as many as there are after some seconds.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(super) async fn turns(&self, call: &str, expected: usize) -> Result<Vec<LoggedTurn>> {
        let until = Instant::now() + WITHIN;
        loop {
            let text = tokio::fs::read_to_string(self.path).await;
            let text = text.with_context(|| format!("{} can't be read", self.path.display()))?;
            let turns = turns(&text, call);
            if turns.len() >= expected || Instant::now() >= until {
                return Ok(turns);
            }
            sleep(STEP).await;
        }
    }
}

/// The turns of a call in a log.
fn turns(log: &str, call: &str) -> Vec<LoggedTurn> {
    let lines = log.lines().filter(|line| line.contains(call));
    let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut turns: Vec<LoggedTurn> = Vec::new();
    for line in lines.filter(|line| line["message"] == TURN) {
        turns.push(LoggedTurn {
            turn: line["turn"].as_u64().unwrap_or_default() as usize,
            response_ms: line["response_ms"].as_f64(),
            moments: BTreeMap::new(),
            line,
        });
    }
    turns.sort_by_key(|turn| turn.turn);
    turns
}

/// The moments in a waterfall: `name: +delta ms (total: ms)`, a line each.
pub(super) fn moments(waterfall: &str) -> BTreeMap<String, f64> {
    let moment = |line: &str| {
        let (name, rest) = line.split_once(": +")?;
        let total = rest.split_once("(total: ")?.1.split_once(" ms)")?.0;
        Some((name.trim().to_owned(), total.parse().ok()?))
    };
    waterfall.lines().filter_map(moment).collect()
}

impl LoggedTurn {
    /// The reason why the turn has no sound, if the service gives one.
    pub(super) fn reason(&self) -> Option<&str> {
        let text = |name: &str| self.line[name].as_str().filter(|text| !text.is_empty());
        text("reason").or_else(|| text("outcome").filter(|outcome| *outcome != "answered"))
    }

    /// The caller's end of speech, in milliseconds since the Unix epoch.
    fn ended_at_ms(&self) -> Option<f64> {
        Some(self.line["began_at_ms"].as_f64()? + self.moments.get("speech_end")?)
    }
}

/// A turn of the log is one of the recording's if its end of speech is not further away than this, in milliseconds.
const SAME_MS: f64 = 1000.0;

/// Puts each turn of the log beside the one of the recording whose speech ended at the same time.
pub(super) fn join(began_at_ms: f64, turns: &mut [super::Turn], logged: Vec<LoggedTurn>) {
    for log in logged {
        let Some(ended_at_ms) = log.ended_at_ms() else { continue };
        let away = |turn: &super::Turn| (began_at_ms + turn.ended_ms - ended_at_ms).abs();
        let nearest = turns.iter_mut().min_by(|one, other| away(one).total_cmp(&away(other)));
        if let Some(turn) = nearest.filter(|turn| away(turn) < SAME_MS) {
            turn.log = Some(log);
        }
    }
}
