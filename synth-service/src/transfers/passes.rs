//! Passes in the bucket: `live/{code}.json`.

use contract::{
    document::DocumentError,
    keys,
    live::{PASS_LIFETIME, Pass, PassCode, PassRequest, PassResponse},
};
use stream_store::{Expected, ObjectStore, StoreError};

/// Codes that are tried for a new pass. Of a million codes those of the last day are in use.
const MOST_TRIES: usize = 8;

/// The passes of all hosts. Cheap to clone.
#[derive(Clone)]
pub struct Passes {
    store: ObjectStore,
}

/// The reason why a code is worth nothing.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub(super) enum NoPass {
    #[error("no pass has this code")]
    Unknown,
    #[error("the pass has expired")]
    Expired,
    #[error("another call has taken the pass")]
    Taken,
    #[error("the pass {0}")]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Passes {
    /// Passes in this bucket.
    pub fn new(store: ObjectStore) -> Self {
        Self { store }
    }

    /// Makes a pass for a contact.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or no code is free.
    pub async fn issue(&self, request: PassRequest) -> Result<PassResponse, StoreError> {
        let pass = Pass::new(request);
        for _ in 0..MOST_TRIES {
            let (_, bits) = uuid::Uuid::new_v4().as_u64_pair();
            // The upper two bits are always the same.
            let code = PassCode::from_random_bits(bits << 2 >> 2);
            let written =
                self.store.write_document(&keys::live_pass(&code), &pass, Expected::Nothing).await?;
            if written.is_some() {
                return Ok(PassResponse { digits: code.digits(), code });
            }
        }
        Err(StoreError::contended("make a pass"))
    }

    /// Takes the pass of a code for a call. Of several calls one gets it.
    ///
    /// # Errors
    /// [`NoPass`].
    pub(super) async fn take(&self, code: &PassCode, call: &str) -> Result<PassRequest, NoPass> {
        let key = keys::live_pass(code);
        let stored = self.store.read(&key).await?.ok_or(NoPass::Unknown)?;
        let taken = Pass::parse(&stored.body)?.taken_by(call).ok_or(NoPass::Taken)?;
        if stored.head.age >= PASS_LIFETIME {
            return Err(NoPass::Expired);
        }
        match self.store.write_document(&key, &taken, Expected::This(&stored.head.version)).await {
            Ok(Some(_)) => Ok(taken.request),
            Ok(None) => Err(NoPass::Taken),
            Err(error) if error.was_answered() => Err(error.into()),
            Err(error) => {
                // The write may have been made.
                let stored = self.store.read(&key).await?.ok_or(NoPass::Unknown)?;
                let is_ours = Pass::parse(&stored.body)?.call.as_deref() == Some(call);
                if is_ours { Ok(taken.request) } else { Err(error.into()) }
            }
        }
    }
}
