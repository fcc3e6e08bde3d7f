//! The moments of one answer, and the durations that follow from them.
//!
//! A [`Timeline`] is the one source of every duration that is logged, reported or drawn: the log line at the end of a
//! stream, `GET /streams/{id}`, `timeline.json`, the table at the end of `cargo xtask call`, the benchmarks. A metric or
//! a trace's span is a [`Segment`].

mod live;
mod playback;
mod waterfall;

use serde::{Deserialize, Serialize};

pub use self::{
    live::{LiveSegment, LiveStage, LiveWaterfall},
    playback::Played,
};
use crate::document::{self, DocumentError};

/// A moment of an answer. The first time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The service has the request's head.
    RequestReceived,
    /// This host has taken the stream over; then there is no [`Moment::RequestReceived`].
    TakenOver,
    /// Of a live turn: the caller's first voiced frame is received.
    AudioReceived,
    /// Of a live turn: the end of the caller's last sound is received.
    SpeechEnd,
    /// Of a live turn: the recogniser has given its first partial text.
    SttFirstPartial,
    /// Of a live turn: the recogniser has given the final text.
    SttComplete,
    /// The language model is asked.
    LlmStart,
    /// The first piece of its answer that can be spoken has come.
    LlmFirstToken,
    /// Sentence `n` is certain.
    SentenceCertain,
    /// A worker begins to speak sentence `n`. Missing where a stored clip is used.
    TtsStart,
    /// The worker has made the clip of sentence `n`.
    TtsComplete,
    /// The bucket has part `n`.
    PartStored,
    /// The first clip is handed out with the answer to the start: its URL, or its sound to a listener. Missing where the
    /// answer was `wait`, because the client then finds the clip in the bucket.
    FirstClipHandedOut,
    /// Of a live turn: the first audible sample of the answer is sent.
    FirstAudioSent,
    /// Of a live turn: the last sample of the answer is sent, or the caller has interrupted it.
    PipelineComplete,
    /// The answer is no longer wanted: a cancel, a newer stream of the contact, or a client that is gone.
    Cancelled,
    /// The bucket has the sentinel.
    Sentinel,
    /// A moment of a later release.
    #[serde(other)]
    Other,
}

/// A moment and its time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedMoment {
    /// The moment.
    pub moment: Moment,
    /// Number of the sentence, or of the part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<usize>,
    /// Milliseconds from the timeline's begin.
    pub ms: f64,
}

/// One part: its sentence, and the work on its clip in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TimedPart {
    /// Number of the part.
    pub part: usize,
    /// Number of its sentence.
    pub sentence: usize,
    /// Length of the clip.
    pub audio_ms: f64,
    /// Wait in the queue until a worker began.
    #[serde(default)]
    pub queue_ms: f64,
    /// Number of sentences that were spoken in the same run; 0 where a stored clip is used.
    #[serde(default)]
    pub batch: usize,
    /// Text to phonemes.
    pub phonemes_ms: f64,
    /// The neural network.
    pub model_ms: f64,
    /// The network's output to a waveform at the model's rate.
    pub vocoder_ms: f64,
    /// Trimming, resampling and encoding as mu-law.
    pub telephone_ms: f64,
}

/// `timeline.json`, and a part of `GET /streams/{id}`: one host's share in one answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Version of this document: [`Timeline::VERSION`].
    pub version: u32,
    /// Begin of the timeline, the time of its first moment, in milliseconds since the Unix epoch.
    pub began_at_ms: f64,
    /// The moments in the order of their times.
    pub moments: Vec<TimedMoment>,
    /// The parts that this host has stored, in order.
    pub parts: Vec<TimedPart>,
    /// Number of sentences that are left out in the middle of a long answer.
    #[serde(default)]
    pub omitted: usize,
}

/// The stages of an answer on the way to its first clip, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// From the request until the model is asked: reading the memory of the talk, admission.
    Request,
    /// Until the model's first token.
    Model,
    /// Until the sentence is certain; without a model, from the request on.
    Sentence,
    /// Until a worker begins to speak it.
    Queue,
    /// Until its clip is made.
    Speech,
    /// Until the bucket has the clip.
    Store,
    /// Until the clip is handed out.
    Reply,
}

