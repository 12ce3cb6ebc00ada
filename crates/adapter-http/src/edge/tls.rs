//! TLS: the certificate of the moment, read again when its files change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use thiserror::Error;
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tracing::{error, info};

use crate::settings::TlsFiles;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// The certificate of the moment.
#[derive(Clone)]
pub(crate) struct Certificates(watch::Receiver<Arc<ServerConfig>>);

/// A certificate or a key that cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("could not read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds nothing of the kind that it should.
    #[error("`{}` holds no {what} in PEM; it must have a part that begins with `-----BEGIN {label}-----`", path.display())]
    NoPem {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: &'static str,
        /// How its part begins.
        label: &'static str,
    },
    /// A file is no valid PEM.
    #[error("`{}` is no valid PEM: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The two do not belong together, or are of a kind that is not supported.
    #[error(
        "the certificate `{}` cannot be used with the key `{}`; the key must be the one that the certificate was made for: {reason}",
        certificate.display(),
        key.display()
    )]
    Mismatch {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl Certificates {
    /// Reads the files, and reads them again whenever they change, for as long as somebody serves with them. Must be called
    /// within a runtime.
    ///
    /// # Errors
    /// They cannot be used.
    pub(crate) fn follow(files: &TlsFiles) -> Result<Self, TlsError> {
        let known = Version::of(files);
        let (sender, receiver) = watch::channel(load(files)?);
        actix_web::rt::spawn(follow(files.clone(), known, sender));
        Ok(Self(receiver))
    }

    /// What the next connection is served with.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.borrow())
    }
}

/// When two files were written, and how long they are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version([Option<(SystemTime, u64)>; 2]);

impl Version {
    fn of(files: &TlsFiles) -> Self {
        let version = |path: &Path| {
            let metadata = path.metadata().ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Self([version(&files.certificate), version(&files.key)])
    }
}

/// The two are replaced one after the other: a pair that does not fit yet is looked at again.
async fn follow(files: TlsFiles, mut known: Version, sender: watch::Sender<Arc<ServerConfig>>) {
    let mut told = None;
    loop {
        tokio::time::sleep(EVERY).await;
        if sender.is_closed() {
            return;
        }
        let looked = files.clone();
        let look = move || (Version::of(&looked), looked);
        let Ok((seen, files)) = actix_web::rt::task::spawn_blocking(look).await else {
            continue;
        };
        if seen == known {
            continue;
        }
        let Ok(loaded) = actix_web::rt::task::spawn_blocking(move || load(&files)).await else {
            continue;
        };
        match loaded {
            Ok(config) => {
                known = seen;
                told = None;
                sender.send_replace(config);
                info!("the certificate was replaced");
            }
            Err(reason) if told.as_ref() != Some(&seen) => {
                error!(
                    error = &reason as &dyn std::error::Error,
                    "the new certificate cannot be used, the old one is kept"
                );
                told = Some(seen);
            }
            Err(_) => {}
        }
    }
}

fn load(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = chain(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unusable(&files.key, error, "private key", "PRIVATE KEY"))?;
    let mismatch = |error: tokio_rustls::rustls::Error| TlsError::Mismatch {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        reason: error.to_string(),
    };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(mismatch)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(mismatch)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let refused = |error| unusable(path, error, "certificate", "CERTIFICATE");
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)
        .map_err(refused)?
        .collect();
    let chain = chain.map_err(refused)?;
    if chain.is_empty() {
        return Err(refused(pem::Error::NoItemsFound));
    }
    Ok(chain)
}

fn unusable(path: &Path, error: pem::Error, what: &'static str, label: &'static str) -> TlsError {
    let path = path.to_owned();
    match error {
        pem::Error::Io(source) => TlsError::Unreadable { path, source },
        pem::Error::NoItemsFound => TlsError::NoPem { path, what, label },
        other => TlsError::Malformed {
            path,
            reason: other.to_string(),
        },
    }
}
