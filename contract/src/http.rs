//! Requests and answers of `synth-service`, and the paths of its endpoints.

use serde::{Deserialize, Serialize};

use crate::{ContactId, StreamId, TenantId, stream::Outcome, timeline::Timeline};

/// Path for starting a stream: [`StartRequest`] in, [`StartResponse`] out.
pub const SYNTHESIZE_STREAM: &str = "/synthesize_stream";
/// Path for answering a caller: [`ChatRequest`] in, [`StartResponse`] out.
pub const CHAT_STREAM: &str = "/chat_stream";
/// Path for cancelling a stream: [`CancelRequest`] in, [`CancelResponse`] out.
pub const SYNTHESIZE_STREAM_CANCEL: &str = "/synthesize_stream_cancel";
/// Path for resuming a stream on another host: [`ResumeRequest`] in, [`ResumeResponse`] out.
pub const RESUME_STREAM: &str = "/resume_stream";
/// Prefix of the path of a stream's status, followed by the stream's id: [`StreamStatus`] out.
pub const STREAMS: &str = "/streams";
/// Path for making the clips of phrases ahead: [`WarmRequest`] in, [`WarmResponse`] out.
pub const WARM_PHRASES: &str = "/phrases/warm";
/// Counts of this host, in Prometheus' text format.
pub const METRICS: &str = "/metrics";
/// A live call of a browser's: a WebSocket.
pub const LIVE_BROWSER: &str = "/live/browser";
/// A live call of Twilio's: a WebSocket that speaks the protocol of Media Streams.
pub const LIVE_TWILIO: &str = "/live/twilio";
/// Twilio's request at the begin of a call: a form in, instructions (TwiML) out.
pub const LIVE_TWILIO_VOICE: &str = "/live/twilio/voice";
/// Path for a pass to a live call: [`PassRequest`](crate::live::PassRequest) in, [`PassResponse`](crate::live::PassResponse)
/// out.
pub const LIVE_PASSES: &str = "/live/passes";
/// Health check: 200 while the process is alive.
pub const HEALTHZ: &str = "/healthz";
/// Readiness check: 200 when the voices have been tried and S3 answers; 503 before that, and while the service stops.
pub const READYZ: &str = "/readyz";

/// Request header: how long the client will still wait for the answer, in milliseconds. A duration, so that the clocks
/// need not agree.
pub const TIMEOUT_HEADER: &str = "x-request-timeout-ms";
/// Request header: the client's id of the request, which appears in the logs of both sides.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// Request header: the trace context of the W3C.
pub const TRACEPARENT_HEADER: &str = "traceparent";

/// Longest wait of a start's answer for part 0, in milliseconds, when the request sets none.
pub const DEFAULT_WAIT_MS: u64 = 1500;

/// Codes of errors that a client acts on.
pub mod code {
    /// 421: this host lacks the stream's voice, or can't read the stream's manifest. Another host may be able to.
    pub const NOT_MINE: &str = "not_mine";
    /// 422: this host has no voice of this name. Another host may have it.
    pub const UNKNOWN_VOICE: &str = "unknown_voice";
    /// 404: the bucket has no stream with this id.
    pub const UNKNOWN_STREAM: &str = "unknown_stream";
    /// 501: this host has no language model. Another host may have one.
    pub const NO_MODEL: &str = "no_model";
    /// 404: the contact has no stream.
    pub const UNKNOWN_CONTACT: &str = "unknown_contact";
    /// 409: the stream was cancelled before it had a part.
    pub const CANCELLED: &str = "cancelled";
}

/// Synthesises speech from a text, compatible with OpenAI's endpoint of the same path.
pub const SPEECH: &str = "/v1/audio/speech";
/// The voices that requests can name.
pub const VOICES: &str = "/v1/voices";
/// The same list, at the path where clients of other servers expect it.
pub const AUDIO_VOICES: &str = "/v1/audio/voices";
/// The only model of [`SPEECH`], for clients that list models first; followed by its id, its description.
pub const MODELS: &str = "/v1/models";

/// Request of `POST /synthesize_stream`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The text, with at least one word in it: plain text, or SSML when it begins with `<speak`.
    pub text: String,
    /// The contact that will hear the stream. A new stream for the same contact cancels the older one.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// Name of a voice, `voice/speaker`, or name of a speaker; the service's default voice when absent.
    #[serde(default)]
    pub voice: Option<String>,
    /// The tenant whose lexicon is used in addition to the voice's own.
    #[serde(default)]
    pub tenant: Option<TenantId>,
    /// Pace of the speech, within [`text::SPEEDS`]; 1.0 when absent.
    #[serde(default)]
    pub speed: Option<f32>,
    /// Longest wait of the answer for part 0, in milliseconds; 1,500 when absent.
    #[serde(default)]
    pub wait_ms: Option<u64>,
    /// Whether the stream may be queued when the host is full. Otherwise a full host refuses it.
    #[serde(default)]
    pub may_wait: bool,
}

