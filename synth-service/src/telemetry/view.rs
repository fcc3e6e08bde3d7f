//! The state of a host for people.

use serde::Serialize;

use super::{HostState, state::device};
use crate::streams::Streams;

/// The state of a host.
#[derive(Debug, PartialEq, Serialize)]
pub struct HostView {
    version: &'static str,
    /// How this program was built.
    build: String,
    /// The reason why the host is not ready; `None` when it is.
    not_ready: Option<String>,
    streams: usize,
    talks: usize,
    /// Texts for listeners over HTTP.
    narrations: usize,
    /// See [`crate::admission::Admission::promised_share`].
    promised: f64,
    /// Requests that were refused since the start, by the code of the error.
    refusals: Vec<(&'static str, u64)>,
    voices: Vec<VoiceView>,
    default_voice: String,
    has_bucket: bool,
    logs_text: bool,
}

/// One voice of a host.
#[derive(Debug, PartialEq, Serialize)]
pub struct VoiceView {
    name: String,
    version: String,
    language: String,
    speakers: Vec<String>,
    device: &'static str,
    /// Sentences in its queue.
    waiting: usize,
}

impl HostState {
    /// The state of now.
    pub fn view(&self) -> HostView {
        let (streams, talks) = self.streams.as_ref().map_or((0, 0), Streams::running);
        let voices = self.narrator.voices();
        let view = |voice: &crate::voices::LoadedVoice| VoiceView {
            name: voice.name.clone(),
            version: voice.version.clone(),
            language: voice.language.clone(),
            speakers: voice.speakers.clone(),
            device: device(voice.engine.device()),
            waiting: voice.engine.waiting(),
        };
        HostView {
            version: env!("CARGO_PKG_VERSION"),
            build: build(),
            not_ready: self.check_ready().err().map(|error| error.to_string()),
            streams,
            talks,
            narrations: self.narrator.underway(),
            promised: self.admission.promised_share(),
            refusals: self.meters().refusals(),
            voices: voices.iter().map(view).collect(),
            default_voice: voices.default_voice().to_owned(),
            has_bucket: self.streams.is_some(),
            logs_text: self.narrator.logs_text(),
        }
    }

    /// The streams of this host; `None` without a bucket.
    pub fn streams(&self) -> Option<&Streams> {
        self.streams.as_ref()
    }
}

fn build() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    format!("{profile}, {}-{}", std::env::consts::ARCH, std::env::consts::OS)
}
