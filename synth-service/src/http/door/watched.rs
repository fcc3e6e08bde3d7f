//! What stands in files that may change while the service runs, so that a token or a certificate is rotated without
//! a restart. In the way of the lexicons: a look at most once a second, and only when somebody asks.

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

/// Between two looks at the files.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Bytes that are read of a file; tokens and certificates are far smaller.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Makes the value of the files.
type Load<T> = Box<dyn Fn() -> Result<T, DoorError> + Send + Sync>;

/// A value in step with its files. While a new version of them is wrong, the last good one stays.
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

/// What can be seen of a file without reading it; `None` when nothing can.
type Seen = Option<(SystemTime, u64, u64)>;

impl<T> Watched<T> {
    /// # Errors
    /// That of `load`, which reads `files`: at the start the first version must be good.
    pub(super) fn open(
        files: Vec<PathBuf>,
        load: impl Fn() -> Result<T, DoorError> + Send + Sync + 'static,
    ) -> Result<Self, DoorError> {
        // Looked at before they are read: a change in between is seen next time.
        let look = Look { at: Instant::now(), seen: look(&files) };
        let current = Arc::new(load()?);
        Ok(Self { files, load: Box::new(load), look: Mutex::new(look), current: RwLock::new(current) })
    }

    pub(super) fn current(&self) -> Arc<T> {
        // While one caller looks, the others go on with what there is.
        if let Ok(mut last) = self.look.try_lock()
            && last.at.elapsed() >= BETWEEN_LOOKS
        {
            let seen = look(&self.files);
            last.at = Instant::now();
            // One that can't be taken over is tried again: a token that was taken away must not stay good.
            if seen != last.seen && self.reload() {
                last.seen = seen;
            }
        }
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether what is there now is in use.
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
