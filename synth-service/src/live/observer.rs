//! The turns of live calls in the log and in the metrics. No words of callers or answers get there.

use std::time::Duration;

use contract::{
    metrics::{
        LIVE_FRAMES_DROPPED, LIVE_INTERRUPTION, LIVE_INTERRUPTIONS, LIVE_RESPONSE, LIVE_SPECULATION,
        LIVE_STAGES, LIVE_TURNS, LIVE_UNHEARD,
    },
    timeline::{LiveStage, Moment, Timeline},
};
use hearing::HearingError;
use live::{CallEnd, Interruption, Observer, Outcome, Speculated, TurnReport};
use tracing::Level;

use crate::telemetry::Meters;

/// Logs and counts.
pub(super) struct LiveObserver {
    meters: Meters,
}

impl LiveObserver {
    /// An observer whose counters are there from the start on: an alert sees the first increase only of a series that is
    /// there before it.
    pub(super) fn new(meters: Meters) -> Self {
        for (metric, values) in [
            (&LIVE_TURNS, &["answered", "interrupted", "failed", "unanswered"][..]),
            (&LIVE_SPECULATION, &["started", "adopted", "dropped"]),
            (&LIVE_INTERRUPTIONS, &["confirmed", "false"]),
            (&LIVE_FRAMES_DROPPED, &["late", "behind", "malformed", "unknown"]),
        ] {
            values.iter().for_each(|value| meters.count(metric, &[value], 0));
        }
        meters.count(&LIVE_UNHEARD, &[], 0);
        Self { meters }
    }
}

impl Observer for LiveObserver {
    fn call_began(&self, call: &str) {
        tracing::info!(call, "live call began");
    }

    fn turn_ended(&self, report: &TurnReport) {
        self.count(report);
        log(report);
    }

    fn turn_unheard(&self, call: &str, error: &HearingError) {
        self.meters.count(&LIVE_UNHEARD, &[], 1);
        tracing::warn!(call, %error, "a turn was not recognised");
    }

    fn call_ended(&self, call: &str, end: &CallEnd) {
        tracing::info!(call, reason = %end.reason, turns = end.turns, frames = ?end.frames, "live call ended");
        self.count_attempts(end.speculation);
    }
}

impl LiveObserver {
    fn count(&self, report: &TurnReport) {
        let meters = &self.meters;
        meters.count(&LIVE_TURNS, &[label(&report.outcome)], 1);
        if let Some(ms) = report.timeline.live_response_ms() {
            meters.observe(&LIVE_RESPONSE, &[], ms / 1e3);
        }
        for segment in report.timeline.live_segments() {
            meters.observe(&LIVE_STAGES, &[segment.stage.name()], segment.ms / 1e3);
        }
        self.count_attempts(report.speculation);
        for interruption in &report.interruptions {
            let kind = if interruption.confirmed { "confirmed" } else { "false" };
            meters.count(&LIVE_INTERRUPTIONS, &[kind], 1);
            meters.observe(&LIVE_INTERRUPTION, &[], silence_after(interruption).as_secs_f64());
        }
    }

    fn count_attempts(&self, speculated: Speculated) {
        let Speculated { started, adopted, dropped } = speculated;
        for (fate, number) in [("started", started), ("adopted", adopted), ("dropped", dropped)] {
            self.meters.count(&LIVE_SPECULATION, &[fate], u64::from(number));
        }
    }
}

/// From an interrupting voice until silence: the last frame that was sent, or the stop where none followed.
fn silence_after(interruption: &Interruption) -> Duration {
    interruption.voice_to_last_frame.max(interruption.voice_to_hold)
}

/// The label of an outcome.
fn label(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "answered",
        Outcome::Interrupted => "interrupted",
        Outcome::Failed { .. } => "failed",
        Outcome::Superseded | Outcome::Backchannel | Outcome::Faint | Outcome::CallEnded => "unanswered",
    }
}

