//! The deletion of all prompts that a manifest lists. Nothing else is deleted.

use std::time::Duration;

use contract::{keys, prompts::Prompt};
use stream_store::ObjectStore;
use tokio::time::sleep;

use crate::{
    connect::Connect,
    error::ConnectError,
    ledger::{Ledger, LedgerError},
    name,
};

/// Attempts at one deletion.
const MOST_ATTEMPTS: u32 = 5;

/// Pause before the second attempt, doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The reason why prompts are left.
#[derive(Debug, thiserror::Error)]
pub enum CleanError {
    /// Connect refuses or fails.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The bucket refuses or fails.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Another program makes or deletes prompts.
    #[error("another program makes or deletes prompts now: try again in two minutes")]
    Busy,
}

/// The number of prompts that are no longer there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Deleted now.
    pub deleted: usize,
    /// Gone before.
    pub gone: usize,
}

/// Deletes the prompts that the manifest in a bucket lists, and empties the manifest. After a failure another run goes on
/// with those that are left.
///
/// # Errors
/// [`CleanError`].
pub async fn clean(connect: &Connect, store: ObjectStore) -> Result<Cleaned, CleanError> {
    let mut ledger = Ledger::new(store, Some(connect.instance().as_str().to_owned()));
    let prompts = ledger.read().await?.map(|manifest| manifest.prompts.clone()).unwrap_or_default();
    if prompts.is_empty() {
        return Ok(Cleaned::default());
    }
    if !ledger.claim().await? {
        return Err(CleanError::Busy);
    }
    let mut cleaned = Cleaned::default();
    let mut done = Ok(());
    for (key, prompt) in &prompts {
        done = remove(connect, &mut ledger, key, prompt, &mut cleaned).await;
        if done.is_err() {
            break;
        }
    }
    ledger.release().await;
    done.map(|()| cleaned)
}

async fn remove(
    connect: &Connect,
    ledger: &mut Ledger,
    key: &str,
    prompt: &Prompt,
    cleaned: &mut Cleaned,
) -> Result<(), CleanError> {
    // The manifest is a file that people can write: a prompt with a name of another kind is not ours.
    if prompt.name.starts_with(&name::prefix(ledger.bucket())) {
        match delete(connect, &prompt.id).await {
            Ok(()) => cleaned.deleted += 1,
            Err(ConnectError::NotFound { .. }) => cleaned.gone += 1,
            Err(error) => return Err(error.into()),
        }
    }
    if key == keys::silence() {
        ledger.label_silence(None).await?;
    }
    if ledger.forget(key).await? { Ok(()) } else { Err(CleanError::Busy) }
}

async fn delete(connect: &Connect, id: &str) -> Result<(), ConnectError> {
    for attempt in 1.. {
        match connect.delete(id).await {
            Err(ConnectError::Trouble { .. }) if attempt < MOST_ATTEMPTS => {
                sleep(FIRST_PAUSE * (1 << (attempt - 1))).await;
            }
            done => return done,
        }
    }
    Ok(())
}
