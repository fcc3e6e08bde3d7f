//! A key for a program of others. It is never shown.

use std::{fmt, fs, path::PathBuf, sync::Arc};

use reqwest::header::HeaderValue;

/// A key, or the file that holds it. `Debug` shows neither.
#[derive(Clone)]
pub struct Key(Source);

#[derive(Clone)]
enum Source {
    Value(Arc<str>),
    File(Arc<PathBuf>),
}

/// The reason why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey(pub &'static str);

impl Key {
    /// The key itself, such as an environment variable's value.
    pub fn new(key: &str) -> Self {
        Self(Source::Value(key.trim().into()))
    }

    /// A file with the key alone. It is read at each use, since some keys are valid for hours only.
    pub fn in_file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(Arc::new(path.into())))
    }

    /// The key as it is now.
    ///
    /// # Errors
    /// [`NoKey`] when its file can't be read, or it is empty.
    pub fn read(&self) -> Result<String, NoKey> {
        let key = match &self.0 {
            Source::Value(key) => key.to_string(),
            Source::File(path) => {
                let content = fs::read_to_string(path.as_path());
                content.map_err(|_| NoKey("there is no such text file"))?.trim().to_owned()
            }
        };
        if key.is_empty() { Err(NoKey("it is empty")) } else { Ok(key) }
    }

    /// The key as it is now, as a header's value behind a word such as `Bearer `.
    ///
    /// # Errors
    /// [`NoKey`] when there is none, or no header may hold it.
    pub fn header(&self, before: &str) -> Result<HeaderValue, NoKey> {
        sensitive(&format!("{before}{}", self.read()?))
    }
}

/// A header's value that no log shows.
///
/// # Errors
/// [`NoKey`] when no header may hold it.
pub fn sensitive(value: &str) -> Result<HeaderValue, NoKey> {
    let value = HeaderValue::try_from(value);
    let mut value = value.map_err(|_| NoKey("it has characters that no header may have"))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key")
    }
}
