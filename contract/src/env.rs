//! Environment variables that several programs read.

/// Name of the bucket of the streams.
pub const BUCKET: &str = "FIRSTWORD_BUCKET";

/// Base URL of `synth-service`, as the Lambdas reach it.
pub const SERVICE_URL: &str = "FIRSTWORD_SERVICE_URL";

/// CA certificates, as PEM text: the Lambdas trust these for `synth-service`, instead of the public CAs.
pub const SERVICE_CA: &str = "FIRSTWORD_SERVICE_CA";

/// Bearer token that the Lambdas send. `synth-service` accepts several tokens. Unset or empty: no token.
pub const SERVICE_TOKEN: &str = "FIRSTWORD_SERVICE_TOKEN";

/// Namespace of the metrics in CloudWatch. The service sends none without it; functions write
/// [`crate::metrics::NAMESPACE`] then.
pub const CLOUDWATCH_NAMESPACE: &str = "FIRSTWORD_CLOUDWATCH_NAMESPACE";

/// ARN of the Amazon Connect instance in which `synth-service` makes prompts of clips. Unset: it makes none.
pub const CONNECT_INSTANCE: &str = "FIRSTWORD_CONNECT_INSTANCE";

/// Seconds for which a presigned URL is valid.
pub const URL_TTL_SECONDS: &str = "FIRSTWORD_URL_TTL_SECONDS";

/// Longest time that `get_next_batch` looks for a clip before it answers `wait`, in milliseconds: 300 to 500.
pub const POLL_BUDGET_MS: &str = "FIRSTWORD_POLL_BUDGET_MS";

/// Default of [`POLL_BUDGET_MS`].
pub const DEFAULT_POLL_BUDGET_MS: u64 = 400;

/// Time from one look of `get_next_batch` to the next, in milliseconds: 60 to 120.
pub const POLL_STEP_MS: &str = "FIRSTWORD_POLL_STEP_MS";

/// Default of [`POLL_STEP_MS`].
pub const DEFAULT_POLL_STEP_MS: u64 = 80;

/// Default of [`URL_TTL_SECONDS`]: longer than the playback of a batch, but short, so that a leaked URL soon expires.
pub const DEFAULT_URL_TTL_SECONDS: u64 = 300;
