//! Stands in for the voice with which Connect itself speaks a flow's texts.
//!
//! It is our own voice, in this process and not in the service, so that a flow's way out can be heard even
//! when the service has failed. It is loaded when a flow first needs it.

use std::{path::PathBuf, sync::Arc, time::Instant};

use async_trait::async_trait;
use connect_flows::{clip::Clip, runner::PromptVoice};
use speech::{Engine, Job, Runtime, RuntimeConfig, SpeechError, telephone, voice::VoiceLoader};
use tokio::sync::OnceCell;

/// The language of a flow's own texts.
const LANGUAGE: &str = "en-US";

/// Our voice as a flow's prompt voice.
pub struct LocalPromptVoice {
    assets: PathBuf,
    engine: OnceCell<Arc<Engine>>,
}

impl LocalPromptVoice {
    /// `assets` is the folder that `cargo xtask fetch` fills.
    pub fn new(assets: PathBuf) -> Self {
        Self { assets, engine: OnceCell::new() }
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
        self.engine.get_or_try_init(load).await.cloned()
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
