//! The program as the client of its own health check, for containers without any other client.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use contract::http::READYZ;

/// Longest time for each step.
const PATIENCE: Duration = Duration::from_secs(2);

/// Most bytes that are read of an answer.
const LONGEST_ANSWER: u64 = 16 * 1024;

/// Asks the service that listens on `bind` on this machine whether it is ready. Speaks no TLS.
///
/// # Errors
/// One line: nothing answers, or the service says why it is not ready.
pub fn check(bind: SocketAddr) -> Result<(), String> {
    let address = reachable(bind);
    let answer = ask(address).map_err(|error| format!("no answer from {address}: {error}"))?;
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) == Some("200") {
        return Ok(());
    }
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Err(format!("{address} is not ready: {status} {}", body.trim()))
}

/// An address that stands for all of a machine's own can't be connected to everywhere.
fn reachable(bind: SocketAddr) -> SocketAddr {
    let ip = match bind.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, bind.port())
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {READYZ} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
