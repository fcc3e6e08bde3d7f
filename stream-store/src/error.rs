//! The reasons why a call to the bucket failed. Each message is one line that names the remedy, and contains no
//! credential.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use contract::document::DocumentError;

/// The error of a failed call to the bucket.
#[derive(Clone, Debug, thiserror::Error)]
#[error("object store: {fault}")]
pub struct StoreError {
    fault: StoreFault,
    /// Whether the error is an answer of the bucket.
    answered: bool,
}

/// The kinds of failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum StoreFault {
    /// The bucket does not exist.
    #[error("there is no bucket `{bucket}`: set FIRSTWORD_BUCKET to the bucket of the streams")]
    NoBucket { bucket: String },
    /// The bucket is in another region.
    #[error("bucket `{bucket}` is in another region: set AWS_REGION to its region")]
    OtherRegion { bucket: String },
    /// A permission is missing, or the credentials are invalid.
    #[error(
        "S3 refuses to {operation} `{key}` ({code}): grant s3:GetObject, s3:PutObject and s3:ListBucket on bucket `{bucket}`"
    )]
    Denied { bucket: String, operation: &'static str, key: String, code: String },
    /// There are no credentials for signing.
    #[error("no region or credentials: set AWS_REGION, and give this program a role or keys")]
    NoCredentials,
    /// A document is damaged, or of a version that this release can't read.
    #[error("`{key}` {error}")]
    Document { key: String, error: DocumentError },
    /// A conditional write lost to other writers at every attempt.
    #[error("{operation} failed: other writers were always faster")]
    Contended { operation: &'static str },
    /// A failure that may be temporary.
    #[error("{operation} failed: {cause}")]
    Trouble { operation: &'static str, cause: String },
}

impl StoreError {
    /// The error of a call that its caller stopped after a time limit.
    pub fn timed_out(operation: &'static str) -> Self {
        Self { fault: StoreFault::Trouble { operation, cause: "timed out".to_owned() }, answered: false }
    }

    /// The error of a conditional write that lost to other writers at every attempt.
    pub fn contended(operation: &'static str) -> Self {
        Self { fault: StoreFault::Contended { operation }, answered: true }
    }

    /// The error for an object that exists for a conditional write but is missing for a read.
    pub fn elusive(operation: &'static str) -> Self {
        let cause = "the object is neither there nor missing".to_owned();
        Self { fault: StoreFault::Trouble { operation, cause }, answered: false }
    }

    /// The error for a document that can't be read.
    pub fn document(key: String, error: DocumentError) -> Self {
        Self { fault: StoreFault::Document { key, error }, answered: true }
    }

    /// The error for a document that can't be serialised as JSON.
    pub(crate) fn not_serialisable(error: serde_json::Error) -> Self {
        Self { fault: StoreFault::Trouble { operation: "write", cause: error.to_string() }, answered: true }
    }

    pub(crate) fn unanswered(operation: &'static str, cause: String) -> Self {
        Self { fault: StoreFault::Trouble { operation, cause }, answered: false }
    }

    /// The same error, for a write whose outcome the bucket does not know either.
    pub(crate) fn unsettled(self) -> Self {
        Self { answered: false, ..self }
    }

    /// The kind of the failure.
    pub fn fault(&self) -> &StoreFault {
        &self.fault
    }

    /// Whether the error is an answer of the bucket. Otherwise a write may have happened, or may still happen.
    pub fn was_answered(&self) -> bool {
        self.answered
    }

    /// Whether the error is about a document that a program of another release can read.
    pub fn is_of_another_release(&self) -> bool {
        use DocumentError::{Newer, Older};
        matches!(&self.fault, StoreFault::Document { error: Newer { .. } | Older { .. }, .. })
    }

    /// Whether the error persists until an operator changes a setting or a permission.
    pub fn needs_an_operator(&self) -> bool {
        use StoreFault::{Denied, NoBucket, NoCredentials, OtherRegion};
        matches!(self.fault, NoBucket { .. } | OtherRegion { .. } | Denied { .. } | NoCredentials)
    }

    /// Whether a retry may succeed.
    pub fn may_pass(&self) -> bool {
        !matches!(self.fault, StoreFault::Document { .. })
    }
}

/// Converts an error of the SDK about one object.
pub(crate) fn failed<E: ProvideErrorMetadata + std::error::Error + 'static>(
    bucket: &str,
    operation: &'static str,
    key: &str,
    error: &SdkError<E>,
) -> StoreError {
    let bucket = || bucket.to_owned();
    let status = status(error);
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    let fault = match (error, status, code) {
        (_, _, Some("NoSuchBucket")) => StoreFault::NoBucket { bucket: bucket() },
        (_, Some(301), _) | (_, _, Some("PermanentRedirect" | "AuthorizationHeaderMalformed")) => {
            StoreFault::OtherRegion { bucket: bucket() }
        }
        (_, Some(403), code) => StoreFault::Denied {
            bucket: bucket(),
            operation,
            key: key.to_owned(),
            code: format!("403 {}", code.unwrap_or("Forbidden")),
        },
        (SdkError::ConstructionFailure(_), ..) => StoreFault::NoCredentials,
        // The answer to a HEAD has no body that could name the reason.
        (_, Some(400), None | Some("BadRequest")) => {
            let cause = "HTTP 400: check AWS_REGION and the session token of the credentials".to_owned();
            StoreFault::Trouble { operation, cause }
        }
        // The SDK's own message is only "service error"; the cause is in its source.
        (SdkError::ServiceError(context), Some(status), _) => {
            StoreFault::Trouble { operation, cause: format!("HTTP {status}, {}", context.err()) }
        }
        (SdkError::TimeoutError(_), ..) => StoreFault::Trouble { operation, cause: "timed out".to_owned() },
        (SdkError::DispatchFailure(_), ..) => {
            StoreFault::Trouble { operation, cause: "no connection".to_owned() }
        }
        (other, ..) => StoreFault::Trouble { operation, cause: other.to_string() },
    };
    StoreError { fault, answered: status.is_some() }
}

/// The HTTP status, if there was an answer.
pub(crate) fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// Whether the object is missing from an existing bucket.
pub(crate) fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    status(error) == Some(404) && !is_bucket_missing(error)
}

/// Whether the bucket itself is missing, which is a failure and does not mean that the object is missing.
pub(crate) fn is_bucket_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code) == Some("NoSuchBucket")
}
