//! `X-Twilio-Signature`: proof that a request comes from an account of Twilio's whose auth token we have.
//!
//! It is the base64 of the HMAC-SHA1, keyed by the auth token, of the request's public URL followed by the names and
//! values of its form's fields, in the order of the names.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::http::door::Tokens;

/// The header.
pub(super) const HEADER: &str = "x-twilio-signature";

/// A request as it was signed.
pub(super) struct Signed<'a> {
    /// The spellings of its public URL that count: which one was signed depends on the account's settings.
    pub(super) urls: Vec<String>,
    /// The fields of its form.
    pub(super) fields: &'a [(String, String)],
}

impl Signed<'_> {
    /// Whether a signature is that of one of the auth tokens.
    pub(super) fn is_by(&self, secrets: &Tokens, signature: &str) -> bool {
        let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
        secrets.any(|secret| self.urls.iter().any(|url| matches(secret, url, self.fields, &signature)))
    }
}

fn matches(secret: &str, url: &str, fields: &[(String, String)], signature: &[u8]) -> bool {
    mac(secret, url, fields).is_some_and(|mac| mac.ct_eq(signature).into())
}

fn mac(secret: &str, url: &str, fields: &[(String, String)]) -> Option<Vec<u8>> {
    // A key of any length will do.
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(url.as_bytes());
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_unstable();
    fields.dedup();
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Some(mac.finalize().into_bytes().to_vec())
}

/// The spellings of a URL that may have been signed: with and without a slash at the end of the path, with and without
/// the scheme's usual port, and for a WebSocket as `wss` and as `https`.
pub(super) fn spellings(base: &str, path: &str, query: Option<&str>, is_socket: bool) -> Vec<String> {
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let (host, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let prefix = prefix.trim_end_matches('/');
    let has_port = host.rsplit(']').next().unwrap_or_default().contains(':');
    let port = if scheme == "https" { ":443" } else { ":80" };
    let socket = if scheme == "https" { "wss" } else { "ws" };
    let hosts = [Some(host.to_owned()), (!has_port).then(|| format!("{host}{port}"))];
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut urls = Vec::new();
    for scheme in [is_socket.then_some(socket), Some(scheme)].into_iter().flatten() {
        for host in hosts.iter().flatten() {
            urls.extend(["", "/"].map(|slash| format!("{scheme}://{host}{prefix}{path}{slash}{query}")));
        }
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn signature(secret: &str, url: &str, pairs: &[(&str, &str)]) -> String {
        BASE64_STANDARD.encode(mac(secret, url, &fields(pairs)).expect("a key"))
    }

    /// The signatures are those that Twilio's own library computes for the auth token 12345.
    #[test]
    fn signatures_are_twilios() {
        let pairs = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ];
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(signature("12345", url, &pairs), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let url = "wss://voice.example.com/live/twilio";
        assert_eq!(signature("12345", url, &[]), "swhO9uog036azQDTlCYrkUX0NbE=");
        let url = "https://voice.example.com/live/twilio/voice?language=ko";
        let pairs = [
            ("From", "+15550100"),
            ("Caller Name", "Kim & Söhne"),
            ("CallSid", "CA1"),
            ("CallStatus", "ringing"),
        ];
        assert_eq!(signature("12345", url, &pairs), "oi5sHIQqpsJEKunWpzc5CCj+3qw=");
    }

    #[test]
    fn a_signature_counts_for_its_url_its_fields_and_any_of_the_secrets() {
        let secrets = Tokens::open("old-secret,new-secret", None).expect("good");
        let form = fields(&[("CallSid", "CA1"), ("From", "+1 555")]);
        let urls = spellings("https://voice.example.com", "/live/twilio/voice", Some("language=ko"), false);
        let signed = Signed { urls, fields: &form };
        let url = "https://voice.example.com/live/twilio/voice?language=ko";
        let pairs = [("From", "+1 555"), ("CallSid", "CA1")];
        for secret in ["old-secret", "new-secret"] {
            assert!(signed.is_by(&secrets, &signature(secret, url, &pairs)), "{secret}");
        }
        for forged in [
            signature("other-secret", url, &pairs),
            signature("old-secret", url, &pairs[..1]),
            signature("old-secret", "https://voice.example.com/live/twilio/voice", &pairs),
            signature("old-secret", "https://evil.example.com/live/twilio/voice?language=ko", &pairs),
            "not base64".to_owned(),
            String::new(),
        ] {
            assert!(!signed.is_by(&secrets, &forged), "{forged}");
        }
    }

    #[test]
    fn a_url_is_known_by_each_of_its_spellings() {
        let socket = spellings("https://example.com/voice/", "/live/twilio", None, true);
        for url in [
            "wss://example.com/voice/live/twilio",
            "wss://example.com/voice/live/twilio/",
            "wss://example.com:443/voice/live/twilio",
            "https://example.com/voice/live/twilio",
        ] {
            assert!(socket.iter().any(|known| known == url), "{url} is not in {socket:?}");
        }
        let page = spellings("https://example.com:8443", "/live/twilio/voice", None, false);
        assert_eq!(
            page,
            ["https://example.com:8443/live/twilio/voice", "https://example.com:8443/live/twilio/voice/"]
        );
    }
}
