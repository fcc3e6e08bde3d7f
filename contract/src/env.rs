//! Environment variables that more than one program reads.

/// Bucket of the streams.
pub const BUCKET: &str = "FIRSTWORD_BUCKET";

/// Base URL of `synth-service`, as the Lambdas reach it.
pub const SERVICE_URL: &str = "FIRSTWORD_SERVICE_URL";

/// Bearer token that `synth-service` asks for. Unset or empty: none is asked for.
pub const SERVICE_TOKEN: &str = "FIRSTWORD_SERVICE_TOKEN";

/// Seconds for which a presigned URL is valid.
pub const URL_TTL_SECONDS: &str = "FIRSTWORD_URL_TTL_SECONDS";

/// Default of [`URL_TTL_SECONDS`]: longer than a batch takes to play, short enough to be useless later.
pub const DEFAULT_URL_TTL_SECONDS: u64 = 300;
