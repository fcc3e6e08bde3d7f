//! A stand-in for RTZR's server that has a fault.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A fault of a recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It knows neither id nor secret.
    Unauthorised,
    /// It has no channel left.
    TooMany,
    /// It hears, and says nothing.
    Mute,
    /// It says something that the protocol does not have.
    Garbage,
    /// It answers no request.
    Never,
}

impl Fault {
    pub const ALL: [Self; 5] = [Self::Unauthorised, Self::TooMany, Self::Mute, Self::Garbage, Self::Never];
}

/// The running server. Dropping it closes its address.
pub struct StandIn {
    url: String,
    was_asked: Arc<AtomicBool>,
    serving: tokio::task::JoinHandle<()>,
}

impl StandIn {
    pub async fn start(fault: Fault) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (url, was_asked) = (format!("http://{}", listener.local_addr()?), Arc::<AtomicBool>::default());
        let asked = was_asked.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                asked.store(true, Ordering::Relaxed);
                // A client that is gone asks no more.
                tokio::spawn(async move { serve(stream, fault).await.ok() });
            }
        });
        Ok(Self { url, was_asked, serving })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn was_asked(&self) -> bool {
        self.was_asked.load(Ordering::Relaxed)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(stream: TcpStream, fault: Fault) -> Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(key) = request(&mut stream).await? {
        match (fault, key) {
            (Fault::Never, _) => std::future::pending().await,
            (Fault::Unauthorised, _) => {
                answer(&mut stream, "401 Unauthorized", r#"{"code":"H0002"}"#).await?
            }
            (_, None) => {
                let token = r#"{"access_token":"token","expire_at":4102444800}"#;
                answer(&mut stream, "200 OK", token).await?;
            }
            (Fault::TooMany, _) => answer(&mut stream, "429 Too Many Requests", "{}").await?,
            (Fault::Mute | Fault::Garbage, Some(key)) => return listen(stream, &key, fault).await,
        }
    }
    Ok(())
}

/// Reads a request. Returns its key, where it asks for a WebSocket; nothing, when there are no more.
async fn request(stream: &mut BufReader<TcpStream>) -> Result<Option<Option<String>>> {
    let (mut length, mut key, mut is_first) = (0, None, true);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        match line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value)) {
            Some((name, value)) if name == "content-length" => length = value.parse()?,
            Some((name, value)) if name == "sec-websocket-key" => key = Some(value.to_owned()),
            _ if line.is_empty() && !is_first => break,
            _ => {}
        }
        is_first = false;
    }
    stream.read_exact(&mut vec![0; length]).await?;
    Ok(Some(key))
}

async fn answer(stream: &mut BufReader<TcpStream>, status: &str, body: &str) -> Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}");
    Ok(stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await?)
}

/// Opens the WebSocket, and hears all that comes.
async fn listen(mut stream: BufReader<TcpStream>, key: &str, fault: Fault) -> Result<()> {
    let accept = derive_accept_key(key.as_bytes());
    let head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket";
    stream.write_all(format!("{head}\r\nsec-websocket-accept: {accept}\r\n\r\n").as_bytes()).await?;
    // The first sound of a caller.
    stream.read_u8().await?;
    if fault == Fault::Garbage {
        // A text of seven bytes.
        stream.write_all(b"\x81\x07garbage").await?;
    }
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.context("the socket broke")?;
    Ok(())
}
