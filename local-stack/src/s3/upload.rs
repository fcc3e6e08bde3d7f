//! Receives the body of a PutObject, and checks that it is complete, unaltered and not too large.
//!
//! It owns the reading and the digests. The store never receives a body that is too large, incomplete or altered.

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::HeaderMap;
use md5::{Digest, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, PutObjectInput, StreamingBlob};
use s3s::{S3Error, S3ErrorCode, S3Result, TrailingHeaders, s3_error};

use super::store::MAX_OBJECT_BYTES;

/// Largest rest of an oversized body that is still read, in bytes. A client that receives the answer while it sends may
/// see a reset connection in place of the answer.
const DRAIN_BYTES: usize = 2 * MAX_OBJECT_BYTES;

/// Reads the whole body into memory.
///
/// # Errors
/// `EntityTooLarge`, `IncompleteBody`, and the errors for a wrong payload or chunk signature.
pub(super) async fn read(body: Option<StreamingBlob>, announced: Option<i64>) -> S3Result<Bytes> {
    let Some(mut body) = body else {
        return Ok(Bytes::new());
    };
    let announced = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut bytes = BytesMut::with_capacity(announced.min(MAX_OBJECT_BYTES));
    let mut length = 0_usize;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| unreadable(error.as_ref()))?;
        length = length.saturating_add(chunk.len());
        if length > DRAIN_BYTES {
            break;
        }
        if length > MAX_OBJECT_BYTES {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > MAX_OBJECT_BYTES {
        return Err(s3_error!(EntityTooLarge, "objects may have {MAX_OBJECT_BYTES} bytes at most"));
    }
    Ok(bytes.freeze())
}

/// The types of these errors are private to `s3s`, so only their text distinguishes them.
fn unreadable(error: &(dyn std::error::Error + Send + Sync)) -> S3Error {
    let text = error.to_string();
    if text.contains("Sha256Mismatch") {
        let code = S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into());
        let mut error = S3Error::with_message(code, "the body does not match x-amz-content-sha256");
        error.set_status_code(http::StatusCode::BAD_REQUEST);
        error
    } else if text.contains("SignatureMismatch") {
        s3_error!(SignatureDoesNotMatch, "a chunk's signature is wrong")
    } else {
        s3_error!(IncompleteBody, "the body ended early or is malformed: {text}")
    }
}

/// The MD5 of `body` as lower-case hex: the value of its ETag.
///
/// # Errors
/// `InvalidDigest` or `BadDigest` when the client's `Content-MD5` is malformed or differs.
pub(super) fn md5_hex(body: &[u8], content_md5: Option<&str>) -> S3Result<String> {
    use base64::Engine as _;
    let digest = Md5::digest(body);
    if let Some(expected) = content_md5 {
        let expected = base64::engine::general_purpose::STANDARD
            .decode(expected)
            .ok()
            .filter(|expected| expected.len() == digest.len())
            .ok_or_else(|| s3_error!(InvalidDigest))?;
        if expected != digest.as_slice() {
            return Err(s3_error!(BadDigest, "the body does not match Content-MD5"));
        }
    }
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Checks `body` against every checksum in the headers before it and the trailers after it, and returns the checksums.
///
/// # Errors
/// `BadDigest` when one does not match.
pub(super) fn verified_checksum(
    body: &[u8],
    input: &mut PutObjectInput,
    trailers: Option<&TrailingHeaders>,
) -> S3Result<Checksum> {
    let trailers = trailers.and_then(TrailingHeaders::take).unwrap_or_default();
    let expected = Checksum {
        checksum_crc32: input.checksum_crc32.take().or_else(|| text(&trailers, "x-amz-checksum-crc32")),
        checksum_crc32c: input.checksum_crc32c.take().or_else(|| text(&trailers, "x-amz-checksum-crc32c")),
        checksum_crc64nvme: input
            .checksum_crc64nvme
            .take()
            .or_else(|| text(&trailers, "x-amz-checksum-crc64nvme")),
        checksum_sha1: input.checksum_sha1.take().or_else(|| text(&trailers, "x-amz-checksum-sha1")),
        checksum_sha256: input.checksum_sha256.take().or_else(|| text(&trailers, "x-amz-checksum-sha256")),
        checksum_type: None,
    };
    let mut hasher = ChecksumHasher {
        crc32: expected.checksum_crc32.as_ref().map(|_| Default::default()),
        crc32c: expected.checksum_crc32c.as_ref().map(|_| Default::default()),
        crc64nvme: expected.checksum_crc64nvme.as_ref().map(|_| Default::default()),
        sha1: expected.checksum_sha1.as_ref().map(|_| Default::default()),
        sha256: expected.checksum_sha256.as_ref().map(|_| Default::default()),
    };
    hasher.update(body);
    if hasher.finalize() != expected {
        return Err(s3_error!(BadDigest, "the body does not match its x-amz-checksum"));
    }
    Ok(expected)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