fn log(report: &TurnReport) {
    let TurnReport { call, turn, timeline, recogniser, end, speculation, interruptions, outcome } = report;
    let stage = |stage| stage_ms(timeline, stage);
    tracing::info!(
        call,
        turn,
        recogniser,
        end = ?end,
        outcome = label(outcome),
        reason = outcome.reason(),
        began_at_ms = timeline.began_at_ms,
        e2e_ms = timeline.live_response_ms(),
        speech_ms = timeline.at(Moment::SpeechEnd),
        recognition_ms = stage(LiveStage::Recognition),
        decision_ms = stage(LiveStage::Decision),
        model_ms = stage(LiveStage::Model),
        sentence_ms = stage(LiveStage::Sentence),
        synthesis_ms = stage(LiveStage::Speech),
        sending_ms = stage(LiveStage::Sending),
        speculations = speculation.started,
        adopted = speculation.adopted,
        dropped = speculation.dropped,
        interruptions = interruptions.len(),
        interruption_ms = interruptions.last().map(|last| silence_after(last).as_millis() as u64),
        interruption_own_ms = interruptions.last().map(|last| last.own.as_millis() as u64),
        "live turn"
    );
    if tracing::enabled!(Level::DEBUG) {
        // An event for each row, so that each line of the log has the ids.
        for row in timeline.live_waterfall().to_string().lines() {
            tracing::debug!(call, turn, "waterfall {row}");
        }
    }
}

fn stage_ms(timeline: &Timeline, stage: LiveStage) -> Option<f64> {
    timeline.live_segments().into_iter().find(|segment| segment.stage == stage).map(|segment| segment.ms)
}

#[cfg(test)]
mod tests {
    use chat::Talk;
    use contract::timeline::TimedMoment;
    use hearing::{FrameCounts, TurnEnd};
    use live::EndReason;

    use super::*;

    #[test]
    fn a_turn_that_no_recogniser_heard_is_counted() {
        let meters = Meters::new(Vec::new()).expect("meters");
        let observer = LiveObserver::new(meters.clone());
        for unheard in 0..2 {
            let line = format!("firstword_live_unheard_turns_total {unheard}");
            assert!(meters.prometheus().render().lines().any(|found| found == line), "no {line}");
            observer.turn_unheard("call", &HearingError::Unauthorised { recogniser: "test" });
        }
    }

    #[test]
    fn attempts_for_a_turn_that_never_came_are_counted() {
        let meters = Meters::new(Vec::new()).expect("meters");
        LiveObserver::new(meters.clone()).call_ended(
            "call",
            &CallEnd {
                reason: EndReason::CallerGone,
                talk: Talk::default(),
                turns: 0,
                frames: FrameCounts::default(),
                speculation: Speculated { started: 2, adopted: 0, dropped: 2 },
            },
        );
        let text = meters.prometheus().render();
        for fate in ["started", "dropped"] {
            let line = format!("firstword_live_speculation_total{{speculation=\"{fate}\"}} 2");
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn a_turn_is_counted_with_its_stages_and_its_interruptions() {
        let meters = Meters::new(Vec::new()).expect("meters");
        let at = |moment, ms| TimedMoment { moment, n: None, ms };
        let moments = vec![
            at(Moment::AudioReceived, 0.0),
            at(Moment::SpeechEnd, 1000.0),
            at(Moment::SttComplete, 1300.0),
            at(Moment::FirstAudioSent, 1800.0),
        ];
        let interruption = |confirmed| Interruption {
            voice_to_hold: Duration::from_millis(260),
            voice_to_last_frame: Duration::from_millis(250),
            own: Duration::from_millis(12),
            confirmed,
        };
        LiveObserver::new(meters.clone()).turn_ended(&TurnReport {
            call: "call".into(),
            turn: 0,
            timeline: Timeline { moments, ..Timeline::default() },
            recogniser: "test",
            end: TurnEnd::Complete,
            speculation: Speculated { started: 2, adopted: 1, dropped: 1 },
            interruptions: vec![interruption(false), interruption(true)],
            outcome: Outcome::Interrupted,
        });
        let text = meters.prometheus().render();
        for line in [
            "firstword_live_response_seconds_bucket{le=\"0.7\"} 0",
            "firstword_live_response_seconds_bucket{le=\"0.8\"} 1",
            "firstword_live_stage_seconds_sum{stage=\"recognition\"} 0.3",
            "firstword_live_stage_seconds_sum{stage=\"sending\"} 0.5",
            "firstword_live_turns_total{outcome=\"interrupted\"} 1",
            "firstword_live_turns_total{outcome=\"failed\"} 0",
            "firstword_live_speculation_total{speculation=\"started\"} 2",
            "firstword_live_interruptions_total{interruption=\"false\"} 1",
            "firstword_live_interruption_seconds_sum 0.52",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
