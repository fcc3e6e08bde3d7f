//! Signature version 4 of one request, computed from the documentation of AWS, to check those of the command.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::server::Request;

/// Whether a request is signed with this key for a region and service, as in `us-west-2/connect`.
pub(crate) fn is_valid(request: &Request, secret: &str, place: &str) -> bool {
    computed(request, secret, place).is_some_and(|(given, expected)| given == expected)
}

fn computed(request: &Request, secret: &str, place: &str) -> Option<(String, String)> {
    let Request { method, path, headers, body, .. } = request;
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let fields = header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let field =
        |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
    let time = header("x-amz-date")?;
    let scope = format!("{}/{place}/aws4_request", &time[..8]);
    let names = field("SignedHeaders")?;
    let signed: Option<String> =
        names.split(';').map(|name| Some(format!("{name}:{}\n", header(name)?))).collect();
    // The path is escaped once more, except for the slashes. The characters of our paths are plain or escaped.
    let path = path.replace('%', "%25");
    let request = [method, &path, "", &signed?, names, &hex(&Sha256::digest(body))].join("\n");
    let text = ["AWS4-HMAC-SHA256", time, &scope, &hex(&Sha256::digest(request))].join("\n");
    let key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, part| mac(&key, part));
    Some((field("Signature")?.to_owned(), hex(&mac(&key, &text))))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
