//! Values loaded from files that may change while the service runs, so that a token or a certificate is rotated without
//! a restart. As with the lexicons, the files are checked on use, at most once a second.

use std::{
    fs::File,
    io::Read,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::DoorError;

/// Shortest time between two checks of the files.
const BETWEEN_CHECKS: Duration = Duration::from_secs(1);

/// Bytes read of a file at most; tokens and certificates are far smaller.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Loads the value from the files.
type Load<T> = Box<dyn Fn() -> Result<T, DoorError> + Send + Sync>;

/// A value that follows its files. While a new version of them is invalid, the last valid one stays.
pub(super) struct Watched<T> {
    files: Vec<PathBuf>,
    load: Load<T>,
    look: Mutex<Look>,
    current: RwLock<Arc<T>>,
}

struct Look {
    at: Instant,
    seen: Vec<Seen>,
}

/// A file's time of modification, length and inode; `None` when it can't be read.
type Seen = Option<(SystemTime, u64, u64)>;

impl<T> Watched<T> {
    /// # Errors
    /// The error of `load`, which reads `files`: the first version must be valid.
    pub(super) fn open(
        files: Vec<PathBuf>,
        load: impl Fn() -> Result<T, DoorError> + Send + Sync + 'static,
    ) -> Result<Self, DoorError> {
        // Checked before they are read, so that a change in between is seen next time.
        let look = Look { at: Instant::now(), seen: look(&files) };
        let current = Arc::new(load()?);
        Ok(Self { files, load: Box::new(load), look: Mutex::new(look), current: RwLock::new(current) })
    }

    pub(super) fn current(&self) -> Arc<T> {
        // While one caller checks, the others use the current value.
        if let Ok(mut last) = self.look.try_lock()
            && last.at.elapsed() >= BETWEEN_CHECKS
        {
            let seen = look(&self.files);
            last.at = Instant::now();
            // A failed reload is retried: a token that was removed must not stay valid.
            if seen != last.seen && self.reload() {
                last.seen = seen;
            }
        }
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Loads the files. Returns whether their present version is in use.
    fn reload(&self) -> bool {
        let file = self.files.first().map(|file| file.display().to_string());
        match (self.load)() {
            Ok(new) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                tracing::info!(file, "a changed file is in use");
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the last good version stays in use until then");
                false
            }
        }
    }
}

fn look(files: &[PathBuf]) -> Vec<Seen> {
    let seen = |file: &PathBuf| {
        let data = file.metadata().ok()?;
        Some((data.modified().ok()?, data.len(), data.ino()))
    };
    files.iter().map(seen).collect()
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, DoorError> {
    let mut content = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut content))
        .map_err(|source| DoorError::Unreadable { path: path.to_owned(), source })?;
    Ok(content)
}
