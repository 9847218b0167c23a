//! A certificate and its key: read, held against each other, and what they say.

use queue_core::{Millis, Timestamp};
use rustls::{
    InconsistentKeys, ServerConfig,
    client::verify_server_name,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::ParsedCertificate,
};
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use x509_parser::{extensions::GeneralName, prelude::FromDer as _};

/// So long before its end a certificate is told of.
pub(crate) const SOON: Millis = 14 * 24 * 60 * 60_000;

/// What is wrong with a certificate or its key. The sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the sentences say it")]
pub enum CertificateError {
    #[error("{path} cannot be read: {cause}; `lobby tls init` makes certificate and key, or copy yours there")]
    Read { path: PathBuf, cause: io::Error },
    #[error("{0} holds no certificate; it begins with -----BEGIN CERTIFICATE-----, that of the lobby first")]
    NoCertificate(PathBuf),
    #[error(
        "{0} holds no private key that can be used; it begins with -----BEGIN PRIVATE KEY-----, without a passphrase"
    )]
    NoKey(PathBuf),
    #[error(
        "the certificate in {path} cannot be understood: {cause}; ask whoever issued it for a PEM file of a server"
    )]
    Unknown { path: PathBuf, cause: String },
    #[error("the key in {key} is not that of the certificate in {cert}; take both from one request")]
    OtherKey { cert: PathBuf, key: PathBuf },
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Names and addresses that it is for.
    pub names: Vec<String>,
    /// From when it is good.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// SHA-256 of it, as browsers show it.
    pub fingerprint: String,
}

/// A certificate with those above it, and its key.
pub struct Pair {
    chain: Vec<CertificateDer<'static>>,
    server: Arc<ServerConfig>,
    /// What it says.
    pub facts: Facts,
}

impl Pair {
    /// Reads both files and holds them against each other.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn load(cert: &Path, key: &Path) -> Result<Pair, CertificateError> {
        let read =
            |path: &Path| fs::read(path).map_err(|cause| CertificateError::Read { path: path.to_owned(), cause });
        let (cert_pem, key_pem) = (read(cert)?, read(key)?);
        let unknown = |cause: String| CertificateError::Unknown { path: cert.to_owned(), cause };
        let chain = CertificateDer::pem_slice_iter(&cert_pem).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|cause| unknown(cause.to_string()))?;
        let first = chain.first().ok_or_else(|| CertificateError::NoCertificate(cert.to_owned()))?;
        let facts = facts(first).map_err(unknown)?;
        let secret = PrivateKeyDer::from_pem_slice(&key_pem).map_err(|_| CertificateError::NoKey(key.to_owned()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| unknown(cause.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain.clone(), secret);
        let mut config = config.map_err(|cause| match cause {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                CertificateError::OtherKey { cert: cert.to_owned(), key: key.to_owned() }
            }
            rustls::Error::General(_) => CertificateError::NoKey(key.to_owned()),
            other => unknown(other.to_string()),
        })?;
        // One protocol less to be attacked by; a stream has a connection of its own.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Pair { chain, server: Arc::new(config), facts })
    }

    /// What a listener serves with.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server.clone()
    }

    /// Whether a browser that asked for this name or address is content with it.
    pub fn is_for(&self, name: &str) -> bool {
        let (Some(first), Ok(name)) = (self.chain.first(), ServerName::try_from(name)) else { return false };
        ParsedCertificate::try_from(first).is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok())
    }
}

fn facts(certificate: &CertificateDer<'_>) -> Result<Facts, String> {
    let (_, parsed) =
        x509_parser::certificate::X509Certificate::from_der(certificate).map_err(|why| why.to_string())?;
    let names = parsed.subject_alternative_name().map_err(|why| why.to_string())?;
    let names = names.into_iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    let at = |time: x509_parser::time::ASN1Time| Timestamp(time.timestamp().saturating_mul(1_000));
    let validity = parsed.validity();
    let digest = Sha256::digest(certificate.as_ref());
    let fingerprint = digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    Ok(Facts { names: names.collect(), from: at(validity.not_before), until: at(validity.not_after), fingerprint })
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok().map(|address| address.to_string())
}
