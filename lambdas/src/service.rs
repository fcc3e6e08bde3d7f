//! The HTTP client of `synth-service`. There is one per sandbox, with keep-alive connections.

mod error;

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use contract::{
    env,
    http::{
        CHAT_STREAM, CancelRequest, CancelResponse, ChatRequest, DEFAULT_WAIT_MS, ErrorBody, HEALTHZ,
        LIVE_PASSES, REQUEST_ID_HEADER, RESUME_STREAM, ResumeRequest, ResumeResponse, SYNTHESIZE_STREAM,
        SYNTHESIZE_STREAM_CANCEL, StartRequest, StartResponse, TIMEOUT_HEADER, TRACEPARENT_HEADER,
    },
    live::{PassRequest, PassResponse},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

pub use self::error::ServiceError;
use self::error::{NO_TIME, Remedy};
use crate::{
    invocation::Invocation,
    settings::{Settings, SettingsError},
};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for one host's answer to a start, besides the start's own wait for part 0. A hanging host then leaves
/// time for another one.
const START_TIMEOUT: Duration = Duration::from_millis(3500);

/// Longest wait for one host's answer to a cancel, which includes the host's wait of 2 s for the sentinel.
const CANCEL_TIMEOUT: Duration = Duration::from_millis(3500);

/// Longest wait for one host's answer to a resume.
const RESUME_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for one host's answer to a request for a pass.
const PASS_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest wait of a flow's round for a resume, over all hosts; the hosts continue without it.
const RESUME_LIMIT: Duration = Duration::from_secs(2);

/// Time below which no request is started.
const MIN_REQUEST_TIME: Duration = Duration::from_millis(100);

/// A client of all hosts of the service.
pub struct ServiceClient {
    http: reqwest::Client,
    urls: Vec<String>,
    /// Counter for the rotation of hosts.
    turn: AtomicUsize,
    token: String,
}

impl ServiceClient {
    /// Builds the client without connecting.
    ///
    /// # Errors
    /// [`SettingsError`] when the CA's certificates can't be used.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            // The service is in the operator's own network, so a proxy from the environment must not be used.
            .no_proxy();
        if !settings.service_ca.is_empty() {
            http = http.tls_certs_only(settings.service_ca.clone());
        }
        // No other setting of the client can be wrong.
        let expected = "certificates of CAs";
        let http = http.build().map_err(|_| SettingsError::Invalid { name: env::SERVICE_CA, expected })?;
        // Spreads sandboxes that start together over the hosts.
        let turn = AtomicUsize::new(std::process::id() as usize);
        Ok(Self { http, urls: settings.service_urls.clone(), turn, token: settings.service_token.clone() })
    }

    /// Opens a connection to each host for the first request.
    pub async fn warm_up(&self) {
        let opening = self.urls.iter().map(|url| self.http.get(format!("{url}{HEALTHZ}")).send());
        for error in futures::future::join_all(opening).await.into_iter().filter_map(Result::err) {
            tracing::warn!(error = %ServiceError::from(&error), "no connection during init");
        }
    }

    /// Starts a stream. After a first refusal the other hosts may queue the start.
    ///
    /// # Errors
    /// [`ServiceError`] of the last host that was asked.
    pub async fn start(
        &self,
        request: &StartRequest,
        invocation: &Invocation,
    ) -> Result<StartResponse, ServiceError> {
        let again = StartRequest { may_wait: true, ..request.clone() };
        self.post(SYNTHESIZE_STREAM, [request, &again], longest_start(request.wait_ms), invocation).await
    }

    /// Has the language model answer a caller. After a first refusal the other hosts may queue the start.
    ///
    /// # Errors
    /// [`ServiceError`] of the last host that was asked.
    pub async fn chat(
        &self,
        request: &ChatRequest,
        invocation: &Invocation,
    ) -> Result<StartResponse, ServiceError> {
        let again = ChatRequest { may_wait: true, ..request.clone() };
        self.post(CHAT_STREAM, [request, &again], longest_start(request.wait_ms), invocation).await
    }

    /// Cancels a stream, given by its id or its contact.
    ///
    /// # Errors
    /// [`ServiceError`] of the last host that was asked.
    pub async fn cancel(
        &self,
        request: &CancelRequest,
        invocation: &Invocation,
    ) -> Result<CancelResponse, ServiceError> {
        self.post(SYNTHESIZE_STREAM_CANCEL, [request, request], CANCEL_TIMEOUT, invocation).await
    }

    /// Asks the service to resume a stream without a live host.
    ///
    /// # Errors
    /// [`ServiceError`] of the last host that was asked.
    pub async fn resume(
        &self,
        request: &ResumeRequest,
        invocation: &Invocation,
    ) -> Result<ResumeResponse, ServiceError> {
        let invocation = invocation.within(RESUME_LIMIT);
        self.post(RESUME_STREAM, [request, request], RESUME_TIMEOUT, &invocation).await
    }

    /// A pass to a live call. One whose answer was lost is of no use to anybody, and expires.
    ///
    /// # Errors
    /// [`ServiceError`] of the last host that was asked.
    pub async fn pass(
        &self,
        request: &PassRequest,
        invocation: &Invocation,
    ) -> Result<PassResponse, ServiceError> {
        self.post(LIVE_PASSES, [request, request], PASS_TIMEOUT, invocation).await
    }

    /// Asks one host after the other, with `first` and then with `later`, until one gives a final answer. After the
    /// last host comes the first again: one address may have several hosts behind it, and a kept connection may lead
    /// to a dead one. The invocation's deadline bounds all of it.
    async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        [first, later]: [&B; 2],
        longest: Duration,
        invocation: &Invocation,
    ) -> Result<T, ServiceError> {
        let mut hosts = self.in_turn();
        let several = hosts.len() > 1;
        let mut answer = Err(ServiceError::Unreachable(NO_TIME));
        for number in 0.. {
            let timeout = longest.min(invocation.remaining());
            let (Some(&host), true) = (hosts.first(), timeout >= MIN_REQUEST_TIME) else { break };
            let body = if number == 0 { first } else { later };
            let asked = Instant::now();
            answer = self.post_to(&format!("{host}{path}"), body, timeout, invocation).await;
            invocation.figures.asked_service(asked.elapsed());
            let Err(error) = &answer else { break };
            match error.remedy() {
                Remedy::OtherHost { .. } if several => drop(hosts.remove(0)),
                Remedy::OtherHost { any_address: true } | Remedy::AnyHost => hosts.rotate_left(1),
                Remedy::OtherHost { any_address: false } | Remedy::None => break,
            }
            if number >= self.urls.len() + usize::from(error.is_unreachable()) {
                break;
            }
            tracing::debug!(answer = error.for_log(), "asking another host");
        }
        answer
    }

    /// The hosts, rotated by one on each call.
    fn in_turn(&self) -> Vec<&str> {
        let mut urls: Vec<_> = self.urls.iter().map(String::as_str).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        urls.rotate_left(turn % self.urls.len());
        urls
    }

    async fn post_to<T: DeserializeOwned>(
        &self,
        url: &str,
        body: &impl Serialize,
        timeout: Duration,
        invocation: &Invocation,
    ) -> Result<T, ServiceError> {
        let mut request = self
            .http
            .post(url)
            .timeout(timeout)
            .header(TIMEOUT_HEADER, timeout.as_millis().to_string())
            .header(REQUEST_ID_HEADER, &invocation.request_id)
            .json(body);
        if let Some(traceparent) = &invocation.traceparent {
            request = request.header(TRACEPARENT_HEADER, traceparent);
        }
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        let foreign = ServiceError::Foreign { status: status.as_u16() };
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| foreign);
        }
        let ErrorBody { error } = serde_json::from_slice(&body).map_err(|_| foreign)?;
        Err(ServiceError::Refused { status: status.as_u16(), code: error.code, message: error.message })
    }
}

