//! Translates between S3's types and the store's: conditions, errors, object headers, listings.
//!
//! It owns the error codes and the format of answers. Everything here is a pure function.

use http::{HeaderMap, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::listing::{After, Listing, Page};
use super::object::Object as Stored;
use super::store::{Condition, Refusal};

/// S3's page size, which is also the most that a client may ask for.
const PAGE: usize = 1000;
/// Characters that `encoding-type=url` does not escape.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');

impl From<Refusal> for S3Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoBucket => s3_error!(NoSuchBucket, "The specified bucket does not exist"),
            Refusal::NoKey => s3_error!(NoSuchKey, "The specified key does not exist."),
            Refusal::NoPolicy => s3_error!(NoSuchBucketPolicy, "The bucket policy does not exist"),
            Refusal::Precondition => {
                s3_error!(PreconditionFailed, "At least one of the pre-conditions you specified did not hold")
            }
            Refusal::TooLarge => s3_error!(EntityTooLarge),
            Refusal::Full => {
                // AWS has no such error. SDKs do not retry after status 507.
                let code = S3ErrorCode::Custom("QuotaExceeded".into());
                let mut error = Self::with_message(code, "this local store is full");
                error.set_status_code(http::StatusCode::INSUFFICIENT_STORAGE);
                error
            }
        }
    }
}

pub(super) fn write_condition(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
) -> S3Result<Condition> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Condition::Always),
        (None, Some(ETagCondition::Any)) => Ok(Condition::Absent),
        (Some(wanted), None) => Ok(Condition::Matches(wanted)),
        // S3 too supports only `*` here, and refuses both headers together.
        _ => Err(s3_error!(NotImplemented, "only If-None-Match: * or If-Match, not both")),
    }
}

pub(super) fn check_read(
    object: &Stored,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    if if_match.is_some_and(|wanted| !object.matches(wanted)) {
        return Err(Refusal::Precondition.into());
    }
    if if_none_match.is_some_and(|known| object.matches(known)) {
        let mut error = s3_error!(NotModified);
        if let Ok(etag) = HeaderValue::try_from(format!("\"{}\"", object.etag.value())) {
            error.set_headers(HeaderMap::from_iter([(header::ETAG, etag)]));
        }
        return Err(error);
    }
    Ok(())
}

/// The answer to HEAD; GET returns the same values besides the body.
pub(super) fn head(object: &Stored, with_checksum: bool) -> HeadObjectOutput {
    let headers = &object.headers;
    let checksum = if with_checksum { object.checksum.clone() } else { Checksum::default() };
    HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: Some(length(object.body.len())),
        e_tag: Some(object.etag.clone()),
        last_modified: Some(object.modified.into()),
        content_type: Some(headers.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned())),
        content_encoding: headers.content_encoding.clone(),
        content_disposition: headers.content_disposition.clone(),
        content_language: headers.content_language.clone(),
        cache_control: headers.cache_control.clone(),
        metadata: headers.metadata.clone(),
        checksum_crc32: checksum.checksum_crc32,
        checksum_crc32c: checksum.checksum_crc32c,
        checksum_crc64nvme: checksum.checksum_crc64nvme,
        checksum_sha1: checksum.checksum_sha1,
        checksum_sha256: checksum.checksum_sha256,
        ..Default::default()
    }
}

/// Removes `aws-chunked`, as S3 does: it is the encoding of the transfer, not of the object.
pub(super) fn without_aws_chunked(encoding: String) -> Option<String> {
    let rest: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|part| *part != "aws-chunked" && !part.is_empty())
        .collect();
    (!rest.is_empty()).then(|| rest.join(","))
}

pub(super) fn listing(input: &ListObjectsV2Input) -> S3Result<Listing> {
    let max_keys = match input.max_keys {
        None => PAGE,
        Some(wanted) => {
            usize::try_from(wanted).map_err(|_| s3_error!(InvalidArgument, "max-keys"))?.min(PAGE)
        }
    };
    let after = match (&input.continuation_token, &input.start_after) {
        (Some(token), _) => Some(
            After::from_token(token)
                .ok_or_else(|| s3_error!(InvalidArgument, "The continuation token provided is incorrect"))?,
        ),
        (None, start_after) => start_after.clone().map(After::Key),
    };
    Ok(Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone().filter(|delimiter| !delimiter.is_empty()),
        after,
        max_keys,
    })
}

pub(super) fn listed(input: ListObjectsV2Input, listing: &Listing, page: Page) -> ListObjectsV2Output {
    let url = input.encoding_type.as_ref().is_some_and(|encoding| encoding.as_str() == EncodingType::URL);
    let told = |text: String| {
        if url { utf8_percent_encode(&text, PLAIN).to_string() } else { text }
    };
    let key_count = page.objects.len() + page.prefixes.len();
    let contents = page.objects.into_iter().map(|(key, object)| Object {
        key: Some(told(key)),
        size: Some(length(object.body.len())),
        e_tag: Some(object.etag.clone()),
        last_modified: Some(object.modified.into()),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..Default::default()
    });
    let prefixes = page.prefixes.into_iter().map(|prefix| CommonPrefix { prefix: Some(told(prefix)) });
    ListObjectsV2Output {
        contents: Some(contents.collect()),
        common_prefixes: Some(prefixes.collect()),
        // The casts can't overflow: a page has at most a thousand entries.
        key_count: Some(key_count as i32),
        max_keys: Some(listing.max_keys as i32),
        is_truncated: Some(page.next.is_some()),
        next_continuation_token: page.next.map(|after| after.token()),
        continuation_token: input.continuation_token,
        name: Some(input.bucket),
        prefix: Some(told(listing.prefix.clone())),
        delimiter: input.delimiter.map(told),
        start_after: input.start_after.map(told),
        encoding_type: input.encoding_type,
        ..Default::default()
    }
}

/// The cast can't overflow: lengths are bounded by [`super::MAX_OBJECT_BYTES`].
pub(super) fn length(bytes: usize) -> i64 {
    bytes as i64
}
