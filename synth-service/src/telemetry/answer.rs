//! The metrics of an answer and the spans of its sentences, when it is over. All come from its timeline.

use contract::{
    metrics::{
        BATCH, CALLER_STARVED, CANCEL_TO_SILENCE, FIRST_AUDIO, MODEL_FIRST_TOKEN, PART_INTERVAL, QUEUE_WAIT,
        REAL_TIME_FACTOR, SENTENCE_TO_PART, SENTENCES_SKIPPED, STAGES, START_TO_PART0,
    },
    timeline::{Moment, TimedPart, Timeline},
};

use super::Meters;

/// The way in which a text is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A text that is known from the start, into the bucket.
    Text,
    /// The answer of a language model, into the bucket.
    Talk,
    /// A text for a listener over HTTP.
    Speech,
}

impl AnswerKind {
    /// The label's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Talk => "talk",
            Self::Speech => "speech",
        }
    }
}

impl Meters {
    /// Adds an answer that is over, whose voice is `voice` or `voice/speaker`, and the sentences that it lacks. Its
    /// sentences become spans below the current one.
    pub fn answered(&self, timeline: &Timeline, voice: &str, kind: AnswerKind, skipped: usize) {
        otlp::spans::answered(&tracing::Span::current(), timeline);
        let voice = voice.split('/').next().unwrap_or_default();
        self.count(&SENTENCES_SKIPPED, &[voice], skipped as u64);
        let observe = |metric, labels: &[&str], ms: f64| self.observe(metric, labels, ms.max(0.0) / 1e3);
        let at = |moment| timeline.at(moment);
        if let Some(first_audio) = timeline.first_audio_ms() {
            self.begun(timeline, first_audio, voice, kind);
        }
        if let Some((asked, answered)) = at(Moment::LlmStart).zip(at(Moment::LlmFirstToken)) {
            observe(&MODEL_FIRST_TOKEN, &[], answered - asked);
        }
        if let Some(ms) = timeline.cancel_ms() {
            observe(&CANCEL_TO_SILENCE, &[], ms);
        }
        timeline.parts.iter().for_each(|part| self.spoken(timeline, part, voice));
        self.stored(timeline, voice);
    }

    /// Adds the way to the first clip.
    fn begun(&self, timeline: &Timeline, first_audio: f64, voice: &str, kind: AnswerKind) {
        let labels = [voice, kind.name()];
        self.observe(&FIRST_AUDIO, &labels, first_audio / 1e3);
        for segment in timeline.first_clip() {
            self.observe(&STAGES, &[segment.stage.name()], segment.ms / 1e3);
        }
        if let Some(ms) = timeline.at_number(Moment::PartStored, 0) {
            self.observe(&START_TO_PART0, &labels, ms / 1e3);
        }
    }

    /// Adds the work on a clip. A phrase's stored clip took none.
    fn spoken(&self, timeline: &Timeline, part: &TimedPart, voice: &str) {
        let at = |moment| timeline.at_number(moment, part.sentence);
        let Some((begun, made)) = at(Moment::TtsStart).zip(at(Moment::TtsComplete)) else { return };
        self.observe(&QUEUE_WAIT, &[voice], part.queue_ms / 1e3);
        self.observe(&BATCH, &[voice], part.batch as f64);
        if part.audio_ms > 0.0 {
            self.observe(&REAL_TIME_FACTOR, &[voice], (made - begun) / part.audio_ms);
        }
        if let Some(stored) = timeline.at_number(Moment::PartStored, part.part) {
            self.observe(&SENTENCE_TO_PART, &[voice], (stored - begun + part.queue_ms) / 1e3);
        }
    }

    /// Adds the times between the parts. Those that the record of a long text leaves out are not counted.
    fn stored(&self, timeline: &Timeline, voice: &str) {
        for part in timeline.playback() {
            if let Some((interval, starved)) = part.interval_ms.zip(part.starved_ms) {
                self.observe(&PART_INTERVAL, &[voice], interval / 1e3);
                self.observe(&CALLER_STARVED, &[voice], starved / 1e3);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::timeline::TimedMoment;

    use super::*;

    /// An answer with parts of a second, stored at these times.
    fn timeline(stored: &[f64]) -> Timeline {
        let moment = |moment, n, ms| TimedMoment { moment, n, ms };
        let mut moments = vec![moment(Moment::RequestReceived, None, 0.0)];
        let mut parts = Vec::new();
        for (part, &ms) in stored.iter().enumerate() {
            moments.push(moment(Moment::TtsStart, Some(part), ms - 30.0));
            moments.push(moment(Moment::TtsComplete, Some(part), ms - 10.0));
            moments.push(moment(Moment::PartStored, Some(part), ms));
            parts.push(TimedPart {
                part,
                sentence: part,
                audio_ms: 1000.0,
                queue_ms: 5.0,
                batch: 1,
                ..TimedPart::default()
            });
        }
        Timeline { version: Timeline::VERSION, moments, parts, ..Timeline::default() }
    }

    fn rendered(timeline: &Timeline) -> String {
        let meters = Meters::new(Vec::new()).expect("buckets");
        meters.answered(timeline, "hibari", AnswerKind::Text, 0);
        meters.prometheus().render()
    }

    fn value(text: &str, series: &str) -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in\n{text}")).parse().expect("a number")
    }

    #[test]
    fn a_caller_starves_between_the_end_of_a_part_and_the_next_one() {
        let text = rendered(&timeline(&[100.0, 200.0, 2600.0, 2700.0]));
        let close = |series: &str, expected: f64| {
            let found = value(&text, series);
            assert!((found - expected).abs() < 1e-9, "{series} is {found}");
        };
        close("firstword_start_to_part0_seconds_sum{voice=\"hibari\",kind=\"text\"}", 0.1);
        close("firstword_first_audio_seconds_sum{voice=\"hibari\",kind=\"text\"}", 0.1);
        // The queue's stage begins with the request here, since the sentence's moment is missing.
        close("firstword_stage_seconds_sum{stage=\"queue\"}", 0.07);
        close("firstword_stage_seconds_sum{stage=\"speech\"}", 0.02);
        close("firstword_stage_seconds_sum{stage=\"store\"}", 0.01);
        close("firstword_part_interval_seconds_sum{voice=\"hibari\"}", 2.6);
        close("firstword_part_interval_seconds_count{voice=\"hibari\"}", 3.0);
        // Parts 0 and 1 play until 2.1 s.
        close("firstword_caller_starved_seconds_sum{voice=\"hibari\"}", 0.5);
        close("firstword_queue_wait_seconds_sum{voice=\"hibari\"}", 0.02);
        close("firstword_sentence_to_part_seconds_sum{voice=\"hibari\"}", 0.14);
        close("firstword_real_time_factor_ratio_sum{voice=\"hibari\"}", 0.08);
    }

    #[test]
    fn a_stream_that_was_taken_over_has_no_start() {
        let mut timeline = timeline(&[100.0]);
        timeline.moments[0].moment = Moment::TakenOver;
        let text = rendered(&timeline);
        assert!(!text.contains("firstword_first_audio_seconds_count"), "{text}");
        assert_eq!(value(&text, "firstword_queue_wait_seconds_count{voice=\"hibari\"}"), 1.0);
    }
}
