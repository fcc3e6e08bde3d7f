//! Reports of a call: one for each turn, and one at the end.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use chat::Talk;
use contract::timeline::{Moment, TimedMoment, Timeline, rounded};
use hearing::{FrameCounts, HearingError, TurnEnd};
use tokio::time::Instant;

/// The number of attempts to answer before a turn was over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Speculated {
    /// Attempts that were begun.
    pub started: u32,
    /// The attempt that was spoken: 0 or 1.
    pub adopted: u32,
    /// Attempts that were dropped.
    pub dropped: u32,
}

/// The speech was stopped by the caller's voice or words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interruption {
    /// From the first voiced frame of the utterance received until the speech was stopped. Voice over which the speech
    /// had gone on counts from then on.
    pub voice_to_hold: Duration,
    /// From the same frame until the last frame was sent; zero where none followed.
    pub voice_to_last_frame: Duration,
    /// From the moment at which the voice was long enough, or its words had come, until the speech was stopped: the part
    /// that is not the caller's. Nothing is sent behind it.
    pub own: Duration,
    /// Whether words confirmed it. Without them the speech went on.
    pub confirmed: bool,
}

/// The way in which a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The whole answer was spoken.
    Answered,
    /// The caller interrupted it.
    Interrupted,
    /// The caller went on before anything was heard of it: the next turn answers both.
    Superseded,
    /// "Mhm" during an answer: it gets none of its own.
    Backchannel,
    /// A voice far below the caller's, during an answer: somebody else in the room. It gets none of its own.
    Faint,
    /// The answer failed. The caller heard an apology if there was a voice for it.
    Failed {
        /// The reason, without words of the talk.
        reason: String,
        /// Whether anything audible was sent.
        heard: bool,
    },
    /// The call ended before.
    CallEnded,
}

impl Outcome {
    /// The reason in the log why the turn has no whole answer: a code, or the words of a failure. `None` for an answered
    /// one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Answered => None,
            Self::Interrupted => Some("interrupted"),
            Self::Superseded => Some("superseded"),
            Self::Backchannel => Some("backchannel"),
            Self::Faint => Some("faint"),
            Self::Failed { reason, .. } => Some(reason),
            Self::CallEnded => Some("call_ended"),
        }
    }
}

/// The end of a turn.
#[derive(Clone, Debug)]
pub struct TurnReport {
    /// Id of the call.
    pub call: String,
    /// Number of the turn, from 0.
    pub turn: usize,
    /// Its moments, from [`Moment::AudioReceived`] on.
    pub timeline: Timeline,
    /// Name of the recogniser; `keys` for keys of the telephone.
    pub recogniser: &'static str,
    /// The reason why the caller's words ended.
    pub end: TurnEnd,
    /// Attempts to answer early.
    pub speculation: Speculated,
    /// Interruptions of the answer, in order.
    pub interruptions: Vec<Interruption>,
    /// The way in which it ended.
    pub outcome: Outcome,
}

/// The reason why a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The caller is gone.
    CallerGone,
    /// The caller was silent for too long.
    Silent,
    /// The caller was not understood several times in a row.
    NotUnderstood,
    /// The call reached its greatest length.
    TooLong,
    /// The caller's line did not take the speech in time.
    LineFull,
    /// Somebody else goes on with the caller.
    HandedOver,
    /// The host stops.
    Stopped,
}

impl EndReason {
    /// Its name in the log and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::CallerGone => "caller_gone",
            Self::Silent => "silent",
            Self::NotUnderstood => "not_understood",
            Self::TooLong => "too_long",
            Self::LineFull => "line_full",
            Self::HandedOver => "handed_over",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The end of a call.
#[derive(Clone, Debug)]
pub struct CallEnd {
    /// The reason.
    pub reason: EndReason,
    /// The turns of the talk, each answer as far as it was heard.
    pub talk: Talk,
    /// Number of turns, those included that the talk has forgotten or that got no answer.
    pub turns: usize,
    /// The caller's frames that were not as they should be.
    pub frames: FrameCounts,
    /// Attempts to answer a turn that never came: behind the last report of a turn.
    pub speculation: Speculated,
}

/// Takes the reports of all calls, for the log and metrics. Nothing here may wait.
pub trait Observer: Send + Sync {
    /// A call begins.
    fn call_began(&self, call: &str);

    /// A turn is over.
    fn turn_ended(&self, report: &TurnReport);

    /// A turn was not recognised: the recogniser is gone, and no other took its place.
    fn turn_unheard(&self, _call: &str, _error: &HearingError) {}

    /// A call is over.
    fn call_ended(&self, call: &str, end: &CallEnd);
}

/// The moments of a turn while it runs.
#[derive(Clone)]
pub(crate) struct Moments {
    began: Instant,
    list: Vec<(Moment, Instant)>,
}

impl Moments {
    /// Moments of a turn whose first voiced frame was received then.
    pub(crate) fn new(began: Instant) -> Self {
        Self { began, list: vec![(Moment::AudioReceived, began)] }
    }

    /// Records a moment, unless it has been recorded. Returns whether it is new.
    pub(crate) fn mark(&mut self, moment: Moment, at: Instant) -> bool {
        let is_new = self.list.iter().all(|(known, _)| *known != moment);
        if is_new {
            self.list.push((moment, at));
        }
        is_new
    }

    /// The moments until now, in the order of their times.
    pub(crate) fn timeline(&self) -> Timeline {
        let mut moments: Vec<TimedMoment> = self.list.iter().map(|timed| self.timed(*timed)).collect();
        moments.sort_by(|one, other| one.ms.total_cmp(&other.ms));
        let began = SystemTime::now().checked_sub(self.began.elapsed()).unwrap_or(UNIX_EPOCH);
        let began_at_ms = began.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1e3;
        Timeline {
            version: Timeline::VERSION,
            began_at_ms: rounded(began_at_ms),
            moments,
            ..Timeline::default()
        }
    }

    fn timed(&self, (moment, at): (Moment, Instant)) -> TimedMoment {
        let ms = at.saturating_duration_since(self.began).as_secs_f64() * 1e3;
        TimedMoment { moment, n: None, ms: rounded(ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_but_an_answer_has_a_reason() {
        let failed = Outcome::Failed { reason: "HTTP 500".into(), heard: true };
        let outcomes = [
            Outcome::Interrupted,
            Outcome::Superseded,
            Outcome::Backchannel,
            Outcome::Faint,
            Outcome::CallEnded,
            failed,
        ];
        let reasons = outcomes.each_ref().map(|outcome| outcome.reason().unwrap_or_default());
        assert_eq!(reasons, ["interrupted", "superseded", "backchannel", "faint", "call_ended", "HTTP 500"]);
        assert_eq!(Outcome::Answered.reason(), None);
    }
}
