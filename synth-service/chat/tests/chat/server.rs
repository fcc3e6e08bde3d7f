//! A model's server that sends exactly the bytes that a test wants.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

/// A step of the server's reply.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(Vec<u8>),
    /// Nothing more, with the connection open.
    Hang,
    /// Closes the connection in the middle of the body.
    Break,
}

/// The status of a reply that never comes.
pub(crate) const NEVER: u16 = 0;

/// An answer of the server.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) steps: Vec<Step>,
}

impl Reply {
    pub(crate) fn new(content_type: &str, steps: Vec<Step>) -> Self {
        Self { status: 200, headers: vec![("content-type", content_type.to_owned())], steps }
    }

    /// An event stream of these chunks.
    pub(crate) fn events(chunks: &[&str]) -> Self {
        let steps = chunks.iter().map(|chunk| Step::Send(chunk.as_bytes().to_vec()));
        Self::new("text/event-stream", steps.collect())
    }

    /// An error with a JSON body.
    pub(crate) fn error(status: u16, body: &str) -> Self {
        Self { status, ..Self::new("application/json", vec![Step::Send(body.into())]) }
    }

    pub(crate) fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// A question that the server got.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// Number of its connection, from 0.
    pub(crate) connection: usize,
}

pub(crate) struct Server {
    pub(crate) url: String,
    questions: mpsc::UnboundedReceiver<Question>,
    closed: mpsc::UnboundedReceiver<()>,
}

impl Server {
    /// A server that gives one reply after the other, and the last one for ever.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (asked, questions) = mpsc::unbounded_channel();
        let (close, closed) = mpsc::unbounded_channel();
        let (replies, count) = (Arc::new(replies), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (replies, count, asked) = (replies.clone(), count.clone(), asked.clone());
                let serve = service_fn(move |request| {
                    let reply = replies[count.fetch_add(1, Ordering::Relaxed).min(replies.len() - 1)].clone();
                    answer(request, reply, connection, asked.clone())
                });
                let close = close.clone();
                tokio::spawn(async move {
                    let http = hyper::server::conn::http1::Builder::new();
                    let _ = http.serve_connection(TokioIo::new(stream), serve).await;
                    let _ = close.send(());
                });
            }
        });
        Self { url, questions, closed }
    }

    /// A server of one connection that sends these bytes, without any framing of HTTP, and closes.
    pub(crate) async fn raw(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (_, questions) = mpsc::unbounded_channel();
        let (_, closed) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut question = [0; 4096];
            let _ = stream.read(&mut question).await;
            stream.write_all(bytes).await.expect("sends");
            stream.shutdown().await.expect("closes");
            while stream.read(&mut question).await.is_ok_and(|read| read > 0) {}
        });
        Self { url, questions, closed }
    }

    /// The next question.
    pub(crate) async fn question(&mut self) -> Question {
        self.questions.recv().await.expect("the server runs")
    }

    /// Whether all questions were seen.
    pub(crate) fn has_no_question(&mut self) -> bool {
        self.questions.try_recv().is_err()
    }

    /// Waits until a connection is closed.
    pub(crate) async fn closed(&mut self) {
        self.closed.recv().await.expect("the server runs");
    }
}

async fn answer(
    request: Request<Incoming>,
    reply: Reply,
    connection: usize,
    asked: mpsc::UnboundedSender<Question>,
) -> Result<Response<http_body_util::combinators::UnsyncBoxBody<Bytes, std::io::Error>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let question = Question {
        target: parts.uri.to_string(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
        connection,
    };
    let _ = asked.send(question);
    if reply.status == NEVER {
        std::future::pending::<()>().await;
    }
    let steps = stream::iter(reply.steps).then(|step| async {
        // Each chunk goes out by itself.
        tokio::task::yield_now().await;
        match step {
            Step::Send(bytes) => Ok(Frame::data(Bytes::from(bytes))),
            Step::Hang => std::future::pending().await,
            Step::Break => Err(std::io::Error::other("the server breaks")),
        }
    });
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = BodyExt::boxed_unsync(StreamBody::new(steps));
    Ok(response.body(body).expect("a response"))
}
