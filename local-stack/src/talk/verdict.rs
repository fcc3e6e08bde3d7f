//! Faults of a call, one line each.

use super::{
    held::{Happened, Held},
    turns::Turn,
};

/// Longest time from the caller's voice to the end of the answer's sound, in milliseconds.
const SILENT_WITHIN_MS: f64 = 1000.0;

/// Largest difference between the log and the recording, in milliseconds.
pub(super) const AGREES_WITHIN_MS: f64 = 20.0;

/// The faults of a call.
pub(super) fn faults(held: &Held, turns: &[Turn]) -> Vec<String> {
    let mut faults: Vec<String> = held.broken.iter().cloned().collect();
    for event in &held.events {
        if let Happened::Wrong(at, reason) = event {
            faults.push(format!("at {:.1} s the service sent {reason}", at.as_secs_f64()));
        }
    }
    for (number, turn) in turns.iter().enumerate() {
        faults.extend(of_turn(turn).into_iter().map(|fault| format!("turn {}: {fault}", number + 1)));
    }
    faults
}

fn of_turn(turn: &Turn) -> Vec<String> {
    let mut faults = Vec::new();
    let reason = turn.log.as_ref().and_then(super::log::LoggedTurn::reason);
    if turn.is_turn && turn.audible_ms.is_none() && reason.is_none() {
        faults.push("no sound and no reason for it in the log".into());
    }
    if turn.longest_gap_ms > 0.0 {
        faults.push(format!("a silence of {:.0} ms within a sentence", turn.longest_gap_ms));
    }
    if let Some(over) = turn.interruption.filter(|_| turn.is_turn) {
        match over.silent_after_ms {
            None => faults.push("the answer went on over the caller's voice".into()),
            Some(ms) if ms > SILENT_WITHIN_MS => {
                faults.push(format!("the answer stopped {ms:.0} ms after the caller's first sound"));
            }
            Some(_) => {}
        }
    }
    if let Some(heard) = turn.answered_after_ms {
        match turn.log.as_ref().map(|log| log.response_ms) {
            None => faults.push("the log has no line for it".into()),
            Some(None) => faults.push("the log knows of no sound".into()),
            Some(Some(logged)) if (logged - heard).abs() > AGREES_WITHIN_MS => {
                faults.push(format!("the log says {logged:.0} ms, the recording {heard:.0} ms"));
            }
            Some(Some(_)) => {}
        }
    }
    faults
}
