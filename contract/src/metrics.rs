//! The one vocabulary of all metrics: names, units, labels and buckets, for Prometheus and the functions'
//! embedded metrics alike.
//!
//! `docs/metrics.md` is made from [`SERVICE`] and [`FUNCTION`] (`cargo xtask metrics`). No label has an id or a text as its
//! value, so that the number of series does not grow with the number of calls.

mod page;

pub use page::page;

/// Namespace of the functions' metrics in CloudWatch, where [`crate::env::CLOUDWATCH_NAMESPACE`] names no other one.
pub const NAMESPACE: &str = "Firstword";

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// The same name everywhere. It ends with the unit, and with `_total` for a counter.
    pub name: &'static str,
    /// How its values add up.
    pub kind: Kind,
    /// The unit of its values.
    pub unit: Unit,
    /// The labels of its series.
    pub labels: &'static [Label],
    /// One sentence without its full stop.
    pub help: &'static str,
}

/// How the values of a metric add up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A sum that only grows.
    Counter,
    /// A value of now.
    Gauge,
    /// A distribution, with the upper limits of its buckets.
    Histogram(&'static [f64]),
}

/// The unit of a metric's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
    /// A share or a quotient without a unit.
    Ratio,
}

/// A label, and the set of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// Its values, in words.
    pub values: &'static str,
}

impl Unit {
    /// The unit's name in CloudWatch.
    pub fn cloudwatch(self) -> &'static str {
        match self {
            Self::Seconds => "Seconds",
            Self::Bytes => "Bytes",
            Self::Count => "Count",
            Self::Ratio => "None",
        }
    }
}

/// Upper limits for times between 5 ms and 10 s, in seconds.
pub const TIMES: &[f64] = &[
    0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0,
];

/// Upper limits for the time of making a clip, divided by its length.
const REAL_TIME_FACTORS: &[f64] = &[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0];

/// Upper limits for the number of sentences in one run of a model.
const BATCHES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// Upper limits for the times of a live turn, in seconds. One is its aim, 0.8 s.
const LIVE_TIMES: &[f64] = &[
    0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9,
    1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0,
];

/// A voice.
pub const VOICE: Label = Label { name: "voice", values: "the voices that the host has loaded" };
/// A way in which a text is spoken.
pub const KIND: Label = Label {
    name: "kind",
    values: "`text` (`start_stream`), `talk` (`chat_and_stream`), `speech` (`POST /v1/audio/speech`)",
};
/// The end of a stream.
pub const REASON: Label = Label {
    name: "reason",
    values: "`complete`, `cut_short` (the model failed), `cancelled`, `preempted`, `unheard`, `stopping`, `failed`",
};
/// An error.
pub const CODE: Label = Label { name: "code", values: "the codes of the service's errors" };
/// The origin of a phrase's clip.
pub const ORIGIN: Label = Label { name: "origin", values: "`memory`, `bucket`, `synthesis`" };
/// A stage on the way to the first sound.
pub const STAGE: Label =
    Label { name: "stage", values: "`request`, `model`, `sentence`, `queue`, `speech`, `store`, `reply`" };
/// A device.
pub const DEVICE: Label = Label { name: "device", values: "`cpu`, `cuda`" };
/// A GPU.
pub const GPU: Label = Label { name: "gpu", values: "the numbers of the GPUs on which voices run" };
/// The releases of a program and of its libraries.
pub const VERSION: Label = Label { name: "version", values: "the version of the program" };
/// A stage of a live turn.
pub const LIVE_STAGE: Label =
    Label { name: "stage", values: "`recognition`, `decision`, `model`, `sentence`, `speech`, `sending`" };
/// The way in which a live turn went.
pub const LIVE_OUTCOME: Label =
    Label { name: "outcome", values: "`answered`, `interrupted`, `failed`, `unanswered`" };
