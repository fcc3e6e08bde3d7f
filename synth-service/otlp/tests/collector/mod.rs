//! A server that takes OTLP over HTTP, and keeps each request.

#![allow(dead_code, reason = "each file of tests uses a part of it")]
#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Bytes, http::request::Parts, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::{
    collector::{metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest},
    common::v1::{KeyValue, any_value::Value},
    metrics::v1::Metric,
    resource::v1::Resource,
    trace::v1::Span,
};
use prost::Message;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request that came in.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
}

/// A running server. Dropping it closes it.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    received: watch::Receiver<Vec<Arc<Received>>>,
    _tasks: JoinSet<()>,
}

impl Collector {
    /// A collector that answers everything with this status.
    pub(crate) async fn start(status: u16) -> Self {
        Self::answering(status, "application/x-protobuf", "").await
    }

    /// A server that answers everything like this.
    pub(crate) async fn answering(status: u16, content_type: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, received) = watch::channel(Vec::new());
        let sender = Arc::new(sender);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let sender = sender.clone();
                    async move {
                        let (head, coming) = request.into_parts();
                        let whole = coming.collect().await.map(|whole| whole.to_bytes()).unwrap_or_default();
                        sender.send_modify(|all| all.push(Arc::new(Received { head, body: whole })));
                        let answer = Response::builder().status(status).header("content-type", content_type);
                        Ok::<_, Infallible>(answer.body(Full::new(Bytes::from(body))).expect("an answer"))
                    }
                });
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                connections.spawn(async move { drop(connection.await) });
            }
        });
        Self { address, received, _tasks: tasks }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests until now.
    pub(crate) fn received(&self) -> Vec<Arc<Received>> {
        self.received.borrow().clone()
    }

    /// Waits until `found` finds something in the requests.
    pub(crate) async fn until<T>(&self, found: impl Fn(&[Arc<Received>]) -> Option<T>) -> T {
        let mut received = self.received.clone();
        let finding = async {
            loop {
                if let Some(found) = found(&received.borrow_and_update()) {
                    return found;
                }
                received.changed().await.expect("the server runs");
            }
        };
        let found = tokio::time::timeout(PATIENCE, finding).await;
        found.unwrap_or_else(|_| panic!("not found in {:?}", spans(&self.received())))
    }
}

/// All spans.
pub(crate) fn spans(received: &[Arc<Received>]) -> Vec<Span> {
    let of_traces = received.iter().filter(|received| received.head.uri == "/v1/traces");
    of_traces
        .flat_map(|received| {
            ExportTraceServiceRequest::decode(received.body.clone()).expect("protobuf").resource_spans
        })
        .flat_map(|of_resource| of_resource.scope_spans)
        .flat_map(|of_scope| of_scope.spans)
        .collect()
}

/// The metrics of the latest export, and their resource.
pub(crate) fn metrics(received: &[Arc<Received>]) -> Option<(Resource, Vec<Metric>)> {
    let latest = received.iter().rfind(|received| received.head.uri == "/v1/metrics")?;
    let request = ExportMetricsServiceRequest::decode(latest.body.clone()).expect("protobuf");
    let of_resource = request.resource_metrics.into_iter().next()?;
    let metrics = of_resource.scope_metrics.into_iter().flat_map(|of_scope| of_scope.metrics).collect();
    Some((of_resource.resource?, metrics))
}

/// The text of an attribute.
pub(crate) fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        other => Some(format!("{other:?}")),
    }
}
