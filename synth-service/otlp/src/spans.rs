//! The trace of a request: its parent, the header for the next program, and the stages of an answer.
//!
//! Without an export each function returns at once and does nothing.

mod answer;

use opentelemetry::{
    KeyValue, Value,
    propagation::{Extractor, TextMapPropagator},
    trace::{SpanKind, TraceContextExt},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

pub use self::answer::answered;

/// The name of the service's spans as a whole.
pub(crate) const SCOPE: &str = "firstword";

/// The span of a request to the service.
pub const REQUEST: &str = "request";

/// The span of a request to a language model.
pub const MODEL: &str = "model";

/// W3C's header.
const TRACEPARENT: &str = "traceparent";

/// The kind of a span of the service; `None` for one within the program.
pub(crate) fn kind(name: &str) -> Option<SpanKind> {
    match name {
        REQUEST => Some(SpanKind::Server),
        MODEL => Some(SpanKind::Client),
        _ => None,
    }
}

/// Makes a span, which has not been entered yet, a part of the trace that a client's `traceparent` names. One that is
/// malformed is ignored: the span begins a trace.
pub fn continue_trace(span: &Span, traceparent: &str) {
    struct Header<'a>(&'a str);
    impl Extractor for Header<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            (key == TRACEPARENT).then_some(self.0)
        }

        fn keys(&self) -> Vec<&str> {
            vec![TRACEPARENT]
        }
    }
    // Without an export the span has no trace.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&Header(traceparent)));
}

/// The `traceparent` by which the next program continues the trace of a span; `None` without an export.
pub fn traceparent(span: &Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| {
        format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
    })
}

/// Adds an attribute to a span, for its export alone: log lines do not have it.
pub fn attribute(span: &Span, name: &'static str, value: impl Into<Value>) {
    span.set_attribute(name, value);
}

/// Adds a moment to a span.
pub fn moment(span: &Span, name: &'static str, attribute: Option<(&'static str, String)>) {
    let attributes = attribute.into_iter().map(|(name, value)| KeyValue::new(name, value));
    span.add_event(name, attributes.collect());
}
