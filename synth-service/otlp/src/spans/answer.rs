//! The stages of an answer as spans, from its timeline, when it is over.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contract::timeline::{Moment, Stage, TimedPart, Timeline};
use opentelemetry::{
    Context, KeyValue, global,
    global::BoxedTracer,
    trace::{Span as _, SpanBuilder, TraceContextExt, Tracer},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::SCOPE;

/// Adds the sentences of an answer to the trace of `span`: for each the time from its certainty until its part is
/// stored, and within that the wait for a worker, the speech and the upload.
pub fn answered(span: &Span, timeline: &Timeline) {
    let context = span.context();
    if !context.span().span_context().is_sampled() {
        return;
    }
    let answer = Answer { tracer: global::tracer(SCOPE), timeline };
    timeline.parts.iter().for_each(|part| answer.sentence(&context, part));
}

struct Answer<'a> {
    tracer: BoxedTracer,
    timeline: &'a Timeline,
}

impl Answer<'_> {
    fn sentence(&self, parent: &Context, part: &TimedPart) {
        let of_sentence = |moment| self.timeline.at_number(moment, part.sentence);
        let work = of_sentence(Moment::TtsStart).zip(of_sentence(Moment::TtsComplete));
        let stored = self.timeline.at_number(Moment::PartStored, part.part);
        let queued = work.map(|(begun, _)| begun - part.queue_ms);
        let certain = of_sentence(Moment::SentenceCertain);
        let end = stored.or(work.map(|(_, made)| made));
        let Some((begin, end)) = certain.or(queued).or(stored).zip(end) else { return };
        let attributes = vec![
            KeyValue::new("sentence", part.sentence as i64),
            KeyValue::new("part", part.part as i64),
            KeyValue::new("audio_ms", part.audio_ms),
            KeyValue::new("batch", part.batch as i64),
        ];
        let span = self.builder("sentence", begin).with_attributes(attributes);
        let parent = parent.with_span(self.tracer.build_with_context(span, parent));
        if let Some((begun, made)) = work {
            self.stage(&parent, Stage::Queue, begun - part.queue_ms, begun);
            self.stage(&parent, Stage::Speech, begun, made);
            if let Some(stored) = stored {
                self.stage(&parent, Stage::Store, made, stored);
            }
        }
        parent.span().end_with_timestamp(self.time(end.max(begin)));
    }

    fn stage(&self, parent: &Context, stage: Stage, begin: f64, end: f64) {
        let mut span = self.tracer.build_with_context(self.builder(stage.name(), begin), parent);
        span.end_with_timestamp(self.time(end.max(begin)));
    }

    fn builder(&self, name: &'static str, begin: f64) -> SpanBuilder {
        self.tracer.span_builder(name).with_start_time(self.time(begin))
    }

    /// The time of day of a moment.
    fn time(&self, ms: f64) -> SystemTime {
        let since_epoch = (self.timeline.began_at_ms + ms).max(0.0) / 1e3;
        UNIX_EPOCH + Duration::try_from_secs_f64(since_epoch).unwrap_or_default()
    }
}
