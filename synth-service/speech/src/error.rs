//! The one error type of this crate. It is `Clone`, because one failed batch is the answer to each of its members.

/// The reason why there is no speech. Each message is one line that names the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum SpeechError {
    /// The shared library of ONNX Runtime could not be opened.
    #[error(
        "ONNX Runtime can't be loaded from {path}: {cause}; run `cargo xtask fetch` or set FIRSTWORD_ONNXRUNTIME"
    )]
    Runtime { path: String, cause: String },
    /// The requested device is unavailable.
    #[error("device {choice} can't be used: {cause}")]
    Device { choice: String, cause: String },
    /// A voice's folder or a file in it is missing, damaged or does not fit its family.
    #[error("voice {voice} can't be loaded: {cause}")]
    Voice { voice: String, cause: String },
    /// The sentence has nothing that this voice can pronounce.
    #[error("the voice can't pronounce anything in this sentence")]
    Unpronounceable,
    /// The neural network failed, or its output is not speech.
    #[error("synthesis failed: {0}")]
    Synthesis(String),
    /// The queue is full.
    #[error("the synthesis queue is full; try again in a moment")]
    Overloaded,
    /// The sentence's ticket was dropped.
    #[error("this sentence was withdrawn")]
    Withdrawn,
    /// The engine is shutting down.
    #[error("the speech engine is stopping")]
    Stopped,
}

impl From<ort::Error> for SpeechError {
    fn from(error: ort::Error) -> Self {
        Self::Synthesis(one_line(&error))
    }
}

/// The text of a library's error, without its line breaks and its final full stop, because our own text continues after
/// it.
pub(crate) fn one_line(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let breaks = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<_> = text.split(breaks).filter(|word| !word.is_empty()).collect();
    words.join(" ").trim_end_matches('.').to_owned()
}
