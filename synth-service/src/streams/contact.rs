//! Ownership of contacts. Claims are ordered like the starts: the last stream owns the contact.

use bytes::Bytes;
use contract::{ContactId, StreamId, keys};
use stream_store::{Content, Expected, ObjectStore, StoreError, Stored};

use super::retry::MOST_RACES;

/// Metadata of a contact's owner: the former owners, the latest first.
const OLDER: &str = "older";

/// Length of that list. A stream that lost the contact longer ago never claims it again.
const MOST_OLDER: usize = 16;

/// The result of a claim.
pub(super) enum Claim {
    /// The stream owns the contact. The `older` owner, if there is one, is preempted.
    Won { older: Option<StreamId> },
    /// The stream owned the contact earlier, and a newer one owns it now.
    Lost,
}

/// Makes a stream the owner of its contact, once in its life. A host that takes the stream over claims as well, since
/// its former host may have died before it did; each claim lists the former owners, so that only one of the two counts.
///
/// # Errors
/// [`StoreError`] when the bucket fails, or every attempt loses a race.
pub(super) async fn claim(
    store: &ObjectStore,
    contact: &ContactId,
    stream: &StreamId,
) -> Result<Claim, StoreError> {
    let key = keys::current_stream(contact);
    let mut older = None;
    for _ in 0..MOST_RACES {
        let current = store.read(&key).await?;
        let owner = current.as_ref().and_then(stream_in);
        if owner.as_ref() == Some(stream) {
            // The write was made already: by this host, but its answer was lost, or by the former host.
            return Ok(Claim::Won { older });
        }
        let before = current.as_ref().and_then(|current| current.head.metadata.get(OLDER));
        let before = before.into_iter().flat_map(|older| older.split(' '));
        if before.clone().any(|older| older == stream.as_str()) {
            return Ok(Claim::Lost);
        }
        let owners: Vec<_> = owner.iter().map(StreamId::as_str).chain(before).take(MOST_OLDER).collect();
        let content = Content::text(Bytes::from(stream.to_string())).saying(OLDER, owners.join(" "));
        let expected =
            current.as_ref().map_or(Expected::Nothing, |current| Expected::This(&current.head.version));
        older = owner;
        if store.write(&key, content, expected).await?.is_some() {
            return Ok(Claim::Won { older });
        }
    }
    Err(StoreError::contended("claim"))
}

/// The stream that owns a contact.
///
/// # Errors
/// [`StoreError`] when the bucket fails.
pub(super) async fn owner(store: &ObjectStore, contact: &ContactId) -> Result<Option<StreamId>, StoreError> {
    Ok(store.read(&keys::current_stream(contact)).await?.as_ref().and_then(stream_in))
}

fn stream_in(stored: &Stored) -> Option<StreamId> {
    std::str::from_utf8(&stored.body).ok()?.trim().parse().ok()
}
