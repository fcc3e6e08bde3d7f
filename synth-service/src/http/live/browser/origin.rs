//! The origin of a page that opens a socket. Browsers let every page open a socket to every host, so the host must look.

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Whether a request comes from a page of this service, or from no page at all.
///
/// A host has the same name in both headers. The port of the scheme may be left out in each.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let Some((origin, host)) = origin.zip(host) else { return false };
    let Some((scheme, page)) = origin.scheme_str().zip(origin.authority()) else { return false };
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(usual);
    page.host().eq_ignore_ascii_case(host.host()) && port(page) == port(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(origin: Option<&'static str>, host: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a value"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a value"));
        }
        is_own(&headers)
    }

    #[test]
    fn only_pages_of_this_host_may_call() {
        for (origin, host) in [
            ("http://localhost:8080", "localhost:8080"),
            ("https://voice.example.com", "voice.example.com"),
            ("https://voice.example.com", "Voice.Example.Com:443"),
            ("http://voice.example.com", "voice.example.com:80"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            assert!(own(Some(origin), host), "{origin} {host}");
        }
        for (origin, host) in [
            ("https://evil.example.com", "voice.example.com"),
            ("https://voice.example.com.evil.com", "voice.example.com"),
            ("http://localhost:9090", "localhost:8080"),
            ("http://localhost", "localhost:8080"),
            ("https://voice.example.com", "voice.example.com:80"),
            ("null", "voice.example.com"),
            ("", "voice.example.com"),
            ("file://", "voice.example.com"),
        ] {
            assert!(!own(Some(origin), host), "{origin} {host}");
        }
        assert!(own(None, "voice.example.com"), "no browser leaves the header out");
    }
}
