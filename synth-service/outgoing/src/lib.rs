//! HTTP clients of the service for programs of others: language models, recognisers, collectors, Amazon Connect; and
//! their keys.

mod key;

use std::error::Error;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, ClientBuilder, Response, redirect::Policy};
use url::{Host, Url};

pub use key::{Key, NoKey, sensitive};

/// The URL of a server, if this is one.
pub fn url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// A client for requests to this URL, which follows no redirects. Its timeouts are the caller's to set.
pub fn client(url: &Url) -> ClientBuilder {
    let client = Client::builder().redirect(Policy::none()).user_agent("firstword");
    // A proxy from the environment leads out of the operator's network, never to this machine.
    if is_this_machine(url) { client.no_proxy() } else { client }
}

/// The innermost cause of a failed request, in one line: it names the fault, where the errors around it repeat the URL,
/// which may hold a key.
pub fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().replace(['\n', '\r'], " ")
}

/// The whole body of an answer, of `most` bytes at most.
///
/// # Errors
/// The fault, in words.
pub async fn body(mut answer: Response, most: usize) -> Result<Bytes, String> {
    let mut body = BytesMut::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| cause(&error))? {
        if body.len() + piece.len() > most {
            return Err("its answer is too long".into());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_has_servers() {
        assert!(
            ["http://localhost:8080", "https://api.example.com/v1"]
                .into_iter()
                .all(|text| url(text).is_some())
        );
        assert!(
            ["http://", "localhost:8080", "ftp://example.com"].into_iter().all(|text| url(text).is_none())
        );
    }

    #[test]
    fn only_addresses_of_this_machine_are_this_machine() {
        let is_here = |url: &str| is_this_machine(&Url::parse(url).expect("a URL"));
        assert!(
            ["http://127.0.0.1:4318/", "http://[::1]/", "http://localhost:8080/v1"].into_iter().all(is_here)
        );
        assert!(!["https://localhost.example.com/", "http://10.0.0.1/"].into_iter().any(is_here));
    }
}
