//! A stand-in for a recogniser's server: tokens and upgrades over HTTP, then a WebSocket that the test speaks through. The
//! tests of the crate `hearing` (`hearing/tests/cloud/`) have it too.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use futures::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

/// An answer over HTTP.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A token, or the upgrade.
    Good,
    /// A status with a body.
    Status(u16, String),
    /// Bytes as they are, then the end of the connection.
    Raw(&'static str),
    /// None.
    Never,
}

impl Answer {
    /// A token that is valid for so many seconds.
    pub(crate) fn token(name: &str, seconds: u64) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
        let expiry = now.as_secs() + seconds;
        Self::Status(200, format!(r#"{{"access_token":"{name}","expire_at":{expiry}}}"#))
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Status(status, body.into())
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
    /// The number of its connection, from 0.
    pub(crate) connection: usize,
}

impl Request {
    /// The options in its URL, sorted.
    pub(crate) fn options(&self) -> Vec<(String, String)> {
        let url = reqwest::Url::parse(&format!("http://server{}", self.target)).expect("a URL");
        let mut options: Vec<_> = url.query_pairs().into_owned().collect();
        options.sort();
        options
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().expect("a path")
    }
}

/// The answers to come. The last one stays.
type Answers = Arc<Mutex<VecDeque<Answer>>>;

fn next(answers: &Answers) -> Answer {
    let mut answers = answers.lock().expect("no panic");
    if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }.expect("an answer")
}

pub(crate) struct Server {
    pub(crate) url: String,
    requests: mpsc::UnboundedReceiver<Request>,
    sockets: mpsc::UnboundedReceiver<Peer>,
}

impl Server {
    /// A server that gives valid tokens, and opens each socket.
    pub(crate) async fn start() -> Self {
        Self::with(vec![Answer::token("token", 21_600)], vec![Answer::Good]).await
    }

    /// A server with these answers to requests other than upgrades, and to upgrades.
    pub(crate) async fn with(plain: Vec<Answer>, upgrades: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (requested, requests) = mpsc::unbounded_channel();
        let (opened, sockets) = mpsc::unbounded_channel();
        let plain: Answers = Arc::new(Mutex::new(plain.into()));
        let upgrades: Answers = Arc::new(Mutex::new(upgrades.into()));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (plain, upgrades) = (plain.clone(), upgrades.clone());
                let (requested, opened) = (requested.clone(), opened.clone());
                tokio::spawn(async move {
                    let mut connection = Connection { stream, number: connection };
                    while let Some(request) = connection.request().await {
                        let is_upgrade = request.headers.contains_key("upgrade");
                        let is_head = request.method == "HEAD";
                        let answers = if is_upgrade { &upgrades } else { &plain };
                        let key = request.headers.get("sec-websocket-key").cloned();
                        // A test that is over asks for no more.
                        let _ = requested.send(request);
                        match (next(answers), key) {
                            (Answer::Good, Some(key)) => {
                                let _ = opened.send(connection.upgrade(&key).await);
                                return;
                            }
                            (Answer::Good, None) => connection.answer(200, "").await,
                            (Answer::Status(status, _), _) if is_head => connection.answer(status, "").await,
                            (Answer::Status(status, body), _) => connection.answer(status, &body).await,
                            (Answer::Raw(bytes), _) => return connection.send(bytes).await,
                            (Answer::Never, _) => std::future::pending().await,
                        }
                    }
                });
            }
        });
        Self { url, requests, sockets }
    }

    /// The next request.
    pub(crate) async fn request(&mut self) -> Request {
        self.requests.recv().await.expect("the server runs")
    }

    /// The next socket.
    pub(crate) async fn socket(&mut self) -> Peer {
        self.sockets.recv().await.expect("the server runs")
    }

    /// The tokens of the sockets that were asked for since.
    pub(crate) fn bearers(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok())
            .filter_map(|request| request.headers.get("authorization").cloned())
            .collect()
    }

    /// The paths of the requests that came since.
    pub(crate) fn paths(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.requests.try_recv().ok())
            .map(|request| request.path().to_owned())
            .collect()
    }
}

struct Connection {
    stream: TcpStream,
    number: usize,
}

impl Connection {
    async fn request(&mut self) -> Option<Request> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break String::from_utf8(bytes.drain(..end + 4).collect()).expect("text");
            }
            self.stream.read_buf(&mut bytes).await.ok().filter(|read| *read > 0)?;
        };
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: HashMap<_, _> =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
        while bytes.len() < length {
            self.stream.read_buf(&mut bytes).await.ok().filter(|read| *read > 0)?;
        }
        let body = String::from_utf8(bytes).expect("text");
        Some(Request { method, target, headers, body, connection: self.number })
    }

    async fn send(&mut self, text: &str) {
        // The client may be gone.
        let _ = self.stream.write_all(text.as_bytes()).await;
    }

    async fn answer(&mut self, status: u16, body: &str) {
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Some reason\r\ncontent-type: application/json\r\n");
        self.send(&format!("{head}content-length: {length}\r\n\r\n{body}")).await;
    }

    async fn upgrade(mut self, key: &str) -> Peer {
        let accept = derive_accept_key(key.as_bytes());
        let head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n";
        self.send(&format!("{head}sec-websocket-accept: {accept}\r\n\r\n")).await;
        Peer(WebSocketStream::from_raw_socket(self.stream, Role::Server, None).await)
    }
}

/// Something that came through a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Audio(Vec<u8>),
    Text(String),
    Closed,
}

/// The server's end of a socket.
pub(crate) struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    /// The next message. Pings before it are answered.
    pub(crate) async fn next(&mut self) -> Got {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(audio))) => return Got::Audio(audio.to_vec()),
                Some(Ok(Message::Text(text))) => return Got::Text(text.as_str().into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Got::Closed,
            }
        }
    }

    /// The audio up to the next text, and that text.
    pub(crate) async fn audio(&mut self) -> (Vec<u8>, String) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Got::Audio(audio) => all.extend(audio),
                Got::Text(text) => return (all, text),
                Got::Closed => panic!("closed after {} bytes", all.len()),
            }
        }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("sends");
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("sends");
    }

    /// Answers pings, and says nothing.
    pub(crate) fn be_mute(mut self) {
        tokio::spawn(async move { while self.next().await != Got::Closed {} });
    }
}
