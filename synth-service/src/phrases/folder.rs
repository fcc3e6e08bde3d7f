//! The files with phrases, in step with the folder. Files are read and divided into sentences on threads where that may
//! block, and no lock is held meanwhile: until a changed file has been read, the phrases before stay in use.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use contract::TenantId;
use tokio::{
    sync::OnceCell,
    task::spawn_blocking,
    time::{Instant, sleep},
};

use super::{book::Book, list::PhraseError, watched::Watched};

/// Name of the file for everybody. A tenant's file has a name before the first dot.
const FOR_EVERYBODY: &str = "phrases.toml";

/// Time between two looks at the files.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Tenants whose phrases are held in memory; the least recently used one is evicted.
const MOST_TENANTS: usize = 256;

pub(super) struct PhraseFolder {
    folder: PathBuf,
    everybody: Watched,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
}

struct Tenant {
    /// Empty until the file has been read.
    own: Arc<OnceCell<Watched>>,
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
        Ok(Self { folder: folder.to_owned(), everybody, tenants: Mutex::default() })
    }

    /// The present phrases of a tenant, or of requests without one. Waits for the file of a tenant that is not known yet.
    pub(super) async fn book(&self, tenant: Option<&TenantId>) -> Book {
        let Some(tenant) = tenant else { return self.common() };
        let own = self.tenant(tenant);
        let own = own.get_or_init(|| read(self.folder.join(format!("{tenant}.{FOR_EVERYBODY}")))).await;
        self.with(own)
    }

    /// The same without waiting: `None` for a tenant whose file has not been read yet.
    pub(super) fn known(&self, tenant: Option<&TenantId>) -> Option<Book> {
        let Some(tenant) = tenant else { return Some(self.common()) };
        self.tenant(tenant).get().map(|own| self.with(own))
    }

    fn common(&self) -> Book {
        Book::of([self.everybody.layer()])
    }

    fn with(&self, own: &Watched) -> Book {
        Book::of([own.layer(), self.everybody.layer()])
    }

    fn tenant(&self, tenant: &TenantId) -> Arc<OnceCell<Watched>> {
        let mut tenants = self.lock();
        if !tenants.contains_key(tenant) {
            evict(&mut tenants);
        }
        let new = || Tenant { own: Arc::default(), last_used: Instant::now() };
        let known = tenants.entry(tenant.clone()).or_insert_with(new);
        known.last_used = Instant::now();
        known.own.clone()
    }

    /// Looks at all files again. Blocks.
    fn follow(&self) {
        self.everybody.follow();
        let tenants: Vec<_> = self.lock().values().map(|tenant| tenant.own.clone()).collect();
        for own in &tenants {
            if let Some(own) = own.get() {
                own.follow();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, Tenant>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the phrases in step with their files until the folder is dropped.
pub(super) async fn watch(folder: Weak<PhraseFolder>) {
    loop {
        sleep(BETWEEN_LOOKS).await;
        let Some(folder) = folder.upgrade() else { return };
        if let Err(error) = spawn_blocking(move || folder.follow()).await {
            tracing::error!(%error, "the files with phrases were not looked at");
        }
    }
}

/// Opens the file of a tenant.
async fn read(path: PathBuf) -> Watched {
    let reading = path.clone();
    let opened = spawn_blocking(move || {
        let (own, fault) = Watched::open(reading);
        if let Some(fault) = fault {
            tracing::error!("{fault}: the tenant has no phrases until the file is corrected");
        }
        own
    });
    // An error means a panic or the end of the program.
    opened.await.unwrap_or_else(|_| Watched::unread(path))
}

fn evict(tenants: &mut HashMap<TenantId, Tenant>) {
    if tenants.len() >= MOST_TENANTS {
        let oldest = tenants.iter().min_by_key(|(_, tenant)| tenant.last_used);
        if let Some(oldest) = oldest.map(|(name, _)| name.clone()) {
            tenants.remove(&oldest);
        }
    }
}
