//! The files with phrases, in step with the folder. Each is looked at once a second at most.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use contract::TenantId;
use tokio::time::Instant;

use super::{
    book::Book,
    list::{LARGEST_FILE, PhraseError, PhraseList},
};

/// Name of the file for everybody. A tenant's file has a name before the first dot.
const FOR_EVERYBODY: &str = "phrases.toml";

/// Shortest time between two looks at a file.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Tenants whose phrases are held in memory; the least recently used one is evicted.
const MOST_TENANTS: usize = 256;

pub(super) struct PhraseFolder {
    folder: PathBuf,
    state: Mutex<State>,
}

struct State {
    everybody: Watched,
    tenants: HashMap<TenantId, Tenant>,
    /// The phrases of requests without a tenant.
    book: Arc<Book>,
}

struct Tenant {
    own: Watched,
    /// The version of the file for everybody that is part of the book.
    everybody: Arc<PhraseList>,
    book: Arc<Book>,
    last_used: Instant,
}

impl PhraseFolder {
    /// Reads the phrases for everybody.
    ///
    /// # Errors
    /// Where they can't be used. A missing file, or a missing folder, has no phrases.
    pub(super) fn open(folder: &Path) -> Result<Self, PhraseError> {
        let (everybody, fault) = Watched::open(folder.join(FOR_EVERYBODY));
        if let Some(fault) = fault {
            return Err(fault);
        }
        let book = book(&[&everybody.list]);
        let state = State { everybody, tenants: HashMap::new(), book };
        Ok(Self { folder: folder.to_owned(), state: Mutex::new(state) })
    }

    /// The present phrases of a tenant, or of requests without one.
    pub(super) fn book(&self, tenant: Option<&TenantId>) -> Arc<Book> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { everybody, tenants, book: common } = &mut *state;
        if everybody.follow() {
            *common = book(&[&everybody.list]);
        }
        let Some(tenant) = tenant else { return common.clone() };
        if !tenants.contains_key(tenant) {
            evict(tenants);
            let (own, fault) = Watched::open(self.folder.join(format!("{tenant}.{FOR_EVERYBODY}")));
            if let Some(fault) = fault {
                tracing::error!("{fault}: the tenant has no phrases until the file is corrected");
            }
            let book = with_own(&own.list, &everybody.list, common);
            let everybody = everybody.list.clone();
            tenants.insert(tenant.clone(), Tenant { own, everybody, book, last_used: Instant::now() });
        }
        let Some(known) = tenants.get_mut(tenant) else { return common.clone() };
        known.last_used = Instant::now();
        if known.own.follow() || !Arc::ptr_eq(&known.everybody, &everybody.list) {
            known.everybody = everybody.list.clone();
            known.book = with_own(&known.own.list, &everybody.list, common);
        }
        known.book.clone()
    }
}

fn evict(tenants: &mut HashMap<TenantId, Tenant>) {
    if tenants.len() >= MOST_TENANTS {
        let oldest = tenants.iter().min_by_key(|(_, tenant)| tenant.last_used);
        if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
            tenants.remove(&oldest);
        }
    }
}

/// The phrases of a tenant. One without any of its own has the common ones, which are made already.
fn with_own(own: &PhraseList, everybody: &PhraseList, common: &Arc<Book>) -> Arc<Book> {
    if own.languages.is_empty() { common.clone() } else { book(&[own, everybody]) }
}

/// The phrases of these files and the built-in ones.
fn book(files: &[&PhraseList]) -> Arc<Book> {
    let built_in = PhraseList::built_in();
    let lists: Vec<_> = files.iter().copied().chain([&built_in]).collect();
    Arc::new(Book::of(&lists))
}

/// A file and the last valid list that it held.
struct Watched {
    path: PathBuf,
    looked_at: Instant,
    seen: Option<(Option<SystemTime>, u64)>,
    list: Arc<PhraseList>,
}

impl Watched {
    /// Opens a file even if it is invalid: it may be corrected later.
    fn open(path: PathBuf) -> (Self, Option<PhraseError>) {
        // The state is taken before the file is read: a change in between is seen next time.
        let seen = look(&path);
        let (list, fault) = match read(&path) {
            Ok(list) => (list, None),
            Err(fault) => (PhraseList::default(), Some(fault)),
        };
        (Self { path, looked_at: Instant::now(), seen, list: Arc::new(list) }, fault)
    }

    /// Looks at the file again, if it is time to. Returns whether there is another list.
    fn follow(&mut self) -> bool {
        if self.looked_at.elapsed() < BETWEEN_LOOKS {
            return false;
        }
        self.looked_at = Instant::now();
        let seen = look(&self.path);
        if seen == self.seen {
            return false;
        }
        self.seen = seen;
        match read(&self.path) {
            Ok(list) => {
                self.list = Arc::new(list);
                true
            }
            Err(fault) => {
                tracing::error!("{fault}: the last good version stays in use until the file is corrected");
                false
            }
        }
    }
}

/// The state of a file, seen without reading it; `None` for a missing one.
fn look(path: &Path) -> Option<(Option<SystemTime>, u64)> {
    path.metadata().ok().map(|data| (data.modified().ok(), data.len()))
}

/// Reads a file; a missing one has no phrases.
fn read(path: &Path) -> Result<PhraseList, PhraseError> {
    let name = || path.display().to_string();
    if path.metadata().is_ok_and(|data| data.len() > LARGEST_FILE) {
        let cause = format!("the file is larger than {LARGEST_FILE} bytes: remove some phrases");
        return Err(PhraseError::File { name: name(), cause });
    }
    match fs::read_to_string(path) {
        Ok(text) => PhraseList::parse(&name(), text.trim_start_matches('\u{feff}')),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(PhraseList::default()),
        Err(source) => Err(PhraseError::Unreadable { name: name(), source }),
    }
}