/// Longest wait for one host's answer to a start that waits for part 0.
fn longest_start(wait_ms: Option<u64>) -> Duration {
    START_TIMEOUT.saturating_add(Duration::from_millis(wait_ms.unwrap_or(DEFAULT_WAIT_MS)))
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::Arc};

    use lambda_runtime::Context;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };
    use tokio_rustls::{
        TlsAcceptor,
        rustls::{ServerConfig, pki_types::PrivateKeyDer},
    };

    use super::*;

    /// A service without streams whose certificate is from a private CA. Returns that CA too, in PEM.
    async fn service() -> (SocketAddr, String) {
        let (ca_key, key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
        let mut ca = CertificateParams::new([]).expect("a CA");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = ca.self_signed(&ca_key).expect("signed").pem();
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a certificate");
        let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).expect("signed").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.expect("a certificate with its key")));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let _ = stream.read(&mut [0; 4096]).await;
                let body = r#"{"error":{"code":"unknown_stream","message":"none"}}"#;
                let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n", body.len());
                let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        (address, pem)
    }

    /// The answer of this service to a client with this CA.
    async fn ask(address: SocketAddr, ca: Option<&str>) -> Result<CancelResponse, ServiceError> {
        let settings = Settings::read(|name| match name {
            env::SERVICE_URL => Some(format!("https://{address}")),
            env::SERVICE_CA => ca.map(str::to_owned),
            env::BUCKET => Some("b".to_owned()),
            _ => None,
        });
        let client = ServiceClient::new(&settings.expect("good")).expect("a client");
        let invocation = Invocation::received(&Context::default(), Duration::from_secs(8));
        client.cancel(&CancelRequest::default(), &invocation).await
    }

    #[tokio::test]
    async fn a_private_ca_is_trusted_only_if_it_is_set() {
        let ((address, ca), (_, another)) = (service().await, service().await);
        let answer = ask(address, Some(&ca)).await;
        assert!(matches!(answer, Err(ServiceError::Refused { status: 404, .. })), "{answer:?}");
        let answer = ask(address, Some(&format!("{another}{ca}"))).await;
        assert!(matches!(answer, Err(ServiceError::Refused { status: 404, .. })), "{answer:?}");
        for ca in [Some(another.as_str()), None] {
            let answer = ask(address, ca).await;
            assert!(matches!(answer, Err(ServiceError::Unreachable("no connection"))), "{answer:?}");
        }
    }
}
