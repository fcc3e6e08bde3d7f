//! A CloudWatch over real HTTP that keeps each call.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Bytes, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, sync::watch, time::timeout};

/// The secret key of the clients, which no log may show.
pub(crate) const SECRET: &str = "a-secret-key";

const PATH: &str = "/service/GraniteServiceVersion20100801/operation/PutMetricData";

/// The server's way with calls.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    /// Success.
    Success,
    /// The error with this code.
    Error(&'static str),
    /// None to the first call, and success to later ones.
    AllButFirst,
}

/// A server, which ends with the test's runtime.
pub(crate) struct Server {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Bytes>>>,
    count: watch::Receiver<usize>,
}

impl Server {
    pub(crate) async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let bodies: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let (counter, count) = watch::channel(0);
        let seen = bodies.clone();
        tokio::spawn(async move {
            let counter = Arc::new(counter);
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, counter) = (seen.clone(), counter.clone());
                let service =
                    service_fn(move |request| answer(request, answers, seen.clone(), counter.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, bodies, count }
    }

    pub(crate) fn config(&self) -> SdkConfig {
        config(self.address)
    }

    pub(crate) fn bodies(&self) -> Vec<Bytes> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for this many calls with this text.
    pub(crate) async fn received(&mut self, calls: usize, text: &str) {
        let bodies = self.bodies.clone();
        let found = |_: &usize| {
            let bodies = bodies.lock().unwrap_or_else(PoisonError::into_inner);
            bodies.iter().filter(|body| contains(body, text)).count() >= calls
        };
        let waiting = self.count.wait_for(found);
        timeout(Duration::from_secs(60), waiting).await.expect("in time").expect("the server runs");
    }
}

/// The settings of a client of this address, without compression.
pub(crate) fn config(address: SocketAddr) -> SdkConfig {
    let keys = Credentials::new("an-access-key", SECRET, None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .endpoint_url(format!("http://{address}"))
        .disable_request_compression(true)
        .build()
}

async fn answer(
    request: Request<Incoming>,
    answers: Answers,
    bodies: Arc<Mutex<Vec<Bytes>>>,
    counter: Arc<watch::Sender<usize>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.uri().path(), PATH);
    let body = request.into_body().collect().await.expect("a body").to_bytes();
    let is_first = {
        let mut bodies = bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.push(body);
        bodies.len() == 1
    };
    counter.send_modify(|count| *count += 1);
    let error = match answers {
        Answers::Success => None,
        Answers::Error(code) => Some(code),
        Answers::AllButFirst if is_first => std::future::pending().await,
        Answers::AllButFirst => None,
    };
    let response = Response::builder()
        .status(if error.is_some() { 400 } else { 200 })
        .header("smithy-protocol", "rpc-v2-cbor")
        .header("content-type", "application/cbor");
    let body = error.map_or_else(|| Bytes::from_static(&[0xa0]), |code| cbor_error(code).into());
    Ok(response.body(Full::new(body)).expect("a response"))
}

/// Whether a call has this text.
pub(crate) fn contains(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A map in CBOR with the code as its `__type`.
fn cbor_error(code: &str) -> Vec<u8> {
    let mut body = vec![0xa1];
    for text in ["__type", code] {
        body.extend([0x78, u8::try_from(text.len()).expect("is short")]);
        body.extend(text.as_bytes());
    }
    body
}
