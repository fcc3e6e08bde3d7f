//! Requests to AWS that need no SDK of their service: a [`Signer`] adds the headers of a SigV4 signature to an
//! [`http::Request`].
//!
//! Its credentials are those that every AWS program on this host uses (`Signer::of_host`, with the feature
//! `default-chain`), or the keys of the environment and of a profile ([`Keys`]), which are quicker to compile.
//!
//! It sends nothing. The SDK of a service takes minutes to compile; a signed request takes none.

mod keys;
mod profile;

pub use keys::Keys;

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4::SigningParams,
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, header::AUTHORIZATION};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// Longest wait for credentials: those of an instance's role come from the network.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(5);

/// Credentials are replaced this long before they expire.
const REPLACED_BEFORE: Duration = Duration::from_secs(60);

/// Longest use of credentials that name no expiry: a changed file is read again.
const LONGEST_USE: Duration = Duration::from_secs(300);

/// A request that could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// There is no region.
    #[error("no AWS region is known: set AWS_REGION")]
    NoRegion,
    /// There are no credentials. The cause names the source that failed, and no secret.
    #[error(
        "no AWS credentials ({0}): give the host a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    NoCredentials(String),
    /// Neither the environment nor a profile has keys.
    #[error("no AWS credentials: {0}")]
    NoKeys(String),
    /// The request can't be signed as it is.
    #[error("the request can't be signed: {0}")]
    Request(String),
}

/// Signs requests to one service in one region.
pub struct Signer {
    service: String,
    region: String,
    provider: SharedCredentialsProvider,
    /// The credentials in use, and the time from which on they are replaced.
    kept: Mutex<Option<(Credentials, Instant)>>,
}

impl Signer {
    /// A signer for a service by its name in signatures (`monitoring`, `xray`, `connect`), with the credentials of
    /// `provider`.
    pub fn new(service: &str, region: &str, provider: SharedCredentialsProvider) -> Self {
        Self { service: service.to_owned(), region: region.to_owned(), provider, kept: Mutex::new(None) }
    }

    /// A signer with the keys of the environment or of a profile.
    pub fn of_keys(service: &str, region: &str, keys: Keys) -> Self {
        Self::new(service, region, SharedCredentialsProvider::new(keys))
    }

    /// A signer with the credentials of this host: environment, files, container or instance, as every AWS program finds
    /// them. Without `region` the host's own is used.
    ///
    /// # Errors
    /// [`SignError::NoRegion`] and [`SignError::NoCredentials`] where the host has none.
    #[cfg(feature = "default-chain")]
    pub async fn of_host(service: &str, region: Option<&str>) -> Result<Self, SignError> {
        let host = aws_config::from_env().load().await;
        let region = region.or_else(|| host.region().map(AsRef::as_ref)).ok_or(SignError::NoRegion)?;
        let none = || SignError::NoCredentials("no source of them is set".into());
        let provider = host.credentials_provider().ok_or_else(none)?;
        Ok(Self::new(service, region, provider))
    }