/// Request of `POST /chat_stream`: a language model answers the caller, and its answer is spoken while it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The caller's words.
    pub text: String,
    /// The contact that will hear the answer. The talk is remembered by contact: without one, each request is the first
    /// of a talk.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// As in [`StartRequest`].
    #[serde(default)]
    pub voice: Option<String>,
    /// As in [`StartRequest`].
    #[serde(default)]
    pub tenant: Option<TenantId>,
    /// As in [`StartRequest`].
    #[serde(default)]
    pub speed: Option<f32>,
    /// BCP 47 tag of the language of the answer; that of the voice when absent.
    #[serde(default)]
    pub language: Option<String>,
    /// Instructions to the model; when absent, default ones ask for short spoken sentences.
    #[serde(default)]
    pub system: Option<String>,
    /// Whether the caller may hear an acknowledgement while the model thinks; `true` when absent.
    #[serde(default)]
    pub acknowledge: Option<bool>,
    /// The stream of the answer before, and the number of its parts that the flow has played: the model is told no more
    /// of it. When absent, the clock tells how much the caller has heard.
    #[serde(default)]
    pub stream_id: Option<StreamId>,
    /// See [`Self::stream_id`].
    #[serde(default)]
    pub next_index: Option<usize>,
    /// As in [`StartRequest`].
    #[serde(default)]
    pub wait_ms: Option<u64>,
    /// As in [`StartRequest`].
    #[serde(default)]
    pub may_wait: bool,
}

/// Answer of `POST /synthesize_stream` and `POST /chat_stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartResponse {
    /// Id of the new stream.
    pub stream_id: StreamId,
    /// Whether part 0 is already stored.
    pub ready: bool,
    /// Presigned URL of part 0, when `ready`.
    pub first_url: Option<String>,
    /// Whether part 0 is the whole answer, so that no further request is needed.
    pub last: bool,
    /// ARN of the prompt that Amazon Connect has of part 0; absent when it has none, or not `ready`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_prompt: Option<String>,
    /// ARN of the prompt that Amazon Connect has of the silence between two polls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_prompt: Option<String>,
}

/// Request of `POST /synthesize_stream_cancel`: one of the two ids must be given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// The stream to cancel; takes precedence over the contact.
    #[serde(default)]
    pub stream_id: Option<StreamId>,
    /// The contact whose current stream is cancelled.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
}

/// The effect of a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelEffect {
    /// The stream was running; its sentinel now says `cancelled`.
    Cancelled,
    /// The stream was running and will stop; its sentinel is not written yet.
    Cancelling,
    /// The stream had ended before; nothing changed.
    AlreadyEnded,
}

/// Answer of `POST /synthesize_stream_cancel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelResponse {
    /// Id of the stream that was found.
    pub stream_id: StreamId,
    /// The state of the cancellation.
    pub effect: CancelEffect,
}

/// Request of `POST /resume_stream`, sent when a stream has produced no new part for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeRequest {
    /// The stream to resume.
    pub stream_id: StreamId,
}

/// The effect of a request to resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResumeEffect {
    /// The stream's host is gone; the host that answers has resumed the stream.
    Resumed,
    /// A host makes the stream, or sent a beat a moment ago.
    Running,
    /// The stream has ended: its sentinel exists.
    Ended,
}

/// Answer of `POST /resume_stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeResponse {
    /// The stream of the request.
    pub stream_id: StreamId,
    /// The effect of the request.
    pub effect: ResumeEffect,
}

/// State of a stream, as returned by `GET /streams/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The stream has no sentinel yet.
    Running,
    /// All sentences were spoken, except skipped ones.
    Complete,
    /// The stream was cancelled, or replaced by a newer stream of its contact.
    Cancelled,
    /// The stream could not continue; `reason` says why.
    Failed,
}

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Complete => Self::Complete,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Failed => Self::Failed,
        }
    }
}

/// Answer of `GET /streams/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamStatus {
    /// The stream of the request.
    pub stream_id: StreamId,
    /// The contact for which the stream was started.
    pub contact_id: Option<ContactId>,
    /// Whether the stream runs, or how it ended.
    pub state: State,
    /// The reason why the stream ended; absent while it runs.
    pub reason: Option<String>,
    /// Number of sentences in the text.
    pub sentences: usize,
    /// Number of stored parts.
    pub parts: usize,
    /// Number of sentences that could not be spoken.
    pub skipped: usize,
    /// Time of the stream's creation, in milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// Time of the stream's end, in milliseconds since the Unix epoch; absent while it runs.
    pub ended_at_ms: Option<u64>,
    /// The moments of the answer: on the host that makes the stream, and for a while after its end; on all others those
    /// in the bucket, once the stream has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
}

/// The body of every error: `{"error":{"code","message"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error's code and message.
    pub error: ErrorDetail,
}

/// An error: a code for programs, and one line for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Code for programs, in `snake_case`; it stays the same in later versions.
    pub code: String,
    /// Message for people: one line that names the remedy.
    pub message: String,
}

/// Request of `POST /phrases/warm`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WarmRequest {
    /// The only voice, `voice/speaker` or speaker; the first speaker of each voice when absent.
    #[serde(default)]
    pub voice: Option<String>,
    /// The tenant whose phrases and lexicon are used.
    #[serde(default)]
    pub tenant: Option<TenantId>,
    /// Factor on the speaking rate; 1.0 when absent.
    #[serde(default)]
    pub speed: Option<f32>,
    /// Number of clips that earlier requests have tried: [`WarmResponse::tried`], added up. It counts in the list of now: begin
    /// anew at 0 when the phrases have changed.
    #[serde(default)]
    pub from: usize,
}

/// Answer of `POST /phrases/warm`: numbers of clips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmResponse {
    /// Made and stored.
    pub made: usize,
    /// In the bucket already.
    pub found: usize,
    /// Not made, or not stored.
    pub failed: usize,
    /// Not tried, because one request works for a bounded time: continue with another one.
    pub left: usize,
}

impl WarmResponse {
    /// Clips that this request has tried: at least one, unless there were none.
    pub fn tried(&self) -> usize {
        self.made + self.found + self.failed
    }
}
