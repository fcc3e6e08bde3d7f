//! Requests and answers of `synth-service`, and the paths they go to.

use serde::{Deserialize, Serialize};

use crate::{ContactId, StreamId, TenantId, stream::Outcome};

/// Starts a stream: [`StartRequest`] in, [`StartResponse`] out.
pub const SYNTHESIZE_STREAM: &str = "/synthesize_stream";
/// Ends a stream: [`CancelRequest`] in, [`CancelResponse`] out.
pub const SYNTHESIZE_STREAM_CANCEL: &str = "/synthesize_stream_cancel";
/// Has another host go on with a stream: [`ResumeRequest`] in, [`ResumeResponse`] out.
pub const RESUME_STREAM: &str = "/resume_stream";
/// Followed by a stream's id: its [`StreamStatus`].
pub const STREAMS: &str = "/streams";
/// 200 while the process is alive.
pub const HEALTHZ: &str = "/healthz";
/// 200 when voices have spoken and S3 answers; 503 before, and while the service stops.
pub const READYZ: &str = "/readyz";

/// Request header: the milliseconds that the client still waits for the answer. Relative, so that clocks need not agree.
pub const TIMEOUT_HEADER: &str = "x-request-timeout-ms";
/// Request header: the client's name for the request, for the logs of both.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// Request header of W3C Trace Context.
pub const TRACEPARENT_HEADER: &str = "traceparent";

/// How long the answer to a start waits for part 0 when the request does not say, in milliseconds.
pub const DEFAULT_WAIT_MS: u64 = 1500;

/// Codes of errors that a client acts on.
pub mod code {
    /// 421: this host lacks the stream's voice, or can't read its manifest. Another host may have it.
    pub const NOT_MINE: &str = "not_mine";
    /// 422: this host has no such voice. Another host may have it.
    pub const UNKNOWN_VOICE: &str = "unknown_voice";
    /// 404: the bucket has no such stream.
    pub const UNKNOWN_STREAM: &str = "unknown_stream";
    /// 404: the contact has no stream.
    pub const UNKNOWN_CONTACT: &str = "unknown_contact";
    /// 409: the stream was cancelled before it had a part.
    pub const CANCELLED: &str = "cancelled";
}

/// Speaks a text to the client, as OpenAI's endpoint of the same path does.
pub const SPEECH: &str = "/v1/audio/speech";
/// The voices that can be named in requests.
pub const VOICES: &str = "/v1/voices";
/// The same, where clients of other servers look for it.
pub const AUDIO_VOICES: &str = "/v1/audio/voices";
/// The one model of [`SPEECH`], for clients that ask before they speak; followed by its id, its description.
pub const MODELS: &str = "/v1/models";

/// `POST /synthesize_stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The text, with at least one word in it: plain text, or SSML when it begins with `<speak`.
    pub text: String,
    /// The call it is for: a new stream for the same contact cancels the older one.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// Name of a voice, `voice/speaker`, or name of a speaker; the service's default voice when absent.
    #[serde(default)]
    pub voice: Option<String>,
    /// Whose lexicon is used besides the voice's own.
    #[serde(default)]
    pub tenant: Option<TenantId>,
    /// Within [`text::SPEEDS`]; 1.0 when absent.
    #[serde(default)]
    pub speed: Option<f32>,
    /// How long the answer may wait for part 0, in milliseconds; 1,500 when absent.
    #[serde(default)]
    pub wait_ms: Option<u64>,
    /// Whether the stream may wait for its turn where the host has none free; it is refused otherwise.
    #[serde(default)]
    pub may_wait: bool,
}

/// Answer of `POST /synthesize_stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StartResponse {
    /// Of the new stream.
    pub stream_id: StreamId,
    /// Whether part 0 is stored.
    pub ready: bool,
    /// Presigned URL of part 0, when `ready`.
    pub first_url: Option<String>,
    /// Whether part 0 is the whole answer, so that no further request is needed.
    pub last: bool,
}

/// `POST /synthesize_stream_cancel`: one of the two must be given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// The stream to end; wins over the contact.
    #[serde(default)]
    pub stream_id: Option<StreamId>,
    /// Ends the stream that owns this contact.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
}

/// The effect of a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelEffect {
    /// The stream was running; its sentinel now says `cancelled`.
    Cancelled,
    /// The stream was running and has been told to stop; its sentinel is still being written.
    Cancelling,
    /// The stream had ended before; nothing changed.
    AlreadyEnded,
}

/// Answer of `POST /synthesize_stream_cancel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelResponse {
    /// Of the stream that was found.
    pub stream_id: StreamId,
    /// How far the cancel got.
    pub effect: CancelEffect,
}

/// `POST /resume_stream`: sent when nothing comes of a stream any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeRequest {
    /// The stream to go on with.
    pub stream_id: StreamId,
}

/// The effect of a request to resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResumeEffect {
    /// Its host has gone; the one that answers goes on with it.
    Resumed,
    /// A host makes it, or was heard of a moment ago.
    Running,
    /// It has its sentinel.
    Ended,
}

/// Answer of `POST /resume_stream`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeResponse {
    /// As in the request.
    pub stream_id: StreamId,
    /// The host that makes the stream now.
    pub effect: ResumeEffect,
}

/// State of a stream, as `GET /streams/{id}` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has no sentinel yet.
    Running,
    /// All of its sentences were spoken, but for skipped ones.
    Complete,
    /// It was cancelled, or a newer stream took its contact.
    Cancelled,
    /// It could not go on; `reason` says why.
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
    /// As in the path.
    pub stream_id: StreamId,
    /// The contact that it was started for.
    pub contact_id: Option<ContactId>,
    /// Whether and how it has ended.
    pub state: State,
    /// Why it ended; absent while it runs.
    pub reason: Option<String>,
    /// Sentences of the text.
    pub sentences: usize,
    /// Parts that are stored.
    pub parts: usize,
    /// Sentences that could not be spoken.
    pub skipped: usize,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: u64,
    /// Milliseconds since the Unix epoch; absent while it runs.
    pub ended_at_ms: Option<u64>,
    /// Where the time of each part went. Only the host that made the stream knows it, and only for a
    /// while: empty elsewhere.
    pub timings: Vec<PartTiming>,
}

/// Where the time of one part went, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartTiming {
    /// Waiting for a worker.
    pub queue_ms: f64,
    /// Text to phonemes.
    pub phonemes_ms: f64,
    /// The neural network.
    pub model_ms: f64,
    /// Its output to a waveform at the model's rate.
    pub vocoder_ms: f64,
    /// Trim, resample, mu-law, WAV.
    pub telephone_ms: f64,
    /// Writing the object to S3.
    pub upload_ms: f64,
    /// Length of the clip.
    pub audio_ms: f64,
    /// When the object was stored, counted from the stream's creation.
    pub stored_after_ms: f64,
}

/// The one shape of every error: `{"error":{"code","message"}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The only member.
    pub error: ErrorDetail,
}

/// A code for programs and one line for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// For programs: `snake_case`, and the same in later versions.
    pub code: String,
    /// For people: one line that says what to do.
    pub message: String,
}
