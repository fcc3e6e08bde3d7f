//! Environment variables that more than one program reads.

/// Bucket of the streams.
pub const BUCKET: &str = "FIRSTWORD_BUCKET";

/// Base URL of `synth-service`, as the Lambdas reach it.
pub const SERVICE_URL: &str = "FIRSTWORD_SERVICE_URL";

/// PEM text of the CA that the Lambdas trust with `synth-service`'s certificate, instead of the public ones.
pub const SERVICE_CA: &str = "FIRSTWORD_SERVICE_CA";

/// Bearer token that the Lambdas send, and `synth-service` asks for (one of several there). Unset or empty: none.
pub const SERVICE_TOKEN: &str = "FIRSTWORD_SERVICE_TOKEN";

/// Seconds for which a presigned URL is valid.
pub const URL_TTL_SECONDS: &str = "FIRSTWORD_URL_TTL_SECONDS";

/// Default of [`URL_TTL_SECONDS`]: longer than a batch takes to play, short enough to be useless later.
pub const DEFAULT_URL_TTL_SECONDS: u64 = 300;
