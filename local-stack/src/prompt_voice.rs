//! Replaces the voice with which Connect speaks a flow's texts.
//!
//! One of our voices is used, in this process and not in the service, so that a flow's apology can be heard even when
//! the service has failed. The voice is loaded at its first use, or before.

use std::{path::PathBuf, sync::Arc, time::Instant};

use async_trait::async_trait;
use connect_flows::{clip::Clip, runner::PromptVoice};
use speech::{Engine, Job, Runtime, RuntimeConfig, SpeechError, telephone, voice::VoiceLoader};
use tokio::sync::OnceCell;

/// The language of the texts in a flow.
const LANGUAGE: &str = "en-US";

/// The engine of all calls of this process, in which ONNX Runtime can be opened once.
static ENGINE: OnceCell<Arc<Engine>> = OnceCell::const_new();

/// One of our voices in the role of Connect's own voice.
pub struct LocalPromptVoice {
    assets: PathBuf,
}

impl LocalPromptVoice {
    /// `assets` is the folder that `cargo xtask fetch` fills.
    pub fn new(assets: PathBuf) -> Self {
        Self { assets }
    }

    /// Loads the voice, so that the first text is not late.
    ///
    /// # Errors
    /// The reason in one line.
    pub async fn load(&self) -> Result<(), SpeechError> {
        self.engine().await.map(|_| ())
    }

    async fn engine(&self) -> Result<Arc<Engine>, SpeechError> {
        let load = || async {
            let assets = self.assets.clone();
            let loaded = tokio::task::spawn_blocking(move || {
                let onnxruntime = assets.join("onnxruntime/libonnxruntime.so");
                let runtime = Runtime::open(RuntimeConfig { onnxruntime, ..RuntimeConfig::default() })?;
                let loader = VoiceLoader::open(&assets.join("voices/hibari"), &runtime)?;
                Engine::of(&loader, 1, 1)
            });
            loaded.await.map_err(|_| SpeechError::Stopped)?.map(Arc::new)
        };
        ENGINE.get_or_try_init(load).await.cloned()
    }
}

#[async_trait]
impl PromptVoice for LocalPromptVoice {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        let mut samples = Vec::new();
        for sentence in text::sentences(LANGUAGE, text).map_err(|error| error.to_string())? {
            let engine = self.engine().await.map_err(|error| error.to_string())?;
            let job = Job::new(sentence, Instant::now());
            let answer = engine.submit(job).map_err(|error| error.to_string())?;
            let spoken = answer.await.map_err(|_| SpeechError::Stopped.to_string())?;
            let spoken = spoken.map_err(|error| error.to_string())?;
            let clip =
                Clip::parse(&telephone::write_wav(&spoken.audio)).map_err(|error| error.to_string())?;
            samples.extend_from_slice(clip.samples());
        }
        Ok(samples)
    }
}