/// A stage with its own time and the running total.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// The stage.
    pub stage: Stage,
    /// Its own time, in milliseconds.
    pub ms: f64,
    /// Milliseconds from the timeline's begin to its end.
    pub until_ms: f64,
}

impl Stage {
    /// The name in tables and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Model => "model",
            Self::Sentence => "sentence",
            Self::Queue => "queue",
            Self::Speech => "speech",
            Self::Store => "store",
            Self::Reply => "reply",
        }
    }
}

impl Timeline {
    /// The version that is written.
    pub const VERSION: u32 = 1;

    /// Reads a timeline.
    ///
    /// # Errors
    /// [`DocumentError`] for a timeline that is damaged or of an unsupported version.
    pub fn parse(body: &[u8]) -> Result<Self, DocumentError> {
        document::parse(body, 1..=Self::VERSION)
    }

    /// The time of a moment that an answer has once, in milliseconds.
    pub fn at(&self, moment: Moment) -> Option<f64> {
        self.find(moment, None)
    }

    /// The time of a moment of sentence or part `n`, in milliseconds.
    pub fn at_number(&self, moment: Moment, n: usize) -> Option<f64> {
        self.find(moment, Some(n))
    }

    /// The stages up to the first clip. A stage whose moment is missing is left out, and its time counts for the next
    /// one.
    pub fn first_clip(&self) -> Vec<Segment> {
        let mut path = self.part_path(0);
        path.push((Stage::Reply, self.at(Moment::FirstClipHandedOut)));
        segments(0.0, path)
    }

    /// The stages of another part, from the moment at which its sentence was certain.
    pub fn part(&self, part: usize) -> Vec<Segment> {
        let (before, after): (Vec<_>, Vec<_>) =
            self.part_path(part).into_iter().partition(|(stage, _)| *stage <= Stage::Sentence);
        let certain = before.into_iter().filter_map(|(_, at)| at).next_back();
        segments(certain.unwrap_or_default(), after)
    }

    /// The time of a stage on the way to the first clip, in milliseconds.
    pub fn stage_ms(&self, stage: Stage) -> Option<f64> {
        self.first_clip().into_iter().find(|segment| segment.stage == stage).map(|segment| segment.ms)
    }

    /// The time of the last part's write, in milliseconds.
    pub fn last_part_ms(&self) -> Option<f64> {
        self.moments.iter().rfind(|timed| timed.moment == Moment::PartStored).map(|timed| timed.ms)
    }

    /// From the moment at which the answer was no longer wanted until the last write for it, in milliseconds.
    pub fn cancel_ms(&self) -> Option<f64> {
        let cancelled = self.at(Moment::Cancelled)?;
        let last_write = self.at(Moment::Sentinel).or(self.last_part_ms())?;
        Some(rounded((last_write - cancelled).max(0.0)))
    }

    fn find(&self, moment: Moment, n: Option<usize>) -> Option<f64> {
        self.moments.iter().find(|timed| timed.moment == moment && timed.n == n).map(|timed| timed.ms)
    }

    /// The stages of a part, with the times at which they end.
    fn part_path(&self, part: usize) -> Vec<(Stage, Option<f64>)> {
        let sentence = self.parts.iter().find(|timed| timed.part == part).map(|timed| timed.sentence);
        let of_sentence = |moment| sentence.and_then(|sentence| self.at_number(moment, sentence));
        let certain = of_sentence(Moment::SentenceCertain);
        // A phrase of our own may be spoken while the model still thinks.
        let before = |moment| self.at(moment).filter(|at| certain.is_none_or(|certain| *at <= certain));
        vec![
            (Stage::Request, before(Moment::LlmStart)),
            (Stage::Model, before(Moment::LlmFirstToken)),
            (Stage::Sentence, certain),
            (Stage::Queue, of_sentence(Moment::TtsStart)),
            (Stage::Speech, of_sentence(Moment::TtsComplete)),
            (Stage::Store, self.at_number(Moment::PartStored, part)),
        ]
    }
}

/// Microseconds are exact enough, and short in a log or a document.
pub fn rounded(ms: f64) -> f64 {
    (ms * 1e3).round() / 1e3
}

