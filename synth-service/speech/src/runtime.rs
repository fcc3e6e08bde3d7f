//! ONNX Runtime, opened at run time. The only module besides the voices that knows it.

use std::path::Path;

use ort::{environment::Environment, session::Session};

use crate::error::{SpeechError, one_line};

/// The opened library. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Runtime {
    environment: Environment,
}

impl Runtime {
    /// Opens the shared library at `path`.
    ///
    /// # Errors
    /// [`SpeechError::Runtime`] when the file is missing, is no ONNX Runtime or is too old.
    pub fn open(path: &Path) -> Result<Self, SpeechError> {
        let failed = |cause: String| SpeechError::Runtime { path: path.display().to_string(), cause };
        if !path.is_file() {
            return Err(failed("there is no such file".into()));
        }
        let environment = ort::init_from(path)
            .map_err(|error| failed(one_line(&error)))?
            .with_name("firstword")
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(one_line(&error)))?;
        Ok(Self { environment })
    }

    /// A session of its own for one worker. One thread: workers, not operators, share the cores.
    pub(crate) fn session(&self, model: &Path) -> Result<Session, String> {
        let load = || -> ort::Result<Session> {
            Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .commit_from_file(model)
        };
        load().map_err(|error| one_line(&error))
    }
}
