//! One file with phrases, which may change, appear and vanish while the service runs.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{
    book::Layer,
    list::{LARGEST_FILE, PhraseError, PhraseList},
};

/// A file, and the phrases that it held when it was last valid.
pub(super) struct Watched {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    seen: Option<Stamp>,
    layer: Arc<Layer>,
}

/// The state of a file, seen without reading it: the times of its content and of its permissions, and its length.
type Stamp = (Option<SystemTime>, (i64, i64), u64);

impl Watched {
    /// Opens a file even if it is invalid: it may be corrected later. Blocks.
    pub(super) fn open(path: PathBuf) -> (Self, Option<PhraseError>) {
        // The state is taken before the file is read: a change in between is seen next time.
        let seen = look(&path);
        let (layer, fault) = match read(&path) {
            Ok(layer) => (layer, None),
            Err(fault) => (Layer::default(), Some(fault)),
        };
        (Self { path, state: Mutex::new(State { seen, layer: Arc::new(layer) }) }, fault)
    }

    /// A file that has not been read.
    pub(super) fn unread(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State { seen: None, layer: Arc::default() }) }
    }

    /// The phrases in their present version.
    pub(super) fn layer(&self) -> Arc<Layer> {
        self.lock().layer.clone()
    }

    /// Looks at the file again. Blocks.
    pub(super) fn follow(&self) {
        let seen = look(&self.path);
        if seen == self.lock().seen {
            return;
        }
        // The lock is not held while the file is read.
        let read = read(&self.path);
        let mut state = self.lock();
        state.seen = seen;
        match read {
            Ok(layer) => state.layer = Arc::new(layer),
            Err(fault) => {
                tracing::error!("{fault}: the last good version stays in use until the file is corrected");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state of a file; `None` for a missing one.
fn look(path: &Path) -> Option<Stamp> {
    path.metadata().ok().map(|data| (data.modified().ok(), (data.ctime(), data.ctime_nsec()), data.len()))
}

/// Reads a file; a missing one has no phrases.
fn read(path: &Path) -> Result<Layer, PhraseError> {
    let name = || path.display().to_string();
    if path.metadata().is_ok_and(|data| data.len() > LARGEST_FILE) {
        let cause = format!("the file is larger than {LARGEST_FILE} bytes: remove some phrases");
        return Err(PhraseError::File { name: name(), cause });
    }
    match fs::read_to_string(path) {
        Ok(text) => PhraseList::parse(&name(), text.trim_start_matches('\u{feff}')).map(Layer::of),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Layer::default()),
        Err(source) => Err(PhraseError::Unreadable { name: name(), source }),
    }
}
