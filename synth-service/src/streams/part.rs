//! The parts of a stream in the bucket: each is created once, with the number of its sentence as metadata.

use std::str::FromStr;

use bytes::Bytes;
use contract::{StreamId, keys, prompts::PROMPT};
use stream_store::{Content, Expected, Head, ObjectStore, StoreError};

use crate::clock;

/// Metadata of a part: the number of its sentence.
pub(crate) const SENTENCE: &str = "sentence";

/// Metadata of a part: milliseconds from the stream's creation until the part was made. A tombstone has none.
pub(crate) const MADE_AFTER: &str = "made-after-ms";

/// The content of a part that was made now. `prompt` is the ARN of the prompt that Amazon Connect has of the same clip.
pub(super) fn content(audio: &Bytes, created_at_ms: u64, prompt: Option<&str>) -> Content {
    let made_after = clock::now_ms().saturating_sub(created_at_ms);
    let content = Content::clip(audio.clone()).saying(MADE_AFTER, made_after.to_string());
    match prompt {
        Some(arn) => content.saying(PROMPT, arn.to_owned()),
        None => content,
    }
}

/// Creates a part that holds `sentence`. Returns the sentence of the part that is in the bucket, which differs when a
/// former host of the stream was faster.
///
/// # Errors
/// [`StoreError`] when the bucket fails.
pub(super) async fn create(
    store: &ObjectStore,
    key: &str,
    content: Content,
    sentence: usize,
) -> Result<Option<usize>, StoreError> {
    settle(store, key, content, Some(sentence)).await
}

/// Creates a tombstone in the place of a part. `sentence` is the last one before it: a host that takes the stream over
/// goes on behind it. Returns the sentence of the part that is in the bucket.
///
/// # Errors
/// [`StoreError`] when the bucket fails.
pub(super) async fn bury(
    store: &ObjectStore,
    key: &str,
    silence: &Bytes,
    sentence: Option<usize>,
) -> Result<Option<usize>, StoreError> {
    settle(store, key, Content::clip(silence.clone()), sentence).await
}

/// Creates an object unless there is one, and returns the sentence of the one that is in the bucket.
async fn settle(
    store: &ObjectStore,
    key: &str,
    mut content: Content,
    sentence: Option<usize>,
) -> Result<Option<usize>, StoreError> {
    if let Some(sentence) = sentence {
        content = content.saying(SENTENCE, sentence.to_string());
    }
    if store.write(key, content, Expected::Nothing).await?.is_some() {
        return Ok(sentence);
    }
    sentence_of(store, key).await
}

/// Counts the parts of a stream. Returns the count and the sentence of the last part.
///
/// # Errors
/// [`StoreError`] when the bucket fails.
pub(super) async fn survey(
    store: &ObjectStore,
    stream: &StreamId,
) -> Result<(usize, Option<usize>), StoreError> {
    let parts = store.count(&keys::parts_prefix(stream)).await?;
    let last = match parts.checked_sub(1) {
        Some(last) => sentence_of(store, &keys::part(stream, last)).await?,
        None => None,
    };
    Ok((parts, last))
}

/// The sentence of an existing part; `None` for a tombstone without one.
async fn sentence_of(store: &ObjectStore, key: &str) -> Result<Option<usize>, StoreError> {
    let head = store.head(key).await?.ok_or_else(|| StoreError::elusive("read a part"))?;
    Ok(number(&head, SENTENCE))
}

/// A number in a part's metadata.
pub(crate) fn number<T: FromStr>(head: &Head, name: &str) -> Option<T> {
    head.metadata.get(name).and_then(|number| number.parse().ok())
}