/// The fate of an answer that was begun before its turn was over.
pub const SPECULATION: Label = Label { name: "speculation", values: "`started`, `adopted`, `dropped`" };
/// Whether an interruption was one.
pub const INTERRUPTION: Label = Label { name: "interruption", values: "`confirmed`, `false`" };
/// The reason why a caller's frame is dropped, or a message means nothing.
pub const DROPPED: Label = Label {
    name: "reason",
    values: "`late` (or doubled), `behind` (the call does not keep up), `malformed`, `unknown` (an event of no known kind)",
};
/// A function.
pub const FUNCTION_NAME: Label = Label { name: "function", values: "the five functions" };
/// The cause of an error reply.
pub const FAILURE: Label = Label { name: "failure", values: "the kinds of error replies" };

macro_rules! metrics {
    ($(#[$list_doc:meta])* $list:ident: $($constant:ident = $kind:expr, $unit:ident, $name:literal, [$($label:ident),*], $help:literal;)*) => {
        $(
            #[doc = $help]
            pub const $constant: Metric = Metric {
                name: $name,
                kind: $kind,
                unit: Unit::$unit,
                labels: &[$($label),*],
                help: $help,
            };
        )*
        $(#[$list_doc])*
        pub const $list: &[Metric] = &[$($constant),*];
    };
}

const COUNTER: Kind = Kind::Counter;
const GAUGE: Kind = Kind::Gauge;
const TIME: Kind = Kind::Histogram(TIMES);
const LIVE_TIME: Kind = Kind::Histogram(LIVE_TIMES);

metrics! {
    /// The metrics of the service.
    SERVICE:
    FIRST_AUDIO = TIME, Seconds, "firstword_first_audio_seconds", [VOICE, KIND],
        "From a request until its first clip, or its first sound, is handed out";
    STAGES = TIME, Seconds, "firstword_stage_seconds", [STAGE],
        "Stages on the way to the first clip or sound; those of an answer add up to its time to first audio";
    START_TO_PART0 = TIME, Seconds, "firstword_start_to_part0_seconds", [VOICE, KIND],
        "From a start until part 0 is in the bucket";
    PART_INTERVAL = TIME, Seconds, "firstword_part_interval_seconds", [VOICE],
        "Between the writes of two neighbouring parts";
    CALLER_STARVED = TIME, Seconds, "firstword_caller_starved_seconds", [VOICE],
        "Silence before a part but the first, by the clock of a caller who hears each as soon as it is stored; 0 for one in time";
    SENTENCE_TO_PART = TIME, Seconds, "firstword_sentence_to_part_seconds", [VOICE],
        "From the moment a sentence waits for a worker until its part is in the bucket";
    MODEL_FIRST_TOKEN = TIME, Seconds, "firstword_model_first_token_seconds", [],
        "From the question to the language model until its first token";
    MODEL_TOKENS = COUNTER, Count, "firstword_model_tokens_total", [],
        "Pieces of text that language models have written";
    MODEL_FAILURES = COUNTER, Count, "firstword_model_failures_total", [],
        "Answers that a language model broke off, or never began";
    QUEUE_WAIT = TIME, Seconds, "firstword_queue_wait_seconds", [VOICE],
        "Wait of a sentence for a worker";
    QUEUE_LENGTH = GAUGE, Count, "firstword_queue_length_sentences", [VOICE],
        "Sentences that wait for a worker";
    REAL_TIME_FACTOR = Kind::Histogram(REAL_TIME_FACTORS), Ratio, "firstword_real_time_factor_ratio", [VOICE],
        "Time of making a clip, divided by its length";
    BATCH = Kind::Histogram(BATCHES), Count, "firstword_batch_size_sentences", [VOICE],
        "Sentences that were spoken in the same run of the voice, for each sentence";
    UPLOAD = TIME, Seconds, "firstword_upload_seconds", [],
        "Time of writing a part, with its retries";
    STORE_RETRIES = COUNTER, Count, "firstword_store_retries_total", [],
        "Writes and looks of streams that were tried again because the bucket failed";
    PHRASES = COUNTER, Count, "firstword_phrases_total", [ORIGIN],
        "Sentences that were phrases, by the origin of their clip";
    PHRASE_FAILURES = COUNTER, Count, "firstword_phrase_failures_total", [],
        "Kept clips of phrases that could not be read or written, or are damaged";
    STREAMS_ENDED = COUNTER, Count, "firstword_streams_ended_total", [KIND, REASON],
        "Streams that this host has ended";
    SENTENCES_SKIPPED = COUNTER, Count, "firstword_sentences_skipped_total", [VOICE],
        "Sentences that the voice could not speak";
    CANCEL_TO_SILENCE = TIME, Seconds, "firstword_cancel_to_silence_seconds", [],
        "From a cancel, or a newer stream of the contact, until the last write for the stream";
    REFUSALS = COUNTER, Count, "firstword_refusals_total", [CODE],
        "Requests that this host refused because it is full, stops or lacks its bucket (429, 503)";
    REQUEST_ERRORS = COUNTER, Count, "firstword_request_errors_total", [CODE],
        "Requests that were answered with any other error";
    SPANS_DROPPED = COUNTER, Count, "firstword_spans_dropped_total", [],
        "Spans of traces that no collector has taken";
    STREAMS = GAUGE, Count, "firstword_streams_running", [],
        "Streams that this host makes now, talks included";
    TALKS = GAUGE, Count, "firstword_talks_running", [],
        "Answers of a language model that are being spoken";
    NARRATIONS = GAUGE, Count, "firstword_narrations_running", [],
        "Texts that are being spoken to listeners over HTTP";
    TAKE_OVERS = COUNTER, Count, "firstword_take_overs_total", [],
        "Streams that this host has taken over from another one, to go on with them or to end them";
    PROMISED = GAUGE, Ratio, "firstword_promised_time_ratio", [],
        "Share that running texts take of the time that workers promise; a text that would raise it above 1 is refused";
    READY = GAUGE, Count, "firstword_host_ready", [],
        "1 while the host takes starts, else 0";
    GPU_MEMORY = GAUGE, Bytes, "firstword_gpu_memory_bytes", [GPU],
        "Memory in use on a GPU: this process's own, or all of it where the driver does not tell (containers); 0 when the GPU is gone";
    METRICS_DROPPED = COUNTER, Count, "firstword_metrics_dropped_total", [],
        "Values, one for each metric and interval, that CloudWatch did not take in time, and failed exports to an OTLP collector";
    LIVE_CALLS = GAUGE, Count, "firstword_live_calls_running", [],
        "Callers on the line";
    LIVE_CALLS_REFUSED = COUNTER, Count, "firstword_live_calls_refused_total", [],
        "Callers who found all lines taken";
    LIVE_RESPONSE = LIVE_TIME, Seconds, "firstword_live_response_seconds", [],
        "From the end of a caller's speech until the first audible sample of the answer is sent";
    LIVE_STAGES = LIVE_TIME, Seconds, "firstword_live_stage_seconds", [LIVE_STAGE],
        "Stages of a live turn from the end of speech to the first audible sample; those of a turn add up to it";
    LIVE_TURNS = COUNTER, Count, "firstword_live_turns_total", [LIVE_OUTCOME],
        "Turns of callers on the line";
    LIVE_SPECULATION = COUNTER, Count, "firstword_live_speculation_total", [SPECULATION],
        "Answers that were begun before the caller had finished";
    LIVE_INTERRUPTIONS = COUNTER, Count, "firstword_live_interruptions_total", [INTERRUPTION],
        "Voices of callers that stopped an answer; a false one turned out to be nothing, and the answer went on";
    LIVE_INTERRUPTION = LIVE_TIME, Seconds, "firstword_live_interruption_seconds", [],
        "From the first frame of an interrupting voice until the last frame of speech is sent";
    LIVE_FALL_BACKS = COUNTER, Count, "firstword_live_fall_backs_total", [],
        "Sessions of the first recogniser that the local one took over";
    LIVE_UNHEARD = COUNTER, Count, "firstword_live_unheard_turns_total", [],
        "Turns of callers that no recogniser heard: it is gone, and no other took its place";
    LIVE_FRAMES_DROPPED = COUNTER, Count, "firstword_live_frames_dropped_total", [DROPPED],
        "Messages of callers' lines that were not used";
    DEVICE_INFO = GAUGE, Count, "firstword_device_info", [VOICE, DEVICE],
        "1 for the device on which a voice runs";
    BUILD_INFO = GAUGE, Count, "firstword_build_info", [VERSION],
        "1 for the version that runs";
}

metrics! {
    /// The metrics of the functions, in the embedded metric format.
    FUNCTION:
    FUNCTION_DURATION = TIME, Seconds, "firstword_function_duration_seconds", [FUNCTION_NAME],
        "Time of an invocation";
    FUNCTION_SERVICE = TIME, Seconds, "firstword_function_service_seconds", [FUNCTION_NAME],
        "Time of an invocation's requests to the service";
    FUNCTION_POLLS = COUNTER, Count, "firstword_function_polls", [FUNCTION_NAME],
        "Looks into the bucket for the next clips";
    FUNCTION_POLL_HITS = COUNTER, Count, "firstword_function_poll_hits", [FUNCTION_NAME],
        "1 when the quick poll has found a clip";
    FUNCTION_POLL_MISSES = COUNTER, Count, "firstword_function_poll_misses", [FUNCTION_NAME],
        "1 when the quick poll has ended without one";
    FUNCTION_WAITS = COUNTER, Count, "firstword_function_waits", [FUNCTION_NAME],
        "1 for the reply `wait`";
    FUNCTION_ERRORS = COUNTER, Count, "firstword_function_errors", [FUNCTION_NAME, FAILURE],
        "1 for the reply `error`";
    FUNCTION_COLD_STARTS = COUNTER, Count, "firstword_function_cold_starts", [FUNCTION_NAME],
        "1 for the first invocation of a sandbox";
    FUNCTION_INIT = TIME, Seconds, "firstword_function_init_seconds", [FUNCTION_NAME],
        "From the program's start until it asks for its first invocation; once in each sandbox";
    FUNCTION_TIME_LEFT = TIME, Seconds, "firstword_function_time_left_seconds", [FUNCTION_NAME],
        "Time that was left until the function's time limit";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_reference_page_is_up_to_date() {
        let written = include_str!("../../docs/metrics.md");
        assert!(written == page(), "docs/metrics.md is stale: cargo xtask metrics");
    }

    #[test]
    fn alarms_and_dashboards_name_metrics_that_exist() {
        let known: HashSet<_> = SERVICE.iter().chain(FUNCTION).map(|metric| metric.name).collect();
        let templates = [include_str!("../../infra/watch.yaml"), include_str!("../../infra/hosts.yaml")];
        let mut named = 0;
        for template in templates {
            for (at, _) in template.match_indices("firstword_") {
                let is_name = |next: char| next.is_ascii_alphanumeric() || next == '_';
                let end = template[at..].find(|next| !is_name(next)).map_or(template.len(), |end| at + end);
                assert!(known.contains(&template[at..end]), "no metric {}", &template[at..end]);
                named += 1;
            }
        }
        assert!(named > 10, "{named}");
    }

    #[test]
    fn names_are_unique_and_end_with_their_unit() {
        let all = || SERVICE.iter().chain(FUNCTION);
        let names: HashSet<_> = all().map(|metric| metric.name).collect();
        assert_eq!(names.len(), all().count());
        for Metric { name, kind, unit, help, .. } in all() {
            let is_count = *unit == Unit::Count;
            let stem = name.strip_suffix("_total").unwrap_or(name);
            let unit = format!("{unit:?}").to_lowercase();
            assert!(stem.ends_with(&format!("_{unit}")) || is_count, "{name}: {unit}");
            assert!(!name.ends_with("_total") || *kind == Kind::Counter, "{name}");
            assert!(!help.ends_with('.'), "{name}");
        }
    }
}
