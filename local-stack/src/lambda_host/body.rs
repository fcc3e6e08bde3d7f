//! Reads a request's body up to a size limit.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;

/// Largest payload of a request, and of a response, in bytes.
pub(super) const MAX_PAYLOAD: usize = 6 << 20;
/// Largest rest of an oversized body that is still read, in bytes. A client that receives the answer while it sends may
/// see a reset connection in place of the answer.
const DRAIN: usize = 4 * MAX_PAYLOAD;

pub(super) enum Unread {
    TooLarge,
    /// The sender closed the connection, or sent something that is not HTTP.
    Broken,
}

pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Unread> {
    let mut chunks = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Unread::Broken)?;
        length = length.saturating_add(chunk.len());
        if length > DRAIN {
            break;
        }
        if length <= limit {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > limit { Err(Unread::TooLarge) } else { Ok(bytes.freeze()) }
}
