//! The endpoints, and the signatures that they want.

use std::str::FromStr;

use signed_requests::{SignError, Signer};
use url::Url;

/// Endpoint of a collector on this machine, where the metrics go when none is set.
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";

/// The export's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Base URL of the collector (`OTEL_EXPORTER_OTLP_ENDPOINT`): `/v1/metrics` and `/v1/traces` are added.
    pub endpoint: Option<String>,
    /// Whole URL for metrics instead (`OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`).
    pub metrics_endpoint: Option<String>,
    /// Whole URL for traces instead (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`).
    pub traces_endpoint: Option<String>,
    /// Whether requests are signed.
    pub signing: Signing,
}

/// Whether requests have a SigV4 signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signing {
    /// Those to AWS's own endpoints, whose names tell the region.
    #[default]
    Auto,
    /// All, for the region of this host: an endpoint of AWS behind another name.
    Always,
    /// None.
    Never,
}

/// An export that can't start.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// An endpoint that is no URL.
    #[error("{0} is no URL of a collector: set it to one such as http://localhost:4318")]
    Endpoint(&'static str),
    /// A word that is none of [`Signing`].
    #[error("`{0}` is none of auto, always and never")]
    Signing(String),
    /// Requests can't be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The exporter refuses its settings, which are OpenTelemetry's standard variables.
    #[error("OpenTelemetry's exporter refuses its settings: {0}")]
    Exporter(String),
}

impl FromStr for Signing {
    type Err = OtlpError;

    fn from_str(text: &str) -> Result<Self, OtlpError> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => Err(OtlpError::Signing(other.to_owned())),
        }
    }
}

/// A kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Metrics,
    Traces,
}

impl Signal {
    /// The name, as in logs and paths.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Traces => "traces",
        }
    }

    /// The service of AWS that takes it, as in its endpoint and in signatures.
    fn service(self) -> &'static str {
        match self {
            Self::Metrics => "monitoring",
            Self::Traces => "xray",
        }
    }
}

impl Settings {
    /// The URL for metrics.
    ///
    /// # Errors
    /// [`OtlpError::Endpoint`].
    pub(crate) fn metrics_url(&self) -> Result<Url, OtlpError> {
        match set(&self.metrics_endpoint) {
            Some(whole) => parse(whole, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"),
            None => below(set(&self.endpoint).unwrap_or(DEFAULT_ENDPOINT), Signal::Metrics),
        }
    }

    /// The URL for traces; `None` where none is set.
    ///
    /// # Errors
    /// [`OtlpError::Endpoint`].
    pub(crate) fn traces_url(&self) -> Result<Option<Url>, OtlpError> {
        match set(&self.traces_endpoint) {
            Some(whole) => parse(whole, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").map(Some),
            None => set(&self.endpoint).map(|base| below(base, Signal::Traces)).transpose(),
        }
    }

    /// The signer for requests to this URL; `None` where they need none.
    ///
    /// # Errors
    /// [`SignError`] where this host lacks a region or credentials.
    pub(crate) async fn signer(&self, signal: Signal, url: &Url) -> Result<Option<Signer>, SignError> {
        let region = region_of_aws(url, signal);
        let is_signed = match self.signing {
            Signing::Auto => region.is_some(),
            Signing::Always => true,
            Signing::Never => false,
        };
        if !is_signed {
            return Ok(None);
        }
        Signer::of_host(signal.service(), region.as_deref()).await.map(Some)
    }
}

/// An empty variable is an unset one.
fn set(endpoint: &Option<String>) -> Option<&str> {
    endpoint.as_deref().map(str::trim).filter(|endpoint| !endpoint.is_empty())
}

fn parse(text: &str, variable: &'static str) -> Result<Url, OtlpError> {
    outgoing::url(text).ok_or(OtlpError::Endpoint(variable))
}

/// The URL for a signal below the base of a collector.
fn below(base: &str, signal: Signal) -> Result<Url, OtlpError> {
    // Parsed before the path is added, which would become the host of a URL without one.
    let mut url = parse(base, "OTEL_EXPORTER_OTLP_ENDPOINT")?;
    url.set_path(&format!("{}/v1/{}", url.path().trim_end_matches('/'), signal.name()));
    Ok(url)
}

/// The region of AWS's own endpoint for a signal, such as `monitoring.eu-west-1.amazonaws.com`.
fn region_of_aws(url: &Url, signal: Signal) -> Option<String> {
    let host = url.host_str()?.strip_prefix(signal.service())?.strip_prefix('.')?;
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    (!region.is_empty() && !region.contains('.')).then(|| region.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(settings: &Settings) -> [Option<String>; 2] {
        [Some(settings.metrics_url().expect("good")), settings.traces_url().expect("good")]
            .map(|url| url.map(Into::into))
    }

    #[test]
    fn endpoints_are_those_of_the_standard_variables() {
        let some = |text: &str| Some(text.to_owned());
        let none = Settings::default();
        assert_eq!(urls(&none), [some("http://localhost:4318/v1/metrics"), None]);
        let base = Settings { endpoint: some("https://c.example/otlp/"), ..none.clone() };
        let expected = [some("https://c.example/otlp/v1/metrics"), some("https://c.example/otlp/v1/traces")];
        assert_eq!(urls(&base), expected);
        let whole =
            Settings { traces_endpoint: some("http://t.example/in"), metrics_endpoint: some(" "), ..base };
        assert_eq!(urls(&whole), [some("https://c.example/otlp/v1/metrics"), some("http://t.example/in")]);
        for bad in ["localhost:4318", "c.example", "ftp://c.example", "http://"] {
            let settings = Settings { endpoint: some(bad), ..none.clone() };
            let error = settings.traces_url().expect_err(bad).to_string();
            assert!(error.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{error}");
        }
    }

    #[test]
    fn awss_endpoints_are_known_by_their_names() {
        let region = |url: &str, signal| region_of_aws(&Url::parse(url).expect("a URL"), signal);
        let some = |text: &str| Some(text.to_owned());
        let metrics = "https://monitoring.eu-west-1.amazonaws.com/v1/metrics";
        assert_eq!(region(metrics, Signal::Metrics), some("eu-west-1"));
        assert_eq!(region(metrics, Signal::Traces), None);
        let traces = "https://xray.cn-north-1.amazonaws.com.cn/v1/traces";
        assert_eq!(region(traces, Signal::Traces), some("cn-north-1"));
        for other in [
            "http://localhost:4318/v1/metrics",
            "https://monitoring.example.com/v1/metrics",
            "https://monitoring.eu-west-1.amazonaws.com.example.com/",
            "https://monitoring.amazonaws.com/",
        ] {
            assert_eq!(region(other, Signal::Metrics), None, "{other}");
        }
    }
}
