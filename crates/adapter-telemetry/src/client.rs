//! The client of HTTP for those that are asked and told: it follows nobody elsewhere, goes through no proxy and needs no file
//! of authorities.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// One that waits so long for an answer. A status of refusal is an answer.
pub(crate) fn patient_for(timeout: Duration) -> Agent {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(crypto)
        .root_certs(RootCerts::WebPki)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent(concat!("specd/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}
