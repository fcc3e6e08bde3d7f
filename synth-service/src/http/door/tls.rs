//! TLS for the connections, with a certificate that can be replaced while the service runs.

use std::{fmt, path::Path, sync::Arc};

use tokio::{io, net::TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

use super::{
    DoorError,
    watched::{Watched, read},
};

/// The only application protocol.
const ALPN: &[u8] = b"http/1.1";

/// The server's side of TLS 1.2 and 1.3. Cheap to clone.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// Reads the PEM files of the settings; `None` when neither is set.
    ///
    /// # Errors
    /// [`DoorError`] when only one is set, or when they don't hold a certificate and its key.
    pub fn open(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<Self>, DoorError> {
        match (certificate, key) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Self::with(certificate, key).map(Some),
            _ => Err(DoorError::HalfOfTls),
        }
    }

    fn with(certificate: &Path, key: &Path) -> Result<Self, DoorError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        let files = vec![certificate.clone(), key.clone()];
        let with = provider.clone();
        let identity = Watched::open(files, move || load(&certificate, &key, &with))?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(DoorError::Tls)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Identity(identity)));
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Performs the handshake. The caller bounds its time.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<impl io::AsyncRead + io::AsyncWrite + use<>> {
        self.0.accept(stream).await
    }
}

/// The certificate for each handshake, as its files are at that time.
struct Identity(Watched<Arc<CertifiedKey>>);

impl ResolvesServerCert for Identity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.current()))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity")
    }
}

fn load(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, DoorError> {
    let no_certificate = || DoorError::NoCertificate(certificate.to_owned());
    let chain = CertificateDer::pem_slice_iter(&read(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(no_certificate)?;
    let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| DoorError::NoKey(key.to_owned()))?;
    CertifiedKey::from_der(chain, private, provider).map(Arc::new).map_err(|source| {
        DoorError::UnusableCertificate { certificate: certificate.to_owned(), key: key.to_owned(), source }
    })
}
