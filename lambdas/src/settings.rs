//! The environment variables of the functions. AWS's own variables (region, credentials, endpoint) are read by the SDK.

use std::{ops::RangeInclusive, time::Duration};

use contract::{Namespace, env, metrics::NAMESPACE};
use reqwest::{Certificate, Url, header::HeaderValue};

use crate::patience::{PATIENCE, Patience};

/// A variable that is missing or has the wrong form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum SettingsError {
    #[error("environment variable {0} is missing: set it in the function's configuration")]
    Missing(&'static str),
    #[error("environment variable {name} is not valid: {expected}")]
    Invalid { name: &'static str, expected: &'static str },
    #[error(
        "AWS_LAMBDA_RUNTIME_API is missing: AWS Lambda runs this program, or `cargo xtask dev` on one machine"
    )]
    NoLambda,
}

/// The settings of every function.
#[derive(Clone)]
pub struct Settings {
    /// Bucket of the streams.
    pub bucket: String,
    /// Base URLs of `synth-service`, without a trailing slash: that of a load balancer, or one per host.
    pub service_urls: Vec<String>,
    /// Bearer token of `synth-service`; empty for none.
    pub service_token: String,
    /// CAs of the certificate of `synth-service`; empty for the public CAs. Given as text, because a function has no
    /// files but those in its zip.
    pub service_ca: Vec<Certificate>,
    /// Validity of a presigned URL.
    pub url_ttl: Duration,
    /// The times of a poll of `get_next_batch`.
    pub patience: Patience,
    /// Namespace of the metrics in CloudWatch.
    pub namespace: Namespace,
}

impl Settings {
    /// Reads the settings. `lookup` returns the value of a variable; a blank one counts as missing.
    ///
    /// # Errors
    /// [`SettingsError`], which names the first missing or invalid variable.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let find = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let required = |name: &'static str| find(name).ok_or(SettingsError::Missing(name));
        let number = |name, default, range: RangeInclusive<u64>, expected| match find(name) {
            None => Ok(default),
            Some(text) => {
                let number = text.trim().parse().ok().filter(|number| range.contains(number));
                number.ok_or(SettingsError::Invalid { name, expected })
            }
        };
        let url_ttl_seconds =
            number(env::URL_TTL_SECONDS, env::DEFAULT_URL_TTL_SECONDS, 1..=604_800, "1 to 604800 seconds")?;
        let poll_budget_ms =
            number(env::POLL_BUDGET_MS, env::DEFAULT_POLL_BUDGET_MS, 300..=500, "300 to 500 milliseconds")?;
        let poll_step_ms =
            number(env::POLL_STEP_MS, env::DEFAULT_POLL_STEP_MS, 60..=120, "60 to 120 milliseconds")?;
        let namespace = find(env::CLOUDWATCH_NAMESPACE).unwrap_or_else(|| NAMESPACE.to_owned());
        let namespace = namespace.trim().parse().map_err(|_| SettingsError::Invalid {
            name: env::CLOUDWATCH_NAMESPACE,
            expected: "1 to 255 letters, digits or . - _ / #, and not AWS/ at its start",
        })?;
        let service_urls = required(env::SERVICE_URL)?;
        let service_urls: Vec<_> = service_urls
            .split(',')
            .map(|url| url.trim().trim_end_matches('/').to_owned())
            .filter(|url| !url.is_empty())
            .collect();
        let is_url =
            |url: &String| Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
        if service_urls.is_empty() || !service_urls.iter().all(is_url) {
            let expected = "URLs that begin with http:// or https://, separated by commas";
            return Err(SettingsError::Invalid { name: env::SERVICE_URL, expected });
        }
        let service_token = find(env::SERVICE_TOKEN).unwrap_or_default();
        if HeaderValue::from_str(&service_token).is_err() {
            let expected = "one line, as it stands in a header";
            return Err(SettingsError::Invalid { name: env::SERVICE_TOKEN, expected });
        }
        Ok(Self {
            bucket: required(env::BUCKET)?,
            service_urls,
            service_token,
            service_ca: find(env::SERVICE_CA).map(|pem| certificates(&pem)).transpose()?.unwrap_or_default(),
            url_ttl: Duration::from_secs(url_ttl_seconds),
            patience: Patience {
                budget: Duration::from_millis(poll_budget_ms),
                step: Duration::from_millis(poll_step_ms),
                ..PATIENCE
            },
            namespace,
        })
    }
}

fn certificates(pem: &str) -> Result<Vec<Certificate>, SettingsError> {
    let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
    if certificates.is_empty() {
        let expected = "certificates as PEM text, with its line breaks";
        return Err(SettingsError::Invalid { name: env::SERVICE_CA, expected });
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_missing_or_invalid_variable_is_named() {
        let bucket = (env::BUCKET, "b");
        let url = (env::SERVICE_URL, "http://host:8080/");
        for (variables, expected) in [
            (vec![bucket], SettingsError::Missing(env::SERVICE_URL)),
            (vec![url, (env::BUCKET, " ")], SettingsError::Missing(env::BUCKET)),
        ] {
            assert_eq!(read(&variables).err(), Some(expected));
        }
        for wrong in [
            (env::SERVICE_URL, "host:8080"),
            (env::SERVICE_URL, "http://one,two"),
            (env::SERVICE_URL, ","),
            (env::SERVICE_URL, "http://"),
            (env::SERVICE_URL, "http://host:port"),
            (env::SERVICE_TOKEN, "one\ntwo"),
            (env::URL_TTL_SECONDS, "0"),
            (env::POLL_BUDGET_MS, "299"),
            (env::POLL_STEP_MS, "121"),
            (env::POLL_STEP_MS, "fast"),
            (env::SERVICE_CA, "/etc/ca.pem"),
            (env::SERVICE_CA, "-----BEGIN CERTIFICATE----- AAAA -----END CERTIFICATE-----"),
        ] {
            let error = read(&[wrong, bucket, url]).err();
            assert!(
                matches!(error, Some(SettingsError::Invalid { name, .. }) if name == wrong.0),
                "{error:?}"
            );
        }
    }

    #[test]
    fn service_urls_lose_their_last_slash() {
        for (urls, expected) in [
            ("http://host:8080/", vec!["http://host:8080"]),
            ("http://one:8080, https://two/,", vec!["http://one:8080", "https://two"]),
        ] {
            let settings = read(&[(env::BUCKET, "b"), (env::SERVICE_URL, urls)]);
            assert_eq!(settings.map(|settings| settings.service_urls).unwrap_or_default(), expected);
        }
    }
}
