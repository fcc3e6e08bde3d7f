//! A live turn: its moments one after the other, and the stages from the end of speech to the first sound.

use std::fmt;

use super::{Moment, TimedMoment, Timeline, rounded};

/// The stages of a live turn from the end of the caller's speech to the first sound of the answer, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LiveStage {
    /// From the end of speech until the final text is there.
    Recognition,
    /// The rest of the silence that ends a turn, until the model is asked. No time where it was asked before: then the
    /// silence is a part of the stages behind.
    Decision,
    /// Until the model's first token.
    Model,
    /// Until a worker begins to speak the first sentence.
    Sentence,
    /// Until its clip is made.
    Speech,
    /// Until the first audible sample is sent.
    Sending,
}

/// A stage and its own time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveSegment {
    /// The stage.
    pub stage: LiveStage,
    /// Its own time, in milliseconds.
    pub ms: f64,
}

impl LiveStage {
    /// The name in tables, logs and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recognition => "recognition",
            Self::Decision => "decision",
            Self::Model => "model",
            Self::Sentence => "sentence",
            Self::Speech => "speech",
            Self::Sending => "sending",
        }
    }
}

/// A live turn as a block of lines for people.
pub struct LiveWaterfall<'a>(&'a Timeline);

impl Timeline {
    /// From the end of the caller's speech until the first audible sample is sent, in milliseconds.
    pub fn live_response_ms(&self) -> Option<f64> {
        Some(rounded((self.at(Moment::FirstAudioSent)? - self.at(Moment::SpeechEnd)?).max(0.0)))
    }

    /// The stages from the end of speech to the first sound. They add up to [`Self::live_response_ms`]. A stage whose
    /// moment is missing is left out, and its time counts for the next one; work that was done before the end of speech
    /// takes no time of the turn's.
    pub fn live_segments(&self) -> Vec<LiveSegment> {
        let Some((begin, sent)) = self.at(Moment::SpeechEnd).zip(self.at(Moment::FirstAudioSent)) else {
            return Vec::new();
        };
        let path = [
            (LiveStage::Recognition, self.at(Moment::SttComplete)),
            (LiveStage::Decision, self.at(Moment::LlmStart)),
            (LiveStage::Model, self.at(Moment::LlmFirstToken)),
            (LiveStage::Sentence, self.first(Moment::TtsStart)),
            (LiveStage::Speech, self.first(Moment::TtsComplete)),
            (LiveStage::Sending, Some(sent)),
        ];
        let mut end = begin;
        let known = path.into_iter().filter_map(|(stage, until)| Some((stage, until?.min(sent))));
        known
            .map(|(stage, until)| {
                let ms = rounded((until - end).max(0.0));
                end = end.max(until);
                LiveSegment { stage, ms }
            })
            .collect()
    }

    /// The turn as lines for people: each moment, the total, then each way from moment to moment.
    pub fn live_waterfall(&self) -> LiveWaterfall<'_> {
        LiveWaterfall(self)
    }

    /// The first time of a moment, of whatever sentence.
    fn first(&self, moment: Moment) -> Option<f64> {
        self.moments.iter().find(|timed| timed.moment == moment).map(|timed| timed.ms)
    }
}

impl fmt::Display for LiveWaterfall<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moments = &self.0.moments;
        let mut before = 0.0;
        for timed in moments {
            let (name, ms) = (name(timed), timed.ms);
            writeln!(formatter, "{name}: +{:.1} ms (total: {ms:.1} ms)", ms - before)?;
            before = ms;
        }
        write!(formatter, "total: {before:.1} ms")?;
        for (from, to) in moments.iter().zip(moments.iter().skip(1)) {
            write!(formatter, "\n{} -> {}: {:.1} ms", name(from), name(to), to.ms - from.ms)?;
        }
        Ok(())
    }
}

/// The name of a moment as documents have it, with the number of its sentence.
fn name(timed: &TimedMoment) -> String {
    let name = serde_json::to_value(timed.moment).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("other");
    timed.n.map_or_else(|| name.to_owned(), |n| format!("{name} {n}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(moments: &[(Moment, f64)]) -> Timeline {
        let timed = |&(moment, ms): &(Moment, f64)| TimedMoment { moment, n: None, ms };
        Timeline { moments: moments.iter().map(timed).collect(), ..Timeline::default() }
    }

    fn stages(timeline: &Timeline) -> Vec<(&'static str, f64)> {
        timeline.live_segments().iter().map(|segment| (segment.stage.name(), segment.ms)).collect()
    }

    #[test]
    fn the_stages_of_a_turn_add_up_to_its_time() {
        let timeline = turn(&[
            (Moment::AudioReceived, 0.0),
            (Moment::SpeechEnd, 1000.0),
            (Moment::SttComplete, 1320.0),
            (Moment::LlmStart, 1321.0),
            (Moment::LlmFirstToken, 1621.0),
            (Moment::TtsStart, 1700.0),
            (Moment::FirstAudioSent, 1790.5),
        ]);
        let expected = [
            ("recognition", 320.0),
            ("decision", 1.0),
            ("model", 300.0),
            ("sentence", 79.0),
            ("sending", 90.5),
        ];
        assert_eq!(stages(&timeline), expected);
        assert_eq!(timeline.live_response_ms(), Some(790.5));
    }

    #[test]
    fn work_before_the_end_of_speech_and_of_the_decision_takes_no_time_of_the_turn() {
        let timeline = turn(&[
            (Moment::LlmStart, 900.0),
            (Moment::SpeechEnd, 1000.0),
            (Moment::LlmFirstToken, 1200.0),
            (Moment::TtsStart, 1250.0),
            (Moment::SttComplete, 1300.0),
            (Moment::FirstAudioSent, 1310.0),
            // The answer's second sentence comes after the first sound.
            (Moment::TtsComplete, 1400.0),
        ]);
        let expected = [
            ("recognition", 300.0),
            ("decision", 0.0),
            ("model", 0.0),
            ("sentence", 0.0),
            ("speech", 10.0),
            ("sending", 0.0),
        ];
        assert_eq!(stages(&timeline), expected);
    }

    #[test]
    fn a_turn_without_a_sound_has_no_stages() {
        let timeline = turn(&[(Moment::SpeechEnd, 10.0), (Moment::LlmStart, 20.0)]);
        assert!(timeline.live_segments().is_empty() && timeline.live_response_ms().is_none());
    }

    #[test]
    fn a_waterfall_has_each_moment_the_total_and_each_way_between_two() {
        let timeline = turn(&[
            (Moment::AudioReceived, 0.0),
            (Moment::SpeechEnd, 812.5),
            (Moment::FirstAudioSent, 1300.0),
        ]);
        let expected = "audio_received: +0.0 ms (total: 0.0 ms)\n\
                        speech_end: +812.5 ms (total: 812.5 ms)\n\
                        first_audio_sent: +487.5 ms (total: 1300.0 ms)\n\
                        total: 1300.0 ms\n\
                        audio_received -> speech_end: 812.5 ms\n\
                        speech_end -> first_audio_sent: 487.5 ms";
        assert_eq!(timeline.live_waterfall().to_string(), expected);
    }
}
