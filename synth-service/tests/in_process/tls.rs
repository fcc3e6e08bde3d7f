//! TLS: a private CA, a certificate that is replaced while the service runs, and clients that stall in the handshake.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Certificate;
use synth_service::http::door::{DoorLimits, Tls};
use tempfile::TempDir;
use tokio::{net::TcpStream, time};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::support::{Entrance, PLAIN, Service, raw::Client, service_behind};

/// A CA, a certificate signed by it, and the certificate's key, all in PEM.
struct Made {
    ca: String,
    certificate: String,
    key: String,
}

/// A certificate for 127.0.0.1, from a new CA.
fn make() -> Made {
    let (ca_key, key) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let mut ca = CertificateParams::new([]).expect("a CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_pem = ca.self_signed(&ca_key).expect("signed").pem();
    let signed = CertificateParams::new(["127.0.0.1".to_owned()])
        .expect("a certificate")
        .signed_by(&key, &Issuer::new(ca, ca_key))
        .expect("signed");
    Made { ca: ca_pem, certificate: signed.pem(), key: key.serialize_pem() }
}

/// The service's PEM files.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    _folder: TempDir,
}

impl Files {
    fn new(made: &Made) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let files = Self { certificate, key, _folder: folder };
        files.write_certificate(made);
        files.write_key(made);
        files
    }

    fn write_certificate(&self, made: &Made) {
        fs::write(&self.certificate, &made.certificate).expect("written");
    }

    fn write_key(&self, made: &Made) {
        fs::write(&self.key, &made.key).expect("written");
    }

    fn open(&self) -> Result<Tls, String> {
        let tls = Tls::open(Some(&self.certificate), Some(&self.key)).map_err(|error| error.to_string())?;
        Ok(tls.expect("both are set"))
    }

    async fn service(&self, limits: DoorLimits) -> Service {
        let tls = Some(self.open().expect("TLS"));
        service_behind(Entrance { tls, limits, ..Entrance::default() }, PLAIN).await
    }
}

/// Whether a client that trusts only this CA can connect.
async fn is_trusted(service: &Service, made: &Made) -> bool {
    let ca = Certificate::from_pem(made.ca.as_bytes()).expect("a certificate");
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([ca]).build().expect("a client");
    match http.get(format!("{}/healthz", service.url)).send().await {
        Ok(answer) => answer.status().is_success(),
        Err(error) => {
            assert!(error.is_connect(), "{error}");
            false
        }
    }
}

/// Advances to the next check of the files.
async fn a_second_goes_by() {
    time::pause();
    time::advance(Duration::from_secs(1)).await;
    time::resume();
}

#[tokio::test]
async fn only_a_client_that_trusts_the_certificates_ca_connects() {
    let (made, other) = (make(), make());
    let service = Files::new(&made).service(DoorLimits::default()).await;
    assert!(is_trusted(&service, &made).await);
    assert!(!is_trusted(&service, &other).await);
    let mut plain = Client::connect(service.address).await;
    plain.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(!plain.until_closed().await.contains("HTTP/1.1"), "no answer without TLS");
}

#[tokio::test]
async fn a_new_certificate_is_used_once_its_key_is_there() {
    let (old, new) = (make(), make());
    let files = Files::new(&old);
    let service = files.service(DoorLimits::default()).await;
    files.write_certificate(&new);
    a_second_goes_by().await;
    assert!(is_trusted(&service, &old).await, "half of a pair changes nothing");
    files.write_key(&new);
    a_second_goes_by().await;
    assert!(is_trusted(&service, &new).await);
    assert!(!is_trusted(&service, &old).await);
}

#[tokio::test]
async fn http_1_1_is_negotiated() {
    let made = make();
    let service = Files::new(&made).service(DoorLimits::default()).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(made.ca.as_bytes()).expect("a certificate")).expect("a CA");
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = TcpStream::connect(service.address).await.expect("connected");
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
}

#[tokio::test]
async fn a_stalled_handshake_times_out() {
    let limits = DoorLimits { handshake: Duration::from_millis(300), ..DoorLimits::default() };
    let service = Files::new(&make()).service(limits).await;
    Client::connect(service.address).await.until_closed().await;
    let mut client = Client::connect(service.address).await;
    // The header of a handshake record of 16 kB, which is never sent.
    client.send(b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03").await;
    client.drip(b'x').await;
}

#[test]
fn unusable_files_are_named_in_one_line() {
    let (made, other) = (make(), make());
    let files = Files::new(&made);
    let both = |error: &str| error.contains("cert.pem") && error.contains("key.pem");
    files.write_key(&other);
    let error = files.open().map(|_| ()).expect_err("of another certificate");
    assert!(both(&error), "{error}");

    fs::write(&files.key, "none\n").expect("written");
    let error = files.open().map(|_| ()).expect_err("no key");
    assert!(error.contains("key.pem has no private key"), "{error}");

    fs::remove_file(&files.key).expect("removed");
    let error = files.open().map(|_| ()).expect_err("no file");
    assert!(error.contains("key.pem can't be read"), "{error}");

    for content in ["", "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n", made.key.as_str()] {
        fs::write(&files.certificate, content).expect("written");
        let error = files.open().map(|_| ()).expect_err("no certificate");
        assert!(error.contains("cert.pem has no certificate") && !error.contains('\n'), "{error}");
    }
    for (certificate, key) in [(Some(&files.certificate), None), (None, Some(&files.key))] {
        let result = Tls::open(certificate.map(PathBuf::as_path), key.map(PathBuf::as_path));
        let error = result.map(|_| ()).expect_err("half").to_string();
        assert!(error.contains("--tls-certificate") && error.contains("--tls-key"), "{error}");
    }
}
