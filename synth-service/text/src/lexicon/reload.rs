//! Lexicon files that may change, appear and vanish while the program runs. A call waits for at most one file to be
//! read.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::entry::LARGEST_FILE;
use super::{Lexicon, LexiconError};

/// Shortest time between two checks of a file.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Tenants whose lexicons are held in memory; the least recently used one is evicted.
const MOST_TENANTS: usize = 256;

/// Longest name of a tenant, in characters.
const LONGEST_TENANT: usize = 64;

/// A source of the time. Tests use a fake one.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// One lexicon, in step with its file.
///
/// A file that does not exist is an empty lexicon. When a new version is invalid, the error is logged once and the last
/// valid version stays in use.
///
/// ```
/// let lexicon = text::LexiconFile::open("/nowhere/voice.lexicon")?;
/// assert!(lexicon.current().is_empty());
/// # Ok::<_, text::LexiconError>(())
/// ```
pub struct LexiconFile {
    watched: Watched,
}

impl LexiconFile {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// Where the file exists but can't be read, or a line is invalid.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, LexiconError> {
        Self::with_clock(path, Arc::new(Instant::now))
    }

    /// Like [`LexiconFile::open`], with another clock.
    ///
    /// # Errors
    /// As for [`LexiconFile::open`].
    pub fn with_clock(path: impl Into<PathBuf>, clock: Clock) -> Result<Self, LexiconError> {
        let (watched, error) = Watched::open(path.into(), clock);
        error.map_or(Ok(Self { watched }), Err)
    }

    /// The lexicon in its present version. Cheap: checks the file at most once a second.
    pub fn current(&self) -> Arc<Lexicon> {
        self.watched.current().unwrap_or_default()
    }
}

/// One lexicon for each tenant: `NAME.lexicon` in a folder.
///
/// New files are found, and the folder itself may appear later.
///
/// ```
/// let lexicons = text::LexiconFolder::open("/nowhere");
/// assert!(lexicons.get("acme").is_none());
/// ```
pub struct LexiconFolder {
    folder: PathBuf,
    clock: Clock,
    tenants: Mutex<HashMap<String, Tenant>>,
}

struct Tenant {
    file: Arc<Watched>,
    last_used: Instant,
}

impl LexiconFolder {
    /// The lexicons in this folder. Nothing is read before a tenant asks.
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        Self::with_clock(folder, Arc::new(Instant::now))
    }

    /// Like [`LexiconFolder::open`], with another clock.
    pub fn with_clock(folder: impl Into<PathBuf>, clock: Clock) -> Self {
        Self { folder: folder.into(), clock, tenants: Mutex::default() }
    }

    /// The tenant's lexicon in its present version. `None` when there is no file of this name, when its content was
    /// never valid, and when the name is anything but 1 to 64 Latin letters, digits, `_` and `-`.
    pub fn get(&self, tenant: &str) -> Option<Arc<Lexicon>> {
        if !is_tenant(tenant) {
            return None;
        }
        self.known(tenant).or_else(|| self.find(tenant))?.current()
    }

    fn known(&self, tenant: &str) -> Option<Arc<Watched>> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tenants.get_mut(tenant)?;
        known.last_used = (self.clock)();
        Some(Arc::clone(&known.file))
    }

    /// Finds a tenant's file. Caches only tenants that have a file, so that made-up names evict no tenant.
    fn find(&self, tenant: &str) -> Option<Arc<Watched>> {
        let path = self.folder.join(format!("{tenant}.lexicon"));
        if look(&path) == Seen::Missing {
            return None;
        }
        let (file, error) = Watched::open(path, Arc::clone(&self.clock));
        if let Some(error) = error {
            tracing::error!("{error}: the tenant has no lexicon until then");
        }
        let file = Arc::new(file);
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MOST_TENANTS {
            let oldest = tenants.iter().min_by_key(|(_, tenant)| tenant.last_used);
            if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
                tenants.remove(&oldest);
            }
        }
        let last_used = (self.clock)();
        tenants.insert(tenant.to_owned(), Tenant { file: Arc::clone(&file), last_used });
        Some(file)
    }
}

fn is_tenant(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=LONGEST_TENANT).contains(&name.len()) && name.bytes().all(is_plain)
}

/// A file and the last valid lexicon that it held.
struct Watched {
    path: PathBuf,
    clock: Clock,
    look: Mutex<Look>,
    current: RwLock<Option<Arc<Lexicon>>>,
}

struct Look {
    at: Instant,
    seen: Seen,
}

/// The state of a file, seen without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Missing,
    Version { modified: Option<SystemTime>, length: u64 },
    Unreadable,
}

impl Watched {
    /// Opens a file even if it is invalid: it may be corrected later.
    fn open(path: PathBuf, clock: Clock) -> (Self, Option<LexiconError>) {
        // The state is taken before the file is read: a change in between is seen next time.
        let look = Look { at: clock(), seen: look(&path) };
        let (current, error) = match read(&path) {
            Ok(lexicon) => (lexicon.map(Arc::new), None),
            Err(error) => (None, Some(error)),
        };
        (Self { path, clock, look: Mutex::new(look), current: RwLock::new(current) }, error)
    }

    fn current(&self) -> Option<Arc<Lexicon>> {
        // While one caller checks the file, the others use the last version.
        if let Ok(mut last) = self.look.try_lock() {
            let now = (self.clock)();
            if now.saturating_duration_since(last.at) >= BETWEEN_LOOKS {
                let seen = look(&self.path);
                let is_changed = seen != last.seen;
                *last = Look { at: now, seen };
                if is_changed {
                    self.reload();
                }
            }
        }
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn reload(&self) {
        match read(&self.path) {
            Ok(lexicon) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = lexicon.map(Arc::new);
            }
            Err(error) => tracing::error!("{error}: the last good version stays in use until then"),
        }
    }
}

fn look(path: &Path) -> Seen {
    match path.metadata() {
        Ok(data) => Seen::Version { modified: data.modified().ok(), length: data.len() },
        Err(error) if is_missing(&error) => Seen::Missing,
        Err(_) => Seen::Unreadable,
    }
}

/// Reads a lexicon; `None` when there is no file.
fn read(path: &Path) -> Result<Option<Lexicon>, LexiconError> {
    let name = path.display().to_string();
    let mut content = Vec::new();
    // One byte more than allowed marks a file as too large, whatever its size.
    let read = File::open(path).and_then(|file| file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut content));
    match read {
        Ok(_) => Lexicon::parse(&name, &content).map(Some),
        Err(error) if is_missing(&error) => Ok(None),
        Err(source) => Err(LexiconError::Unreadable { name, source }),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_tenants_are_held_than_there_is_room_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let lexicons = LexiconFolder::open(folder.path());
        for tenant in 0..MOST_TENANTS + 10 {
            std::fs::write(folder.path().join(format!("t{tenant}.lexicon")), "a = b").expect("a file");
            assert!(lexicons.get(&format!("t{tenant}")).is_some());
            assert!(lexicons.get(&format!("made-up-{tenant}")).is_none());
        }
        let held = lexicons.tenants.lock().expect("no panic");
        assert_eq!(held.len(), MOST_TENANTS);
        assert!(!held.contains_key("t0") && held.contains_key("t265"));
    }
}
