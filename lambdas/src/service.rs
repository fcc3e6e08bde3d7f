//! The HTTP client of `synth-service`. One per sandbox, its connection kept open.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use contract::http::{
    CancelRequest, CancelResponse, ErrorBody, HEALTHZ, RESUME_STREAM, ResumeRequest, ResumeResponse,
    SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL, StartRequest, StartResponse,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::settings::Settings;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for an answer: the flow gives the whole invocation 8 seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(7);

/// Why the service gave no answer that can be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("synth-service can't be reached: {0}")]
    Unreachable(&'static str),
    /// It answered with an error of ours.
    #[error("synth-service refused ({status} {code}): {message}")]
    Refused { status: u16, code: String, message: String },
    #[error(
        "synth-service answered {status} with a body that is none of its own: is FIRSTWORD_SERVICE_URL right?"
    )]
    Foreign { status: u16 },
}

impl ServiceError {
    /// Whether another host should be asked: this one is full, stops or is dead. A start whose answer was lost with
    /// its host is overtaken by the next one for the same contact.
    fn is_for_another_host(&self) -> bool {
        match self {
            Self::Unreachable(_) => self.is_no_host(),
            Self::Refused { status, .. } => matches!(status, 429 | 503),
            // A load balancer's words.
            Self::Foreign { status } => matches!(status, 502..=504),
        }
    }

    /// Whether nobody was there, or has gone.
    fn is_no_host(&self) -> bool {
        matches!(self, Self::Unreachable(cause) if *cause != NO_ANSWER)
    }
}

/// The flow has no time for another host then.
const NO_ANSWER: &str = "no answer in time";

/// The service, as the functions see it.
pub struct ServiceClient {
    http: reqwest::Client,
    urls: Vec<String>,
    /// Hosts take turns.
    turn: AtomicUsize,
    token: String,
}

impl ServiceClient {
    pub fn new(settings: &Settings) -> Result<Self, reqwest::Error> {
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .tcp_nodelay(true)
            // The service is an address of ours; a proxy in the environment is not meant for it.
            .no_proxy();
        if !settings.service_ca.is_empty() {
            http = http.tls_certs_only(settings.service_ca.clone());
        }
        let http = http.build()?;
        // Sandboxes that start together don't all begin with the same host.
        let turn = AtomicUsize::new(std::process::id() as usize);
        Ok(Self { http, urls: settings.service_urls.clone(), turn, token: settings.service_token.clone() })
    }

    /// Opens a connection for the first request to use.
    pub async fn warm_up(&self) {
        let opening = self.urls.iter().map(|url| self.http.get(format!("{url}{HEALTHZ}")).send());
        for error in futures::future::join_all(opening).await.into_iter().filter_map(Result::err) {
            tracing::warn!(error = %unreachable(&error), "no connection during init");
        }
    }

    pub async fn start(&self, request: &StartRequest) -> Result<StartResponse, ServiceError> {
        // The second host that is asked has it wait for its turn, if it must.
        let again = StartRequest { may_wait: true, ..request.clone() };
        self.post(SYNTHESIZE_STREAM, request, &again).await
    }

    pub async fn cancel(&self, request: &CancelRequest) -> Result<CancelResponse, ServiceError> {
        self.post(SYNTHESIZE_STREAM_CANCEL, request, request).await
    }

    /// Has the service go on with a stream that nothing comes of.
    pub async fn resume(&self, request: &ResumeRequest) -> Result<ResumeResponse, ServiceError> {
        self.post(RESUME_STREAM, request, request).await
    }

    /// Asks once more, as `again`, the next host where the first one is no help; and another time where there was
    /// none, since connections to a dead host may have been kept, behind a load balancer several.
    async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        again: &B,
    ) -> Result<T, ServiceError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let url = |ask: usize| self.urls[turn.wrapping_add(ask) % self.urls.len()].as_str();
        let mut answer = self.post_to(url(0), path, body).await;
        if answer.as_ref().is_err_and(ServiceError::is_for_another_host) {
            answer = self.post_to(url(1), path, again).await;
        }
        if answer.as_ref().is_err_and(ServiceError::is_no_host) {
            answer = self.post_to(url(2), path, again).await;
        }
        answer
    }

    async fn post_to<T: DeserializeOwned>(
        &self,
        url: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ServiceError> {
        let mut request = self.http.post(format!("{url}{path}")).json(body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| unreachable(&error))?;
        let foreign = ServiceError::Foreign { status: status.as_u16() };
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| foreign);
        }
        let ErrorBody { error } = serde_json::from_slice(&body).map_err(|_| foreign)?;
        Err(ServiceError::Refused { status: status.as_u16(), code: error.code, message: error.message })
    }
}

/// In our own words: the library's would put the URL into the flow log.
fn unreachable(error: &reqwest::Error) -> ServiceError {
    ServiceError::Unreachable(if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        NO_ANSWER
    } else {
        "the connection broke"
    })
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, sync::Arc};

    use contract::env;
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

    /// A service with a certificate of a CA of its own, that knows no stream. Also the CA, in PEM.
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

    /// What comes of asking this service where this CA is set.
    async fn ask(address: SocketAddr, ca: Option<&str>) -> Result<CancelResponse, ServiceError> {
        let settings = Settings::read(|name| match name {
            env::SERVICE_URL => Some(format!("https://{address}")),
            env::SERVICE_CA => ca.map(str::to_owned),
            env::BUCKET => Some("b".to_owned()),
            _ => None,
        });
        let client = ServiceClient::new(&settings.expect("good")).expect("a client");
        client.cancel(&CancelRequest::default()).await
    }

    #[tokio::test]
    async fn a_ca_of_ones_own_is_trusted_where_it_is_set_and_only_there() {
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
