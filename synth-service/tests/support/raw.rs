//! A client that sends exactly the bytes that a test gives it, as slowly as the test wants.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{interval, timeout},
};

/// Longest wait for anything in a test.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pause between two bytes of [`Client::drip`].
const DRIP: Duration = Duration::from_millis(10);

pub(crate) struct Client(BufReader<TcpStream>);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.expect("the system takes it")))
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).await.expect("sent");
    }

    /// Sends a request without a body.
    pub(crate) async fn get(&mut self, path: &str, token: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n")).await;
        self.answer().await
    }

    /// Sends the same byte repeatedly until the server closes the connection. Returns the server's answer.
    pub(crate) async fn drip(mut self, byte: u8) -> String {
        let (read, mut write) = self.0.get_mut().split();
        let mut read = BufReader::new(read);
        let dripping = async {
            let mut ticks = interval(DRIP);
            loop {
                ticks.tick().await;
                // The write fails when the server has closed the connection; then the reader ends the loop.
                let _ = write.write_all(&[byte]).await;
            }
        };
        let mut said = Vec::new();
        let closed = async {
            tokio::select! {
                // A reset connection counts as closed, too.
                result = read.read_to_end(&mut said) => drop(result),
                () = dripping => {}
            }
        };
        timeout(PATIENCE, closed).await.expect("the server closes the connection");
        String::from_utf8(said).expect("UTF-8")
    }

    /// Waits until the server closes the connection. Returns the server's answer.
    pub(crate) async fn until_closed(mut self) -> String {
        let mut said = Vec::new();
        let result = timeout(PATIENCE, self.0.read_to_end(&mut said)).await;
        let _ = result.expect("the server closes the connection");
        String::from_utf8_lossy(&said).into_owned()
    }

    pub(crate) async fn answer(&mut self) -> Answer {
        let answer = async {
            let (status, length) = self.head().await;
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).await.expect("the whole body");
            Answer { status, body: String::from_utf8(body).expect("UTF-8") }
        };
        timeout(PATIENCE, answer).await.expect("the server answers")
    }

    /// Reads a head. Returns its status, and the length of the body or 0.
    pub(crate) async fn head(&mut self) -> (u16, usize) {
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.expect("a line");
            let line = line.trim_end().to_lowercase();
            if line.is_empty() {
                return (status, length);
            }
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().expect("a status");
            }
            if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse().expect("a length");
            }
        }
    }
}
