//! Errors in the settings of the door. Each message is one line that names the remedy; none quotes a file's content.

use std::{io, path::PathBuf};

use tokio_rustls::rustls;

#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum DoorError {
    #[error("tokens and a token file are set: set {0} or {0}-file")]
    TwoSourcesOfTokens(&'static str),
    #[error("{0} holds no token: write one, or unset it so that no token is required")]
    NoToken(String),
    #[error("token {number} of {from} is malformed: use visible ASCII without spaces or commas")]
    MalformedToken { number: usize, from: String },
    #[error("a certificate needs its key: set both --tls-certificate and --tls-key")]
    HalfOfTls,
    #[error("{} can't be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} has no certificate: it must be PEM, the server's own first", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} has no private key: it must be PEM, without a passphrase", .0.display())]
    NoKey(PathBuf),
    #[error("{} and {} can't be used together: {source}", certificate.display(), key.display())]
    UnusableCertificate { certificate: PathBuf, key: PathBuf, source: rustls::Error },
    #[error("TLS can't be set up: {0}")]
    Tls(rustls::Error),
}