/// The stages whose end is known, each from the end of the one before.
fn segments(begin: f64, path: Vec<(Stage, Option<f64>)>) -> Vec<Segment> {
    let mut end = begin;
    let stages = path.into_iter().filter_map(|(stage, until)| Some((stage, until?)));
    stages
        .map(|(stage, until)| {
            let until_ms = until.max(end);
            let ms = rounded(until_ms - end);
            end = until_ms;
            Segment { stage, ms, until_ms }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// An answer of two sentences; the first is an acknowledgement where `first_token` comes late.
    fn timeline(first_token: f64) -> Timeline {
        let moments = json!([
            {"moment": "request_received", "ms": 0.0},
            {"moment": "llm_start", "ms": 2.0},
            {"moment": "llm_first_token", "ms": first_token},
            {"moment": "sentence_certain", "n": 0, "ms": 500.0},
            {"moment": "tts_start", "n": 0, "ms": 501.0},
            {"moment": "tts_complete", "n": 0, "ms": 531.0},
            {"moment": "part_stored", "n": 0, "ms": 534.0},
            {"moment": "first_clip_handed_out", "ms": 534.5},
            {"moment": "sentence_certain", "n": 2, "ms": 900.0},
            {"moment": "tts_start", "n": 2, "ms": 910.0},
            {"moment": "tts_complete", "n": 2, "ms": 960.0},
            {"moment": "part_stored", "n": 1, "ms": 965.0},
            {"moment": "cancelled", "ms": 970.0},
            {"moment": "sentinel", "ms": 975.0},
            {"moment": "a_moment_of_the_future", "ms": 980.0},
        ]);
        let parts = json!([{"part": 0, "sentence": 0}, {"part": 1, "sentence": 2}]);
        let parts = parts.as_array().expect("a list").iter().map(|part| TimedPart {
            part: part["part"].as_u64().expect("a number") as usize,
            sentence: part["sentence"].as_u64().expect("a number") as usize,
            ..TimedPart::default()
        });
        Timeline {
            version: Timeline::VERSION,
            moments: serde_json::from_value(moments).expect("moments"),
            parts: parts.collect(),
            ..Timeline::default()
        }
    }

    fn own_times(segments: &[Segment]) -> Vec<(&'static str, f64)> {
        segments.iter().map(|segment| (segment.stage.name(), segment.ms)).collect()
    }

    #[test]
    fn the_stages_of_the_first_clip_add_up_to_its_time() {
        let first = timeline(300.0).first_clip();
        let expected = [
            ("request", 2.0),
            ("model", 298.0),
            ("sentence", 200.0),
            ("queue", 1.0),
            ("speech", 30.0),
            ("store", 3.0),
            ("reply", 0.5),
        ];
        assert_eq!(own_times(&first), expected);
        assert_eq!(first.last().map(|segment| segment.until_ms), Some(534.5));
        assert_eq!(first.iter().map(|segment| segment.ms).sum::<f64>(), 534.5);
    }

    #[test]
    fn a_model_that_is_slower_than_the_acknowledgement_is_no_stage_of_the_first_clip() {
        let first = timeline(700.0).first_clip();
        assert_eq!(own_times(&first)[..2], [("request", 2.0), ("sentence", 498.0)]);
    }

    #[test]
    fn a_later_part_counts_from_its_own_sentence_even_when_one_before_was_skipped() {
        let second = own_times(&timeline(300.0).part(1));
        assert_eq!(second, [("queue", 10.0), ("speech", 50.0), ("store", 5.0)]);
    }

    #[test]
    fn a_cancel_is_over_with_the_last_write() {
        let mut timeline = timeline(300.0);
        assert_eq!(timeline.cancel_ms(), Some(5.0));
        timeline.moments.retain(|timed| timed.moment != Moment::Sentinel);
        assert_eq!(timeline.cancel_ms(), Some(0.0), "the last part was stored before");
        assert_eq!(timeline.last_part_ms(), Some(965.0));
    }

    #[test]
    fn a_timeline_is_read_back() {
        let timeline = timeline(300.0);
        let body = serde_json::to_vec(&timeline).expect("JSON");
        assert_eq!(Timeline::parse(&body).expect("is valid"), timeline);
        assert!(Timeline::parse(br#"{"version":99}"#).is_err());
    }
}
