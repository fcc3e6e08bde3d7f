//! Faults of a call, one line each.

use super::{
    held::{Happened, Held},
    log::LoggedTurn,
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

/// The turns that were to interrupt an answer and found none, one line each: such a talk has shown nothing of interruptions.
pub(super) fn not_interrupting(turns: &[Turn]) -> Vec<String> {
    let idle = turns.iter().enumerate().filter(|(_, turn)| turn.interrupts && turn.interruption.is_none());
    let told = |number: usize| {
        format!("turn {}: nothing was interrupted, for the answer had ended: interrupt it sooner", number + 1)
    };
    idle.map(|(number, _)| told(number)).collect()
}

/// A silence behind a turn that the log does not excuse.
fn silence(turn: &Turn) -> Option<String> {
    let log = turn.log.as_ref();
    if !turn.is_turn || turn.audible_ms.is_some() || log.is_some_and(|log| log.failure().is_some()) {
        return None;
    }
    Some(match log.and_then(LoggedTurn::reason) {
        Some(reason) => format!("no sound, though the caller waited: the log says {reason}"),
        None => "no sound and no reason for it in the log".into(),
    })
}

fn of_turn(turn: &Turn) -> Vec<String> {
    let mut faults: Vec<String> = silence(turn).into_iter().collect();
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
    if let Some(early) = turn.answered_after_ms.filter(|_| turn.response_ms().is_none()) {
        faults.push(format!("the answer began {:.0} ms before the caller's last word was over", -early));
    }
    if let Some(heard) = turn.answered_after_ms {
        match turn.log.as_ref().map(|log| log.response_ms) {
            None => faults.push("the log has no line for it".into()),
            Some(None) => faults.push("the log knows of no sound".into()),
            Some(Some(logged)) if turn.log_differs_ms().is_some_and(|ms| ms.abs() > AGREES_WITHIN_MS) => {
                faults.push(format!("the log says {logged:.0} ms, the recording {heard:.0} ms"));
            }
            Some(Some(_)) => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::interruption::Interruption;

    fn logged(line: serde_json::Value, response_ms: Option<f64>) -> Option<LoggedTurn> {
        Some(LoggedTurn { line, response_ms, ..LoggedTurn::default() })
    }

    fn turn(line: serde_json::Value) -> Turn {
        Turn { is_turn: true, log: logged(line, None), ..Turn::default() }
    }

    #[test]
    fn silence_needs_the_reason_of_a_failure() {
        let failed = turn(serde_json::json!({"outcome": "failed", "reason": "the model is gone"}));
        assert_eq!(of_turn(&failed), Vec::<String>::new());
        let taken = turn(serde_json::json!({"outcome": "unanswered", "reason": "backchannel"}));
        assert_eq!(of_turn(&taken), ["no sound, though the caller waited: the log says backchannel"]);
        let unknown = turn(serde_json::json!({"outcome": "unanswered"}));
        assert_eq!(of_turn(&unknown), ["no sound and no reason for it in the log"]);
    }

    #[test]
    fn an_answer_over_the_callers_last_word_is_a_fault() {
        let answered = |ms: f64| Turn {
            is_turn: true,
            audible_ms: Some(1000.0),
            answered_after_ms: Some(ms),
            log: logged(serde_json::json!({}), Some(ms)),
            ..Turn::default()
        };
        assert_eq!(of_turn(&answered(-15.0)), Vec::<String>::new());
        assert_eq!(
            of_turn(&answered(-90.0)),
            ["the answer began 90 ms before the caller's last word was over"]
        );
    }

    #[test]
    fn the_log_may_count_from_any_moment_in_which_the_voice_dies_away() {
        let logged_ms = |ms: f64| Turn {
            is_turn: true,
            fading_ms: 80.0,
            audible_ms: Some(1000.0),
            answered_after_ms: Some(500.0),
            log: logged(serde_json::json!({}), Some(ms)),
            ..Turn::default()
        };
        for agrees in [480.0, 500.0, 590.0, 600.0] {
            assert_eq!(of_turn(&logged_ms(agrees)), Vec::<String>::new(), "{agrees}");
        }
        assert_eq!(of_turn(&logged_ms(470.0)), ["the log says 470 ms, the recording 500 ms"]);
        assert_eq!(of_turn(&logged_ms(610.0)), ["the log says 610 ms, the recording 500 ms"]);
    }

    #[test]
    fn a_turn_that_was_to_interrupt_and_found_no_answer_is_told() {
        let over = Turn { interrupts: true, interruption: Some(Interruption::default()), ..Turn::default() };
        let idle = Turn { interrupts: true, ..Turn::default() };
        let told = not_interrupting(&[Turn::default(), over, idle]);
        assert_eq!(told, ["turn 3: nothing was interrupted, for the answer had ended: interrupt it sooner"]);
    }
}