    /// Adds the headers of the signature to a request. It must be sent unchanged: method, URL, body and the headers
    /// that it has now are signed.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn sign<B: AsRef<[u8]>>(&self, request: &mut Request<B>) -> Result<(), SignError> {
        let credentials = self.credentials().await?;
        let headers = self.headers(request, credentials, SystemTime::now())?;
        request.headers_mut().extend(headers);
        Ok(())
    }

    async fn credentials(&self) -> Result<Credentials, SignError> {
        let mut kept = self.kept.lock().await;
        if let Some((credentials, _)) = kept.as_ref().filter(|(_, until)| Instant::now() < *until) {
            return Ok(credentials.clone());
        }
        let provided = timeout(CREDENTIALS_TIMEOUT, self.provider.provide_credentials()).await;
        let provided =
            provided.map_err(|_| SignError::NoCredentials("their source does not answer".into()))?;
        let credentials = provided.map_err(|error| SignError::NoCredentials(error.to_string()))?;
        let left = credentials.expiry().map_or(LONGEST_USE, |expiry| {
            let left = expiry.duration_since(SystemTime::now()).unwrap_or_default();
            left.saturating_sub(REPLACED_BEFORE)
        });
        *kept = Some((credentials.clone(), Instant::now() + left));
        Ok(credentials)
    }

    fn headers<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        credentials: Credentials,
        now: SystemTime,
    ) -> Result<HeaderMap, SignError> {
        let fault = |error: &dyn fmt::Display| SignError::Request(error.to_string());
        let identity = credentials.into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| fault(&error))?
            .into();
        let readable = |value: &HeaderValue| value.to_str().map(str::to_owned).map_err(|error| fault(&error));
        let present = request.headers().iter();
        let present: Vec<_> = present
            .map(|(name, value)| Ok((name.as_str(), readable(value)?)))
            .collect::<Result<_, SignError>>()?;
        let body = SignableBody::Bytes(request.body().as_ref());
        let signable = SignableRequest::new(
            request.method().as_str(),
            request.uri().to_string(),
            present.iter().map(|(name, value)| (*name, value.as_str())),
            body,
        );
        let signed =
            sign(signable.map_err(|error| fault(&error))?, &params).map_err(|error| fault(&error))?;
        let (instructions, _) = signed.into_parts();
        let (headers, _) = instructions.into_parts();
        let mut signature = HeaderMap::new();
        for header in headers {
            let name = HeaderName::try_from(header.name()).map_err(|error| fault(&error))?;
            let mut value = HeaderValue::try_from(header.value()).map_err(|error| fault(&error))?;
            value.set_sensitive(header.sensitive() || name == AUTHORIZATION);
            signature.insert(name, value);
        }
        Ok(signature)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({} in {})", self.service, self.region)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::UNIX_EPOCH,
    };

    use aws_credential_types::provider::{error::CredentialsError, future};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// A source of credentials that counts how often it is asked.
    #[derive(Clone, Debug, Default)]
    struct Source {
        asked: Arc<AtomicUsize>,
        expiry: Option<SystemTime>,
        hangs: bool,
    }

    impl ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, self.expiry, "test");
            let hangs = self.hangs;
            future::ProvideCredentials::new(async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                Ok::<_, CredentialsError>(credentials)
            })
        }
    }

    fn signer(source: &Source) -> Signer {
        Signer::new("service", "us-east-1", SharedCredentialsProvider::new(source.clone()))
    }

    fn request(method: &str) -> Request<Vec<u8>> {
        let request = Request::builder().method(method).uri("https://example.amazonaws.com/");
        request.body(Vec::new()).expect("a request")
    }

    #[test]
    fn signatures_are_those_of_awss_test_suite() {
        let signer = signer(&Source::default());
        let at = UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        for (method, signature) in [
            ("GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ] {
            let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
            let headers = signer.headers(&request(method), credentials, at).expect("signed");
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={signature}"
            );
            assert_eq!(headers["authorization"], expected);
            assert_eq!(headers["x-amz-date"], "20150830T123600Z");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_are_kept_until_shortly_before_they_expire() {
        let lasting = Source::default();
        let expired = Source { expiry: Some(SystemTime::now()), ..Source::default() };
        for (source, expected) in [(lasting, [1, 1, 2]), (expired, [1, 2, 3])] {
            let signer = signer(&source);
            let mut asked = Vec::new();
            for after in [Duration::ZERO, Duration::ZERO, LONGEST_USE] {
                tokio::time::advance(after).await;
                signer.sign(&mut request("POST")).await.expect("signed");
                asked.push(source.asked.load(Ordering::Relaxed));
            }
            assert_eq!(asked, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_hangs_is_an_error_and_no_secret_is_shown() {
        let signer = signer(&Source { hangs: true, ..Source::default() });
        let error = signer.sign(&mut request("POST")).await.expect_err("no credentials");
        assert!(error.to_string().contains("does not answer"), "{error}");
        assert_eq!(format!("{signer:?}"), "Signer(service in us-east-1)");
    }

    #[tokio::test]
    async fn a_request_that_is_signed_again_has_one_signature() {
        let signer = signer(&Source::default());
        let mut request = request("POST");
        for _ in 0..2 {
            signer.sign(&mut request).await.expect("signed");
        }
        assert_eq!(request.headers().get_all("authorization").iter().count(), 1);
        assert!(request.headers()["authorization"].is_sensitive());
    }
}
