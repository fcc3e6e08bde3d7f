//! Signature version 4 of one request, computed anew from the documentation of AWS and compared.

use hmac::{Hmac, KeyInit, Mac};
use http::request::Parts;
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The key that requests must be signed with.
pub struct SigningKey {
    /// Its id.
    pub access_key: String,
    /// The secret.
    pub secret_key: String,
    /// The region of the requests.
    pub region: String,
    /// The service that gets them, as in signatures.
    pub service: &'static str,
}

impl SigningKey {
    /// Whether a request has the signature of this key, which covers at least the headers `needed`.
    pub fn has_signed(&self, head: &Parts, body: &[u8], needed: &[&str]) -> bool {
        self.signature(head, body, needed).is_some_and(|(given, expected)| given == expected)
    }

    /// The signature that a request has, and the one that it should have; `None` where its form is wrong.
    fn signature(&self, head: &Parts, body: &[u8], needed: &[&str]) -> Option<(String, String)> {
        let header = |name: &str| head.headers.get(name)?.to_str().ok();
        let fields = header("authorization")?.strip_prefix(ALGORITHM)?.trim();
        let field = |name: &str| {
            fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let time = header("x-amz-date")?;
        let scope = format!("{}/{}/{}/aws4_request", time.get(..8)?, self.region, self.service);
        if field("Credential")? != format!("{}/{scope}", self.access_key) {
            return None;
        }
        let signed: Vec<_> = field("SignedHeaders")?.split(';').collect();
        if !needed.iter().all(|name| signed.contains(name)) {
            return None;
        }
        let mut headers = String::new();
        for name in &signed {
            headers.push_str(&format!("{name}:{}\n", header(name)?.trim()));
        }
        let mut query: Vec<_> = head.uri.query().unwrap_or_default().split('&').collect();
        query.sort_unstable();
        let request = [
            head.method.as_str(),
            head.uri.path(),
            &query.join("&"),
            &headers,
            &signed.join(";"),
            &hex(&Sha256::digest(body)),
        ]
        .join("\n");
        let text = [ALGORITHM, time, &scope, &hex(&Sha256::digest(request))].join("\n");
        let mut key = format!("AWS4{}", self.secret_key).into_bytes();
        for part in scope.split('/') {
            key = mac(&key, part);
        }
        Some((field("Signature")?.to_owned(), hex(&mac(&key, &text))))
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length is good.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
