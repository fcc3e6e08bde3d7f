//! SigV4, computed a second time, as the service that gets a request does it.

use sha2::{Digest, Sha256};

use crate::collector::Received;

/// Checks the signature of a request against the secret, for a scope such as `eu-west-1/monitoring/aws4_request`.
pub(crate) fn check(request: &Received, secret: &str, scope: &str) {
    let header = |name: &str| request.headers[name].to_str().expect("text").trim().to_owned();
    let authorization = header("authorization");
    let field = |name: &str| {
        let (_, rest) =
            authorization.split_once(name).unwrap_or_else(|| panic!("no {name}: {authorization}"));
        rest.split(',').next().unwrap_or_default().trim().to_owned()
    };
    let (date_time, names) = (header("x-amz-date"), field("SignedHeaders="));
    let date = &date_time[..8];
    let scope = format!("{date}/{scope}");
    assert!(field("Credential=").ends_with(&scope), "{authorization}");
    for needed in ["content-type", "host", "x-amz-date"] {
        assert!(names.split(';').any(|name| name == needed), "{needed} is not signed: {names}");
    }
    let headers: String = names.split(';').map(|name| format!("{name}:{}\n", header(name))).collect();
    let body = hex(&Sha256::digest(&request.body));
    let canonical = format!("{}\n{}\n\n{headers}\n{names}\n{body}", request.method, request.path);
    let digest = hex(&Sha256::digest(canonical));
    let to_sign = format!("AWS4-HMAC-SHA256\n{date_time}\n{scope}\n{digest}");
    let key = format!("AWS4{secret}").into_bytes();
    let key = scope.split('/').fold(key, |key, part| hmac(&key, part.as_bytes()));
    assert_eq!(field("Signature="), hex(&hmac(&key, to_sign.as_bytes())));
}

/// HMAC-SHA256 with a key of 64 bytes at most.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ pad).collect() };
    let inner = Sha256::digest([padded(0x36), message.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
