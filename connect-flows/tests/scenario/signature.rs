//! Signature version 4 of one request, computed from the documentation of AWS, to check those of the command.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Whether a request is signed with this key for `connect` in `us-west-2`. Header names are in lower case.
pub(crate) fn is_valid(
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
    secret: &str,
) -> bool {
    computed(method, path, headers, body, secret).is_some_and(|(given, expected)| given == expected)
}

fn computed(
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
    secret: &str,
) -> Option<(String, String)> {
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let fields = header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let field =
        |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
    let time = header("x-amz-date")?;
    let scope = format!("{}/us-west-2/connect/aws4_request", &time[..8]);
    let names = field("SignedHeaders")?;
    let signed: Option<String> =
        names.split(';').map(|name| Some(format!("{name}:{}\n", header(name)?))).collect();
    let request = [method, path, "", &signed?, names, &hex(&Sha256::digest(body))].join("\n");
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
