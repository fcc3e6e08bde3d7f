//! Upgraded connections over real sockets: a router that upgrades them and echoes.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, response::Response, routing::get};
use hyper_util::rt::TokioIo;
use synth_service::http::door::{Door, DoorLimits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// Short enough for a quick test, long enough for an ordinary request.
const SHORT: Duration = Duration::from_millis(300);

/// Longest wait for anything in a test.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    address: SocketAddr,
    stopping: CancellationToken,
    serving: JoinHandle<()>,
    /// The result of each upgraded connection.
    ends: mpsc::UnboundedReceiver<io::Result<()>>,
}

/// `/echo` and `/flood` upgrade, `/` is plain.
fn server(limits: DoorLimits) -> Server {
    let (ended, ends) = mpsc::unbounded_channel();
    let upgrading = |flood: bool| {
        let ended = ended.clone();
        get(async move |request: Request| upgrade(request, flood, ended))
    };
    let router = Router::new()
        .route("/", get(async || "plain"))
        .route("/echo", upgrading(false))
        .route("/flood", upgrading(true));
    let door = Door::bind((Ipv4Addr::LOCALHOST, 0).into(), None, limits).expect("a free port");
    let address = door.address().expect("bound");
    let stopping = CancellationToken::new();
    let serving = tokio::spawn(door.serve(router, stopping.clone()));
    Server { address, stopping, serving, ends }
}

fn upgrade(mut request: Request, flood: bool, ended: mpsc::UnboundedSender<io::Result<()>>) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let stream = TokioIo::new(upgraded.await.expect("an upgrade"));
        let (mut read, mut write) = tokio::io::split(stream);
        let result = if flood {
            tokio::io::copy(&mut tokio::io::repeat(b'x'), &mut write).await
        } else {
            tokio::io::copy(&mut read, &mut write).await
        };
        let _ = ended.send(result.map(drop));
    });
    let response = Response::builder().status(101).header("connection", "upgrade").header("upgrade", "echo");
    response.body(Body::empty()).expect("a response")
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the system takes it")
    }

    /// A new connection, upgraded.
    async fn upgraded(&self, path: &str) -> TcpStream {
        let mut stream = self.connect().await;
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let head = head_of(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        stream
    }

    /// Whether a new connection is kept open after an answer, as connections below capacity are.
    async fn is_below_capacity(&self) -> bool {
        let mut stream = self.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        let head = head_of(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        !head.contains("connection: close")
    }

    /// Waits until the server closes a silent connection: the limits of HTTP have passed.
    async fn let_limits_pass(&self) {
        for _ in 0..2 {
            until_closed(self.connect().await).await;
        }
    }
}

async fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(PATIENCE, stream.read_u8()).await.expect("the server answers").expect("a byte"));
    }
    String::from_utf8(head).expect("UTF-8").to_lowercase().replacen("http", "HTTP", 1)
}

async fn says(stream: &mut TcpStream, word: &[u8]) {
    stream.write_all(word).await.expect("sent");
    let mut echo = vec![0; word.len()];
    timeout(PATIENCE, stream.read_exact(&mut echo)).await.expect("an echo in time").expect("an echo");
    assert_eq!(echo, word);
}

async fn until_closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // A reset connection counts as closed, too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("the server closes the connection");
}

fn short() -> DoorLimits {
    DoorLimits { head: SHORT, body: SHORT, idle: SHORT, write: SHORT, ..DoorLimits::default() }
}

#[tokio::test]
async fn an_upgraded_connection_is_not_bound_by_the_limits_of_http() {
    let mut server = server(short());
    let mut stream = server.upgraded("/echo").await;
    says(&mut stream, b"first").await;
    for word in [b"after a silence", b"after a second "] {
        server.let_limits_pass().await;
        says(&mut stream, word).await;
    }
    drop(stream);
    server.ends.recv().await.expect("the handler ends").expect("without an error");
}

#[tokio::test]
async fn an_upgraded_connection_counts_until_it_ends() {
    let server = server(DoorLimits { connections: 1, ..DoorLimits::default() });
    let mut stream = server.upgraded("/echo").await;
    says(&mut stream, b"here").await;
    assert!(!server.is_below_capacity().await);
    drop(stream);
    let freed = async { while !server.is_below_capacity().await {} };
    timeout(PATIENCE, freed).await.expect("its permit comes back");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut() {
    let mut server = server(short());
    let stream = server.upgraded("/flood").await;
    let error = server.ends.recv().await.expect("the handler ends").expect_err("it can't write for ever");
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    until_closed(stream).await;
}

#[tokio::test]
async fn at_a_stop_upgraded_connections_are_cut_after_the_grace() {
    let server = server(DoorLimits { grace: Duration::from_secs(2), ..DoorLimits::default() });
    let silent = server.upgraded("/echo").await;
    let mut busy = server.upgraded("/echo").await;
    server.stopping.cancel();
    let refused = async { while TcpStream::connect(server.address).await.is_ok() {} };
    timeout(PATIENCE, refused).await.expect("it takes no connection any more");
    says(&mut busy, b"still here").await;
    assert!(!server.serving.is_finished());
    let talking = async {
        let mut echo = [0; 4];
        while busy.write_all(b"more").await.is_ok() && busy.read_exact(&mut echo).await.is_ok() {}
    };
    timeout(PATIENCE, talking).await.expect("the busy one is cut");
    until_closed(silent).await;
    timeout(PATIENCE, server.serving).await.expect("the door closes").expect("without a panic");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_the_grace_when_all_have_ended() {
    let mut server = server(DoorLimits { grace: Duration::from_secs(3600), ..DoorLimits::default() });
    let mut stream = server.upgraded("/echo").await;
    server.stopping.cancel();
    says(&mut stream, b"bye").await;
    drop(stream);
    server.ends.recv().await.expect("the handler ends").expect("without an error");
    timeout(PATIENCE, server.serving).await.expect("the door closes").expect("without a panic");
}
