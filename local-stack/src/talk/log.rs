//! The service's own figures of a call, from its log.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};

/// The message of the line that the service writes for each turn.
const TURN: &str = "live turn";

/// The message of the line that names a call's two ids.
const BEGIN: &str = "a caller is on the line";

/// The messages of the lines with the words of a question and of an answer, where the service logs texts.
const SAID: &str = "the caller said";
const ANSWERED: &str = "the model answered";

/// The outcome of a turn whose answer failed, and of one whose answer was dropped for the caller's words.
const FAILED: &str = "failed";
const INTERRUPTED: &str = "interrupted";

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
    /// The words that were recognised, where the service logs texts.
    pub heard: Option<String>,
    /// The answer of the model, where the service logs texts.
    pub answer: Option<String>,
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

/// The turns of a call in a log, by the id that Twilio gave it.
fn turns(log: &str, call_sid: &str) -> Vec<LoggedTurn> {
    let begin = lines(log, call_sid).find(|line| line["message"] == BEGIN && line["call_sid"] == call_sid);
    let Some(call) = begin.as_ref().and_then(|line| line["call"].as_str()) else { return Vec::new() };
    let of_call = lines(log, call).filter(|line| line["call"] == call);
    let mut turns: BTreeMap<usize, LoggedTurn> = BTreeMap::new();
    for line in of_call {
        let Some(number) = line["turn"].as_u64() else {
            // The answer belongs to the question before it.
            let asked = turns.values_mut().next_back().filter(|_| line["message"] == ANSWERED);
            if let Some(turn) = asked {
                turn.answer = line["answer"].as_str().map(str::to_owned);
            }
            continue;
        };
        let turn = turns.entry(number as usize).or_default();
        turn.turn = number as usize;
        turn.moments.extend(line["message"].as_str().and_then(moment));
        // With speculation a turn has several questions; the last one counts.
        if line["message"] == SAID {
            turn.heard = line["text"].as_str().map(unquoted);
        }
        if line["message"] == TURN {
            turn.response_ms = line["e2e_ms"].as_f64();
            turn.line = line;
        }
    }
    turns.into_values().filter(|turn| !turn.line.is_null()).collect()
}

/// The lines that name something. Only those are parsed: many calls are read from the log while others are measured.
fn lines<'a>(log: &'a str, name: &'a str) -> impl Iterator<Item = Value> + 'a {
    log.lines().filter(move |line| line.contains(name)).filter_map(|line| serde_json::from_str(line).ok())
}

/// A text that is logged in quotes, without them.
fn unquoted(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

/// The moment in a row of a waterfall: `waterfall NAME: +DELTA ms (total: MS ms)`.
fn moment(message: &str) -> Option<(String, f64)> {
    let (name, rest) = message.strip_prefix("waterfall ")?.split_once(": +")?;
    let total = rest.split_once("(total: ")?.1.split_once(" ms)")?.0;
    Some((name.to_owned(), total.parse().ok()?))
}

impl LoggedTurn {
    /// The reason why the turn was not answered, if the service gives one.
    pub(super) fn reason(&self) -> Option<&str> {
        self.line["reason"].as_str()
    }

    /// The reason of an answer that failed. Any other one, such as that the turn was taken for a listener's "mhm", does not
    /// excuse silence behind a caller who waits for an answer.
    pub(super) fn failure(&self) -> Option<&str> {
        self.reason().filter(|_| self.line["outcome"] == FAILED)
    }

    /// Whether the rest of the answer was dropped for the caller's words or keys.
    pub(super) fn is_interrupted(&self) -> bool {
        self.line["outcome"] == INTERRUPTED
    }

    /// From the moment at which the interrupting voice was long enough to the last frame of the answer, in milliseconds.
    pub(super) fn interruption_own_ms(&self) -> Option<f64> {
        self.line["interruption_own_ms"].as_f64()
    }

    /// The moments behind the end of speech, in milliseconds from it.
    pub(super) fn behind_speech(&self) -> Vec<(String, f64)> {
        let Some(end) = self.moments.get("speech_end") else { return Vec::new() };
        let behind = self.moments.iter().filter(|(_, ms)| *ms > end);
        behind.map(|(name, ms)| (name.clone(), ms - end)).collect()
    }

    /// The caller's end of speech, in milliseconds since the Unix epoch.
    pub(super) fn ended_at_ms(&self) -> Option<f64> {
        Some(self.line["began_at_ms"].as_f64()? + self.moments.get("speech_end")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = r#"{"message":"a caller is on the line","call":"c1","call_sid":"CA1"}
{"message":"a caller is on the line","call":"c2","call_sid":"CA2"}
a panic that is no JSON
{"message":"the caller said","call":"c1","turn":0,"text":"\"he\""}
{"message":"the caller said","call":"c1","turn":0,"text":"\"hello\""}
{"message":"the model answered","call":"c1","answer":"Good morning."}
{"message":"live turn","call":"c2","turn":0,"e2e_ms":1.0}
{"message":"live turn","call":"c1","turn":1,"outcome":"failed","reason":"the model is gone"}
{"message":"live turn","call":"c1","turn":0,"e2e_ms":512.5,"outcome":"answered","began_at_ms":5000.0}
{"message":"waterfall speech_end: +900.0 ms (total: 900.0 ms)","call":"c1","turn":0}
{"message":"waterfall first_audio_sent: +512.5 ms (total: 1412.5 ms)","call":"c1","turn":0}
{"message":"waterfall total: 1412.5 ms","call":"c1","turn":0}
{"message":"waterfall speech_end -> first_audio_sent: 512.5 ms","call":"c1","turn":0}
"#;

    #[test]
    fn only_a_failure_excuses_silence() {
        let turn =
            |line: &str| LoggedTurn { line: serde_json::from_str(line).unwrap(), ..LoggedTurn::default() };
        let unanswered = turn(r#"{"outcome":"unanswered","reason":"backchannel"}"#);
        assert_eq!((unanswered.reason(), unanswered.failure()), (Some("backchannel"), None));
        assert!(!unanswered.is_interrupted());
        let interrupted = turn(r#"{"outcome":"interrupted","interruption_own_ms":31.5}"#);
        assert_eq!((interrupted.reason(), interrupted.interruption_own_ms()), (None, Some(31.5)));
        assert!(interrupted.is_interrupted());
    }

    #[test]
    fn the_turns_of_a_call_are_read_with_their_moments_and_words() {
        let turns = turns(LOG, "CA1");
        assert_eq!(turns.len(), 2);
        assert_eq!((turns[0].response_ms, turns[0].heard.as_deref()), (Some(512.5), Some("hello")));
        assert_eq!(turns[0].answer.as_deref(), Some("Good morning."));
        assert_eq!(turns[0].behind_speech(), [("first_audio_sent".to_owned(), 512.5)]);
        assert_eq!((turns[0].failure(), turns[1].failure()), (None, Some("the model is gone")));
        assert!(super::turns(LOG, "CA3").is_empty());
    }
}
