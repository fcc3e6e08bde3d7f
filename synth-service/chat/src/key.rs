//! A model's key. It is never shown.

use std::{fmt, fs, path::PathBuf, sync::Arc};

use crate::error::ModelError;

/// A model's key, or the file that holds it. `Debug` shows neither.
#[derive(Clone)]
pub struct Key(Source);

#[derive(Clone)]
enum Source {
    Value(Arc<str>),
    File(Arc<PathBuf>),
}

impl Key {
    /// The key itself, such as an environment variable's value.
    pub fn new(key: &str) -> Self {
        Self(Source::Value(key.trim().into()))
    }

    /// A file with the key alone. It is read at each question, since some keys are valid for hours only.
    pub fn in_file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(Arc::new(path.into())))
    }

    /// The key as it is now.
    pub(crate) fn read(&self) -> Result<String, ModelError> {
        let key = match &self.0 {
            Source::Value(key) => key.to_string(),
            Source::File(path) => {
                let content = fs::read_to_string(path.as_path());
                content.map_err(|_| ModelError::NoKey("there is no such text file"))?.trim().to_owned()
            }
        };
        if key.is_empty() { Err(ModelError::NoKey("it is empty")) } else { Ok(key) }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key")
    }
}
